"""Replaying: the kept bytes of every listing through today's readers, and how that differs from the archive."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from normwatch.pipeline import Pipeline
from spiders.readers import read
from spiders.rows import Context, MeetingUnknown, NotThisListing, Reading
from store.health import PARTS
from store.replay import Kept, earlier, fetched, last_word, newest, replayable

FILE = "file:"


def replay(
    pipeline: Pipeline, kind: str | None, clock: Callable[[], datetime], *, apply: bool, older: bool = False
) -> Iterator[dict[str, Any]]:
    """One object a source, as `normwatch replay --json` gives it; with `apply` its differences are in the archive then.

    `state`: same, differs, unreadable (today's reader refuses the bytes: nothing is applied), not-kept. `older` adds
    one for each earlier fetch of a listing that shows a part, of the documents that no later fetch lists.
    """
    with pipeline.archive.read() as connection:
        listings = replayable(connection, kind)
    for listing_id in listings:
        with pipeline.archive.read() as connection:
            last = newest(connection, listing_id)
        told, reading = _replayed(pipeline, last, clock(), apply=apply)
        yield told
        if not older or last.listing.kind not in PARTS or reading is None or not reading.partial:
            continue
        later = {(row.record, row.key) for row in reading.rows}
        with pipeline.archive.read() as connection:
            before = earlier(connection, last)
        for fetch_id in before:
            with pipeline.archive.read() as connection:
                old = fetched(connection, last, fetch_id)
            told, reading = _replayed(pipeline, old, clock(), apply=apply, later=later)
            yield told
            later |= {(row.record, row.key) for row in reading.rows} if reading else set()


def _replayed(
    pipeline: Pipeline, old: Kept, now: datetime, *, apply: bool, later: Collection[tuple[str, str]] | None = None
) -> tuple[dict[str, Any], Reading | None]:
    """What is told of one fetch, and its reading; `later`: what later fetches of the listing have, if there are any."""
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
        return told, None
    try:
        reading = read(old.listing.kind, old.content, _context(old))
    except (NotThisListing, MeetingUnknown) as error:
        return told | {"state": "unreadable", "reason": str(error)}, None
    compared = reading
    if later is not None:
        with pipeline.archive.read() as connection:
            compared = last_word(connection, reading, later)
    found = pipeline.again(old, compared, now, apply=apply) if compared.rows or later is None else []
    told |= {
        "state": "differs" if found else "same",
        "rows": reading.rows_seen,
        "read": len(reading.rows),
        "rejected": len(reading.rejects),
        "differences": found,
        "applied": apply and any(one["kind"] != "lost" for one in found),
    }
    return told, reading


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
