"""One at a time for an archive: one crawl, so that no source is asked by two at once, and one schedule.

On PostgreSQL machines may share an archive: there each of the three bodies is crawled by one at a time, whose servers
are thus never asked by two at once, and schedules go on beside each other, each with a body that is free.
"""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Literal, get_args

import structlog

from store import postgresql
from store.archive import Archive

_log = structlog.get_logger()

Work = Literal["crawl", "schedule"]


class AtWork(Exception):
    """Another process crawls into the archive, or keeps its schedule, right now."""


@contextmanager
def alone(archive: Archive, work: Work, kinds: Iterable[str] = ()) -> Iterator[Callable[[], None]]:
    """Do this work for the archive alone. Another's is waited for, and said so; it is ours as soon as that has ended.

    The lock goes with the process, whatever ends it: it is a file beside the archive's, or on PostgreSQL one for each
    body of these `kinds`, none for a schedule. Gives a function that raises DBAPIError once a lock is lost, with the
    connection to the database.
    """
    if archive.path is None:
        names = sorted({_name(kind) for kind in kinds}) if work == "crawl" else []

        def waiting(name: str) -> None:
            _log.warning(f"another {name} of this archive is under way: waiting for it to end", archive=archive.name)

        with postgresql.held(archive.engine, names, waiting) as still:
            yield still
        return
    with archive.path.with_name(f"{archive.path.name}.{work}").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _log.warning(f"another {work} of this archive is under way: waiting for it to end", archive=file.name)
            fcntl.flock(file, fcntl.LOCK_EX)
            _log.info("it has ended")
        yield lambda: None


@contextmanager
def idle(path: Path) -> Iterator[None]:
    """Keep crawls and schedules away from the archive in this file. Raises AtWork if one is under way."""
    with ExitStack() as held:
        for work in get_args(Work):
            file = held.enter_context(path.with_name(f"{path.name}.{work}").open("a"))
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise AtWork(f"a {work} of {path} is under way: stop `normwatch run` and `crawl` first") from error
        yield


def under_way(archive: Archive, kind: str) -> bool:
    """Whether another machine crawls the body of this kind now. A file's schedule has no other beside it."""
    if archive.path is not None:
        return False
    with archive.read() as connection:
        return postgresql.is_held(connection, _name(kind))


def _name(kind: str) -> str:
    return f"crawl of {kind.partition('.')[0]}"
