"""The archive's health in numbers, as the site tells it to a monitoring system."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from store.listings import sources
from store.times import moment

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
    for one in sources(connection, now):
        kind = one["kind"]
        kinds.add(kind)
        states[kind, one["state"]] += 1
        late[kind] += one["overdue"]
        visited[kind] = max(visited.get(kind, ""), one["last_visit_at"] or "")
        good[kind] = max(good.get(kind, ""), one["last_good_at"] or "")
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
    found = [one["overdue"] for one in sources(connection, now) if one["next_visit_at"]]
    return bool(found) and all(found)
