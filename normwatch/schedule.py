"""The schedule: each kind of listing by its cadence, one crawl at a time, and the outbox in between, until stopped."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.schedulers.base import BaseScheduler
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


def plan(
    session: Session, scheduler: BaseScheduler, archive: Archive, now: datetime, stopping: threading.Event
) -> None:
    """Give the scheduler its jobs. What was missed while nothing ran is due at once; a job never misfires for ever.

    Crawls share an executor with one thread: one at a time, in the order of `KINDS`; `stopping` ends them.
    """
    for position, kind in enumerate(KINDS):
        cadence = every(session.config.schedule.cadences[kind]) if kind in session.config.schedule.cadences else None
        if cadence is None:
            continue
        scheduler.add_job(
            _visit,
            "interval",
            args=(session, kind, stopping),
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
    stopping = threading.Event()
    scheduler = BackgroundScheduler(
        timezone="UTC", executors={"default": ThreadPoolExecutor(1), "crawls": ThreadPoolExecutor(1)}
    )
    plan(session, scheduler, archive, clock.now(), stopping)
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        scheduler.start()
        _log.info("schedule kept", config=str(session.path))
        while True:
            time.sleep(timedelta(days=1).total_seconds())
    except KeyboardInterrupt:
        _log.info("stopping")
    finally:
        signal.signal(signal.SIGTERM, before)
        stopping.set()
        if scheduler.running:
            scheduler.shutdown()
        archive.close()
    _log.info("stopped")


def _visit(session: Session, kind: str, stopping: threading.Event) -> None:
    if stopping.is_set():
        return
    _log.info("crawl begins", kind=kind)
    try:
        found = crawl(session.path, (kind,), minutes=session.config.crawl.minutes, due=True, stop=stopping)
    except CrawlFailed as error:
        _log.warning("crawl ended early", kind=kind, why=str(error))
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
