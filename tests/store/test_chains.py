from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from store.chains import LONGEST, chain

Row = Callable[..., Any]


def keys(keeper: Any, key: str) -> list[str]:
    with keeper.archive.read() as connection:
        return [one["key"] for one in chain(connection, "3GPP", key)]


@pytest.fixture
def revised(keeper: Any, tdoc: Row) -> Any:
    """1 became 2 and 3 at one meeting, 3 became 4 at the next; nothing of 9 is in the archive."""
    rows = [
        tdoc("R1-1", revised_to="R1-2, R1-3", reserved_at="2026-01-01", status="revised"),
        tdoc("R1-2", revision_of="R1-1", reserved_at="2026-01-02"),
        tdoc("R1-3", revision_of="R1-1", revised_to="R1-4", reserved_at="2026-01-03"),
        tdoc("R1-4", revision_of="R1-3", revised_to="R1-9", reserved_at="2026-02-01", meeting="RAN1#1000"),
        tdoc("R1-5", revision_of="-", reserved_at="2026-01-01"),
    ]
    keeper.take(rows)
    return keeper


@pytest.mark.parametrize("key", ["R1-1", "R1-2", "R1-3", "R1-4"])
def test_a_chain_is_the_same_from_wherever_it_is_asked(revised: Any, key: str) -> None:
    assert keys(revised, key) == ["R1-9", "R1-1", "R1-2", "R1-3", "R1-4"]


def test_what_is_only_named_has_no_title(revised: Any) -> None:
    with revised.archive.read() as connection:
        found = {one["key"]: one for one in chain(connection, "3GPP", "R1-1")}
    assert (found["R1-9"]["title"], found["R1-4"]["meeting"]) == (None, "RAN1#1000")


def test_a_document_alone_is_a_chain_of_one(revised: Any) -> None:
    assert keys(revised, "R1-5") == ["R1-5"]


def test_documents_that_revise_each_other_end(keeper: Any, tdoc: Row) -> None:
    keeper.take([tdoc("R1-1", revision_of="R1-2"), tdoc("R1-2", revision_of="R1-1", revised_to="R1-2")])
    assert keys(keeper, "R1-1") == ["R1-1", "R1-2"]


def test_an_endless_chain_is_followed_so_far(keeper: Any, tdoc: Row) -> None:
    keeper.take([tdoc(f"R1-{number}", revised_to=f"R1-{number + 1}") for number in range(1, 200)])
    assert LONGEST <= len(keys(keeper, "R1-1")) <= LONGEST + 1
