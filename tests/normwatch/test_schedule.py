"""What is visited when, and that it stops when it is told to."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from apscheduler.job import Job
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import insert

from normwatch import schedule
from normwatch.session import Session
from spiders.rows import KINDS
from store.archive import Archive
from store.tables import Listing
from store.times import stamp

NOW = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
PATIENCE = 60
"""Seconds that a child process may take to start on a busy machine."""


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    archive = Archive.open(f"sqlite:///{tmp_path}/archive.sqlite", create=True)
    yield archive
    archive.close()


def planned(folder: Path, archive: Archive, toml: str = "") -> dict[str, Job]:
    (folder / "config.toml").write_text(toml, encoding="utf-8")
    scheduler = BackgroundScheduler(timezone="UTC")
    schedule.plan(Session(folder / "config.toml"), scheduler, archive, NOW, threading.Event())
    return {job.id: job for job in scheduler.get_jobs()}


def visited(archive: Archive, kind: str, when: datetime) -> None:
    with archive.write() as connection:
        values = {"key": f"{kind}:{when}", "kind": kind, "body": "3GPP", "last_visit_at": stamp(when)}
        connection.execute(insert(Listing).values(values))


def test_a_new_archive_visits_every_kind_at_once_in_the_order_that_brings_most(
    tmp_path: Path, archive: Archive
) -> None:
    jobs = planned(tmp_path, archive)
    order = sorted(jobs, key=lambda name: jobs[name].next_run_time)
    assert order == [*KINDS, "send"]
    assert all(job.next_run_time - NOW < timedelta(seconds=10) for job in jobs.values())


@pytest.mark.parametrize(
    ("ago", "until"),
    [
        pytest.param(timedelta(minutes=30), timedelta(minutes=90), id="in its time"),
        pytest.param(timedelta(hours=2), timedelta(seconds=1), id="due"),
        pytest.param(timedelta(days=10), timedelta(seconds=1), id="missed while nothing ran"),
    ],
)
def test_a_kind_is_visited_a_cadence_after_its_last_visit_or_at_once(
    tmp_path: Path, archive: Archive, ago: timedelta, until: timedelta
) -> None:
    visited(archive, "3gpp.tdocs", NOW - timedelta(days=30))
    visited(archive, "3gpp.tdocs", NOW - ago)
    jobs = planned(tmp_path, archive, '[schedule.cadences]\n"3gpp.tdocs" = "every 2 h"\n')
    assert jobs["3gpp.tdocs"].next_run_time == NOW + until
    assert jobs["3gpp.tdocs"].trigger.interval == timedelta(hours=2)


def test_a_kind_without_a_cadence_is_not_visited(tmp_path: Path, archive: Archive) -> None:
    assert set(planned(tmp_path, archive, '[schedule.cadences]\n"iso.projects" = "every 1 d"\n')) == {
        "iso.projects",
        "send",
    }


def test_no_run_is_skipped_however_late_and_none_is_made_up_twice(tmp_path: Path, archive: Archive) -> None:
    for job in planned(tmp_path, archive).values():
        assert (job.misfire_grace_time, job.coalesce, job.max_instances) == (None, True, 1)


def test_crawls_come_one_at_a_time_and_not_all_on_the_hour(tmp_path: Path, archive: Archive) -> None:
    jobs = planned(tmp_path, archive)
    assert {jobs[kind].executor for kind in KINDS} == {"crawls"}
    assert jobs["send"].executor == "default", "mail does not wait for a crawl"
    assert all(0 < jobs[kind].trigger.jitter <= 0.1 * jobs[kind].trigger.interval_length for kind in KINDS)


def test_a_run_that_cannot_send_is_logged_and_made_up(tmp_path: Path, archive: Archive) -> None:
    (tmp_path / "config.toml").write_text("", encoding="utf-8")

    def broken() -> datetime:
        raise OSError("no such clock")

    schedule.send(Session(tmp_path / "config.toml"), archive, broken)  # raises nothing: the scheduler goes on


@pytest.fixture
def silent_server() -> Iterator[socket.socket]:
    """Takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(PATIENCE)
        yield server


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
    assert logged.count("crawl begins") == 1, "the crawls that were to follow are not begun"
    assert "Traceback" not in logged
    archive = Archive.open(f"sqlite:///{tmp_path}/archive.sqlite")
    assert archive.version() is not None
    archive.close()
