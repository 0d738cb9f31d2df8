"""When a planned source is overdue: by what stands in the archive, whoever last planned."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from store.archive import Archive
from store.planned import LATE, Plan, overdue_from, remember
from store.tables import Planned
from store.times import moment, stamp

NOW = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Plans:
    """One source, planned again and again."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self.last: datetime | None = None

    def plan(self, at: timedelta, last: timedelta | None = None, due: timedelta | None = None) -> None:
        """Plan at a time after NOW, with the source's last visit and when the next is due."""
        self.last = NOW + last if last is not None else None
        one = Plan("iso.committees", "iso.committees", "ISO", None, None, "https://www.iso.org/", self.last)
        if due is not None:
            one = Plan(one.source, one.kind, one.body, None, None, one.url, self.last, NOW + due)
        with self.archive.write() as connection:
            remember(connection, [one], NOW + at)

    def overdue(self, last: timedelta | None = None) -> timedelta:
        """How long after NOW it is overdue, with another visit since or not."""
        with self.archive.read() as connection:
            (row,) = connection.execute(select(Planned.due_at, Planned.wait))  # type: ignore[call-overload]
        visit = NOW + last if last is not None else self.last
        return overdue_from(row.due_at, row.wait, stamp(visit) if visit else None) - NOW


@pytest.fixture
def plans(tmp_path: Path) -> Iterator[Plans]:
    archive = Archive.open(f"sqlite:///{tmp_path}/a.sqlite", create=True)
    yield Plans(archive)
    archive.close()


@pytest.mark.parametrize(
    ("cadence", "late"),
    [
        pytest.param(HOUR, LATE, id="an hour's, by six hours"),
        pytest.param(24 * HOUR, 24 * HOUR, id="a day's, by a day"),
    ],
)
def test_a_source_is_overdue_when_it_is_as_late_again_as_it_waits(
    plans: Plans, cadence: timedelta, late: timedelta
) -> None:
    plans.plan(0 * HOUR, last=0 * HOUR, due=cadence)
    assert plans.overdue() == cadence + late
    plans.plan(cadence + 2 * HOUR, last=0 * HOUR, due=cadence)  # planned again, and not visited meanwhile
    assert plans.overdue() == cadence + late


def test_a_source_that_is_never_visited_is_overdue_since_it_was_first_planned(plans: Plans) -> None:
    for hours in range(10):
        plans.plan(hours * HOUR)
        assert plans.overdue() == LATE


def test_a_busy_time_that_begins_does_not_make_its_sources_overdue_at_once(plans: Plans) -> None:
    plans.plan(0 * HOUR, last=0 * HOUR, due=48 * HOUR)
    plans.plan(30 * HOUR, last=0 * HOUR, due=1 * HOUR)  # a meeting is known now that had been prepared for a day
    assert plans.overdue() == 30 * HOUR + LATE
    plans.plan(35 * HOUR, last=0 * HOUR, due=1 * HOUR)
    assert plans.overdue() == 30 * HOUR + LATE


def test_an_old_archive_that_is_planned_for_the_first_time_is_given_its_time(plans: Plans) -> None:
    plans.plan(0 * HOUR, last=-50_000 * HOUR, due=-49_976 * HOUR)
    assert plans.overdue() == 24 * HOUR


def test_what_was_visited_late_and_planned_only_later_is_due_since_then(plans: Plans) -> None:
    plans.plan(0 * HOUR, last=-2 * HOUR, due=-1 * HOUR)
    plans.plan(9 * HOUR, last=5 * HOUR, due=6 * HOUR)
    assert plans.overdue() == 6 * HOUR + LATE


def test_a_visit_that_was_the_last_thing_before_everything_stood_still_is_not_for_ever(plans: Plans) -> None:
    plans.plan(0 * HOUR, last=-24 * HOUR, due=0 * HOUR)
    assert plans.overdue(last=3 * HOUR) == 3 * HOUR + 24 * HOUR + 24 * HOUR


def test_what_is_planned_no_more_is_forgotten(plans: Plans) -> None:
    plans.plan(0 * HOUR)
    with plans.archive.write() as connection:
        remember(connection, [], NOW)
        assert connection.execute(select(Planned)).all() == []


def test_times_are_kept_to_the_second(plans: Plans) -> None:
    plans.plan(timedelta(microseconds=7))
    plans.plan(2 * HOUR)
    with plans.archive.read() as connection:
        (row,) = connection.execute(select(Planned.due_at))  # type: ignore[call-overload]
    assert moment(row.due_at) == NOW
