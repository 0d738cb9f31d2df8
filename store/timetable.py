"""When each listing is visited next: often while its group prepares and holds a meeting, seldom between meetings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache

from sqlalchemy import Connection, func, select

from store import tables
from store.health import own_pause
from store.times import moment

_record = tables.Record.__table__  # type: ignore[attr-defined]
_meeting = tables.Meeting.__table__  # type: ignore[attr-defined]
_contribution = tables.Contribution.__table__  # type: ignore[attr-defined]

USUAL_LEAD = {"3GPP": timedelta(days=10), "ISO": timedelta(days=10), "ITU": timedelta(days=14)}
"""How long before a meeting its documents come in, where the archive cannot tell. ITU-T closes contributions 12 days
before (Rec. A.1); most of a 3GPP group's come about a week before."""
LEADS = timedelta(days=3), timedelta(days=30)
"""The least and the most that is learnt."""
ENOUGH = 50
"""Documents with a date from which a group's lead is learnt."""
LEARNT_FROM = 5
"""Meetings of the group, the last ones."""
SHARE = 0.9
"""Share of a meeting's documents that come within the lead."""
AFTERMATH = timedelta(days=7)
"""How long after a meeting its decisions are still written into its lists."""
LONGEST = timedelta(days=60)
"""A longer meeting is a group's year of e-mail discussion, not a busy time."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Time between two visits of one kind's listings: between meetings, and around those of the listing's group."""

    between: timedelta
    around: timedelta


@dataclass(frozen=True, slots=True)
class Place:
    """A listing, known to the archive or not yet: whose it is, and how its last visits went."""

    kind: str
    body: str
    group: str | None = None
    meeting: str | None = None
    last_visit_at: str | None = None
    faults_in_a_row: int = 0
    retry_after: str | None = None


class Timetable:
    """The rhythm of every listing, as the archive's meetings are known at `now`."""

    def __init__(self, connection: Connection, rhythms: Mapping[str, Rhythm], now: datetime) -> None:
        """`rhythms` by kind; a kind that has none is not visited by the schedule."""
        self._connection = connection
        self._rhythms = rhythms
        self._now = now
        self._busy = cache(self._busy_times)
        self.lead = cache(self._lead)

    def due_at(self, place: Place) -> datetime | None:
        """When the next visit is due, which may be past; None for a kind without a rhythm."""
        rhythm = self._rhythms.get(place.kind)
        if rhythm is None:
            return None
        if place.last_visit_at is None:
            return max(self._now, moment(place.retry_after)) if place.retry_after else self._now
        last = moment(place.last_visit_at)
        if place.faults_in_a_row:
            due = last + own_pause(place.faults_in_a_row)
        else:
            due = _next(last, rhythm, self._busy(place.body, place.group, place.meeting))
        return max(due, moment(place.retry_after)) if place.retry_after else due

    def _busy_times(self, body: str, group: str | None, meeting: str | None) -> list[tuple[datetime, datetime]]:
        """When documents come in or are decided on: for a listing of one meeting around it, else around all."""
        if group is None:
            return []
        query = (
            select(_meeting.c.starts_on, _meeting.c.ends_on)
            .join_from(_record, _meeting, _meeting.c.record_id == _record.c.id)
            .where(_record.c.record == "meeting", _record.c.body == body, _record.c.group_name == group)
            .where(_record.c.vanished_at.is_(None), _meeting.c.status == "planned")
        )
        if meeting is not None:
            query = query.where(_meeting.c.name == meeting)
        else:
            near = (self._now + sign * 2 * LONGEST for sign in (-1, 1))
            first, last = (day.date().isoformat() for day in near)
            query = query.where(_meeting.c.starts_on.between(first, last))
        lead = self.lead(body, group)
        return [
            (_midnight(start) - lead, _midnight(end) + timedelta(days=1) + AFTERMATH)
            for start, end in ((row.starts_on, row.ends_on or row.starts_on) for row in self._connection.execute(query))
            if start is not None and _midnight(end) - _midnight(start) <= LONGEST
        ]

    def _lead(self, body: str, group: str) -> timedelta:
        """How long before its meetings a group's documents come in, learnt from those of its last meetings."""
        ended = (
            select(_meeting.c.name, _meeting.c.starts_on)
            .join_from(_record, _meeting, _meeting.c.record_id == _record.c.id)
            .where(_record.c.record == "meeting", _record.c.body == body, _record.c.group_name == group)
            .where(_meeting.c.ends_on < self._now.date().isoformat())
            .order_by(_meeting.c.ends_on.desc())
            .limit(LEARNT_FROM)
        )
        days: list[int] = []
        for meeting in self._connection.execute(ended):
            came = func.substr(_contribution.c.uploaded_at, 1, 10)
            query = select(came.label("day"), func.count().label("documents")).where(
                _contribution.c.meeting == meeting.name, _contribution.c.uploaded_at < meeting.starts_on
            )
            start = date.fromisoformat(meeting.starts_on)
            for row in self._connection.execute(query.group_by(came)):
                days += [(start - date.fromisoformat(row.day)).days] * row.documents
        if len(days) < ENOUGH:
            return USUAL_LEAD[body]
        learnt = timedelta(days=sorted(days)[int(SHARE * (len(days) - 1))] + 1)
        return min(max(learnt, LEADS[0]), LEADS[1])


def _next(last: datetime, rhythm: Rhythm, busy: list[tuple[datetime, datetime]]) -> datetime:
    """The visit after the one at `last`: a long pause ends early where a busy time begins."""
    soon = last + rhythm.around
    starts = (max(soon, start) for start, end in busy if soon < end)
    return min([last + rhythm.between, *starts])


def _midnight(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(), UTC)
