"""What is to be visited and when, and what was not visited in time: the one rule by which a source is overdue.

What is due stands in the archive, so that it tells of a crawler that stands still, too: nobody plans anew then.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select

from store import tables
from store.times import moment, stamp

_planned = tables.Planned.__table__  # type: ignore[attr-defined]

LATE = timedelta(hours=6)
"""How late a visit is at least before its source is overdue: a long crawl, or a pause of its host, is no outage."""
UNSCHEDULED = timedelta(hours=36)
"""How soon a source is taken to be visited again that something else than the schedule visits."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A source that is to be visited."""

    source: str
    """As `listing.key`, which has none of a source that was never visited."""
    kind: str
    body: str
    group: str | None
    meeting: str | None
    url: str
    last: datetime | None = None
    """Its last visit."""
    due: datetime | None = None
    """When the next is due, as it is computed now; None: at once."""


def watched(connection: Connection) -> bool:
    """Whether anything visits sources: a crawl or a schedule noted what it plans. Not so where files are imported."""
    return connection.execute(select(_planned.c.source).limit(1)).first() is not None


def as_rows(connection: Connection, plan: Iterable[Plan], now: datetime) -> dict[str, dict[str, Any]]:
    """The rows of table `planned` for what is planned now, by source."""
    known = {row.source: moment(row.due_at) for row in connection.execute(select(_planned))}
    return {one.source: _row(one, known.get(one.source, now), now) for one in plan}


def remember(connection: Connection, plan: Iterable[Plan], now: datetime) -> None:
    """Write down what is planned, and nothing else, in the caller's transaction."""
    known = {row["source"]: dict(row) for row in connection.execute(select(_planned)).mappings()}
    rows = as_rows(connection, plan, now)
    if gone := [source for source, row in known.items() if rows.get(source) != row]:
        connection.execute(
            delete(_planned).where(_planned.c.source == bindparam("key")), [{"key": one} for one in gone]
        )
    if new := [row for source, row in rows.items() if known.get(source) != row]:
        connection.execute(insert(_planned), new)


def _row(one: Plan, before: datetime, now: datetime) -> dict[str, Any]:
    """A source that turns out to be due already, as a busy time begins, is due from now on: nobody knew it before."""
    due = one.due or before
    if due <= now:
        due = max(due, min(before, now))
    return {
        "source": one.source,
        "kind": one.kind,
        "body": one.body,
        "group_name": one.group,
        "meeting": one.meeting,
        "url": one.url,
        "due_at": stamp(due),
        "wait": int((one.due - one.last).total_seconds()) if one.due and one.last else 0,
    }


def overdue_from(due_at: str, wait: int, last_visit_at: str | None) -> datetime:
    """From when on a planned source is overdue, if it is not visited: as late again as it waits, and `LATE`.

    What it was last seen to say is then old, whatever its state is.
    """
    waits, due = timedelta(seconds=wait), moment(due_at)
    if last_visit_at and moment(last_visit_at) >= due:
        due = moment(last_visit_at) + waits  # visited since, and not planned anew: by the same rhythm
    return due + max(waits, LATE)


def next_visit(row: Any) -> str | None:
    """When a source is to be visited next; None if it is no longer planned. `row` as for `overdue`."""
    if row.due_at is None or row.last_visit_at is None:
        return row.due_at  # type: ignore[no-any-return]
    return stamp(moment(row.last_visit_at) + timedelta(seconds=row.wait))


def overdue(row: Any, now: datetime) -> bool:
    """Whether a source is overdue; `row` has `due_at` and `wait` as in `planned`, and the listing's `last_visit_at`."""
    return row.due_at is not None and now > overdue_from(row.due_at, row.wait, row.last_visit_at)
