"""Replaying: the kept bytes of every listing through today's readers, and how that differs from the archive."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from normwatch.pipeline import Pipeline
from spiders.readers import read
from spiders.rows import Context, MeetingUnknown, NotThisListing
from store.replay import Kept, newest, replayable

FILE = "file:"


def replay(
    pipeline: Pipeline, kind: str | None, clock: Callable[[], datetime], *, apply: bool
) -> Iterator[dict[str, Any]]:
    """One object a source, as `normwatch replay --json` gives it; with `apply` its differences are in the archive then.

    `state`: same, differs, unreadable (today's reader refuses the bytes: nothing is applied), not-kept.
    """
    with pipeline.archive.read() as connection:
        listings = replayable(connection, kind)
    for listing_id in listings:
        with pipeline.archive.read() as connection:
            old = newest(connection, listing_id)
        yield _replayed(pipeline, old, clock(), apply=apply)


def _replayed(pipeline: Pipeline, old: Kept, now: datetime, *, apply: bool) -> dict[str, Any]:
    told: dict[str, Any] = {
        "source": old.listing.key,
        "kind": old.listing.kind,
        "fetch": {"id": old.fetch.id, "url": old.fetch.url, "at": old.fetch.fetched_at, "sha256": old.fetch.sha256},
        "state": "not-kept",
        "reason": None,
        "rows": 0,
        "read": 0,
        "rejected": 0,
        "differences": [],
        "applied": False,
    }
    if old.content is None:
        return told
    try:
        reading = read(old.listing.kind, old.content, _context(old))
    except (NotThisListing, MeetingUnknown) as error:
        return told | {"state": "unreadable", "reason": str(error)}
    found = pipeline.again(old, reading, now, apply=apply)
    return told | {
        "state": "differs" if found else "same",
        "rows": reading.rows_seen,
        "read": len(reading.rows),
        "rejected": len(reading.rejects),
        "differences": found,
        "applied": apply and any(one["kind"] != "lost" for one in found),
    }


def _context(old: Kept) -> Context:
    """What the request or the import knew of the file."""
    url = str(old.fetch.url)
    imported = url.startswith(FILE)
    return Context(
        url=None if imported else url,
        file=url.removeprefix(FILE) if imported else urlsplit(url).path.rsplit("/", 1)[-1] or None,
        group=old.listing.group_name,
        meeting=old.listing.meeting,
        content_type=old.fetch.content_type,
    )
