"""Saved listings read in a process of their own, ahead of the one that is written to the archive.

Reading takes about as long as writing, so that many files come in in little more than half the time. A file that the
process does not survive is a fault of that file. Where no process can be started, files are read by the one that is
there.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass, replace
from multiprocessing import get_context, parent_process
from types import ModuleType, TracebackType
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


def cores() -> int:
    """Cores that this process may run on; another that reads gains nothing by the first alone."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Lost(Exception):
    """The process that read a listing did not survive it."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A listing that is being read."""

    kind: str
    content: bytes
    context: Context
    process: _Process | None = None
    answer: Future[tuple[Reading, Copy | None]] | None = None
    """None where it was not handed to a process."""


class Ahead:
    """One process that reads, one listing after the other. Not for readers that leave out what the archive knows.

    A file may be on its way to the process as that dies: SIGPIPE must be ignored, as Python has it.
    """

    def __init__(self, memory_mb: int) -> None:
        """`memory_mb` is what the process may take of the machine."""
        self._memory_mb = memory_mb
        self._process: _Process | None = None
        self._here = False
        """Whether no process can be started."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._process is not None:
            self._process.pool.shutdown(cancel_futures=True)

    def begin(self, kind: str, content: bytes, context: Context) -> Begun:
        """Have a listing read after those begun before."""
        try:
            if self._process is None and not self._here:
                self._process = _Process(self._memory_mb)
        except OSError:
            self._here = True
        begun = Begun(kind, content, context, self._process)
        if self._process is not None:
            with suppress(BrokenProcessPool):  # over one begun before, which will be told so
                begun = replace(begun, answer=self._process.pool.submit(read_whole, kind, content, context))
        return begun

    def end(self, begun: Begun) -> tuple[Reading, Copy | None]:
        """What `read_whole` gives or raises; to be asked in the order in which they were begun. Raises Lost."""
        while begun.process is not None:
            died = None
            try:
                if begun.answer is not None:
                    return begun.answer.result()
            except MemoryError as error:
                raise Lost(self._why()) from error
            except BrokenProcessPool as error:
                died = error
            if begun.process is self._process:
                self._process = None
                self._here = not begun.process.ran()
                if died is not None and not self._here:  # the first that it did not finish
                    raise Lost(self._why()) from died
            begun = self.begin(begun.kind, begun.content, begun.context)
        return read_whole(begun.kind, begun.content, begun.context)

    def _why(self) -> str:
        return f"reading it wants more than the {self._memory_mb} MB that it may have, or its process was killed"


class _Process:
    """One that reads."""

    def __init__(self, memory_mb: int) -> None:
        """Start it. Raises OSError where the system has nothing to start it with."""
        self.pool = ProcessPoolExecutor(1, get_context("spawn"), _prepare, (memory_mb,))
        main = sys.modules["__main__"]
        sys.modules["__main__"] = ModuleType("__main__")  # or the process would load all of the command before it reads
        try:
            self._first = self.pool.submit(os.getpid)
        finally:
            sys.modules["__main__"] = main

    def ran(self) -> bool:
        """Whether it began its work before it died."""
        return self._first.exception() is None


def read_whole(kind: str, content: bytes, context: Context) -> tuple[Reading, Copy | None]:
    """What a listing says, and the copy of it that may be kept. Raises as `spiders.readers.read` does."""
    reading = read(kind, content, context)
    return reading, public_copy(kind, content, context.content_type, reading.personal)


def _prepare(memory_mb: int) -> None:
    """Begin a process: it is stopped by its parent alone, and does not outlive it."""
    for one in (signal.SIGINT, signal.SIGTERM):  # which a terminal and systemd send to both
        signal.signal(one, signal.SIG_IGN)
    limit_memory(memory_mb)
    collect_seldom()
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(0)
