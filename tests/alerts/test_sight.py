"""What counts as seen: what is planned and was read in time, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from alerts.sight import Sight, look
from alerts.watchlists import Watchlist
from store.planned import LATE, Plan, remember
from store.tables import Listing
from store.times import stamp

NOW = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


def planned(source: str = "3gpp.meetings:RAN1", **more: Any) -> Plan:
    kind = source.partition(":")[0]
    values = {"body": "3GPP", "group": "RAN1", "meeting": None, "url": "https://www.3gpp.org/"}
    return Plan(source=source, kind=kind, **values | more)


def daily(source: str = "3gpp.meetings:RAN1", read: timedelta = HOUR) -> Plan:
    """A source that was visited so long ago and is visited once a day."""
    return planned(source, last=NOW - read, due=NOW - read + 24 * HOUR)


def listed(desk: Any, source: str = "3gpp.meetings:RAN1", read: timedelta | None = HOUR, **more: Any) -> None:
    """A listing that was last read so long ago; None: never."""
    last = None if read is None else stamp(NOW - read)
    values = {
        "key": source,
        "kind": source.partition(":")[0],
        "body": "3GPP",
        "group_name": "RAN1",
        "state": "ok" if last else "new",
        "state_since": "2026-11-01T00:00:00Z",
        "last_visit_at": last,
        "last_good_at": last,
    }
    with desk.archive.write() as connection:
        connection.execute(insert(Listing).values(values | more))


def seen(desk: Any, *plan: Plan, at: timedelta = timedelta(0)) -> Sight:
    """How things stand some time after NOW; the sources are planned as soon as they were visited."""
    with desk.archive.write() as connection:
        remember(connection, plan, min((one.last for one in plan if one.last), default=NOW))
        return look(connection, NOW + at)


def states(sight: Sight) -> list[tuple[str, str, bool]]:
    return [(one.source, one.state, one.blind) for one in sight.sources]


@pytest.mark.parametrize(
    ("read", "state"), [(HOUR, "ok"), (48 * HOUR, "ok"), (48 * HOUR + timedelta(seconds=1), "overdue")]
)
def test_a_source_that_nobody_read_for_long_is_not_seen_although_no_visit_failed(
    desk: Any, read: timedelta, state: str
) -> None:
    listed(desk, read=read)
    (one,) = seen(desk, daily(read=read)).sources
    assert (one.state, one.blind) == (state, state == "overdue")
    assert one.last == stamp(NOW - read)


def test_a_source_that_was_never_visited_is_not_seen_once_it_should_have_been(desk: Any) -> None:
    plan = planned()
    assert states(seen(desk, plan)) == [("3gpp.meetings:RAN1", "new", False)]
    later = seen(desk, plan, at=2 * LATE)  # planned again: since when it is planned stays
    assert states(later) == [("3gpp.meetings:RAN1", "unread", True)]
    assert later.read == ()


def test_a_list_that_is_not_there_yet_is_neither_read_nor_missed(desk: Any) -> None:
    listed(desk, read=None, last_visit_at=stamp(NOW - HOUR), reason="no TDoc list at the portal")
    sight = seen(desk, daily())
    assert (sight.read, sight.blind) == ((), ())
    assert [one.state for one in seen(desk, daily(), at=48 * HOUR).blind] == ["unread"]  # nor looked for any more


def test_faults_are_not_seen_and_say_whether_they_last(desk: Any) -> None:
    listed(desk, read=HOUR, state="suspect")
    listed(desk, "3gpp.meetings:RAN2", read=60 * HOUR, state="suspect")
    blind = seen(desk, daily(), daily("3gpp.meetings:RAN2", 60 * HOUR)).blind
    assert [(one.state, one.overdue) for one in blind] == [("suspect", False), ("suspect", True)]


def test_what_is_planned_no_more_is_no_gap(desk: Any) -> None:
    listed(desk, read=HOUR)
    listed(desk, "3gpp.tdocs:RAN1#9", read=900 * HOUR, state="broken")
    listed(desk, "itu.documents:T25-SG13-C?page=2", read=900 * HOUR)
    assert states(seen(desk, daily())) == [("3gpp.meetings:RAN1", "ok", False)]


def test_a_further_page_that_fails_is_not_seen(desk: Any) -> None:
    listed(desk)
    listed(desk, "3gpp.meetings:RAN1?page=2", state="refused")
    assert [one.source for one in seen(desk, daily()).blind] == ["3gpp.meetings:RAN1?page=2"]


def test_a_plan_at_hand_comes_before_the_one_written_down(desk: Any) -> None:
    with desk.archive.write() as connection:
        remember(connection, [planned()], NOW - 2 * LATE)
    with desk.archive.read() as connection:
        found = look(connection, NOW, [planned(), planned("3gpp.meetings:RAN2", group="RAN2")])
    assert states(found) == [("3gpp.meetings:RAN1", "unread", True), ("3gpp.meetings:RAN2", "new", False)]


def test_a_watchlist_looks_at_its_groups_and_at_what_is_of_their_whole_body(desk: Any) -> None:
    sources = (
        planned(),
        planned("3gpp.meetings:RAN2", group="RAN2"),
        planned("iso.committees", body="ISO", group=None),
        planned("itu.meetings:T", body="ITU", group=None),
    )
    sight = seen(desk, *sources)

    def looked_at(*groups: str) -> list[str]:
        return [one.source for one in sight.of([Watchlist(name="x", groups=groups)]).sources]

    assert looked_at("RAN1") == ["3gpp.meetings:RAN1"]
    assert looked_at("ISO/TC 8/*") == ["iso.committees"]
    assert looked_at("RAN2", "ITU-T SG*") == ["3gpp.meetings:RAN2", "itu.meetings:T"]
    assert len(looked_at()) == 4
