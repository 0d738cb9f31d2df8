"""Kept bytes read anew: what today's reader finds in them that the archive has otherwise.

What a listing says is what its newest good fetch said, so that is what is replayed, and only rows that are new or whose
record is this listing's own: what another listing has said since stands. Where a listing shows a part, as of what was
posted recently, its earlier fetches are the last to say something of documents that no later one lists: `earlier` and
`last_word` are for those. Of a whole listing they say only what has been superseded, or has vanished, since; what was
told of them then is history, which is not rewritten. A replay never lets anything vanish.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, or_, select

from organisations import Resolver
from store import tables
from store.bulk import among
from store.contents import kept
from store.fields import FIELDS, RECORD, TABLES, UNTOLD
from store.ingest import AUTHORITY
from store.records import OWN, Writer
from store.times import stamp

_listing = tables.Listing.__table__  # type: ignore[attr-defined]
_fetch = tables.Fetch.__table__  # type: ignore[attr-defined]
_change = tables.Change.__table__  # type: ignore[attr-defined]
_content = tables.Content.__table__  # type: ignore[attr-defined]
_SAME = ("url", "status", "etag", "last_modified", "content_type", "sha256", "size")


@dataclass(frozen=True, slots=True)
class Kept:
    """A good fetch of a listing, mostly the newest; `content` is None where its bytes are not kept."""

    listing: Any
    fetch: Any
    content: bytes | None


@dataclass(slots=True)
class Differences:
    """What a replay found: each as a change, `lost` for records that today's reader does not find any more."""

    found: list[dict[str, Any]] = field(default_factory=list)
    told: list[int] = field(default_factory=list)
    """Ids of the changes that are news."""


def replayable(connection: Connection, kind: str | None = None) -> list[int]:
    """The listings, or those of one kind, that were read well once."""
    query = select(_listing.c.id).where(_listing.c.last_good_sha256.is_not(None), _listing.c.kind != "registry")
    if kind is not None:
        query = query.where(_listing.c.kind == kind)
    return list(connection.execute(query.order_by(_listing.c.kind, _listing.c.key)).scalars())


def newest(connection: Connection, listing_id: int) -> Kept:
    """The newest good fetch of a listing that is `replayable`."""
    listing = connection.execute(select(_listing).where(_listing.c.id == listing_id)).one()
    good = (_fetch.c.listing_id == listing_id, _fetch.c.sha256 == listing.last_good_sha256, _fetch.c.outcome == "ok")
    fetch = connection.execute(select(_fetch).where(*good).order_by(_fetch.c.id.desc()).limit(1)).one()
    return Kept(listing, fetch, kept(connection, fetch.sha256))


def earlier(connection: Connection, newest: Kept) -> list[int]:
    """The good fetches of the listing before its newest whose bytes are kept, the same bytes once, newest first."""
    query = (
        select(func.max(_fetch.c.id).label("id"))
        .join(_content, _content.c.sha256 == _fetch.c.sha256)
        .where(
            _fetch.c.listing_id == newest.listing.id,
            _fetch.c.outcome == "ok",
            _fetch.c.sha256 != newest.listing.last_good_sha256,
        )
        .group_by(_fetch.c.sha256)
    )
    return sorted(connection.execute(query).scalars(), reverse=True)


def fetched(connection: Connection, newest: Kept, fetch_id: int) -> Kept:
    """One of the fetches that are `earlier` than the newest of its listing."""
    fetch = connection.execute(select(_fetch).where(_fetch.c.id == fetch_id)).one()
    return Kept(newest.listing, fetch, kept(connection, fetch.sha256))


def last_word(connection: Connection, reading: Any, later: Collection[tuple[str, str]]) -> Any:
    """A reading's rows that no later fetch lists (`later`: their records and keys), without what has vanished since."""
    gone = select(RECORD.c.record, RECORD.c.key).where(
        among(connection, RECORD.c.key, (row.key for row in reading.rows)),
        or_(RECORD.c.missed > 0, RECORD.c.vanished_at.is_not(None)),
    )
    left_out = {*later, *(tuple(row) for row in connection.execute(gone))}
    return replace(reading, rows=[row for row in reading.rows if (row.record, row.key) not in left_out], partial=True)


def again(connection: Connection, old: Kept, reading: Any, resolver: Resolver, now: datetime) -> Differences:
    """Write what a fetch reads as today, as a correction: in the history, as of `now`, with the fetch's bytes.

    It is not news, but for documents that no reader saw before and that are dated after their listing's watch began.
    """
    listing = old.listing
    rows = _own_or_new(connection, listing, reading.rows)
    values = {name: getattr(old.fetch, name) for name in _SAME} | {
        "listing_id": listing.id,
        "fetched_at": stamp(now),
        "outcome": "replayed",
        "reason": f"the bytes of fetch {old.fetch.id} read anew",
        "baseline": True,
        "layout": reading.layout,
        "rows_seen": reading.rows_seen,
        "rows_read": reading.rows_read,
        "rows_rejected": len(reading.rejects),
        "notes": "; ".join(reading.notes) or None,
    }
    fetch_id = int(connection.execute(insert(_fetch).values(values)).inserted_primary_key[0])  # type: ignore[index]
    writer = Writer(
        connection,
        resolver,
        listing_id=listing.id,
        authority=0 if reading.supplement else AUTHORITY.get(reading.layout, OWN),
        fetch_id=fetch_id,
        observed_at=stamp(now),
        baseline=True,
        told_since=listing.watched_since,
    )
    before = dict(_untold(connection, listing.id))
    tally = writer.take(replace(reading, rows=rows, partial=True))
    found = list(_written(connection, fetch_id))
    found += [
        _difference(row, "changed", name, old=before[row.id, name][1], new=new)
        for (_, name), (row, new) in _untold(connection, listing.id)
        if (row.id, name) in before and before[row.id, name][1] != new
    ]
    if not reading.partial:
        found += _lost(connection, listing.id, {(row.record, row.key) for row in reading.rows})
    return Differences(found, tally.changes)


def _own_or_new(connection: Connection, listing: Any, rows: Any) -> list[Any]:
    query = select(RECORD.c.record, RECORD.c.key).where(
        RECORD.c.body == listing.body,
        among(connection, RECORD.c.key, (row.key for row in rows)),
        RECORD.c.listing_id != listing.id,
    )
    elsewhere = {tuple(row) for row in connection.execute(query)}
    return [row for row in rows if (row.record, row.key) not in elsewhere]


def _written(connection: Connection, fetch_id: int) -> Iterator[dict[str, Any]]:
    new = select(RECORD.c.id, RECORD.c.record, RECORD.c.key, RECORD.c.title).where(RECORD.c.first_fetch_id == fetch_id)
    appeared = set()
    for row in connection.execute(new.order_by(RECORD.c.id)):
        appeared.add(row.id)
        yield _difference(row, "appeared", new=row.title)
    query = (
        select(_change, RECORD.c.record, RECORD.c.key)
        .join(RECORD, RECORD.c.id == _change.c.record_id)
        .where(_change.c.fetch_id == fetch_id)
        .order_by(_change.c.id)
    )
    for row in connection.execute(query):
        if row.record_id not in appeared:
            yield _difference(row, row.kind, row.field, subject=row.subject, old=row.old, new=row.new)


def _untold(connection: Connection, listing_id: int) -> Iterator[tuple[tuple[int, str], tuple[Any, str | None]]]:
    """What a listing's records say without a history of its own: by id and field, the record and the value."""
    for record, fields in FIELDS.items():
        own = TABLES[record]
        for name in UNTOLD.intersection(fields.own):
            query = (
                select(RECORD.c.id, RECORD.c.record, RECORD.c.key, own.c[name].label("value"))
                .join_from(RECORD, own, own.c.record_id == RECORD.c.id)
                .where(RECORD.c.listing_id == listing_id)
                .order_by(RECORD.c.id)
            )
            for row in connection.execute(query):
                yield (row.id, name), (row, row.value)


def _lost(connection: Connection, listing_id: int, present: set[tuple[str, str]]) -> list[dict[str, Any]]:
    query = select(RECORD.c.record, RECORD.c.key, RECORD.c.title).where(
        RECORD.c.listing_id == listing_id, RECORD.c.vanished_at.is_(None), RECORD.c.missed == 0
    )
    rows = connection.execute(query.order_by(RECORD.c.id))
    return [_difference(row, "lost", old=row.title) for row in rows if (row.record, row.key) not in present]


def _difference(
    row: Any, kind: str, name: str = "", *, subject: str = "", old: str | None = None, new: str | None = None
) -> dict[str, Any]:
    return {
        "record": row.record,
        "key": row.key,
        "kind": kind,
        "field": name or None,
        "subject": subject or None,
        "old": old,
        "new": new,
    }
