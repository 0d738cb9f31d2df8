"""Names as listings write them, area by area: who each string names, where they are at home and in which role.

`written_forms.csv` was written by the project from general knowledge, most of it before anyone looked what the resolver
said, and is no copy of any listing. `found` holds one mark for each organisation in order: its home country, `>` the
country it is registered in where that is another, `mixed:` the homes of a joint venture's owners, `group`, `none` for
an international body, `?` for a name nobody is found for; `!` a role other than source.
"""

from __future__ import annotations

import csv
from itertools import groupby
from pathlib import Path

import pytest

from organisations import Named, Resolver, Role

with (Path(__file__).parent / "written_forms.csv").open(encoding="utf-8", newline="") as file:
    FORMS = {area: list(rows) for area, rows in groupby(csv.DictReader(file), key=lambda row: row["area"])}


def mark(named: Named) -> str:
    where = named.home or "none"
    if named.kind == "group":
        where = "group"
    elif named.joint_venture_homes:
        where = "mixed:" + "+".join(named.joint_venture_homes)
    elif named.registered:
        where += f">{named.registered}"
    return where if named.role in (Role.SOURCE, Role.GROUP) else f"{where}!{named.role}"


@pytest.mark.parametrize("area", FORMS)
def test_a_written_form_names_whom_it_should(resolver: Resolver, area: str) -> None:
    wrong = []
    for row in FORMS[area]:
        source = row["source"].replace("\\r", "\r").replace("\\n", "\n")
        attribution = resolver.attribute(source, body=row["body"] or None)
        found = " ".join([*map(mark, attribution.organisations), *["?"] * len(attribution.unresolved)])
        if found != row["found"]:
            wrong.append((row["source"], row["found"], found))
    assert not wrong
