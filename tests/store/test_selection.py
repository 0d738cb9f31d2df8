from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from store import selection
from store.conditions import Wanted
from store.finding import page
from store.reading import Asking, columns
from store.selection import kinds, records

Row = Callable[..., Any]


@pytest.fixture
def library(keeper: Any, tdoc: Row, committee: Row) -> Any:
    rows = [
        tdoc(
            f"R1-{number}",
            title="Sundial beams" if number % 2 else "Moondials",
            status="agreed" if number % 3 else None,
        )
        for number in range(1, 24)
    ]
    keeper.take(rows)
    keeper.take([committee("7", title="Sundial beams", secretariat="SAC")], "iso.committees")
    return keeper


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("", {}),
        ("", {"record": "contribution", "status": "agreed"}),
        ("beams", {}),
        ("beams NOT key:R1-3", {"status": "agreed"}),
        ("R1-7", {}),
        ("ISO/TC 7", {}),
        ("status:agreed", {}),
        ("...", {}),
        ("nothing of it", {}),
    ],
)
def test_all_pages_of_a_search_are_selected_each_once(
    library: Any, monkeypatch: pytest.MonkeyPatch, typed: str, wanted: dict[str, str]
) -> None:
    monkeypatch.setattr(selection, "CHUNK", 4)
    asking = Asking(library.resolver)
    paged: list[dict[str, Any]] = []
    with library.archive.read() as connection:
        found = list(records(connection, Wanted(**wanted), asking, typed))
        cursor: str | None = None
        while True:
            one = page(connection, typed, Wanted(**wanted), asking, limit=7, cursor=cursor)
            paged += one.records
            cursor = one.cursor
            if cursor is None:
                break
        kept = kinds(connection, Wanted(**wanted), typed)
    assert sorted(one["key"] for one in found) == sorted(one["key"] for one in paged)
    assert {one["record"] for one in found} == set(kept) or wanted.get("record")
    assert all(list(one) == columns([one["record"]]) for one in found)


def test_columns_of_several_kinds_are_those_of_each() -> None:
    both = columns(["contribution", "committee"])
    assert len(both) == len(set(both))
    assert set(both) == {*columns(["contribution"]), *columns(["committee"])}
