"""One crawl of an archive at a time, so that no source is asked by two at once."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from normwatch.output import note


@contextmanager
def one_crawl(archive: Path | None) -> Iterator[None]:
    """Hold the crawl's lock beside the archive's file; another's crawl is waited for, and said so.

    The lock goes with the process, whatever ends it. An archive that is no file has none yet.
    """
    if archive is None:
        yield
        return
    with archive.with_name(f"{archive.name}.crawl").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            note("another crawl of this archive is under way; waiting for it")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
