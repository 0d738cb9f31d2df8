"""The schedule: what is due is visited, one crawl at a time, and the outbox is looked through, until stopped."""

from __future__ import annotations

import secrets
import signal
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random, SystemRandom
from typing import Protocol

import structlog
from structlog.contextvars import bound_contextvars

from normwatch import clock
from normwatch.crawling import Crawled, CrawlFailed, crawl
from normwatch.intervals import every
from normwatch.locks import alone, under_way
from normwatch.session import Session
from normwatch.telling import Teller
from normwatch.turns import APART, LOOK, Turns
from normwatch.visits import Due, refresh
from spiders.rows import KINDS
from store.archive import Archive
from store.retention import prune

_log = structlog.get_logger()

JITTER = 0.1
"""Share of the time between two visits by which one comes later at random, so that not all come on the hour."""


class Visiting(Protocol):
    """Crawls a kind's due listings: `normwatch.crawling.crawl` in life. Raises CrawlFailed."""

    def __call__(self, session: Session, kind: str, run: str, stop: threading.Event) -> list[Crawled]: ...  # noqa: D102


def in_a_process(session: Session, kind: str, run: str, stop: threading.Event) -> list[Crawled]:
    """Crawl in a process of its own."""
    limits = session.config.crawl
    return crawl(
        session.path, (kind,), minutes=limits.minutes, memory_mb=limits.memory_mb, due=True, run=run, stop=stop
    )


class Schedule:
    """Decides what is done next. Its clock, its chance and the crawl itself are given, so that years can be rehearsed.

    All it knows stands in the archive: it may end at any moment, and another goes on where it was.
    """

    def __init__(
        self,
        session: Session,
        archive: Archive,
        *,
        now: Callable[[], datetime] = clock.now,
        chance: Random | None = None,
        visiting: Visiting = in_a_process,
    ) -> None:
        self._session = session
        self._archive = archive
        self._now = now
        self._chance = chance or SystemRandom()
        self._visiting = visiting
        self._planned: dict[str, tuple[datetime | None, datetime]] = {}
        """By kind, when it is due, and when it is visited for that: a little later."""
        self._ended: dict[str, datetime] = {}
        self._prune_at = now()
        self.stopping = threading.Event()

    def plan(self) -> dict[str, datetime]:
        """When each kind is visited next. What was missed while nothing ran is due now."""
        now = self._now()
        found = refresh(self._archive, self._session.config, now)
        self._planned = {kind: self._plan(kind, one, now) for kind, one in found.items()}
        return {kind: at for kind, (_, at) in self._planned.items()}

    def _plan(self, kind: str, one: Due, now: datetime) -> tuple[datetime | None, datetime]:
        due, at = self._planned.get(kind, (None, now))
        if due != one.at:
            later = one.wait * JITTER * self._chance.random()
            due, at = one.at, (one.at + later if one.at and one.at > now else now)
        ended = self._ended.get(kind)
        if ended is not None and ended <= now:
            at = max(at, ended + APART)
        return due, at

    def visit(self) -> datetime:
        """Visit the kind that has waited longest, if any is due and free; returns when to look again."""
        planned = self.plan()
        now = self._now()
        if not planned:
            return now + LOOK
        if min(planned.values()) > now:
            return min(planned.values())
        ready = sorted((at, KINDS.index(kind)) for kind, at in planned.items() if at <= now)
        free = (KINDS[place] for _, place in ready if not under_way(self._archive, KINDS[place]))
        kind = next(free, None)
        if kind is None:
            return now + APART
        self._crawl(kind)
        self._ended[kind] = self._now()
        return self._ended[kind]

    def _crawl(self, kind: str) -> None:
        run = _run_id()
        with bound_contextvars(run=run):
            _log.info("crawl begins", kind=kind)
            try:
                found = self._visiting(self._session, kind, run, self.stopping)
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

    def send(self) -> datetime:
        """Send what is due; returns when to look again. What goes wrong is logged and made up by the next run."""
        with bound_contextvars(run=_run_id()):
            done = Teller(self._archive, self._session.resolver, self._session.config).send(self._now)
            if done.sent or done.fault:
                _log.info("outbox", sent=len(done.sent), fault=done.fault)
        return self._now() + every(self._session.config.schedule.send)

    def prune(self) -> datetime:
        """Once a day, let go of the bytes that are older than the configuration keeps them."""
        now, days = self._now(), self._session.config.archive.keep_bytes
        if days != "all" and now >= self._prune_at:
            done = prune(self._archive, now, days)
            self._prune_at = now + timedelta(days=1)
            _log.info("old bytes let go of", copies=done.copies, size=done.size)
        return now + LOOK


def run(session: Session) -> None:
    """Keep to the schedule until SIGTERM or SIGINT; a crawl under way is ended, and what it read is kept.

    Another schedule of the same archive is waited for, if the archive is a file; on PostgreSQL they share the work.
    """
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    archive = session.archive(create=True)
    schedule = Schedule(session, archive)
    turns = Turns([schedule.visit, schedule.send, schedule.prune], clock.now, schedule.stopping)
    try:
        with alone(archive, "schedule"):
            _log.info("schedule kept", config=str(session.path))
            turns.keep()  # for ever: a signal raises
    except KeyboardInterrupt:
        _log.info("stopped")
    finally:
        signal.signal(signal.SIGTERM, before)
        archive.close()


def _run_id() -> str:
    """Names one crawl or one look through the outbox in every line of the logs."""
    return secrets.token_hex(4)
