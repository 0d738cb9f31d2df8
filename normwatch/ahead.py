"""Saved listings read in a process of their own, ahead of the one that is written to the archive.

Reading takes about as long as writing, so that many files come in in little more than half the time. A file that the
process does not survive is a fault of that file.
"""

from __future__ import annotations

import os
import signal
import threading
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from types import TracebackType
from typing import Self

from normwatch.bounds import limit_memory
from normwatch.garbage import collect_seldom
from spiders.readers import read
from spiders.readers.redaction import Copy, public_copy
from spiders.rows import Context, Reading

FEWEST = 4
"""Files for which it is worth starting a process, which takes half a second."""
LEAD = 1
"""Files that may lie read while one is written."""


class Lost(Exception):
    """The process that read a listing did not survive it."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A listing that is being read."""

    kind: str
    content: bytes
    context: Context
    pool: ProcessPoolExecutor
    answer: Future[tuple[Reading, Copy | None]]


class Ahead:
    """One process that reads, one listing after the other. Not for readers that leave out what the archive knows."""

    def __init__(self, memory_mb: int) -> None:
        """`memory_mb` is what the process may take of the machine."""
        self._memory_mb = memory_mb
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def begin(self, kind: str, content: bytes, context: Context) -> Begun:
        """Have a listing read after those begun before."""
        if self._pool is None:
            self._pool = ProcessPoolExecutor(1, get_context("spawn"), _prepare, (self._memory_mb,))
        return Begun(kind, content, context, self._pool, self._pool.submit(read_whole, kind, content, context))

    def end(self, begun: Begun) -> tuple[Reading, Copy | None]:
        """What `read_whole` gives or raises; to be asked in the order in which they were begun. Raises Lost."""
        while True:
            try:
                return begun.answer.result()
            except MemoryError as error:
                raise Lost(self._why()) from error
            except BrokenProcessPool as error:
                if begun.pool is self._pool:  # the first that it did not finish
                    self._pool = None
                    raise Lost(self._why()) from error
                begun = self.begin(begun.kind, begun.content, begun.context)

    def _why(self) -> str:
        return f"reading it wants more than the {self._memory_mb} MB that it may have, or its process was killed"


def read_whole(kind: str, content: bytes, context: Context) -> tuple[Reading, Copy | None]:
    """What a listing says, and the copy of it that may be kept. Raises as `spiders.readers.read` does."""
    reading = read(kind, content, context)
    return reading, public_copy(kind, content, context.content_type, reading.personal)


def _prepare(memory_mb: int) -> None:
    """Begin a process: it is stopped by its parent alone, and does not outlive it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    limit_memory(memory_mb)
    collect_seldom()
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(0)
