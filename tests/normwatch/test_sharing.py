"""Machines that share one archive on PostgreSQL: each source is visited once, and no server is asked by two at once."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from normwatch.crawling import Crawled
from normwatch.locks import alone, under_way
from normwatch.schedule import Schedule
from normwatch.session import Session
from normwatch.visits import due
from store.archive import Archive
from store.incoming import Visit
from store.ingest import unchanged

STEP = timedelta(hours=2)
STEPS = 11
GROUPS = (
    [f"ITU-T SG{number}" for number in range(2, 22)]
    + [f"ITU-R WP5{letter}" for letter in "ABCD"]
    + ["ITU-T TSAG", "ITU-T WTSA"]
)
SHARED = ("3gpp.meetings", "iso.registers", "itu.documents")
SOURCES = 99
TOML = f"[sources.itu]\ngroups = {GROUPS}\n[schedule.cadences]\n" + "".join(
    f'"{kind}" = "{"every 2 h"}"\n' for kind in SHARED
)
PATIENCE = 60


class NoChance(Random):
    """Visits without jitter, so that a step of time is one visit of everything."""

    def random(self) -> float:
        return 0.0


@dataclass
class World:
    """What the machines have in common beside the archive: the time, and the bodies' servers."""

    now: datetime = datetime(2026, 11, 21, 6, tzinfo=UTC)
    visits: list[tuple[datetime, str]] = field(default_factory=list)
    crawled_by: dict[str, str] = field(default_factory=dict)
    both: threading.Barrier = field(default_factory=lambda: threading.Barrier(2, timeout=PATIENCE))


class Machine:
    """A schedule with connections of its own; its crawls do what a crawl's process does, but for asking a server."""

    def __init__(self, name: str, url: str, session: Session, world: World) -> None:
        self.name, self.world = name, world
        self.archive = Archive(url)
        self.bodies: Counter[str] = Counter()
        clock = self._clock
        self.schedule = Schedule(session, self.archive, now=clock, chance=NoChance(), visiting=self.crawl)

    def _clock(self) -> datetime:
        return self.world.now

    def crawl(self, session: Session, kind: str, run: str, stop: threading.Event) -> list[Crawled]:
        body = kind.partition(".")[0]
        if not self.bodies:  # at its first crawl each waits for the other's: they are at work at once
            self.world.both.wait()
        with alone(self.archive, "crawl", [kind]) as still_alone:
            assert self.world.crawled_by.setdefault(body, self.name) == self.name
            with self.archive.read() as connection:
                places = due(connection, session.config, kind, self.world.now)
            targets = [one.target for one in places if one.come(self.world.now)]
            for target in targets:
                still_alone()
                self.world.visits.append((self.world.now, target.listing))
                visit = Visit(target.listing, kind, target.body, target.url, self.world.now, group=target.group)
                with self.archive.write() as connection:
                    unchanged(connection, visit, "not-modified")
            del self.world.crawled_by[body]
        self.bodies[body] += len(targets)
        return []

    def work(self) -> None:
        """All that is due now."""
        while self.schedule.visit() <= self.world.now:
            pass


@pytest.fixture
def url(postgresql: Any) -> Iterator[str]:
    archive = postgresql.archive()
    yield archive.url
    archive.close()


def test_two_schedules_visit_each_source_once(tmp_path: Path, url: str) -> None:
    (tmp_path / "config.toml").write_text(TOML, encoding="utf-8")
    world = World()
    session = Session(tmp_path / "config.toml")
    machines = [Machine(name, url, session, world) for name in ("one", "other")]
    for _ in range(STEPS):
        with ThreadPoolExecutor(2) as pool:
            for done in [pool.submit(machine.work) for machine in machines]:
                done.result(PATIENCE)
        world.now += STEP
    for machine in machines:
        machine.archive.close()
    assert len({listing for _, listing in world.visits}) == SOURCES
    assert Counter(Counter(world.visits).values()) == {1: STEPS * SOURCES}  # 1,089 visits
    assert all(machine.bodies.total() > 0 for machine in machines)


HOLDER = """
import sys
from normwatch.locks import alone
from store.archive import Archive
with alone(Archive(sys.argv[1]), "crawl", ["3gpp.tdocs"]):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_killed_machine_lets_go_of_what_it_held_and_other_bodies_do_not_wait(url: str) -> None:
    archive = Archive(url)
    command = [sys.executable, "-c", HOLDER, url]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:  # noqa: S603
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        assert under_way(archive, "3gpp.meetings")
        assert not under_way(archive, "iso.projects")
        with alone(archive, "crawl", ["iso.projects"]), alone(archive, "schedule"):
            holder.kill()
        with alone(archive, "crawl", ["3gpp.meetings"]):  # as soon as the server has noticed
            assert under_way(archive, "3gpp.tdocs")
    assert not under_way(archive, "3gpp.tdocs")
    archive.close()


def test_who_lost_the_connection_that_holds_the_lock_does_not_go_on(url: str) -> None:
    archive = Archive(url)
    with alone(archive, "crawl", ["3gpp.tdocs"]) as still_alone:
        still_alone()
        with archive.engine.connect() as connection:
            connection.execute(text("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"))
        with pytest.raises(DBAPIError):
            still_alone()
    archive.close()
