from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from store import agenda
from store.agenda import by_agenda
from store.conditions import Wanted
from store.reading import Asking

Row = Callable[..., Any]
ITEMS = ("20.6.11", "20.6.2", "9", "10", "20.6", None)


@pytest.fixture
def listed(keeper: Any, tdoc: Row) -> Any:
    keeper.take([tdoc(f"R1-{number}", title="Sundials", agenda_item=item) for number, item in enumerate(ITEMS)])
    return keeper


def asked(keeper: Any, typed: str = "sundials", **more: Any) -> agenda.Ordered:
    with keeper.archive.read() as connection:
        return by_agenda(connection, typed, Wanted(), Asking(keeper.resolver), **more)


@pytest.mark.parametrize("typed", ["sundials", "", "meeting:RAN1#999"])
def test_agenda_items_are_in_the_order_people_count(listed: Any, typed: str) -> None:
    found = asked(listed, typed)
    assert [one["agenda_item"] for one in found.records] == [None, "9", "10", "20.6", "20.6.2", "20.6.11"]
    assert found.complete


def test_pages_go_on_where_the_last_one_ended(listed: Any) -> None:
    first = asked(listed, limit=4)
    second = asked(listed, limit=4, cursor=first.cursor)
    assert [len(first.records), len(second.records), second.cursor] == [4, 2, None]
    assert second.records[-1]["agenda_item"] == "20.6.11"
    assert asked(listed, cursor="nonsense").records == asked(listed).records


def test_more_than_can_be_put_in_order_is_said(listed: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agenda, "MOST", 5)
    found = asked(listed)
    assert (len(found.records), found.complete) == (5, False)


def test_what_finds_nothing_finds_nothing(listed: Any) -> None:
    assert asked(listed, "...").records == asked(listed, "moondials").records == []
