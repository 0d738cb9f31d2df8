"""Letting go of old bytes. What was fetched, when and its hash stay; so do the newest good bytes of a listing."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select

from store import tables
from store.archive import BUSY_TIMEOUT_MS, Archive, ArchiveError
from store.times import stamp

_listing = tables.Listing.__table__  # type: ignore[attr-defined]
_fetch = tables.Fetch.__table__  # type: ignore[attr-defined]
_content = tables.Content.__table__  # type: ignore[attr-defined]

AT_ONCE = 100
"""Copies deleted in one transaction: a crawl that waits for it waits a moment."""


@dataclass(slots=True)
class Pruned:
    """What was let go of."""

    copies: int = 0
    size: int = 0
    """Bytes as they were kept."""


def prune(archive: Archive, now: datetime, days: int) -> Pruned:
    """Delete the bytes of fetches that are older than `days`, and whose listing has been read well since.

    The file does not shrink by it: what comes next takes the room. `vacuum` gives it back.
    """
    done = Pruned()
    while True:
        with archive.write() as connection:
            old = connection.execute(_old(stamp(now - timedelta(days=days)))).all()
            if not old:
                return done
            connection.execute(delete(_content).where(_content.c.sha256.in_([row.sha256 for row in old])))
        done.copies += len(old)
        done.size += sum(row.size for row in old)


def vacuum(archive: Archive) -> None:
    """Write the file anew without its free pages, its full text merged: needs as much free disk again, and to be alone.

    A database server does so by itself. Raises ArchiveError where somebody else writes, or the disk has no room.
    """
    if archive.path is None:
        return
    with closing(sqlite3.connect(archive.path, timeout=BUSY_TIMEOUT_MS / 1000)) as connection:
        try:
            connection.execute("INSERT INTO search (search) VALUES ('optimize')")
            connection.commit()
            connection.execute("VACUUM")
        except sqlite3.OperationalError as error:
            raise ArchiveError(f"{archive.name} is whole, but was not made smaller: {error}") from error


def _old(before: str) -> Any:
    recent = select(_fetch.c.sha256).where(_fetch.c.fetched_at >= before, _fetch.c.sha256.is_not(None))
    good = select(_listing.c.last_good_sha256).where(_listing.c.last_good_sha256.is_not(None))
    return (
        select(_content.c.sha256, func.length(_content.c.data).label("size"))
        .where(_content.c.sha256.not_in(recent), _content.c.sha256.not_in(good))
        .limit(AT_ONCE)
    )
