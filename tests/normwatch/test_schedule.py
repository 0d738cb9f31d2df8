"""What is visited when, and that it stops when it is told to."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import insert, update

from normwatch.crawling import Crawled, CrawlFailed
from normwatch.locks import alone
from normwatch.schedule import APART, Schedule
from normwatch.session import Session
from normwatch.visits import due
from spiders.rows import KINDS
from store.archive import Archive
from store.listings import sources
from store.tables import Listing
from store.times import stamp

_listing = Listing.__table__  # type: ignore[attr-defined]
NOW = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
PATIENCE = 60
"""Seconds that a child process may take to start on a busy machine."""
ONE_SOURCE = """[sources.3gpp]
groups = []
[sources.iso]
projects = false
registers = []
[sources.itu]
meetings = []
"""
COMMITTEES = ONE_SOURCE + '[schedule.cadences]\n"iso.committees" = "every 24 h"\n'


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    archive = Archive.open(f"sqlite:///{tmp_path}/archive.sqlite", create=True)
    yield archive
    archive.close()


@dataclass
class Rehearsal:
    """A schedule whose time is ours and whose crawls only note that they were made."""

    folder: Path
    archive: Archive
    toml: str = ""
    seed: int = 1
    now: datetime = NOW
    fails: bool = False
    visits: list[tuple[datetime, str, tuple[str, ...]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        (self.folder / "config.toml").write_text(self.toml, encoding="utf-8")
        self.session = Session(self.folder / "config.toml")
        self.restart()

    def restart(self) -> None:
        """As after any end: all that a schedule knows stands in the archive."""
        chance = Random(self.seed)  # noqa: S311 - no secret
        self.schedule = Schedule(self.session, self.archive, now=lambda: self.now, chance=chance, visiting=self.crawl)

    def crawl(self, session: Session, kind: str, run: str, stop: threading.Event) -> list[Crawled]:
        """Visit what is due, as a crawl's process does."""
        with self.archive.read() as connection:
            listings = [one.target for one in due(connection, session.config, kind, self.now) if one.come(self.now)]
        self.visits.append((self.now, kind, tuple(one.listing for one in listings)))
        if self.fails:
            raise CrawlFailed("its process ended with 1")
        for target in listings:
            visited(self.archive, target.listing, kind, self.now)
        return []

    def until(self, end: datetime) -> list[datetime]:
        """Let time pass; returns when crawls were made."""
        start = len(self.visits)
        while self.now < end and (again := self.schedule.visit()) < end:
            self.now = max(self.now, again)
        self.now = end
        return [at for at, _, _ in self.visits[start:]]


def visited(archive: Archive, listing: str, kind: str, when: datetime) -> None:
    with archive.write() as connection:
        values = {"last_visit_at": stamp(when)}
        known = connection.execute(update(_listing).where(_listing.c.key == listing).values(values))
        if not known.rowcount:
            connection.execute(insert(_listing).values(values | {"key": listing, "kind": kind, "body": "ISO"}))


def fault(archive: Archive, listing: str, faults: int) -> None:
    with archive.write() as connection:
        connection.execute(update(_listing).where(_listing.c.key == listing).values(faults_in_a_row=faults))


def next_visit(archive: Archive, listing: str) -> str | None:
    with archive.read() as connection:
        return next(one["next_visit_at"] for one in sources(connection, NOW) if one["source"] == listing)


@pytest.fixture
def rehearse(tmp_path: Path, archive: Archive) -> Callable[..., Rehearsal]:
    return lambda toml="", **more: Rehearsal(tmp_path, archive, toml, **more)


def test_a_new_archive_visits_every_kind_at_once_in_the_order_that_brings_most(
    rehearse: Callable[..., Rehearsal],
) -> None:
    one = rehearse('[sources.itu]\ngroups = ["ITU-T SG13"]\n')
    one.until(NOW + timedelta(seconds=1))
    assert [kind for _, kind, _ in one.visits] == [kind for kind in KINDS if kind != "3gpp.tdocs"]
    assert {at for at, _, _ in one.visits} == {NOW}


@pytest.mark.parametrize(
    ("ago", "until"),
    [
        pytest.param(timedelta(hours=6), timedelta(hours=18), id="in its time"),
        pytest.param(timedelta(hours=24), timedelta(0), id="due"),
        pytest.param(timedelta(days=10), timedelta(0), id="missed while nothing ran"),
        pytest.param(timedelta(days=-2), timedelta(0), id="a clock set back"),
    ],
)
def test_a_source_is_visited_a_cadence_after_its_last_visit_or_at_once(
    rehearse: Callable[..., Rehearsal], archive: Archive, ago: timedelta, until: timedelta
) -> None:
    visited(archive, "iso.committees", "iso.committees", NOW - ago)
    one = rehearse(COMMITTEES)
    (first, *_) = one.until(NOW + timedelta(days=2))
    assert NOW + until <= first <= NOW + until * 1.1 + timedelta(hours=2.4 * bool(until))


def test_visits_go_on_for_ever_a_little_later_each_and_never_on_the_dot(rehearse: Callable[..., Rehearsal]) -> None:
    one = rehearse(COMMITTEES)
    visits = one.until(NOW + timedelta(days=30))
    apart = [(later - earlier) / timedelta(hours=24) for earlier, later in pairwise(visits)]
    assert len(visits) > 26
    assert all(1 <= share <= 1.1 for share in apart)
    assert len(set(apart)) > 20


def test_chance_and_clock_are_given_so_that_the_same_days_pass_alike(tmp_path: Path) -> None:
    def days(seed: int, name: str) -> list[datetime]:
        folder = tmp_path / name
        folder.mkdir()
        archive = Archive.open(f"sqlite:///{folder}/archive.sqlite", create=True)
        try:
            return Rehearsal(folder, archive, COMMITTEES, seed).until(NOW + timedelta(days=10))
        finally:
            archive.close()

    assert days(1, "a") == days(1, "b")
    assert days(1, "c") != days(2, "d")


def test_a_restart_at_any_moment_neither_forgets_a_visit_nor_repeats_one(rehearse: Callable[..., Rehearsal]) -> None:
    one = rehearse(COMMITTEES)
    visits = []
    for hour in range(5, 24 * 10, 5):
        visits += one.until(NOW + timedelta(hours=hour))
        one.restart()
    apart = [later - earlier for earlier, later in pairwise(visits)]
    assert len(visits) in (9, 10)
    assert all(timedelta(hours=24) <= time <= timedelta(hours=28) for time in apart)


def test_a_kind_without_a_cadence_is_not_visited(rehearse: Callable[..., Rehearsal], archive: Archive) -> None:
    one = rehearse('[schedule.cadences]\n"iso.projects" = "every 1 d"\n')
    one.until(NOW + timedelta(days=3))
    assert {kind for _, kind, _ in one.visits} == {"iso.projects"}


def test_the_archive_knows_when_each_source_is_visited_next(
    rehearse: Callable[..., Rehearsal], archive: Archive
) -> None:
    one = rehearse(COMMITTEES)
    visited(archive, "3gpp.tdocs:RAN1#1", "3gpp.tdocs", NOW)
    one.until(NOW + timedelta(hours=1))
    assert next_visit(archive, "iso.committees") == stamp(NOW + timedelta(hours=24))
    assert next_visit(archive, "3gpp.tdocs:RAN1#1") is None, "a meeting long over is not visited any more"


def test_a_faulty_source_is_visited_again_soon_then_seldom_and_never_given_up(
    rehearse: Callable[..., Rehearsal], archive: Archive
) -> None:
    one = rehearse(COMMITTEES)
    one.until(NOW + timedelta(minutes=1))
    pauses = []
    for faults in range(1, 20):
        fault(archive, "iso.committees", faults)
        before = one.visits[-1][0]
        one.now = one.schedule.visit()
        one.schedule.visit()
        pauses.append(one.visits[-1][0] - before)
    assert timedelta(minutes=4) < pauses[0] < timedelta(minutes=7)
    assert pauses[:8] == sorted(pauses[:8])
    assert all(timedelta(hours=11.5) < pause < timedelta(hours=13.5) for pause in pauses[9:])


def test_a_crawl_that_fails_is_made_again_but_not_at_once(rehearse: Callable[..., Rehearsal]) -> None:
    one = rehearse(COMMITTEES, fails=True)
    visits = one.until(NOW + timedelta(minutes=10))
    apart = [later - earlier for earlier, later in pairwise(visits)]
    assert 5 < len(visits) <= 11
    assert min(apart) >= APART


@pytest.fixture
def silent_server() -> Iterator[socket.socket]:
    """Takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(PATIENCE)
        yield server


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_run_ends_a_crawl_under_way_and_stops_cleanly(
    tmp_path: Path, silent_server: socket.socket, number: signal.Signals
) -> None:
    (tmp_path / "config.toml").write_text(
        f'[crawl]\ndelay = 0\nreplica = "http://127.0.0.1:{silent_server.getsockname()[1]}"\n', encoding="utf-8"
    )
    command = [sys.executable, "-m", "normwatch", "run", "--config", str(tmp_path / "config.toml")]
    environment = {name: value for name, value in os.environ.items() if name != "NORMWATCH_NOW"}
    with subprocess.Popen(  # noqa: S603
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        connection, _ = silent_server.accept()  # the crawl's process is asking, and would wait for 90 s
        process.send_signal(number)
        try:
            said, logged = process.communicate(timeout=PATIENCE / 2)
        finally:
            process.kill()
        connection.settimeout(PATIENCE)
        while connection.recv(4096):
            pass  # until the crawl's process is gone and its end of the connection with it
        connection.close()
    assert process.returncode == 0, logged
    assert said == ""
    assert "stopped" in logged.splitlines()[-1]
    assert "run=" in logged, "every line of a crawl names it"
    assert logged.count("crawl begins") == 1, "the crawls that were to follow are not begun"
    assert "Traceback" not in logged
    archive = Archive.open(f"sqlite:///{tmp_path}/archive.sqlite")
    assert archive.version() is not None
    archive.close()


def test_a_second_schedule_says_so_waits_and_takes_over(tmp_path: Path, archive: Archive) -> None:
    (tmp_path / "config.toml").write_text("[schedule]\ncadences = {}\n", encoding="utf-8")
    command = [sys.executable, "-m", "normwatch", "run", "--config", str(tmp_path / "config.toml")]
    with alone(archive, "schedule"):
        process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)  # noqa: S603
        assert process.stderr is not None
        said = process.stderr.readline()
    try:
        assert "another schedule of this archive is under way: waiting" in said
        assert "it has ended" in process.stderr.readline()
        assert "schedule kept" in process.stderr.readline()
    finally:
        process.terminate()
    _, logged = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, logged


def test_a_schedule_that_waits_can_be_stopped(tmp_path: Path, archive: Archive) -> None:
    (tmp_path / "config.toml").write_text("[schedule]\ncadences = {}\n", encoding="utf-8")
    command = [sys.executable, "-m", "normwatch", "run", "--config", str(tmp_path / "config.toml")]
    with alone(archive, "schedule"):
        process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)  # noqa: S603
        assert process.stderr is not None
        process.stderr.readline()
        process.terminate()
        _, logged = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, logged
    assert "Traceback" not in logged
