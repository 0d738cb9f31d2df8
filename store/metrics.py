"""The archive's health in numbers, as the site tells it to a monitoring system."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from store import tables
from store.health import overdue
from store.times import moment

_listing = tables.Listing.__table__  # type: ignore[attr-defined]

STATES = ("new", "ok", "suspect", "broken", "refused", "disallowed")


@dataclass(frozen=True, slots=True)
class Sample:
    """One number: `normwatch_NAME{LABELS} VALUE`. A `help` goes with the first of its name."""

    name: str
    value: float
    help: str
    labels: tuple[tuple[str, str], ...] = ()


def samples(connection: Connection, now: datetime) -> Iterator[Sample]:
    """How the sources are, by kind. Those no longer visited count by their state alone."""
    states: Counter[tuple[str, str]] = Counter()
    late: Counter[str] = Counter()
    visited: dict[str, str] = {}
    good: dict[str, str] = {}
    kinds: set[str] = set()
    for row in connection.execute(select(_listing).where(_listing.c.kind != "registry")):
        kinds.add(row.kind)
        states[row.kind, row.state] += 1
        late[row.kind] += overdue(row, now)
        visited[row.kind] = max(visited.get(row.kind, ""), row.last_visit_at or "")
        good[row.kind] = max(good.get(row.kind, ""), row.last_good_at or "")
    for kind in sorted(kinds):
        label = ("kind", kind)
        for state in STATES:
            about = "Sources by kind and state."
            yield Sample("sources", states[kind, state], about, (label, ("state", state)))
    for kind in sorted(kinds):
        yield Sample("sources_overdue", late[kind], "Sources not visited when due.", (("kind", kind),))
    for name, times, about in (
        ("last_visit_timestamp_seconds", visited, "Newest visit of any source of the kind."),
        ("last_good_visit_timestamp_seconds", good, "Newest visit that was good."),
    ):
        for kind in sorted(kinds):
            if times[kind]:
                yield Sample(name, moment(times[kind]).timestamp(), about, (("kind", kind),))


def stands_still(connection: Connection, now: datetime) -> bool:
    """Whether visits are planned and every one of them is overdue: nothing keeps to the schedule."""
    query = select(_listing.c.next_visit_at, _listing.c.last_visit_at).where(_listing.c.next_visit_at.is_not(None))
    rows = connection.execute(query).all()
    return bool(rows) and all(overdue(row, now) for row in rows)
