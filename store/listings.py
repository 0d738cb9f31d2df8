"""The sources and their health, as operators see them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection, null, select

from store import tables
from store.planned import next_visit, overdue

_listing = tables.Listing.__table__  # type: ignore[attr-defined]
_planned = tables.Planned.__table__  # type: ignore[attr-defined]
_fetch = tables.Fetch.__table__  # type: ignore[attr-defined]
_reject = tables.Reject.__table__  # type: ignore[attr-defined]


def resting(connection: Connection, now: str) -> set[str]:
    """Keys of listings that are not to be visited at `now`, even if somebody wants it: a server asked us to wait."""
    return set(connection.execute(select(_listing.c.key).where(_listing.c.retry_after > now)).scalars())


def waiting_hosts(connection: Connection, now: str) -> dict[str, str]:
    """The hosts that asked not to be visited before a moment after `now`, and that moment."""
    found: dict[str, str] = {}
    for number, until in connection.execute(
        select(_listing.c.id, _listing.c.retry_after).where(_listing.c.retry_after > now)
    ):
        if host := urlsplit(_last_url(connection, number)).hostname:
            found[host] = max(until, found.get(host, ""))
    return found


def find(connection: Connection, key: str) -> Any:
    """The row of the listing with this key, None for one that was never visited nor imported."""
    return connection.execute(select(_listing).where(_listing.c.key == key)).first()


def _last_url(connection: Connection, listing_id: int) -> str:
    query = select(_fetch.c.url).where(_fetch.c.listing_id == listing_id).order_by(_fetch.c.id.desc()).limit(1)
    return str(connection.execute(query).scalar() or "")


def rejects(connection: Connection, key: str) -> Iterator[Any]:
    """`row` and `reason` of every row that the last good fetch of a listing had and that could not be read."""
    last = (
        select(_fetch.c.id)
        .join(_listing, _listing.c.id == _fetch.c.listing_id)
        .where(_listing.c.key == key, _fetch.c.outcome == "ok")
        .order_by(_fetch.c.id.desc())
        .limit(1)
    )
    query = select(_reject.c.row, _reject.c.reason).where(_reject.c.fetch_id == last.scalar_subquery())
    yield from connection.execute(query.order_by(_reject.c.id))


def sources(connection: Connection, now: datetime) -> Iterator[dict[str, Any]]:
    """One object a source, as `normwatch sources --json` gives it, those planned and never visited too."""
    plan = _planned.c.source, _planned.c.due_at, _planned.c.wait
    visited = select(_listing, *plan).join_from(_listing, _planned, _planned.c.source == _listing.c.key, isouter=True)
    unread = [null().label(name) for name in _listing.c.keys() if name not in _planned.c]  # noqa: SIM118 - a collection of columns
    never = select(_planned, *unread).where(_planned.c.source.not_in(select(_listing.c.key)))
    rows = [row for query in (visited, never) for row in connection.execute(query) if row.kind != "registry"]
    for row in sorted(rows, key=lambda one: (one.kind, one.key or one.source)):
        yield {
            "source": row.key or row.source,
            "kind": row.kind,
            "body": row.body,
            "group": row.group_name,
            "state": row.state or "new",
            "reason": row.reason,
            "since": row.state_since,
            "last_visit_at": row.last_visit_at,
            "last_good_at": row.last_good_at,
            "rows": row.rows,
            "faults_in_a_row": row.faults_in_a_row or 0,
            "columns": row.columns,
            "next_visit_at": next_visit(row),
            "overdue": overdue(row, now),
            "url": row.url,
        }
