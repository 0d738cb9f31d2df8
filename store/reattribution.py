"""Attributing the archive anew after the registry changed; what differs is written to the history of each document."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from organisations import Attribution, Resolver
from store import marks, search, tables, tallies
from store.attributions import Attributor, attributions, period_of, rows_of
from store.bulk import Updates, insert_rows
from store.fields import RECORD, TABLES
from store.incoming import Visit
from store.ingest import ensure_listing
from store.times import stamp

_texts = tables.SourceText.__table__  # type: ignore[attr-defined]
_attributions = tables.Attribution.__table__  # type: ignore[attr-defined]
_signers = tables.Signer.__table__  # type: ignore[attr-defined]
_change = tables.Change.__table__  # type: ignore[attr-defined]
_fetch = tables.Fetch.__table__  # type: ignore[attr-defined]
CHUNK = 2000


@dataclass(slots=True)
class Reattributed:
    """What a re-attribution did: contributions looked at, and those whose organisations are others now."""

    contributions: int = 0
    changed: int = 0
    source_strings: int = 0


def reattribute(
    connection: Connection,
    resolver: Resolver,
    now: datetime,
    registry: bytes,
    each: Callable[[int], None] = lambda _: None,
) -> Reattributed:
    """Attribute every contribution by today's registry, in the caller's transaction.

    A difference becomes a change of the field `organisations`; it comes from a fetch of the source `registry`, whose
    SHA-256 is that of `registry`, the bytes of its files. Nobody is alerted: no body published anything.
    """
    done = Reattributed()
    before, marked = _refresh(connection, resolver)
    done.source_strings = len(before)
    attributor = Attributor(connection, resolver)
    own = TABLES["contribution"]
    changes: list[tuple[int, str, str]] = []
    after = 0
    while True:
        query = search.contributions(RECORD.c.id > after, own.c.source_text_id.is_not(None))
        rows = list(connection.execute(query.order_by(RECORD.c.id).limit(CHUNK)))
        if not rows:
            break
        after = rows[-1].id
        attributor.prepare(row.source for row in rows)
        moved = {}
        for row in rows:
            dated = (row.reserved_at or row.uploaded_at or row.first_seen_at)[:10]
            if row.period != period_of(resolver, dated, row.group):
                moved[row.id] = attributor.id_of(row.source, row.body, row.group, dated)
        attributor.flush()
        updates = Updates()
        for record_id, text_id in moved.items():
            updates.add(own.c.record_id, record_id, {"source_text_id": text_id})
        updates.write(connection)
        now_named = attributions(connection, {moved.get(row.id, row.source_text_id) for row in rows})
        then_named = attributions(connection, {row.source_text_id for row in rows if row.source_text_id not in before})
        reindexed = []
        for row in rows:
            known = row.source_text_id in before
            then = before[row.source_text_id] if known else summary(then_named[row.source_text_id])
            here = summary(now_named[moved.get(row.id, row.source_text_id)])
            if then != here:
                changes.append((row.id, then, here))
            whom = marked.get(row.source_text_id, row.who), attributor.who(moved.get(row.id, row.source_text_id))
            if whom[0] != whom[1]:
                was, now_indexed = (
                    search.entry(row.id, "contribution", row, seen=row.first_seen_at, who=who) for who in whom
                )
                reindexed.append((was, now_indexed))
        search.replace(connection, reindexed)
        done.contributions += len(rows)
        each(done.contributions)
    done.changed = len(changes)
    if changes or before:
        _write(connection, changes, now, registry)
    connection.execute(delete(_attributions).where(_attributions.c.source_text_id.in_(_unused())))
    connection.execute(delete(_signers).where(_signers.c.source_text_id.in_(_unused())))
    connection.execute(delete(_texts).where(_texts.c.id.in_(_unused())))
    tallies.rebuild(connection)
    return done


def summary(attribution: Attribution) -> str:
    """Whom a string names, as text for the history: `Huawei (CN, source); Exrobo (not known)`."""
    named = [f"{one.name} ({one.home or '-'}, {one.role})" for one in attribution.organisations]
    return "; ".join([*named, *(f"{name} (not known)" for name in attribution.unresolved)])


def _refresh(connection: Connection, resolver: Resolver) -> tuple[dict[int, str], dict[int, str]]:
    """Resolve every known string anew; returns what those that differ named before, and their marks, by id."""
    differing: dict[int, str] = {}
    marked: dict[int, str] = {}
    own = TABLES["contribution"]
    group = (
        select(func.min(RECORD.c.group_name))
        .join(own, own.c.record_id == RECORD.c.id)
        .where(own.c.source_text_id == _texts.c.id)
        .scalar_subquery()
    )
    texts = list(connection.execute(select(_texts, group.label("group_name")).order_by(_texts.c.id)))
    for start in range(0, len(texts), CHUNK):
        rows = texts[start : start + CHUNK]
        known = attributions(connection, (row.id for row in rows))
        for row in rows:
            found = resolver.attribute(row.text, body=row.body, group=row.group_name, on=row.period[:10])
            if rows_of(row.id, found) == rows_of(row.id, known[row.id]):
                continue
            differing[row.id] = summary(known[row.id])
            connection.execute(delete(_attributions).where(_attributions.c.source_text_id == row.id))
            insert_rows(connection, _attributions, _attributions.c.keys(), rows_of(row.id, found))
            statement = update(_texts).where(_texts.c.id == row.id)
            connection.execute(statement.values(resolved=not found.unresolved, who=marks.of_source(found)))
            marked[row.id] = row.who
    return differing, marked


def _unused() -> object:
    own = TABLES["contribution"]
    used = select(own.c.source_text_id).where(own.c.source_text_id.is_not(None))
    return select(_texts.c.id).where(_texts.c.id.not_in(used))


def _write(connection: Connection, changes: list[tuple[int, str, str]], now: datetime, registry: bytes) -> None:
    visit = Visit("registry", "registry", "", "registry:", now, crawled=False)
    listing = ensure_listing(connection, visit)
    fetch = insert(_fetch).values(
        listing_id=listing.id,
        url="registry:",
        fetched_at=stamp(now),
        outcome="ok",
        sha256=hashlib.sha256(registry).hexdigest(),
        size=len(registry),
    )
    fetch_id = connection.execute(fetch).inserted_primary_key[0]  # type: ignore[index]
    first = (connection.execute(select(func.max(_change.c.id))).scalar() or 0) + 1
    insert_rows(
        connection,
        _change,
        ("id", "fetch_id", "record_id", "observed_at", "kind", "field", "subject", "old", "new"),
        [
            (number, fetch_id, record_id, stamp(now), "changed", "organisations", "", then, here)
            for number, (record_id, then, here) in enumerate(changes, first)
        ],
    )
