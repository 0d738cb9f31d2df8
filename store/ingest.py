"""Taking a fetch into the archive: records, history, attribution and changes, in the caller's one transaction.

Nothing is inferred from a doubtful fetch (`store.health`): it leaves only its bytes and the state of its source.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select, update

from organisations import Resolver
from store import tables
from store.contents import keep
from store.health import doubts, filled, own_pause, state_after_fault, usual
from store.incoming import Reading, Visit
from store.listings import find
from store.recognised import sample
from store.records import OWN, Writer
from store.times import moment, stamp

_listing = tables.Listing.__table__  # type: ignore[attr-defined]
_fetch = tables.Fetch.__table__  # type: ignore[attr-defined]
_reject = tables.Reject.__table__  # type: ignore[attr-defined]

LOCAL_TIME_SLACK = timedelta(hours=2)
"""3GPP's lists give plain local times; its portal runs on Central European Time, at most this far ahead of UTC."""

BUSY = (429, 503)
"""Statuses by which a server wants to be left alone, whether or not it says for how long."""

AUTHORITY = {"agenda": 1, "allocation": 1}
"""Layouts that are another view of a list of the body's own (`OWN`); a supplement has 0."""


@dataclass(slots=True)
class Outcome:
    """What one fetch did to the archive. `changes` are the ids written, to be matched in the same transaction."""

    listing: str
    kind: str
    fetch_id: int
    outcome: str
    state: str
    previous_state: str
    reason: str | None = None
    baseline: bool = False
    rows: int = 0
    read: int = 0
    rejected: int = 0
    faults: int = 0
    """Rejected rows that are faults, not repetitions of the body's own."""
    appeared: int = 0
    changed: int = 0
    vanished: int = 0
    unchanged: int = 0
    changes: list[int] = field(default_factory=list)


def ensure_listing(connection: Connection, visit: Visit) -> Any:
    """The listing's row, made if it is new."""
    row = find(connection, visit.listing)
    if row is None:
        values = {
            "key": visit.listing,
            "kind": visit.kind,
            "body": visit.body,
            "group_name": visit.group,
            "meeting": visit.meeting,
            "url": visit.url,
            "state_since": stamp(visit.fetched_at),
        }
        connection.execute(insert(_listing).values(values))
        row = find(connection, visit.listing)
    return row


def ingest(
    connection: Connection,
    visit: Visit,
    reading: Reading,
    resolver: Resolver,
    *,
    baseline: bool | None = None,
    accept: bool = False,
) -> Outcome:
    """Take in a fetch that a reader could read.

    `baseline` None decides by itself: the first good fetch of a listing is one. `accept` takes a collapse as the truth.
    """
    listing = ensure_listing(connection, visit)
    sha256 = hashlib.sha256(visit.content or b"").hexdigest()
    if sha256 == listing.last_good_sha256:
        return unchanged(connection, visit, "unchanged")
    shares = filled(sample(connection, listing.id, reading))
    found = [] if accept else doubts(visit.kind, reading, usual(connection, visit, listing, reading), shares)
    if found:
        return fault(connection, visit, "; ".join(found), outcome="suspect", reading=reading)
    first = listing.last_good_sha256 is None
    whole_baseline = first if baseline is None else baseline
    fetch_id = _write_fetch(
        connection, visit, listing.id, "ok", sha256=sha256, reading=reading, baseline=whole_baseline
    )
    keep(connection, sha256, visit)
    authority = 0 if reading.supplement else AUTHORITY.get(reading.layout, OWN)
    writer = Writer(
        connection,
        resolver,
        listing_id=listing.id,
        authority=authority,
        fetch_id=fetch_id,
        observed_at=stamp(visit.fetched_at),
        baseline=whole_baseline,
        told_since=_told_since(connection, visit, first and baseline is None),
        first=first,
    )
    tally = writer.take(reading)
    columns = "; ".join(
        f"{what}: {', '.join(names)}"
        for what, names in (("unknown", reading.unknown_columns), ("missing", reading.missing_columns))
        if names
    )
    values = _good(visit, listing) | {
        "etag": visit.etag,
        "last_modified": visit.last_modified,
        "group_name": reading.group or visit.group or listing.group_name,
        "authority": authority,
        "last_good_sha256": sha256,
        "rows": reading.rows_read,
        "layout": reading.layout,
        "leads_to": next(iter(reading.next_urls), None),
        "columns": columns or None,
        "filled": json.dumps(shares),
        "faulty": sum(reject.fault for reject in reading.rejects),
        "watched_since": listing.watched_since or (stamp(visit.fetched_at) if visit.crawled else None),
    }
    connection.execute(update(_listing).where(_listing.c.id == listing.id).values(values))
    return Outcome(
        listing=visit.listing,
        kind=visit.kind,
        fetch_id=fetch_id,
        outcome="ok",
        state="ok",
        previous_state=listing.state,
        baseline=whole_baseline,
        rows=reading.rows_seen,
        read=reading.rows_read,
        rejected=len(reading.rejects),
        faults=sum(reject.fault for reject in reading.rejects),
        appeared=tally.appeared,
        changed=tally.changed,
        vanished=tally.vanished,
        unchanged=tally.unchanged,
        changes=tally.changes,
    )


def unchanged(connection: Connection, visit: Visit, outcome: str) -> Outcome:
    """Note a fetch that brought what the last good one did: `not-modified` (304) or `unchanged` (the same bytes).

    It is one more complete fetch that lacks what the last one lacked.
    """
    listing = ensure_listing(connection, visit)
    last = connection.execute(
        select(_fetch.c.rows_seen, _fetch.c.rows_read, _fetch.c.rows_rejected)
        .where(_fetch.c.listing_id == listing.id, _fetch.c.outcome == "ok")
        .order_by(_fetch.c.id.desc())
        .limit(1)
    ).first()
    seen, read, rejected = tuple(last) if last else (0, 0, 0)
    fetch_id = _write_fetch(connection, visit, listing.id, outcome, sha256=listing.last_good_sha256)
    writer = Writer(
        connection,
        None,
        listing_id=listing.id,
        authority=listing.authority,
        fetch_id=fetch_id,
        observed_at=stamp(visit.fetched_at),
        baseline=False,
        told_since=None,
    )
    tally = writer.still_missing()
    connection.execute(update(_listing).where(_listing.c.id == listing.id).values(_good(visit, listing)))
    return Outcome(
        listing=visit.listing,
        kind=visit.kind,
        fetch_id=fetch_id,
        outcome=outcome,
        state="ok",
        previous_state=listing.state,
        rows=seen,
        read=read,
        rejected=rejected,
        vanished=tally.vanished,
        unchanged=read,
        changes=tally.changes,
    )


def fault(
    connection: Connection,
    visit: Visit,
    reason: str,
    *,
    outcome: str = "failed",
    reading: Reading | None = None,
    retry_after: datetime | None = None,
) -> Outcome:
    """Note a fetch from which nothing can be inferred; its bytes are kept as evidence, its rows are not read in.

    `outcome`: suspect, failed, refused, disallowed; or absent, which is no fault of a listing that was never there.
    """
    listing = ensure_listing(connection, visit)
    if outcome == "absent" and listing.last_good_sha256 is None:
        return _absent(connection, visit, listing, reason)
    refused = outcome if outcome in ("refused", "disallowed") else None
    state = state_after_fault(listing, visit.fetched_at, refused)
    if retry_after is None and visit.status in BUSY:
        retry_after = visit.fetched_at + own_pause(listing.faults_in_a_row + 1)
    sha256 = hashlib.sha256(visit.content).hexdigest() if visit.content else None
    fetch_id = _write_fetch(connection, visit, listing.id, outcome, sha256=sha256, reason=reason, reading=reading)
    if sha256:
        keep(connection, sha256, visit)
    values: dict[str, Any] = {
        "last_visit_at": stamp(visit.fetched_at),
        "state": state,
        "reason": reason,
        "faults_in_a_row": listing.faults_in_a_row + 1,
        "retry_after": stamp(retry_after) if retry_after else None,
    }
    if state != listing.state:
        values["state_since"] = stamp(visit.fetched_at)
    connection.execute(update(_listing).where(_listing.c.id == listing.id).values(values))
    return Outcome(
        listing=visit.listing,
        kind=visit.kind,
        fetch_id=fetch_id,
        outcome=outcome,
        state=state,
        previous_state=listing.state,
        reason=reason,
        rows=reading.rows_seen if reading else 0,
        rejected=len(reading.rejects) if reading else 0,
        faults=1,
    )


def _absent(connection: Connection, visit: Visit, listing: Any, reason: str) -> Outcome:
    values = {
        "last_visit_at": stamp(visit.fetched_at),
        "state": "new",
        "reason": reason,
        "faults_in_a_row": 0,
        "retry_after": None,
    }
    connection.execute(update(_listing).where(_listing.c.id == listing.id).values(values))
    fetch_id = _write_fetch(connection, visit, listing.id, "absent", sha256=None, reason=reason)
    return Outcome(
        listing=visit.listing,
        kind=visit.kind,
        fetch_id=fetch_id,
        outcome="absent",
        state="new",
        previous_state=listing.state,
        reason=reason,
    )


def _good(visit: Visit, listing: Any) -> dict[str, Any]:
    now = stamp(visit.fetched_at)
    values: dict[str, Any] = {
        "last_visit_at": now,
        "last_good_at": now,
        "state": "ok",
        "reason": None,
        "faults_in_a_row": 0,
        "retry_after": None,
        "etag": visit.etag or listing.etag,
        "last_modified": visit.last_modified or listing.last_modified,
    }
    if visit.crawled:
        values["url"] = visit.url
    if listing.state != "ok":
        values["state_since"] = now
    return values


def _told_since(connection: Connection, visit: Visit, first: bool) -> str | None:
    """The date from which rows of a first fetch are news although the listing is new to the archive.

    A group that has been watched for a while gets a new meeting: what was brought to it since the watch began is news,
    or the officer would be surprised by a list first seen full. Rows dated before, or not at all, are baseline.
    """
    if not first or not visit.crawled or visit.group is None:
        return None
    since = connection.execute(
        select(_listing.c.watched_since)
        .where(
            _listing.c.kind == visit.kind,
            _listing.c.group_name == visit.group,
            _listing.c.key != visit.listing,
            _listing.c.watched_since.is_not(None),
        )
        .order_by(_listing.c.watched_since)
        .limit(1)
    ).scalar()
    if since is None:
        return None
    return (moment(since).astimezone(UTC) + LOCAL_TIME_SLACK).replace(tzinfo=None).isoformat()


def _write_fetch(
    connection: Connection,
    visit: Visit,
    listing_id: int,
    outcome: str,
    *,
    sha256: str | None,
    reason: str | None = None,
    reading: Reading | None = None,
    baseline: bool = False,
) -> int:
    values = {
        "listing_id": listing_id,
        "url": visit.url,
        "fetched_at": stamp(visit.fetched_at),
        "status": visit.status,
        "outcome": outcome,
        "reason": reason,
        "etag": visit.etag,
        "last_modified": visit.last_modified,
        "content_type": visit.content_type,
        "sha256": sha256,
        "size": len(visit.content) if visit.content is not None else None,
        "baseline": baseline,
        "layout": reading.layout if reading else None,
        "rows_seen": reading.rows_seen if reading else 0,
        "rows_read": reading.rows_read if reading else 0,
        "rows_rejected": len(reading.rejects) if reading else 0,
        "notes": "; ".join(reading.notes) or None if reading else None,
    }
    fetch_id = int(connection.execute(insert(_fetch).values(values)).inserted_primary_key[0])  # type: ignore[index]
    if reading and reading.rejects:
        rejects = [
            {"fetch_id": fetch_id, "row": one.row, "reason": one.reason, "excerpt": one.excerpt, "fault": one.fault}
            for one in reading.rejects
        ]
        connection.execute(insert(_reject), rejects)
    return fetch_id


def latest_copy(connection: Connection, kind: str, content: bytes) -> Any:
    """The listing of this kind whose last good fetch had exactly these bytes, None if there is none."""
    sha256 = hashlib.sha256(content).hexdigest()
    query = select(_listing).where(_listing.c.kind == kind, _listing.c.last_good_sha256 == sha256)
    return connection.execute(query).first()
