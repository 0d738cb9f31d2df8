"""A month of operation: a schedule with injected time on a replica that changes daily, and everything that goes wrong.

Every visit is a crawl in a child process of its own (`bench.warm`: forked with everything imported) over real sockets.
Digests are written into a folder by the process of the schedule, or by a child where one is to be killed. Some times a
real `normwatch run` is started and killed with all its children.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from random import Random

from sqlalchemy import select

from alerts import tables
from bench.soak_calendar import CONFIG, FAULTS, MISHAPS, Spoilt
from bench.warm import Mishap, Server, befall
from demo.month import THREEGPP_GROUPS, Month
from demo.server import Replica
from normwatch import clock
from normwatch.crawling import Crawled, CrawlFailed, crawl
from normwatch.schedule import Schedule
from normwatch.session import Session
from normwatch.telling import Teller

_outage = tables.Outage.__table__  # type: ignore[attr-defined]
HOUR = timedelta(hours=1)
FIRST = date(2026, 10, 12)
"""Clocks go back on 25 October, between the 02:30 that one reader is told at and another."""
PUBLISHED = 3
"""UTC hour at which the listings of a day come out."""
TICK = timedelta(minutes=1)


@dataclass
class Injected:
    """A server's fault as it happened, with our own clock's hours in which it lasted."""

    what: Spoilt
    begins: datetime
    ends: datetime


class Soak:
    """Runs the days, and keeps what is needed to judge them."""

    def __init__(
        self, folder: Path, *, first: date = FIRST, days: int = 30, seed: int = 1, mishaps_a_day: float = 1.5
    ) -> None:
        self.folder = folder
        self.first = first
        self.days = days
        self._quiet = 2 - (first + timedelta(days=days + 2)).weekday() % -7  # until a Monday
        self.chance = Random(seed)  # noqa: S311 - no secret
        self.month = Month(first, seed=seed, days=days)
        self.replica = Replica(today=first, day=0, listings=self.month)
        self.time = self._midnight(0) + (PUBLISHED + 3) * HOUR
        self.offset = timedelta(0)
        self.visits: Counter[str] = Counter()
        self.mishaps: Counter[str] = Counter()
        self.injected: list[Injected] = []
        self.seen: list[tuple[datetime, str, str, bool]] = []
        """(our time, recipient, source, whether it was told to be lost) as the table of outages came to say it."""
        self.read: list[tuple[datetime, str, bool]] = []
        """(our time, source, whether it could be seen) after every visit."""
        self.looks: list[tuple[datetime, bool]] = []
        """When it was looked for what is due to be told, and whether nothing was wrong with that or with the clock."""
        self._mishaps_a_day = mishaps_a_day
        self._server = Server()
        self._next: Mishap | None = None
        self._next_sender: Mishap | None = None
        self._told: set[tuple[str, str]] = set()
        self._events: list[tuple[datetime, Callable[[], None]]] = []

    def now(self) -> datetime:
        """What our machine's clock says."""
        return self.time + self.offset

    def run(self, say: Callable[[str], None] = lambda _: None) -> None:
        """The days, and quiet ones until a Monday, in which all is made up for and told, to weekly readers too."""
        with self.replica, self._server.crawls(self._mishap):
            groups = json.dumps(list(THREEGPP_GROUPS))
            text = CONFIG.format(replica=json.dumps(self.replica.base_url), groups=groups)
            (self.folder / "config.toml").write_text(text, encoding="utf-8")
            self.session = Session(self.folder / "config.toml")
            self.archive = self.session.archive(create=True)
            with closing(self.archive):
                self._restart()
                self._until(self.time + 12 * HOUR)  # the baseline
                self._plan()
                for day in range(1, self.days + self._quiet + 1):
                    self._until(self._midnight(day + 1) + PUBLISHED * HOUR)
                    self.replica.log.clear()
                    say(f"day {day}: {sum(self.visits.values())} visits, {len(self.injected)} faults")

    def _midnight(self, day: int) -> datetime:
        return datetime.combine(self.first + timedelta(days=day), datetime.min.time(), UTC)

    def _plan(self) -> None:
        """Put what will go wrong into the calendar."""
        faults = FAULTS if self.days >= 30 else self.chance.sample(FAULTS, self.days)
        spread = max(self.days - 3, 1) * 24 * HOUR
        for place, one in enumerate(faults):
            begins = self.time + spread * place / len(faults)
            ends = begins + one.hours * HOUR
            self._events += [(begins, self._spoil(one, begins, ends)), (ends, self._mend(one))]
        count = int(self.days * self._mishaps_a_day)
        for place in range(count):
            name = MISHAPS[place % len(MISHAPS)]
            at = self.time + (spread * (place + self.chance.random() / 2) / count)
            self._events.append((at, lambda name=name: self._befall(name)))  # type: ignore[misc]
        self._events.sort(key=lambda event: event[0])

    def _spoil(self, one: Spoilt, begins: datetime, ends: datetime) -> Callable[[], None]:
        def begin() -> None:
            params = dict(one.params)
            if params.get("retry_after") == "a date":
                params["retry_after"] = format_datetime(self.now() + 3 * HOUR, usegmt=True)
            self.replica.fault(one.where, one.kind, **params)
            self.injected.append(Injected(one, begins, ends))

        return begin

    def _mend(self, one: Spoilt) -> Callable[[], None]:
        def end() -> None:
            faults = self.replica.faults
            faults[:] = [each for each in faults if (each.where, each.kind) != (one.where, one.kind)]

        return end

    def _befall(self, name: str) -> None:
        self.mishaps[name] += 1
        match name:
            case "restart":
                self._restart()
            case "a crawl killed":
                self._next = Mishap(killed_at=self.chance.randint(1, 150))
            case "the disk full in a crawl":
                self._next = Mishap(room=self.chance.randint(1, 400) * 1000)
            case "the sender killed":
                self._next_sender = Mishap(killed_at=self.chance.randint(1, 400))
            case "the disk full while sending":
                self._next_sender = Mishap(room=self.chance.randint(1, 100) * 1000)
            case "the clock ahead":
                self._set_clock(30 * HOUR, 3 * HOUR)
            case "the clock back":
                self._set_clock(-5 * HOUR, 6 * HOUR)
            case "nothing runs for two days":
                self.time += 48 * HOUR
            case "run killed with its children":
                self._killed_run()

    def _set_clock(self, by: timedelta, lasts: timedelta) -> None:
        self.offset = by
        self._events.append((self.time + lasts, lambda: setattr(self, "offset", timedelta(0))))
        self._events.sort(key=lambda event: event[0])

    def _restart(self) -> None:
        chance = Random(self.chance.random())  # noqa: S311 - no secret
        self.schedule = Schedule(self.session, self.archive, now=self.now, chance=chance, visiting=self._visit)
        self._send_at = self.now()

    def _until(self, end: datetime) -> None:
        while self.time < end:
            while self._events and self._events[0][0] <= self.time:
                self._events.pop(0)[1]()
            self.replica.day = (self.time - PUBLISHED * HOUR).toordinal() - self.first.toordinal()
            wait = self.schedule.visit() - self.now()
            if self._send_at <= self.now() or self._send_at > self.now() + 3 * HOUR:  # the clock was set back
                self._send()
            steps = [max(end - self.time, TICK), max(wait, TICK), max(self._send_at - self.now(), TICK)]
            steps += [max(at - self.time, TICK) for at, _ in self._events[:1]]
            self.time += min(steps)

    def _mishap(self) -> Mishap | None:
        found, self._next = self._next, None
        return found

    def _visit(self, session: Session, kind: str, run: str, stop: threading.Event) -> list[Crawled]:
        with _at(self.now()):
            try:
                found = crawl(session.path, (kind,), minutes=2, memory_mb=4096, due=True, run=run, stop=stop)
            except CrawlFailed:
                self.visits["crawls that failed"] += 1
                raise
        self.visits["crawls"] += 1
        for one in found:
            self.visits["fetches"] += one.fetches
            self.visits["not modified"] += one.not_modified
            self.read.append((self.time, one.source, one.state == "ok"))
        return found

    def _send(self) -> None:
        mishap, self._next_sender = self._next_sender, None
        if mishap:
            process = self._server.start(_send_in_child, self.session.path, self.now().isoformat(), mishap)
            process.join()
            self._send_at = self.now() + timedelta(minutes=20)
        else:
            self._send_at = self.schedule.send()
        self.visits["looks through the outbox"] += 1
        self.looks.append((self.time, not mishap and not self.offset))
        with self.archive.read() as connection:
            told = {(row.recipient, row.source) for row in connection.execute(select(_outage))}
        changed = [(place, True) for place in told - self._told] + [(place, False) for place in self._told - told]
        self.seen += [(self.time, *place, lost) for place, lost in sorted(changed)]
        self._told = told

    def _killed_run(self) -> None:
        """A real `normwatch run`, killed with its children at a moment of chance."""
        environment = os.environ | {clock.VARIABLE: self.now().isoformat()}
        command = [sys.executable, "-m", "normwatch", "run", "--config", str(self.session.path)]
        with subprocess.Popen(  # noqa: S603 - ourselves
            command, stderr=subprocess.PIPE, text=True, env=environment, start_new_session=True
        ) as process:
            assert process.stderr is not None
            for line in process.stderr:
                if "schedule kept" in line:
                    break
            time.sleep(self.chance.random() * 4)
            os.killpg(process.pid, signal.SIGKILL)
        self._restart()


def _send_in_child(config: Path, now: str, mishap: Mishap) -> None:
    session = Session(config)
    session.config  # noqa: B018 - what happens, happens later
    archive = session.archive()
    befall(mishap)
    moment = datetime.fromisoformat(now)
    Teller(archive, session.resolver, session.config).send(lambda: moment)


@contextmanager
def _at(moment: datetime) -> Iterator[None]:
    """The time that crawls go by."""
    os.environ[clock.VARIABLE] = moment.isoformat()
    try:
        yield
    finally:
        del os.environ[clock.VARIABLE]
