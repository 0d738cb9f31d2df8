from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from organisations import Registry, Resolver
from store.marks import mark
from store.reattribution import reattribute
from store.words import words

Row = Callable[..., Any]
ZZYZX = (
    "id,name,kind,parent,home,registered,owners,from,until,aliases,source\nzzyzx,Zzyzx Labs,company,,{},,,,,,invented\n"
)


@given(st.text(min_size=1, max_size=40))
def test_a_mark_is_one_word_that_no_other_value_has(value: str) -> None:
    (word,) = words(mark("status", value))
    assert word == mark("status", value)
    assert mark("status", value) == mark("status", value.lower())
    assert mark("status", value) not in (mark("type", value), mark("status", f"{value}."), mark("status", f"{value}x"))


def test_a_record_is_found_under_what_it_is_filed_under_now(keeper: Any, tdoc: Row) -> None:
    keeper.take([tdoc("R1-1", source="Huawei", status="available", type="CR", reserved_at="2019-05-01")])
    assert keeper.find("status:available origin:CN from:2019 to:2019") == ["R1-1"]
    keeper.take([tdoc("R1-1", source="Nokia", status="agreed", type="CR", group="RAN2", reserved_at="2020-01-02")])
    for typed in ("status:available", "origin:CN", "organisation:huawei", "group:RAN1", "to:2019"):
        assert keeper.find(typed) == [], typed
    assert keeper.find("status:agreed type:cr origin:FI organisation:nokia group:RAN2 from:2020 to:2020") == ["R1-1"]


def test_a_supplement_that_changes_nothing_filed_leaves_the_record_found(keeper: Any, tdoc: Row) -> None:
    keeper.take([tdoc("R1-1", source="Huawei", status="available", title="Teapots")])
    keeper.take([tdoc("R1-1", source="Huawei", status="available", title="Kettles")])
    assert keeper.find("teapots") == []
    assert keeper.find("kettles organisation:huawei") == ["R1-1"]


def test_documents_go_by_their_meetings_new_name(keeper: Any, tdoc: Row, meeting: Row) -> None:
    keeper.take([meeting("99", "RAN1#999")], "3gpp.meetings:RAN1")
    keeper.take([tdoc("R1-1"), tdoc("R1-2")])
    keeper.take([meeting("99", "RAN1#999-e")], "3gpp.meetings:RAN1")
    assert keeper.find("meeting:RAN1#999-e") == ["R1-2", "R1-1", "99"]
    assert keeper.find("meeting:RAN1#999") == []


def test_documents_are_found_under_whom_the_registry_names_now(
    make_keeper: Callable[[Path], Any], tdoc: Row, tmp_path: Path
) -> None:
    keeper = make_keeper(tmp_path / "a.sqlite")
    keeper.take([tdoc("R1-1", source="Zzyzx Labs", title="Teapots"), tdoc("R1-2", source="Huawei")])
    assert keeper.find("origin:unknown") == ["R1-1"]
    assert keeper.find('organisation:"zzyzx labs"') == ["R1-1"]
    for home in ("SE", "CN"):
        (tmp_path / "own.csv").write_text(ZZYZX.format(home), encoding="utf-8")
        registry = Registry.load([tmp_path / "own.csv"])
        with keeper.archive.write() as connection:
            reattribute(connection, Resolver(registry), datetime(2026, 11, 21, tzinfo=UTC), b"")
        assert keeper.find("origin:unknown") == []
        assert keeper.find(f"origin:{home} teapots organisation:zzyzx") == ["R1-1"]
    assert keeper.find("origin:SE") == []
    assert keeper.find("origin:CN") == ["R1-2", "R1-1"]
    keeper.archive.close()


@pytest.mark.parametrize("typed", ["from:2030 to:2010", "to:1500", "from:9999", "status:agreed from:2030 to:2010"])
def test_no_year_at_all_finds_nothing(keeper: Any, tdoc: Row, typed: str) -> None:
    keeper.take([tdoc("R1-1", status="agreed")])
    assert keeper.find(typed) == []
