"""Turns that are taken for ever, each when the one before said. APScheduler keeps them; its traps: docs/adr/0011."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.date import DateTrigger

_log = structlog.get_logger()

APART = timedelta(minutes=1)
"""Time after which what failed is tried again, and between two crawls of a kind, whatever is due at once again."""
LOOK = timedelta(minutes=5)
"""How far ahead the next turn may lie when it is looked at: an import, or a clock that is set, changes what is due."""
NEVER_SKIPPED = {"misfire_grace_time": None, "coalesce": True, "max_instances": 2}
"""A turn is taken however late. One that has planned the next may, to APScheduler, still be ending as that comes."""


class Turns:
    """Takes turns beside each other, none beside itself. Each returns when it is to be taken next, by the clock `now`.

    Times go to APScheduler, which knows no clock but the machine's, as the wait until then.
    """

    def __init__(
        self, turns: list[Callable[[], datetime]], now: Callable[[], datetime], stopping: threading.Event
    ) -> None:
        self._turns = {turn.__name__: turn for turn in turns}
        self._under_way = {name: threading.Lock() for name in self._turns}
        self._now = now
        self._stopping = stopping
        self._pool = ThreadPoolExecutor(2 * len(turns))
        self._scheduler = BackgroundScheduler(
            timezone=UTC, executors={"default": self._pool}, job_defaults=NEVER_SKIPPED
        )

    def keep(self) -> None:
        """Take the turns until `stopping` is set or this thread is interrupted; then wait for those under way."""
        for name in self._turns:
            self.plan(name, timedelta(0))
        self._scheduler.start()
        try:
            while not self._stopping.wait(LOOK.total_seconds()):
                self.look()
        finally:
            _log.info("stopping")
            self._stopping.set()
            self._scheduler.pause()
            self._scheduler.get_jobs()  # waits for it to have begun what was due: stopped amid that, its thread fails
            self._scheduler.shutdown(wait=False)  # waiting here would keep a lock that a turn needs to end
            self._pool.shutdown()

    def plan(self, name: str, wait: timedelta) -> None:
        """Take a turn after this time, and not when it was to be taken before."""
        at = DateTrigger(datetime.now(UTC) + wait, timezone=UTC)
        self._scheduler.add_job(self._take, at, args=(name,), id=name, name=name, replace_existing=True)

    def look(self) -> None:
        """Take every turn at once that lies more than `LOOK` ahead, or that could not be begun and was dropped."""
        latest = datetime.now(UTC) + LOOK
        for name, lock in self._under_way.items():
            job = self._scheduler.get_job(name)
            if not lock.locked() and (job is None or job.next_run_time > latest):
                self.plan(name, timedelta(0))
        self._scheduler.wakeup()  # it may be waiting by a clock that has been set ahead since

    def _take(self, name: str) -> None:
        if self._stopping.is_set() or not self._under_way[name].acquire(blocking=False):
            return
        try:
            wait = self._turns[name]() - self._now()
        except Exception:
            _log.exception(f"{name} failed; it is tried again")
            wait = APART
        finally:
            self._under_way[name].release()
        self.plan(name, wait)
