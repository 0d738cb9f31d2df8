from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from spiders.rows import Reject
from store import records
from store.contents import kept
from store.ingest import latest_copy

Row = Callable[..., Any]


def test_the_first_fetch_of_a_listing_is_recorded_and_not_told(keeper: Any, tdoc: Row) -> None:
    first = keeper.take([tdoc("R1-1"), tdoc("R1-2")])
    assert (first.baseline, first.appeared, first.changes) == (True, 2, [])
    assert keeper.show("R1-2")["title"] == "Invented R1-2"
    assert keeper.rows("SELECT * FROM change") == []


def test_what_comes_later_is_told_with_what_it_was_and_is(keeper: Any, tdoc: Row) -> None:
    keeper.take([tdoc("R1-1", status="available"), tdoc("R1-2", source="Huawei")])
    second = keeper.take([tdoc("R1-1", status="agreed"), tdoc("R1-2", source="Huawei"), tdoc("R1-3")])
    assert keeper.told(second) == [("changed", "R1-1", "status", "available", "agreed"), ("appeared", "R1-3")]
    assert (second.appeared, second.changed, second.unchanged) == (1, 1, 1)


@pytest.mark.parametrize("again", ["the same bytes", "other bytes, the same rows"])
def test_nothing_is_told_twice(keeper: Any, tdoc: Row, again: str) -> None:
    keeper.take([tdoc("R1-1")])
    rows = [tdoc("R1-1", status="noted"), tdoc("R1-2")]
    keeper.take(rows)
    third = keeper.take(rows, visit={} if again == "the same bytes" else {"content": b"other"})
    assert (third.changes, third.unchanged) == ([], 2)
    assert third.outcome == ("unchanged" if again == "the same bytes" else "ok")


@pytest.mark.parametrize("again", ["other bytes", "the same bytes", "not modified"])
def test_a_record_vanishes_after_two_complete_fetches_without_it(keeper: Any, tdoc: Row, again: str) -> None:
    keeper.take([tdoc("R1-1"), tdoc("R1-2")])
    assert keeper.take([tdoc("R1-1")]).changes == []
    assert not keeper.show("R1-2")["vanished"]

    def repeat(number: int) -> Any:
        if again == "not modified":
            return keeper.again()
        return keeper.take([tdoc("R1-1")], visit={"content": f"{number}".encode()} if again == "other bytes" else {})

    assert keeper.told(repeat(1)) == [("vanished", "R1-2")]
    assert keeper.show("R1-2")["vanished"]
    assert repeat(2).changes == []


def test_a_record_missed_once_has_not_gone(keeper: Any, tdoc: Row) -> None:
    both = [tdoc("R1-1"), tdoc("R1-2")]
    keeper.take(both)
    for _ in range(3):
        assert keeper.take([tdoc("R1-1")]).changes == []
        assert keeper.take(both).changes == []


def test_a_record_that_vanished_can_return(keeper: Any, tdoc: Row) -> None:
    keeper.take([tdoc("R1-1"), tdoc("R1-2")])
    keeper.take([tdoc("R1-1")])
    keeper.again()
    back = keeper.take([tdoc("R1-1"), tdoc("R1-2", status="revised")])
    assert keeper.told(back) == [("returned", "R1-2"), ("changed", "R1-2", "status", None, "revised")]
    assert not keeper.show("R1-2")["vanished"]


def test_absence_from_one_page_of_several_means_nothing(keeper: Any, tdoc: Row) -> None:
    keeper.take([tdoc("R1-1"), tdoc("R1-2")], partial=True)
    for number in range(3):
        assert keeper.take([tdoc(f"R1-{number}")], partial=True, visit={"content": b"%d" % number}).vanished == 0


# -- doubtful fetches


def doubtful(name: str, tdoc: Row, rejected: Callable[[int], list[Reject]]) -> dict[str, Any]:
    rows = [tdoc(f"R1-{number}") for number in range(20)]
    return {
        "no rows": {"rows": []},
        "half the rows": {"rows": rows[:10]},
        "many rejects": {"rows": rows, "rejects": rejected(5)},
        "fewer than it counts itself": {"rows": rows, "claimed": 30},
        "a column gone": {"rows": rows, "missing_columns": ("For", "Source")},
    }[name]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("no rows", "no rows, where the last good fetch had 20"),
        ("half the rows", "10 rows, where the last good fetch had 20"),
        ("many rejects", "5 of 25 rows could not be read"),
        ("fewer than it counts itself", "20 rows, where the listing itself counts 30"),
        ("a column gone", "no column Source, which the last good fetch had"),
    ],
)
def test_nothing_is_inferred_from_a_doubtful_fetch(
    keeper: Any, tdoc: Row, rejected: Callable[[int], list[Reject]], name: str, reason: str
) -> None:
    keeper.take([tdoc(f"R1-{number}") for number in range(20)], missing_columns=("For",))
    for number in range(3):
        seen = keeper.take(**doubtful(name, tdoc, rejected), visit={"content": b"evidence %d" % number})
        assert (seen.outcome, seen.changes, seen.reason) == ("suspect", [], reason)
    source = keeper.source()
    assert (source["state"], source["reason"], source["rows"]) == ("broken", reason, 20)
    assert keeper.rows("SELECT count(*) FROM record WHERE missed > 0 OR vanished_at IS NOT NULL") == [(0,)]
    with keeper.archive.read() as connection:
        digest = keeper.rows('SELECT sha256 FROM "fetch" ORDER BY id DESC LIMIT 1')[0][0]
        assert kept(connection, digest) == b"evidence 2"


def test_a_collapse_can_be_accepted_as_the_truth(keeper: Any, tdoc: Row) -> None:
    keeper.take([tdoc(f"R1-{number}") for number in range(20)])
    assert keeper.take([tdoc("R1-0")], accept=True).state == "ok"
    assert keeper.source()["rows"] == 1
    assert keeper.again().vanished == 19


def test_rejects_are_kept_with_their_reasons(keeper: Any, tdoc: Row, rejected: Callable[[int], list[Reject]]) -> None:
    outcome = keeper.take([tdoc(f"R1-{number}") for number in range(20)], rejects=rejected(2))
    assert (outcome.rows, outcome.read, outcome.rejected) == (22, 20, 2)
    found = keeper.rows("SELECT row, reason, excerpt FROM reject ORDER BY row")
    assert found == [(100, "invented fault", "a row"), (101, "invented fault", "a row")]


# -- the state of a source


def test_three_faults_in_a_row_break_a_source_and_one_good_fetch_mends_it(keeper: Any, tdoc: Row) -> None:
    keeper.take([tdoc("R1-1")])
    assert [keeper.fail().state for _ in range(3)] == ["suspect", "suspect", "broken"]
    recovered = keeper.take([tdoc("R1-1"), tdoc("R1-2")])
    assert (recovered.previous_state, recovered.state) == ("broken", "ok")
    assert keeper.told(recovered) == [("appeared", "R1-2")]
    source = keeper.source()
    assert (source["faults_in_a_row"], source["reason"], source["state_since"]) == (0, None, source["last_visit_at"])


def test_a_day_of_faults_breaks_a_source(keeper: Any, tdoc: Row) -> None:
    keeper.take([tdoc("R1-1")])
    assert keeper.fail().state == "suspect"
    assert keeper.fail(hours=25).state == "broken"


def test_one_fault_of_a_source_visited_once_a_day_does_not_break_it(keeper: Any, tdoc: Row) -> None:
    keeper.take([tdoc("R1-1")])
    assert keeper.fail(hours=25).state == "suspect"


@pytest.mark.parametrize("outcome", ["refused", "disallowed"])
def test_a_refusal_is_said_at_once(keeper: Any, tdoc: Row, outcome: str) -> None:
    keeper.take([tdoc("R1-1")])
    assert keeper.fail("HTTP 403", outcome=outcome).state == outcome
    assert keeper.again().state == "ok"


def test_a_list_that_was_never_there_is_no_fault_and_one_that_was_is(keeper: Any, tdoc: Row) -> None:
    absent = keeper.fail("no list yet", outcome="absent")
    assert (absent.state, absent.faults, keeper.source()["faults_in_a_row"]) == ("new", 0, 0)
    keeper.take([tdoc("R1-1")])
    gone = keeper.fail("no list any more", outcome="absent")
    assert (gone.state, gone.faults, keeper.source()["reason"]) == ("suspect", 1, "no list any more")


def test_a_list_that_turns_out_not_to_exist_forgets_its_faults(keeper: Any) -> None:
    keeper.fail("HTTP 429", outcome="refused", retry_after=keeper.now + timedelta(days=1))
    keeper.fail("no list yet", outcome="absent")
    source = keeper.source()
    assert (source["state"], source["faults_in_a_row"], source["retry_after"]) == ("new", 0, None)


def test_a_source_is_ok_since_it_became_so(keeper: Any, tdoc: Row) -> None:
    keeper.take([tdoc("R1-1")])
    since = keeper.source()["state_since"]
    keeper.take([tdoc("R1-1"), tdoc("R1-2")])
    keeper.again()
    assert keeper.source()["state_since"] == since


def test_validators_are_those_of_the_last_good_fetch(keeper: Any, tdoc: Row) -> None:
    keeper.take([tdoc("R1-1")], visit={"content": b"1", "etag": '"1"', "last_modified": "yesterday"})
    keeper.fail(content=b"login page")
    assert (keeper.source()["etag"], keeper.source()["last_modified"]) == ('"1"', "yesterday")
    keeper.again()
    assert keeper.source()["etag"] == '"1"'
    keeper.take([tdoc("R1-1")], visit={"content": b"2", "etag": '"2"'})
    assert (keeper.source()["etag"], keeper.source()["last_modified"]) == ('"2"', None)


# -- baselines


def test_a_new_meetings_first_list_is_news_where_its_group_is_watched(keeper: Any, tdoc: Row) -> None:
    keeper.take([tdoc("R1-1")])  # watched since 7:00 UTC
    rows = [
        tdoc("R1-2", meeting="RAN1#1000", reserved_at="2026-11-20T08:30:00"),
        tdoc("R1-3", meeting="RAN1#1000", reserved_at="2026-11-20T09:30:00"),
        tdoc("R1-4", meeting="RAN1#1000", uploaded_at="2026-11-21T00:00:00"),
        tdoc("R1-5", meeting="RAN1#1000"),
    ]
    first = keeper.take(rows, "3gpp.tdocs:RAN1#1000", hours=24)
    assert (first.baseline, first.appeared) == (True, 4)
    assert keeper.told(first) == [("appeared", "R1-3"), ("appeared", "R1-4")]


@pytest.mark.parametrize("watched", ["imported", "another group"])
def test_a_first_list_is_no_news_without_a_watch(keeper: Any, tdoc: Row, watched: str) -> None:
    if watched == "imported":
        keeper.take([tdoc("R1-1")], visit={"crawled": False})
    else:
        keeper.take([tdoc("R2-1", group="RAN2")], "3gpp.tdocs:RAN2#999")
    late = [tdoc("R1-2", meeting="RAN1#1000", reserved_at="2026-11-21T09:00:00")]
    assert keeper.take(late, "3gpp.tdocs:RAN1#1000", hours=24).changes == []


def test_an_import_is_never_news_by_itself(keeper: Any, tdoc: Row) -> None:
    keeper.take([tdoc("R1-1")])
    late = [tdoc("R1-2", meeting="RAN1#1000", reserved_at="2026-11-21T09:00:00")]
    assert keeper.take(late, "3gpp.tdocs:RAN1#1000", hours=24, visit={"crawled": False}).changes == []


def test_a_backfill_leaves_history_but_tells_nothing_and_a_first_import_can_be_news(keeper: Any, tdoc: Row) -> None:
    keeper.take([tdoc("R1-1", status="available")])
    backfill = keeper.take([tdoc("R1-1", status="noted"), tdoc("R1-2")], baseline=True)
    assert backfill.changes == []
    assert keeper.show("R1-1")["history"][0]["new"] == "noted"
    news = keeper.take([tdoc("R1-9", meeting="RAN1#1000")], "3gpp.tdocs:RAN1#1000", baseline=False)
    assert keeper.told(news) == [("appeared", "R1-9")]


# -- provenance


def test_every_record_leads_back_to_the_bytes_it_was_read_from(keeper: Any, tdoc: Row) -> None:
    keeper.take([tdoc("R1-1")], visit={"content": b"PK a workbook"})
    keeper.take([tdoc("R1-1", status="noted")], visit={"content": b"a page" * 1000})
    first, last = keeper.show("R1-1")["provenance"]
    with keeper.archive.read() as connection:
        assert kept(connection, first["sha256"]) == b"PK a workbook"
        assert kept(connection, last["sha256"]) == b"a page" * 1000
        assert kept(connection, "0" * 64) is None
        assert latest_copy(connection, "3gpp.tdocs", b"a page" * 1000).key == "3gpp.tdocs:RAN1#999"
        assert latest_copy(connection, "3gpp.tdocs", b"PK a workbook") is None
    change = keeper.show("R1-1")["history"][0]
    assert change["fetch"]["sha256"] == last["sha256"]


# -- all or nothing


@pytest.mark.parametrize("where", ["_finish", "_note_missing", "_update"])
def test_a_crash_leaves_neither_record_nor_change_nor_fetch(
    keeper: Any, tdoc: Row, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    keeper.take([tdoc("R1-1")])
    tables = ("record", "contribution", "change", "fetch", "content", "source_text", "search")
    counts = [keeper.rows(f'SELECT count(*) FROM "{table}"') for table in tables]  # noqa: S608
    before = keeper.source(), counts

    def crash(*_: Any, **__: Any) -> None:
        raise RuntimeError("the power fails")

    with monkeypatch.context() as patched:
        patched.setattr(records.Writer, where, crash)
        with pytest.raises(RuntimeError, match="power"):
            keeper.take([tdoc("R1-1", status="noted"), tdoc("R1-2", source="Huawei")])
    counts = [keeper.rows(f'SELECT count(*) FROM "{table}"') for table in tables]  # noqa: S608
    assert (keeper.source(), counts) == before
    again = keeper.take([tdoc("R1-1", status="noted"), tdoc("R1-2", source="Huawei")])
    assert keeper.told(again) == [("changed", "R1-1", "status", None, "noted"), ("appeared", "R1-2")]


def test_a_new_meetings_list_is_doubted_if_it_lacks_what_the_last_one_had(keeper: Any, tdoc: Row, meeting: Row) -> None:
    keeper.take(
        [
            meeting("1", "RAN1#998", starts_on="2026-09-01"),
            meeting("2", "RAN1#999", starts_on="2026-11-01"),
            meeting("3", "RAN1#900", starts_on="2017-11-01"),
        ],
        "3gpp.meetings:RAN1",
    )
    listed = [tdoc(f"R1-{number}", meeting="RAN1#998", source="Huawei") for number in range(30)]
    assert keeper.take(listed, "3gpp.tdocs:RAN1#998").reason is None

    without = keeper.take(listed, "3gpp.tdocs:RAN1#999", missing_columns=("release",))
    assert without.reason == "no column release, which the last listing of its kind had"
    emptied = [tdoc(f"R1-{number}", meeting="RAN1#999") for number in range(100, 130)]
    assert keeper.take(emptied, "3gpp.tdocs:RAN1#999").reason == (
        "source in 0% of the rows, where the last listing of its kind had it in 100%"
    )
    old = [tdoc(f"R1-{number}", meeting="RAN1#900", source="Huawei") for number in range(200, 230)]
    assert keeper.take(old, "3gpp.tdocs:RAN1#900", missing_columns=("release",)).reason is None, "lists gained columns"


def test_a_list_whose_values_are_gone_is_doubted_and_one_that_fills_is_not(keeper: Any, tdoc: Row) -> None:
    keeper.take([tdoc(f"R1-{number}", status="approved", source="Huawei") for number in range(10)])
    gone = keeper.take([tdoc(f"R1-{number}", status="available", source="Huawei") for number in range(10)])
    assert gone.reason == "result in 0% of the rows, where the last good fetch had it in 100%"
    filled = [tdoc(f"R1-{number}", status="approved", source="Huawei", abstract="Invented") for number in range(12)]
    assert keeper.take(filled).reason is None
