"""The goals on the labelled strings and on the captures beside this checkout."""

from __future__ import annotations

from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from bench.attribution import judge, score
from organisations import Resolver


@pytest.mark.parametrize(
    ("samples", "goal"),
    [({"distinct", "weighted"}, 0.995), ({"other"}, 0.97), ({"distinct", "weighted", "other"}, 0.99)],
)
def test_chinese_organisations_are_named_and_nobody_else_is(
    resolver: Resolver, gold: Path, samples: set[str], goal: float
) -> None:
    part = [one for one in judge(resolver, gold) if one.sample in samples]
    for by_documents in (False, True):
        total = score(part, by_documents=by_documents)
        assert total.recall("origin") >= goal
        assert total.precision("origin") >= goal


def test_organisations_are_found_and_none_invented(resolver: Resolver, gold: Path) -> None:
    total = score(judge(resolver, gold))
    assert total.recall("names") >= 0.97
    assert total.precision("names") >= 0.98


def test_nearly_every_document_of_the_captures_is_resolved(resolver: Resolver, captures: Path) -> None:
    documents = resolved = 0
    for path in sorted(captures.glob("3gpp/tdoc_lists/*.xls*"))[::11]:  # a fifth of a minute is enough for every run
        header, *rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
        source = header.index("Source")
        for row in rows:
            documents += 1
            resolved += not resolver.attribute(str(row[source]), body="3gpp").unresolved
    assert documents > 5000
    assert resolved / documents >= 0.99
