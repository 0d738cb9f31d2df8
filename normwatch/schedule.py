"""The schedule: each kind of listing by its cadence, one crawl at a time, and the outbox in between, until stopped."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from types import FrameType

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.base import BaseScheduler
from apscheduler.schedulers.blocking import BlockingScheduler
from sqlalchemy import func, select

from normwatch import clock
from normwatch.crawling import CrawlFailed, crawl
from normwatch.intervals import every
from normwatch.session import Session
from normwatch.telling import Teller
from spiders.rows import KINDS
from store import tables
from store.archive import Archive
from store.times import moment

_log = structlog.get_logger()
_listing = tables.Listing.__table__  # type: ignore[attr-defined]

JITTER = 0.1
"""Share of a cadence by which visits are moved at random, so that they do not all come on the hour."""


def plan(session: Session, scheduler: BaseScheduler, archive: Archive, now: datetime) -> None:
    """Give the scheduler its jobs. What was missed while nothing ran is due at once; a job never misfires for ever.

    Crawls share an executor with one thread: one at a time, in the order of `KINDS`.
    """
    for position, kind in enumerate(KINDS):
        cadence = every(session.config.schedule.cadences[kind]) if kind in session.config.schedule.cadences else None
        if cadence is None:
            continue
        scheduler.add_job(
            _visit,
            "interval",
            args=(session, kind),
            id=kind,
            executor="crawls",
            seconds=cadence.total_seconds(),
            jitter=max(1, int(cadence.total_seconds() * JITTER)),
            next_run_time=max(last_visit(archive, kind, now - cadence) + cadence, now + timedelta(seconds=position)),
            misfire_grace_time=None,
            coalesce=True,
            max_instances=1,
        )
    scheduler.add_job(
        send,
        "interval",
        args=(session, archive),
        id="send",
        seconds=every(session.config.schedule.send).total_seconds(),
        next_run_time=now + timedelta(seconds=len(KINDS)),
        misfire_grace_time=None,
        coalesce=True,
        max_instances=1,
    )


def last_visit(archive: Archive, kind: str, never: datetime) -> datetime:
    """When a source of this kind was last visited; `never` if none was."""
    with archive.read() as connection:
        query = select(func.max(_listing.c.last_visit_at)).where(_listing.c.kind == kind)
        found = connection.execute(query).scalar()
    return moment(found) if found else never


def run(session: Session) -> None:
    """Keep to the schedule until SIGTERM or SIGINT; a crawl under way is ended, and what it read is kept."""
    archive = session.archive(create=True)
    scheduler = BlockingScheduler(
        timezone="UTC", executors={"default": ThreadPoolExecutor(1), "crawls": ThreadPoolExecutor(1)}
    )
    plan(session, scheduler, archive, clock.now())
    with _until_stopped(scheduler):
        _log.info("schedule kept", config=str(session.path))
        scheduler.start()
    _log.info("stopped")


def _visit(session: Session, kind: str) -> None:
    _log.info("crawl begins", kind=kind)
    try:
        found = crawl(session.path, (kind,), minutes=session.config.crawl.minutes, due=True)
    except CrawlFailed as error:
        _log.error("crawl failed", kind=kind, error=str(error))
        return
    _log.info(
        "crawl done",
        kind=kind,
        sources=len(found),
        appeared=sum(one.appeared for one in found),
        changed=sum(one.changed for one in found),
        faulty=sum(one.state not in ("ok", "new") for one in found),
    )


def send(session: Session, archive: Archive, now: Callable[[], datetime] = clock.now) -> None:
    """Send what is due; what goes wrong is logged and made up by the next run."""
    try:
        done = Teller(archive, session.resolver, session.config).send(now)
    except Exception:
        _log.exception("nothing sent")
        return
    if done.sent or done.fault:
        _log.info("outbox", sent=len(done.sent), fault=done.fault)


class _until_stopped:  # noqa: N801 - reads as what it does
    """Ends the scheduler on SIGTERM and SIGINT."""

    def __init__(self, scheduler: BaseScheduler) -> None:
        self._scheduler = scheduler
        self._before: dict[int, object] = {}

    def __enter__(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            self._before[number] = signal.signal(number, self._stop)

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)  # type: ignore[arg-type]

    def _stop(self, number: int, _frame: FrameType | None) -> None:
        _log.info("stopping", signal=signal.Signals(number).name)
        threading.Thread(target=self._scheduler.shutdown, kwargs={"wait": False}).start()
