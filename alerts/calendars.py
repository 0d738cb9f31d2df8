"""The meetings of the groups that a watchlist names, as a calendar to subscribe to (RFC 5545).

A meeting keeps its UID for life. When it moves or is cancelled its SEQUENCE rises, and calendars follow. A cancelled
one stays in, marked. One that its body no longer lists is not taken for cancelled: it is marked as tentative.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

from icalendar import Calendar, Event
from sqlalchemy import Connection, select

from alerts.inert import inert
from alerts.watchlists import Watchlist
from alerts.wording import HOSTS, plain, safe_link
from store.tables import Change, Meeting, Record
from store.times import moment

BACK = timedelta(days=60)
"""How long past meetings are kept in."""

_meeting = Meeting.__table__  # type: ignore[attr-defined]
_record = Record.__table__  # type: ignore[attr-defined]
_change = Change.__table__  # type: ignore[attr-defined]

_TELLING = ("starts_on", "ends_on", "place", "status", "title", "name")
"""Fields whose changes a calendar should take up."""


def calendar(connection: Connection, watchlist: Watchlist, *, domain: str, now: datetime) -> bytes:
    """The calendar, the same bytes until a meeting changes or drops out at its end.

    `domain` is the installation's own, in which events have their UIDs.
    """
    made = Calendar()
    made.add("prodid", "-//Normwatch//Meetings//EN")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", f"Normwatch: {watchlist.name}")
    made.add("refresh-interval", timedelta(hours=12), parameters={"value": "DURATION"})
    rows = [row for row in _near(connection, now.date()) if watchlist.watches(row.body, row.group_name)]
    moves = _moves(connection, [row.id for row in rows])
    for row in rows:
        made.add_component(_event(row, moves[row.id], domain))
    return bytes(made.to_ical())


def _near(connection: Connection, today: date) -> list[Any]:
    query = (
        select(_record, _meeting)
        .join_from(_meeting, _record, _record.c.id == _meeting.c.record_id)
        .where(_meeting.c.starts_on >= (today - BACK).isoformat())
        .order_by(_meeting.c.starts_on, _record.c.id)
    )
    return list(connection.execute(query))


def _moves(connection: Connection, records: list[int]) -> Counter[int]:
    """By record, how often something changed that a calendar shows."""
    found: Counter[int] = Counter()
    for start in range(0, len(records), 500):
        query = select(_change.c.record_id, _change.c.kind, _change.c.field).where(
            _change.c.record_id.in_(records[start : start + 500])
        )
        for row in connection.execute(query):
            found[row.record_id] += row.kind in ("vanished", "returned") or row.field in _TELLING
    return found


def _event(row: Any, sequence: int, domain: str) -> Event:
    first = date.fromisoformat(row.starts_on[:10])
    last = max(first, date.fromisoformat(row.ends_on[:10])) if row.ends_on else first
    cancelled = row.status == "cancelled"
    event = Event()
    key = re.sub(r"[^A-Za-z0-9.-]", lambda found: f"_{ord(found[0]):x}", row.key)
    event.add("uid", f"{row.body.lower()}-meeting-{key}@{domain}")
    event.add("sequence", sequence)
    event.add("dtstamp", moment(row.last_changed_at))
    event.add("dtstart", first)
    event.add("dtend", last + timedelta(days=1))  # the first day after it
    event.add("summary", inert(plain(("Cancelled: " if cancelled else "") + _called(row))))
    event.add("transp", "TRANSPARENT")
    if cancelled:
        event.add("status", "CANCELLED")
    elif row.vanished_at:
        event.add("status", "TENTATIVE")
        event.add("description", f"{row.body} no longer lists this meeting (since {row.vanished_at[:10]}).")
    else:
        event.add("status", "CONFIRMED")
    if row.place:
        event.add("location", inert(plain(row.place)))
    if url := safe_link(row.url, HOSTS) or safe_link(row.documents_url, HOSTS):
        event.add("url", url)
    return event


def _called(row: Any) -> str:
    return row.name if row.title == row.name else f"{row.name}: {row.title}"
