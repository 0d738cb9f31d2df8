from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bench.fuzz_search import typed_at_random
from organisations import Resolver
from store.agenda import by_agenda
from store.conditions import Wanted
from store.facets import facets
from store.finding import page
from store.reading import Asking
from store.selection import records


@pytest.fixture(scope="module")
def library(
    make_keeper: Callable[[Path], Any], tmp_path_factory: pytest.TempPathFactory, resolver: Resolver
) -> Iterator[Any]:
    from spiders.rows import ContributionRow, MeetingRow

    made = make_keeper(tmp_path_factory.mktemp("finding") / "a.sqlite")
    ran1: dict[str, Any] = {"body": "3GPP", "group": "RAN1", "meeting": "RAN1#901"}
    rows = [
        ContributionRow(key="R1-1", title="Teapot design", source="Huawei, HiSilicon", status="agreed", **ran1),
        ContributionRow(key="R1-2", title="On spouts", abstract="teapot", source="Nokia", status="noted", **ran1),
        ContributionRow(
            key="R1-3", title="Teapot lids", source="Vodafone, ZTE", status="not treated", type="CR", **ran1
        ),
        ContributionRow(
            key="R1-4",
            title="Kettles",
            source="Zzyzx Labs",
            reserved_at="2019-03-04T10:00:00",
            agenda_item="9.1",
            agenda_title="Crockery",
            **ran1,
        ),
    ]
    made.take(rows, "3gpp.tdocs:RAN1#901")
    about: dict[str, Any] = {"body": "3GPP", "group": "SA2", "meeting": "SA2#902"}
    rows = [ContributionRow(key="S2-1", title="Teapot of SA2", source="Futurewei", reserved_at="2020-01-05", **about)]
    made.take(rows, "3gpp.tdocs:SA2#902")
    named = MeetingRow(key="90901", body="3GPP", group="RAN1", title="INVENTED", name="RAN1#901")
    made.take([named], "3gpp.meetings:RAN1")
    yield made
    made.archive.close()


def found(library: Any, typed: str, **more: Any) -> list[str]:
    with library.archive.read() as connection:
        return [one["key"] for one in page(connection, typed, Wanted(), Asking(library.resolver), **more).records]


@pytest.mark.parametrize(
    ("typed", "keys"),
    [
        ("teapot", ["S2-1", "R1-3", "R1-1", "R1-2"]),  # titles first, newest first, then the abstract
        ("r1-3", ["R1-3"]),
        ("RAN1#901", ["90901", "R1-4", "R1-3", "R1-2", "R1-1"]),
        ("ran1#901 teapot", ["R1-3", "R1-1", "R1-2"]),
        ("SA2#902", ["S2-1"]),  # whose list of meetings is not watched
        ("agenda:crockery", ["R1-4"]),
        ("agenda:9", ["R1-4"]),
        ("agenda:1", []),
        ("teapot group:RAN1", ["R1-3", "R1-1", "R1-2"]),
        ("teapot group:ran1", ["R1-3", "R1-1", "R1-2"]),
        ("group:SA*", ["S2-1"]),
        ("teapot NOT lids", ["S2-1", "R1-1", "R1-2"]),
        ("NOT teapot", ["90901", "R1-4"]),
        ("(lids OR spouts) teapot", ["R1-3", "R1-2"]),
        ("lids OR group:SA2", ["S2-1", "R1-3"]),
        ("NOT (lids OR group:SA2)", ["90901", "R1-4", "R1-2", "R1-1"]),
        ("origin:CN", ["S2-1", "R1-3", "R1-1"]),
        ("origin:fi", ["R1-2"]),
        ("origin:unknown", ["R1-4"]),
        ("organisation:Huawei", ["S2-1", "R1-1"]),  # Futurewei is Huawei's
        ("organisation:futurewei", ["S2-1"]),
        ("organisation:HiSilicon", ["R1-1"]),
        ('organisation:"Zzyzx Labs"', ["R1-4"]),
        ("organisation:nobody", []),
        ("source:vodafone", ["R1-3"]),
        ("source:teapot", []),
        ("title:teapot", ["S2-1", "R1-3", "R1-1"]),
        ("status:agreed", ["R1-1"]),
        ('status:"not treated"', ["R1-3"]),
        ("status:not_treated", ["R1-3"]),
        ("NOT status:agreed group:RAN1", ["90901", "R1-4", "R1-3", "R1-2"]),
        ("type:cr", ["R1-3"]),
        ("meeting:RAN1#901 kettles", ["R1-4"]),
        ("meeting:RAN1#9* kettles", ["R1-4"]),
        ("key:S2-*", ["S2-1"]),
        ("record:meeting", ["90901"]),
        ("to:2019", ["R1-4"]),
        ("from:2019-03-04 to:2019-03-04", ["R1-4"]),
        ("from:2020 to:2020-01", ["S2-1"]),
        ("from:never", []),
        ("- * ( ) :", []),
        ("", ["90901", "S2-1", "R1-4", "R1-3", "R1-2", "R1-1"]),
    ],
)
def test_a_query_finds_in_a_stated_order(library: Any, typed: str, keys: list[str]) -> None:
    assert found(library, typed) == keys


@pytest.mark.parametrize("typed", ["teapot", "", "teapot OR r1-4", "R1-1", "NOT lids"])
@pytest.mark.parametrize("limit", [1, 2, 3])
def test_pages_together_hold_every_hit_once(library: Any, typed: str, limit: int) -> None:
    keys: list[str] = []
    cursor: str | None = None
    with library.archive.read() as connection:
        while True:
            one = page(connection, typed, Wanted(), Asking(library.resolver), limit=limit, cursor=cursor)
            keys += [record["key"] for record in one.records]
            assert len(one.records) <= limit
            cursor = one.cursor
            if cursor is None:
                break
    assert keys == found(library, typed)


@pytest.mark.parametrize("cursor", ["", "x", "9.9", "2.", "-1.5", "2.99999999999999999999", "1.1; DROP TABLE record"])
def test_a_damaged_cursor_begins_anew(library: Any, cursor: str) -> None:
    assert found(library, "teapot", cursor=cursor) == found(library, "teapot")


@pytest.mark.parametrize(
    "typed", ["teapot", "", "group:RAN1", "origin:CN", "teapot OR group:SA2", "from:never", "R1-1"]
)
def test_facets_count_what_is_found(library: Any, typed: str) -> None:
    keys = found(library, typed)
    with library.archive.read() as connection:
        counted = facets(connection, typed, Wanted())
        for group, count in counted.counts["group"]:
            records = page(connection, typed, Wanted(group=group), Asking(library.resolver)).records
            assert len(records) == count
    assert counted.of == len(keys)
    assert counted.complete
    assert sum(count for _, count in counted.counts["record"]) == len(keys)


def test_facets_name_countries_and_what_is_not_known(library: Any) -> None:
    with library.archive.read() as connection:
        counts = facets(connection, "", Wanted()).counts
    assert dict(counts["origin"])["CN"] == 3
    assert dict(counts["origin"])["unknown"] == 1
    assert dict(counts["status"]) == {"agreed": 1, "noted": 1, "not treated": 1}
    assert dict(counts["year"])["2019"] == 1


def test_more_hits_than_are_counted_are_said_to_be(library: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("store.facets.COUNTED", 2)
    with library.archive.read() as connection:
        counted = facets(connection, "teapot", Wanted())
    assert (counted.of, counted.complete) == (2, False)
    assert dict(counted.counts["group"]) == {"SA2": 1, "RAN1": 1}  # the newest


def test_nothing_that_is_typed_raises(library: Any) -> None:
    """A few of what `bench.fuzz_search` asks a hundred thousand times."""
    dice = random.Random(7)  # noqa: S311 - no secret
    asking = Asking(library.resolver)
    with library.archive.read() as connection:
        for _ in range(150):
            typed = typed_at_random(dice)
            first = page(connection, typed, Wanted(), asking, limit=2)
            page(connection, typed, Wanted(), asking, limit=2, cursor=first.cursor)
            keys = {one["key"] for one in records(connection, Wanted(), asking, typed)}
            ordered = by_agenda(connection, typed, Wanted(), asking, limit=2)
            assert {one["key"] for one in (*first.records, *ordered.records)} <= keys, typed
            facets(connection, typed, Wanted())
