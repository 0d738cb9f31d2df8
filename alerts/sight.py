"""What can be seen: the sources that are planned to be visited, which of them were read, and where we are blind.

Blind is not only where a visit fails. A source that nobody has read for much longer than planned, or never, is no more
seen than one that refuses: silence of the crawler must not pass for silence of the bodies.
When that is so, `store.planned` says.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, or_, select

from alerts.watchlists import Watchlist
from store.planned import Plan, as_rows, overdue_from
from store.tables import Listing, Planned
from store.times import stamp

_planned = Planned.__table__  # type: ignore[attr-defined]
_listing = Listing.__table__  # type: ignore[attr-defined]

_READ = (
    *("key", "kind", "body", "group_name", "meeting", "url"),
    *("state", "reason", "state_since", "last_visit_at", "last_good_at"),
)
"""Columns of a listing."""
FAULTS = ("suspect", "broken", "refused", "disallowed")
"""States of a listing after a visit that failed."""
OVERDUE, UNREAD = "overdue", "unread"
"""No visit failed, but the last good one is too long ago; or there was none in all the time there should have been."""


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
    """Every planned source, by its key; where nothing is planned, every listing that was imported."""

    sources: tuple[Source, ...]
    watched: bool = True
    """Whether anything visits sources; if not, silence says nothing of the bodies, nor that we are blind."""

    def of(self, watchlists: Sequence[Watchlist]) -> Sight:
        """What these watchlists look at."""

        @cache  # sources are many, the groups they are of few
        def watched(body: str, group: str | None) -> bool:
            return any(one.watches(body, group) for one in watchlists)

        return replace(self, sources=tuple(one for one in self.sources if watched(one.body, one.group)))

    @property
    def blind(self) -> tuple[Source, ...]:
        """Where we cannot see."""
        return tuple(one for one in self.sources if one.blind)

    @property
    def read(self) -> tuple[Source, ...]:
        """Where we can. A listing that does not exist yet, as of a meeting ahead, is neither."""
        return tuple(one for one in self.sources if not one.blind and one.last)


def look(connection: Connection, now: datetime, plan: Collection[Plan] | None = None) -> Sight:
    """How every planned source stands at `now`.

    `plan` None: as it was last written down, or where it never was, every listing by its state alone.
    """
    known = {row["source"]: dict(row) for row in connection.execute(select(_planned)).mappings()}
    if plan is not None:
        known = as_rows(connection, plan, now)
    query = select(*(_listing.c[name] for name in _READ)).order_by(_listing.c.key)
    if known:
        query = query.where(or_(_listing.c.key.in_(known), _listing.c.key.contains("?", autoescape=True)))
    listings = {row.key: row for row in connection.execute(query)}
    if not known:
        return Sight(tuple(_listed(row) for row in listings.values() if row.kind != "registry"), watched=False)
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
    visited = row.last_visit_at if row is not None else None
    late = overdue_from(planned["due_at"], planned["wait"], visited)
    if row is None or (visited is None and row.last_good_at is None):
        return Source(
            source=planned["source"],
            kind=planned["kind"],
            body=planned["body"],
            group=planned["group_name"],
            meeting=planned["meeting"],
            url=planned["url"],
            state=UNREAD if late < now else "new",
            reason="it was never visited" if late < now else None,
            since=stamp(late) if late < now else None,
            last=None,
            overdue=late < now,
        )
    one = replace(_listed(row), url=row.url or planned["url"], group=row.group_name or planned["group_name"])
    if late >= now:
        return one
    if one.state in FAULTS:
        return replace(one, overdue=True)
    state = OVERDUE if row.last_good_at else UNREAD
    return replace(one, state=state, reason="not visited as often as planned", since=stamp(late), overdue=True)
