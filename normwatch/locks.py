"""One at a time for an archive: one crawl, so that no source is asked by two at once, and one schedule."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Literal, get_args

import structlog

from store.archive import Archive

_log = structlog.get_logger()

Work = Literal["crawl", "schedule"]


class AtWork(Exception):
    """Another process crawls into the archive, or keeps its schedule, right now."""


@contextmanager
def alone(archive: Archive, work: Work) -> Iterator[None]:
    """Do this work for the archive alone. Another's is waited for, and said so; it is ours as soon as that has ended.

    The lock is a file beside the archive's and goes with the process, whatever ends it. An archive that is no file has
    none yet.
    """
    if archive.path is None:
        yield
        return
    with archive.path.with_name(f"{archive.path.name}.{work}").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _log.warning(f"another {work} of this archive is under way: waiting for it to end", archive=file.name)
            fcntl.flock(file, fcntl.LOCK_EX)
            _log.info("it has ended")
        yield


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
