"""When listings are due: often around meetings, seldom between, as the archive's own meetings tell."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from store.times import moment, stamp
from store.timetable import Place, Rhythm, Timetable
from tests.store.conftest import meeting

Row = Callable[..., Any]
HOURLY = {"3gpp.tdocs": Rhythm(timedelta(hours=12), timedelta(hours=1))}
NEXT = "RAN1#1000"


def due(keeper: Any, now: str, *, last: str | None = None, meeting: str | None = NEXT, **more: Any) -> datetime | None:
    with keeper.archive.read() as connection:
        timetable = Timetable(connection, HOURLY, moment(now))
        return timetable.due_at(Place("3gpp.tdocs", "3GPP", "RAN1", meeting, last or now, **more))


@pytest.fixture
def meetings(keeper: Any) -> Any:
    rows = [
        meeting("1", "RAN1#999", starts_on="2026-08-17", ends_on="2026-08-21"),
        meeting("2", NEXT, starts_on="2026-11-16", ends_on="2026-11-20"),
        meeting("3", "RAN1-e", starts_on="2026-01-01", ends_on="2026-12-31"),
        meeting("4", "RAN1#1001", starts_on="2026-10-12", ends_on="2026-10-16", status="cancelled"),
    ]
    keeper.take(rows, "3gpp.meetings:RAN1")
    return keeper


@pytest.mark.parametrize(
    ("now", "hours"),
    [
        pytest.param("2026-10-14T08:00Z", 12, id="between, though another was to be and one lasts all year"),
        pytest.param("2026-11-06T08:00Z", 1, id="documents come in"),
        pytest.param("2026-11-18T08:00Z", 1, id="it meets"),
        pytest.param("2026-11-27T08:00Z", 1, id="its decisions are written"),
        pytest.param("2026-11-28T08:00Z", 12, id="over"),
    ],
)
@pytest.mark.parametrize("listing", [NEXT, None], ids=["a meeting's list", "a list of the group"])
def test_a_list_is_visited_often_around_its_groups_meetings(
    meetings: Any, now: str, hours: int, listing: str | None
) -> None:
    assert due(meetings, now, meeting=listing) == moment(now) + timedelta(hours=hours)


def test_another_meetings_list_does_not_hurry(meetings: Any) -> None:
    now = "2026-11-18T08:00Z"
    assert due(meetings, now, meeting="RAN1#999") == moment(now) + timedelta(hours=12)


def test_a_long_pause_ends_where_the_busy_time_begins(meetings: Any) -> None:
    assert due(meetings, "2026-11-05T20:00Z") == moment("2026-11-06T00:00Z")
    assert due(meetings, "2026-11-05T23:30Z") == moment("2026-11-06T00:30Z"), "no more often than around meetings"


def test_how_early_documents_come_is_learnt_from_the_last_meetings(meetings: Any, tdoc: Row) -> None:
    rows = [
        tdoc(f"R1-{place}", meeting="RAN1#999", uploaded_at=f"2026-08-{17 - days:02}T10:00:00")
        for place, days in enumerate([4] * 50 + [12] * 4)
    ]
    meetings.take(rows, "3gpp.tdocs:RAN1#999")
    with meetings.archive.read() as connection:
        assert Timetable(connection, HOURLY, moment("2026-11-01")).lead("3GPP", "RAN1") == timedelta(days=5)
    assert due(meetings, "2026-11-10T08:00Z") == moment("2026-11-10T20:00Z")
    assert due(meetings, "2026-11-11T08:00Z") == moment("2026-11-11T09:00Z")


def test_faults_and_servers_that_ask_us_to_wait_come_before_any_rhythm(meetings: Any) -> None:
    now = "2026-11-18T08:00Z"
    assert due(meetings, now, faults_in_a_row=1) == moment(now) + timedelta(minutes=5)
    assert due(meetings, now, faults_in_a_row=50) == moment(now) + timedelta(hours=12)
    waiting = stamp(moment(now) + timedelta(days=2))
    assert due(meetings, now, faults_in_a_row=1, retry_after=waiting) == moment(waiting)


def test_what_was_never_visited_is_due_now_and_a_kind_without_rhythm_never(meetings: Any) -> None:
    now = moment("2026-11-18T08:00Z")
    with meetings.archive.read() as connection:
        timetable = Timetable(connection, HOURLY, now)
        assert timetable.due_at(Place("3gpp.tdocs", "3GPP", "RAN1", NEXT)) == now
        assert timetable.due_at(Place("iso.projects", "ISO")) is None
