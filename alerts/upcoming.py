"""What is not due yet: the messages that will tell what waits now, as things stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection

from alerts.matches import Audience, Due, Meetings, due
from alerts.sight import Sight

AHEAD = timedelta(days=9)
"""Longer than the longest time between two due times: a week, and the hour that autumn adds."""


def upcoming(
    connection: Connection,
    audience: Audience,
    now: datetime,
    sight: Sight,
    due_now: Iterable[Due],
    *,
    ahead: Mapping[str, ColumnElement[bool]] | None = None,
) -> Iterator[Due]:
    """By recipient and due time, what is told after `now` of that which waits, and that `due_now` does not tell.

    `ahead` as in `alerts.matches.due`.
    """
    meetings = Meetings(connection, now)
    told: dict[str, set[int]] = {}
    for one in due_now:
        told.setdefault(one.recipient, set()).update(one.change_ids)
    for recipient, lists in sorted(audience.items()):
        known = told.get(recipient, set())
        coming = (cadence.due_times(now, now + AHEAD, meetings.busy(one, cadence)) for one, cadence in lists)
        times = (next(each, now) for each in coming)
        for time in sorted({time for time in times if time > now}):
            for one in due(connection, {recipient: lists}, time, "never", sight, ahead=ahead):
                fresh = tuple(match for match in one.matches if match.change_id not in known)
                if fresh:
                    known |= {match.change_id for match in fresh}
                    yield replace(one, matches=fresh)
