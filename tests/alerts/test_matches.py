from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, update

from alerts.matches import Due, audience, due, record, record_matches
from alerts.matching import Match, Matcher, Reason
from alerts.outbox import prepare
from alerts.sending import lift, suppress
from alerts.settings import MailSettings
from alerts.watchlists import Watchlist
from spiders.rows import ContributionRow, Reading
from store.changes import changes
from store.incoming import Visit
from store.ingest import ingest
from store.tables import Listing, Meeting, Record

SETTINGS = MailSettings()


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def watchlist(name: str, cadence: str = "daily 07:30", *recipients: str, **more: Any) -> Watchlist:
    return Watchlist(name=name, cadence=cadence, recipients=recipients or ("officer@example.org",), **more)


def dues(desk: Any, lists: list[Watchlist], now: str, quiet: str = "never") -> list[Due]:
    with desk.archive.read() as connection:
        return list(due(connection, audience(lists), utc(now), quiet))


def told(desk: Any, lists: list[Watchlist], now: str, write: Any, quiet: str = "never") -> list[tuple[str, int]]:
    """Prepare, and who then got how many changes."""
    with desk.archive.write() as connection:
        prepare(connection, audience(lists), write, SETTINGS.model_copy(update={"quiet": quiet}), utc(now))
    return [(row.recipient, row.items) for row in desk.rows("SELECT * FROM message") if row.created_at == f"{now}:00Z"]


def test_a_change_is_due_at_the_first_due_time_after_it_was_matched(desk: Any) -> None:
    lists = [watchlist("6G")]
    desk.tell(lists, utc("2026-11-20T09:00"))
    assert dues(desk, lists, "2026-11-21T07:29") == []
    (one,) = dues(desk, lists, "2026-11-21T07:30")
    assert one.recipient == "officer@example.org"
    assert (one.period.start, one.period.end) == (utc("2026-11-20T07:30"), utc("2026-11-21T07:30"))
    assert one.matches == (Match(1, "6G", "reserved", (Reason("topic", "6G", "title"),)),)


def test_what_is_matched_after_the_due_time_waits_for_the_next(desk: Any, write: Any) -> None:
    lists = [watchlist("6G")]
    desk.tell(lists, utc("2026-11-20T09:00"))
    desk.tell(lists, utc("2026-11-21T07:31"))
    assert told(desk, lists, "2026-11-21T07:35", write) == [("officer@example.org", 1)]
    assert told(desk, lists, "2026-11-21T12:00", write) == []
    assert told(desk, lists, "2026-11-22T07:30", write) == [("officer@example.org", 1)]


def test_one_message_for_everything_due_to_one_person_with_every_reason(desk: Any, write: Any) -> None:
    lists = [watchlist("6G"), watchlist("AI"), watchlist("Quantum", "weekly mon 07:30")]
    desk.tell(lists, utc("2026-11-20T09:00"))
    (one,) = dues(desk, lists, "2026-11-21T07:30")
    assert [match.watchlist for match in one.matches] == ["6G", "AI", "Quantum"]
    assert one.change_ids == [1]
    assert told(desk, lists, "2026-11-21T07:30", write) == [("officer@example.org", 1)]
    assert told(desk, lists, "2026-11-23T07:30", write) == []  # the weekly one does not tell it again


def test_a_period_is_that_of_what_it_tells_not_of_what_still_waits(desk: Any) -> None:
    lists = [watchlist("6G"), watchlist("Quantum", "weekly mon 07:30")]
    desk.tell(lists, utc("2026-11-16T09:00"), named="Quantum")
    desk.tell(lists, utc("2026-11-20T09:00"), named="6G")
    (one,) = dues(desk, lists, "2026-11-21T07:30")
    assert one.change_ids == [2]
    assert one.period.start == utc("2026-11-20T07:30")


def test_one_person_however_written_is_told_once(desk: Any, write: Any) -> None:
    spelt = ("officer@example.org", "Officer@Example.org", '"Officer, The" <OFFICER@example.org>')
    lists = [watchlist("6G", "daily 07:30", *spelt), watchlist("AI", "daily 07:30", "Officer@Example.org")]
    desk.tell(lists, utc("2026-11-20T09:00"))
    (one,) = dues(desk, lists, "2026-11-21T07:30")
    assert [each.name for each in one.watchlists] == ["6G", "AI"]
    assert [match.watchlist for match in one.matches] == ["6G", "AI"]
    assert told(desk, lists, "2026-11-21T07:30", write) == [("officer@example.org", 1)]


def test_a_recipient_may_have_a_time_and_zone_of_their_own(desk: Any) -> None:
    early = {"address": "early@example.org", "cadence": "daily 06:00", "zone": "Asia/Tokyo"}
    lists = [Watchlist(name="6G", cadence="daily 07:30", recipients=("officer@example.org", early))]
    desk.tell(lists, utc("2026-11-20T09:00"))
    assert [one.recipient for one in dues(desk, lists, "2026-11-20T21:00")] == ["early@example.org"]


def test_a_week_of_missed_times_is_made_up_in_one_message(desk: Any, write: Any) -> None:
    lists = [watchlist("6G")]
    for day in range(10, 18):
        desk.tell(lists, utc(f"2026-11-{day}T09:00"))
    (one,) = dues(desk, lists, "2026-11-18T08:10")
    assert one.change_ids == list(range(1, 9))
    assert one.period.start == utc("2026-11-10T09:00")
    assert told(desk, lists, "2026-11-18T08:10", write) == [("officer@example.org", 8)]
    assert told(desk, lists, "2026-11-18T08:20", write) == []


def test_who_joins_a_watchlist_is_not_told_what_was_before(desk: Any) -> None:
    desk.tell([watchlist("6G")], utc("2026-11-20T09:00"))
    joined = [watchlist("6G", "daily 07:30", "officer@example.org", "new@example.org")]
    assert [one.recipient for one in dues(desk, joined, "2026-11-21T07:30")] == ["officer@example.org"]


def test_who_left_a_watchlist_is_not_told_what_waited(desk: Any) -> None:
    desk.tell([watchlist("6G")], utc("2026-11-20T09:00"))
    assert dues(desk, [watchlist("6G", "daily 07:30", "other@example.org")], "2026-11-21T07:30") == []


def test_what_a_server_refused_waits_and_who_unsubscribed_is_owed_nothing(desk: Any) -> None:
    lists = [watchlist("6G", "daily 07:30", "full@example.org", "gone@example.org")]
    with desk.archive.write() as connection:
        suppress(connection, "full@example.org", "rejected", "550", utc("2026-11-19T09:00"))
        suppress(connection, "gone@example.org", "unsubscribed", "", utc("2026-11-19T09:00"))
    desk.tell(lists, utc("2026-11-20T09:00"))
    assert dues(desk, lists, "2026-11-21T07:30") == []
    with desk.archive.write() as connection:
        assert lift(connection, "full@example.org") == 0
        assert lift(connection, "gone@example.org") == 0
        assert lift(connection, "nobody@example.org") is None
    assert [one.recipient for one in dues(desk, lists, "2026-11-21T07:30")] == ["full@example.org"]


def test_matching_a_change_again_writes_nothing(desk: Any) -> None:
    lists = [watchlist("6G")]
    desk.tell(lists, utc("2026-11-20T09:00"))
    with desk.archive.write() as connection:
        again = [Match(1, "6G", "reserved", ())]
        assert record(connection, again, audience(lists), utc("2026-11-20T10:00")) == []
    assert len(desk.rows("SELECT * FROM match")) == len(desk.rows("SELECT * FROM alert")) == 1


def test_a_fetch_that_dies_before_its_end_leaves_nothing_and_is_told_by_the_next(newsroom: Any) -> None:
    six_g = watchlist("6G", "immediate", topics=("6G",))
    row = ContributionRow(
        key="R1-2600001", body="3GPP", group="RAN1", title="Invented 6G", source="Huawei", status="available", url="x"
    )
    visit = Visit("3gpp.tdocs:RAN1#999", "3gpp.tdocs", "3GPP", "https://example.org/", newsroom.now, content=b"rows")

    def fetch(connection: Any) -> None:
        reading = Reading("3gpp.tdocs", rows=[row])
        outcome = ingest(connection, visit, reading, newsroom.resolver, baseline=False)
        told = changes(connection, newsroom.resolver, outcome.changes)
        record_matches(connection, told, Matcher([six_g]), audience([six_g]), newsroom.now)

    def counts() -> list[int]:
        with newsroom.archive.read() as connection:
            tables = ("fetch", "record", "change", "match", "alert")
            return [connection.exec_driver_sql(f'SELECT count(*) FROM "{one}"').scalar_one() for one in tables]  # noqa: S608

    with contextlib.suppress(KeyboardInterrupt), newsroom.archive.write() as connection:
        fetch(connection)
        raise KeyboardInterrupt
    assert counts() == [0, 0, 0, 0, 0]
    for _ in range(2):
        with newsroom.archive.write() as connection:
            fetch(connection)  # the second time, the fetch brings nothing new
    assert counts() == [2, 1, 1, 1, 1]


def test_many_matches_are_written_with_their_ids(desk: Any) -> None:
    lists = [watchlist("6G"), watchlist("AI")]
    with desk.archive.write() as connection:
        numbers = [desk.change(connection, utc("2026-11-20T09:00")) for _ in range(700)]
        found = [Match(number, name, "reserved", ()) for number in numbers for name in ("6G", "AI")]
        ids = record(connection, found, audience(lists), utc("2026-11-20T09:00"))
    assert ids == [row.id for row in desk.rows("SELECT id FROM match ORDER BY id")]
    assert len(ids) == 1400
    assert len(desk.rows("SELECT * FROM alert")) == 700


@pytest.mark.parametrize(
    ("quiet", "notes"),
    [("never", []), ("weekly", [8, 15]), ("daily", [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15])],
)
def test_a_quiet_time_is_said_to_be_one_as_often_as_configured(
    desk: Any, write: Any, quiet: str, notes: list[int]
) -> None:
    with desk.archive.write() as connection:
        connection.execute(update(Listing).values(watched_since="2026-11-01T06:00:00Z"))
    days = [day for day in range(1, 16) if told(desk, [watchlist("6G")], f"2026-11-{day:02}T07:30", write, quiet)]
    assert days == notes


def test_news_put_a_quiet_note_off(desk: Any, write: Any) -> None:
    with desk.archive.write() as connection:
        connection.execute(update(Listing).values(watched_since="2026-11-01T06:00:00Z"))
    lists = [watchlist("6G")]
    desk.tell(lists, utc("2026-11-05T09:00"))
    days = [day for day in range(1, 16) if told(desk, lists, f"2026-11-{day:02}T07:30", write, "weekly")]
    assert days == [6, 13]


def test_a_watchlist_that_goes_by_meetings_tells_by_the_hour_during_one(desk: Any) -> None:
    lists = [watchlist("6G", "meeting", groups=("RAN1",))]
    desk.tell(lists, utc("2026-11-17T09:10"))
    assert dues(desk, lists, "2026-11-17T10:00") == []
    with desk.archive.write() as connection:
        row = connection.exec_driver_sql("SELECT * FROM record WHERE id = 1").mappings().one()
        connection.execute(insert(Record).values(dict(row) | {"id": 900, "record": "meeting", "key": "900"}))
        values = {"record_id": 900, "name": "RAN1#999", "starts_on": "2026-11-16", "ends_on": "2026-11-20"}
        connection.execute(insert(Meeting).values(values))
    assert [one.change_ids for one in dues(desk, lists, "2026-11-17T10:00")] == [[1]]
    with desk.archive.write() as connection:
        connection.execute(update(Meeting).values(status="cancelled"))
    assert dues(desk, lists, "2026-11-17T10:00") == []


def test_immediate_is_told_at_once_and_takes_what_else_is_ripe_along(desk: Any, write: Any) -> None:
    lists = [watchlist("Urgent", "immediate"), watchlist("6G")]
    desk.tell(lists, utc("2026-11-20T06:00"), named="6G")
    desk.tell(lists, utc("2026-11-20T07:00"), named="Urgent")
    assert told(desk, lists, "2026-11-20T07:01", write) == [("officer@example.org", 1)]
    desk.tell(lists, utc("2026-11-20T07:31"), named="Urgent")
    assert told(desk, lists, "2026-11-20T07:32", write) == [("officer@example.org", 2)]


def test_what_comes_in_within_the_second_of_a_message_waits_for_the_next(desk: Any, write: Any) -> None:
    lists, now = [watchlist("Urgent", "immediate")], utc("2026-11-20T07:00")
    for part in (100_000, 600_000):
        desk.tell(lists, now + timedelta(microseconds=part))
        with desk.archive.write() as connection:
            prepare(connection, audience(lists), write, SETTINGS, now + timedelta(microseconds=part))
    assert told(desk, lists, "2026-11-20T07:01", write) == [("officer@example.org", 1)]


def test_a_week_across_the_change_of_clocks_loses_and_repeats_nothing(desk: Any, write: Any) -> None:
    lists = [watchlist("6G", "daily 02:30", zone="Europe/Berlin")]
    start = utc("2026-10-22T00:00")
    messages = []
    for hours in range(6 * 24):
        now = start + timedelta(hours=hours)
        if hours < 5 * 24:
            desk.tell(lists, now)
        messages += told(desk, lists, f"{now:%Y-%m-%dT%H:%M}", write)
    assert sum(items for _, items in messages) == 5 * 24
    assert len(messages) == 6
