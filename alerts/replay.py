"""The past as of each day: the changes that were observed, and those that baselines only show by their own dates.

A watchlist can so be tried on lists that were imported when all was over. What is made up from dates is just that a
document was reserved and uploaded; its title and sources are those of today, and what was decided is not told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, or_, select

from organisations import Resolver
from store import tables
from store.changes import CHUNK, Filter, Told, changes, record_attributions, record_values
from store.fields import RECORD, TABLES
from store.times import stamp

_change = tables.Change.__table__  # type: ignore[attr-defined]
_fetch = tables.Fetch.__table__  # type: ignore[attr-defined]
_listing = tables.Listing.__table__  # type: ignore[attr-defined]
_own = TABLES["contribution"]


def replayed(connection: Connection, resolver: Resolver, since: datetime, until: datetime) -> Iterator[Told]:
    """Changes from `since` on and before `until`, in no order; those made up have negative ids."""
    start, end = stamp(since), stamp(until)
    yield from changes(connection, resolver, Filter(since=start, until=end))
    batch: list[Any] = []
    for row in connection.execute(_unobserved(start[:10], end)):
        batch.append(row)
        if len(batch) == CHUNK:
            yield from _made_up(connection, resolver, batch, start, end)
            batch = []
    yield from _made_up(connection, resolver, batch, start, end)


def known_since(connection: Connection) -> dict[tuple[str, str | None], str]:
    """By body and group, the stamp of the first good fetch of a listing of it; group None: of the whole body."""
    query = (
        select(_listing.c.body, _listing.c.group_name, func.min(_fetch.c.fetched_at))
        .join(_fetch, _fetch.c.listing_id == _listing.c.id)
        .where(_fetch.c.outcome == "ok")
        .group_by(_listing.c.body, _listing.c.group_name)
    )
    return {(body, group): first for body, group, first in connection.execute(query)}


def _unobserved(start: str, end: str) -> Any:
    """Contributions dated within these days of which no change says when they appeared."""
    observed = select(_change.c.record_id).where(_change.c.kind == "appeared")
    dated = or_(_own.c.reserved_at.between(start, end), _own.c.uploaded_at.between(start, end))
    return (
        select(RECORD, _fetch.c.url.label("fetch_url"), _fetch.c.fetched_at, _fetch.c.sha256)
        .join(_own, _own.c.record_id == RECORD.c.id)
        .join(_fetch, _fetch.c.id == RECORD.c.first_fetch_id)
        .where(dated, RECORD.c.id.not_in(observed), func.coalesce(_own.c.status, "") != "withdrawn")
    )


def _made_up(connection: Connection, resolver: Resolver, rows: list[Any], start: str, end: str) -> Iterator[Told]:
    values = record_values(connection, [(row.record, row.id) for row in rows])
    named = record_attributions(connection, resolver, {(row.record, row.id): row.group_name for row in rows}, values)
    for row in rows:
        own = values[row.id]
        told = Told(
            id=-row.id,
            observed_at="",
            kind="appeared",
            field="",
            subject="",
            old=None,
            new=None,
            record_id=row.id,
            record=row.record,
            body=row.body,
            group=row.group_name,
            key=row.key,
            title=row.title,
            url=row.url,
            listing_id=row.listing_id,
            fetch_id=row.first_fetch_id,
            fetch_url=row.fetch_url,
            fetched_at=row.fetched_at,
            sha256=row.sha256,
            values=own,
            attribution=named[row.id],
        )
        reserved, uploaded = _stamp(own["reserved_at"]), _stamp(own["uploaded_at"])
        appeared = reserved or uploaded
        if appeared and start <= appeared < end:
            status = "reserved" if reserved and (not uploaded or uploaded > reserved) else "available"
            yield replace(told, observed_at=appeared, values=own | {"status": status})
        if reserved and uploaded and uploaded > reserved and start <= uploaded < end:
            yield replace(told, observed_at=uploaded, kind="changed", field="status", old="reserved", new="available")


def _stamp(listed: str | None) -> str | None:
    """A listing's own time as an archive's stamp, its zone taken for ours: near enough to count by days."""
    return f"{listed[:19] if len(listed) > 10 else listed + 'T00:00:00'}Z" if listed else None
