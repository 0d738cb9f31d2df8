"""Child processes that begin with everything imported, for whoever starts hundreds: forked by a server, not by us.

What such a child does, and how it ends, is as in life: a crawl's is `normwatch.crawl_process`, told what to do and
heard by `normwatch.crawling`, and can be killed. It is spared the second or two that importing Scrapy takes.
"""

from __future__ import annotations

import io
import multiprocessing
import multiprocessing.connection
import os
import resource
import runpy
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from types import SimpleNamespace
from typing import Any, Self
from unittest.mock import patch

from normwatch import clock


@dataclass(frozen=True, slots=True)
class Mishap:
    """What befalls a child process."""

    killed_at: int | None = None
    """By kill -9, before so many statements or commits to the archive."""
    room: int | None = None
    """The disk is full: no file may grow beyond so many bytes."""


class Server:
    """Starts warm children. The fork server is a process of its own, without threads."""

    def __init__(self) -> None:
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["bench.warmed"])

    def start(self, work: Callable[..., None], *arguments: Any) -> Any:
        """A process that does this work; everything given to it can be pickled."""
        process = self._context.Process(target=work, args=arguments)
        process.start()
        return process

    @contextmanager
    def crawls(self, mishap: Callable[[], Mishap | None]) -> Iterator[None]:
        """While the block lasts, crawls of this process have warm children; `mishap` is asked at each one's start."""

        def begin(command: Sequence[str], **_: Any) -> _Warm:
            return _Warm(self, command[-1], os.environ.get(clock.VARIABLE, ""), mishap())

        module = SimpleNamespace(Popen=begin, PIPE=-1)
        with patch("normwatch.crawl_child.subprocess", module):
            yield


class _Warm:
    """As much of `subprocess.Popen` as `normwatch.crawl_child` uses."""

    def __init__(self, server: Server, job: str, now: str, mishap: Mishap | None) -> None:
        self._asking = threading.Lock()
        reading, writing = multiprocessing.Pipe(duplex=False)
        self._process = server.start(_crawl, job, now, mishap, writing)
        writing.close()
        self.stdout = io.TextIOWrapper(io.FileIO(os.dup(reading.fileno()), "r"), "utf-8")
        reading.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stdout.close()
        self.wait()

    def poll(self) -> int | None:
        with self._asking:  # the answer comes once, and two threads ask
            code: int | None = self._process.exitcode
        return code

    def wait(self) -> int:
        multiprocessing.connection.wait([self._process.sentinel])
        code = self.poll()
        assert code is not None
        return code

    def terminate(self) -> None:
        self._process.terminate()


def _crawl(job: str, now: str, mishap: Mishap | None, out: Connection) -> None:
    """`python -m normwatch.crawl_process JOB` at a time."""
    os.dup2(out.fileno(), 1)
    sys.stdout = io.TextIOWrapper(io.FileIO(1, "w", closefd=False), "utf-8", line_buffering=True)
    os.environ[clock.VARIABLE] = now
    befall(mishap)
    sys.argv[1:] = [job]
    sys.modules.pop("normwatch.crawl_process", None)
    runpy.run_module("normwatch.crawl_process", run_name="__main__", alter_sys=True)


def befall(mishap: Mishap | None) -> None:
    """Have it happen to this process."""
    from sqlalchemy import event  # noqa: PLC0415
    from sqlalchemy.engine import Engine  # noqa: PLC0415

    if mishap is None:
        return
    if mishap.room is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (mishap.room, mishap.room))
    if mishap.killed_at is not None:
        left = mishap.killed_at

        def step(*_: Any) -> None:
            nonlocal left
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)

        event.listen(Engine, "before_cursor_execute", step)
        event.listen(Engine, "commit", step)
