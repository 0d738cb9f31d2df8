"""What can be seen: the sources that are planned to be visited, which of them were read, and where we are blind.

Blind is not only where a visit fails. A source that nobody has read for much longer than planned, or never, is no more
seen than one that refuses: silence of the crawler must not pass for silence of the bodies.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, or_, select

from alerts import tables
from alerts.watchlists import Watchlist
from store.tables import Listing
from store.times import moment, stamp

_planned = tables.Planned.__table__  # type: ignore[attr-defined]
_listing = Listing.__table__  # type: ignore[attr-defined]

FAULTS = ("suspect", "broken", "refused", "disallowed")
"""States of a listing after a visit that failed."""
OVERDUE, UNREAD = "overdue", "unread"
"""No visit failed, but the last good one is too long ago; or there was none in all the time there should have been."""
MISSED = 3
"""Planned visits that may be missed before we are blind: one can fall out for a long crawl, another for a pause."""
PATIENCE = timedelta(hours=12)
"""The least time for that: kinds that are visited every few hours are left alone as long after faults of their host."""
UNSCHEDULED = timedelta(days=3)
"""The time for kinds that the schedule leaves out, and that something else must visit."""


def patience(cadence: timedelta | None) -> timedelta:
    """How long a source may go without being read before we are blind there, by the time between its visits."""
    return UNSCHEDULED if cadence is None else max(MISSED * cadence, PATIENCE)


@dataclass(frozen=True, slots=True)
class Plan:
    """A source that is to be visited."""

    source: str
    kind: str
    body: str
    group: str | None
    meeting: str | None
    url: str
    patience: timedelta


@dataclass(frozen=True, slots=True)
class Source:
    """A planned source as it stands."""

    source: str
    kind: str
    body: str
    group: str | None
    meeting: str | None
    url: str
    state: str
    """As a listing's, `overdue` or `unread`."""
    reason: str | None
    """In the crawler's words, for operators."""
    since: str | None
    """When that state began."""
    last: str | None
    """When it was last read."""
    overdue: bool = False
    """Whether that is longer ago than it should be, whatever its state."""

    @property
    def blind(self) -> bool:
        """Whether we cannot see what it lists now."""
        return self.state in (*FAULTS, OVERDUE, UNREAD)


@dataclass(frozen=True, slots=True)
class Sight:
    """Every planned source, by its key."""

    sources: tuple[Source, ...]

    def of(self, watchlists: Sequence[Watchlist]) -> Sight:
        """What these watchlists look at."""
        seen = (each for each in self.sources if any(one.watches(each.body, each.group) for one in watchlists))
        return replace(self, sources=tuple(seen))

    @property
    def blind(self) -> tuple[Source, ...]:
        """Where we cannot see."""
        return tuple(one for one in self.sources if one.blind)

    @property
    def read(self) -> tuple[Source, ...]:
        """Where we can. A listing that does not exist yet, as of a meeting ahead, is neither."""
        return tuple(one for one in self.sources if not one.blind and one.last)


def remember(connection: Connection, plan: Iterable[Plan], now: datetime) -> None:
    """Write down what is planned, in the caller's transaction; what was planned before keeps its `since`."""
    since = {row.source: row.since for row in connection.execute(select(_planned.c.source, _planned.c.since))}
    rows = [_row(one, since.get(one.source, stamp(now))) for one in plan]
    connection.execute(delete(_planned))
    if rows:
        connection.execute(insert(_planned), rows)


def _row(one: Plan, since: str) -> dict[str, Any]:
    values = asdict(one)
    values["group_name"] = values.pop("group")
    return values | {"patience": int(one.patience.total_seconds()), "since": since}


def look(connection: Connection, now: datetime, plan: Collection[Plan] | None = None) -> Sight:
    """How every planned source stands at `now`.

    `plan` None: as it was last written down, or where it never was, every listing by its state alone.
    """
    known = {row["source"]: dict(row) for row in connection.execute(select(_planned)).mappings()}
    if plan is not None:
        since = {source: row["since"] for source, row in known.items()}
        known = {one.source: _row(one, since.get(one.source, stamp(now))) for one in plan}
    query = select(_listing).order_by(_listing.c.key)
    if known:
        query = query.where(or_(_listing.c.key.in_(known), _listing.c.key.contains("?", autoescape=True)))
    listings = {row.key: row for row in connection.execute(query)}
    if not known:
        return Sight(tuple(_listed(row) for row in listings.values() if row.kind != "registry"))
    found = [_standing(row, listings.get(source), now) for source, row in known.items()]
    found += [
        _listed(row)  # a further page of a listing: planned with it, and not there by itself
        for key, row in listings.items()
        if key not in known and row.state in FAULTS and key.partition("?")[0] in known
    ]
    return Sight(tuple(sorted(found, key=lambda one: one.source)))


def _listed(row: Any) -> Source:
    return Source(
        source=row.key,
        kind=row.kind,
        body=row.body,
        group=row.group_name,
        meeting=row.meeting,
        url=row.url or "",
        state=row.state,
        reason=row.reason,
        since=row.state_since,
        last=row.last_good_at,
    )


def _standing(planned: Any, row: Any, now: datetime) -> Source:
    allowed = timedelta(seconds=planned["patience"])
    if row is None or (row.last_visit_at is None and row.last_good_at is None):
        due = moment(planned["since"]) + allowed
        late = due <= now
        return Source(
            source=planned["source"],
            kind=planned["kind"],
            body=planned["body"],
            group=planned["group_name"],
            meeting=planned["meeting"],
            url=planned["url"],
            state=UNREAD if late else "new",
            reason="it was never visited" if late else None,
            since=stamp(due) if late else planned["since"],
            last=None,
            overdue=late,
        )
    one = replace(_listed(row), url=row.url or planned["url"], group=row.group_name or planned["group_name"])
    due = moment(row.last_good_at or row.last_visit_at) + allowed  # what is not there yet is looked for as often
    if due > now:
        return one
    if one.state in FAULTS:
        return replace(one, overdue=True)
    state = OVERDUE if row.last_good_at else UNREAD
    return replace(one, state=state, reason="not visited as often as planned", since=stamp(due), overdue=True)
