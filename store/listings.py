"""The sources and their health, as operators see them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection, select

from store import tables
from store.health import own_pause
from store.times import moment, stamp

_listing = tables.Listing.__table__  # type: ignore[attr-defined]
_fetch = tables.Fetch.__table__  # type: ignore[attr-defined]


def resting(connection: Connection, now: str, *, own: bool) -> set[str]:
    """Keys of listings that are not to be visited at `now`: a server asked us to wait.

    With `own`, also those that we leave alone ourselves after faults.
    """
    found: set[str] = set()
    query = select(_listing).where(_listing.c.faults_in_a_row > 0)
    for row in connection.execute(query):
        until = row.retry_after or ""
        if own and row.last_visit_at:
            until = max(until, stamp(moment(row.last_visit_at) + own_pause(row.faults_in_a_row)))
        if until > now:
            found.add(row.key)
    return found


def waiting_hosts(connection: Connection, now: str) -> set[str]:
    """The hosts that asked not to be visited before a moment after `now`."""
    query = select(_listing.c.id).where(_listing.c.retry_after > now)
    hosts = {urlsplit(_last_url(connection, number)).hostname for number in connection.execute(query).scalars().all()}
    return {host for host in hosts if host}


def _last_url(connection: Connection, listing_id: int) -> str:
    query = select(_fetch.c.url).where(_fetch.c.listing_id == listing_id).order_by(_fetch.c.id.desc()).limit(1)
    return str(connection.execute(query).scalar() or "")


def sources(connection: Connection, cadences: dict[str, timedelta]) -> Iterator[dict[str, Any]]:
    """One object a source, as `normwatch sources --json` gives it. `cadences`: time between visits, by kind."""
    for row in connection.execute(
        select(_listing).where(_listing.c.kind != "registry").order_by(_listing.c.kind, _listing.c.key)
    ):
        yield {
            "source": row.key,
            "kind": row.kind,
            "body": row.body,
            "group": row.group_name,
            "state": row.state,
            "reason": row.reason,
            "since": row.state_since,
            "last_visit_at": row.last_visit_at,
            "last_good_at": row.last_good_at,
            "rows": row.rows,
            "faults_in_a_row": row.faults_in_a_row,
            "columns": row.columns,
            "next_visit_at": _next_visit(row, cadences.get(row.kind)),
            "url": row.url,
        }


def _next_visit(row: Any, cadence: timedelta | None) -> str | None:
    if row.last_visit_at is None or cadence is None:
        return None
    pause = own_pause(row.faults_in_a_row) or cadence
    due = stamp(moment(row.last_visit_at) + pause)
    return max(due, row.retry_after) if row.retry_after else due
