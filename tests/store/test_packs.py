from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from spiders.rows import PackEntry

Row = Callable[..., Any]
LIST = "3gpp.tdocs:RAN#999"


def entry(document: str, decision: str | None = None, **fields: Any) -> PackEntry:
    blank = dict.fromkeys(
        ("group_decision", "tsg_decision", "spec", "cr", "cr_revision", "cr_category", "release", "version", "title")
    )
    given = {"pack": "RP-1", "document": document, "tsg_decision": decision, "spec": "38.214", "cr": "0123"}
    return PackEntry(**blank | given | fields)


@pytest.fixture
def take(keeper: Any, tdoc: Row) -> Callable[..., list[tuple[str, ...]]]:
    """What a fetch of a plenary's list with one pack tells."""
    row = tdoc("RP-1", group="RAN", meeting="RAN#999", type="CR pack")
    return lambda *packs: keeper.told(keeper.take([row], LIST, packs=list(packs)))


def test_what_the_plenary_decides_on_a_pack_is_told_by_cr(take: Any, keeper: Any) -> None:
    take(entry("R1-1"), entry("R1-2", group_decision="agreed"))
    assert take(entry("R1-1", "approved"), entry("R1-2", group_decision="endorsed")) == [
        ("changed", "RP-1", "tsg_decision", "R1-1 38.214 0123", None, "approved")
    ]
    pack = keeper.show("RP-1")["pack"]
    assert [(one["document"], one["group_decision"], one["tsg_decision"]) for one in pack] == [
        ("R1-1", None, "approved"),
        ("R1-2", "endorsed", None),
    ]
    assert take(entry("R1-1", "approved"), entry("R1-2", group_decision="endorsed"), entry("R1-3")) == []


def test_a_cr_that_stands_in_a_pack_twice_counts_once(take: Any, keeper: Any) -> None:
    take(entry("R1-1"), entry("R1-1"))
    assert take(entry("R1-1", "noted"), entry("R1-1", "approved")) == [
        ("changed", "RP-1", "tsg_decision", "R1-1 38.214 0123", None, "approved")
    ]
    assert len(keeper.show("RP-1")["pack"]) == 1


def test_entries_of_a_pack_that_the_list_lacks_are_left_out(take: Any, keeper: Any) -> None:
    take(entry("R1-1", pack="RP-404"))
    assert keeper.show("RP-1")["pack"] == []
