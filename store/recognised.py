"""Rows that a listing still has as the archive knows them, so that they need be neither read nor compared again.

A record keeps the digest of the row that it was last read from, as long as reading that row again would change nothing:
it is its own listing's, no other listing has written to it since, and it is not missed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Connection, func, select

from store import tables
from store.bulk import among
from store.fields import FIELDS, RECORD, TABLES
from store.health import spread
from store.incoming import Reading

_listing = tables.Listing.__table__  # type: ignore[attr-defined]
_fetch = tables.Fetch.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Known:
    """The rows of one listing that can be recognised, as the archive was after the fetch `as_of`."""

    keys: Mapping[int, str] = field(default_factory=dict)
    """By the row's digest, the record's key."""
    as_of: int = 0


def known(connection: Connection, listing: str) -> Known:
    """What can be recognised of the listing with this key."""
    query = (
        select(RECORD.c.row_digest, RECORD.c.key)
        .join(_listing, _listing.c.id == RECORD.c.listing_id)
        .where(_listing.c.key == listing, RECORD.c.row_digest.is_not(None), RECORD.c.missed == 0)
    )
    return Known(dict(iter(connection.execute(query))), as_of(connection))


def as_of(connection: Connection) -> int:
    """The newest fetch: while it is the same, no row of the archive has changed."""
    return connection.execute(select(func.max(_fetch.c.id))).scalar() or 0


def sample(connection: Connection, listing_id: int, reading: Reading) -> Sequence[Any]:
    """Some rows of a reading, spread over them; the archive's records for those that were not read again."""
    if not reading.same:
        return spread(reading.rows)
    places = {place: key for key, place in reading.same.items()}
    rows = iter(reading.rows)
    chosen = spread([places.get(place) or next(rows) for place in range(reading.rows_read)])
    archived = _archived(connection, listing_id, [one for one in chosen if isinstance(one, str)])
    return [archived[one] if isinstance(one, str) else one for one in chosen]


def _archived(connection: Connection, listing_id: int, keys: list[str]) -> dict[str, SimpleNamespace]:
    found: dict[str, SimpleNamespace] = {}
    mine = (RECORD.c.listing_id == listing_id, among(connection, RECORD.c.key, keys))
    for record in connection.execute(select(RECORD.c.record).where(*mine).distinct()).scalars().all():
        own = TABLES[record]
        query = select(RECORD.c.key, RECORD.c.body, *FIELDS[record].columns).join_from(
            RECORD, own, own.c.record_id == RECORD.c.id
        )
        for row in connection.execute(query.where(*mine, RECORD.c.record == record)):
            values = zip(("key", "body", *FIELDS[record].names), row, strict=True)
            found[row.key] = SimpleNamespace(**dict(values))
    return found
