"""A disk that is full or read-only: said in words, nothing half-written, made up for once there is room.

The disk is a real one, a small tmpfs; where it cannot be mounted, these tests are left out.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import demo
from store.backup import problem

Run = Callable[..., subprocess.CompletedProcess[str]]
CRAWLED = """[sources.3gpp]
groups = []
[sources.iso]
projects = false
registers = []
[sources.itu]
meetings = []
"""


@pytest.fixture
def disk(watched: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The watched folder on a disk of 4 MB of its own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)]
    try:
        done = subprocess.run(mount, capture_output=True, check=False)  # noqa: S603
    except FileNotFoundError:
        pytest.skip("there is no mount here")
    if done.returncode:
        pytest.skip("a disk of its own cannot be mounted here: it needs root")
    try:
        shutil.copytree(watched, folder, dirs_exist_ok=True)
        monkeypatch.setenv("NORMWATCH_CONFIG", str(folder / "config.toml"))
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)  # noqa: S603, S607


@pytest.fixture
def run() -> Run:
    """A command in a process of its own: its exit code, and what it says."""

    def command(*arguments: object) -> subprocess.CompletedProcess[str]:
        line = [sys.executable, "-m", "normwatch", *map(str, arguments)]
        return subprocess.run(line, capture_output=True, text=True, check=False)  # noqa: S603

    return command


def fill(disk: Path, left: int = 0) -> Path:
    """Write until the disk is full, but for so many bytes."""
    filler = disk / "filler"
    free = shutil.disk_usage(disk).free
    filler.write_bytes(b"\0" * (free - left))
    return filler


def refused(done: subprocess.CompletedProcess[str], *words: str) -> None:
    """The command failed, and says so in words."""
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert any(word in done.stderr for word in words), done.stderr


FULL = ("disk is full", "No space left", "disk I/O error", "unable to open database")


@pytest.mark.parametrize("left", [0, 100_000])
def test_an_import_onto_a_full_disk_is_made_up_for(disk: Path, run: Run, normwatch: Any, left: int) -> None:
    rows = [normwatch.committee(99000001 + one, title="INVENTED " * 200) for one in range(99)]
    saved = normwatch.committees(disk / "s.jsonl", *rows)
    filler = fill(disk, left)
    done = run("import", "iso.committees", saved)
    assert done.returncode in (1, 2), "2 where the archive could not even be opened"
    assert "Traceback" not in done.stderr
    assert any(word in done.stderr for word in FULL), done.stderr
    filler.unlink()
    assert problem(disk / "archive.sqlite") is None
    assert len(json.loads("[" + ",".join(run("changes", "--json").stdout.splitlines()) + "]")) == 3
    (found,) = map(json.loads, run("import", "iso.committees", saved, "--json").stdout.splitlines())
    assert (found["appeared"], found["read"]) == (96, 99)


def test_a_crawl_onto_a_full_disk_is_made_up_for(disk: Path, run: Run) -> None:
    with demo.Replica(today=date(2026, 11, 21)) as replica:
        text = f"[crawl]\ndelay = 0\nreplica = {json.dumps(replica.base_url)}\n" + CRAWLED
        (disk / "crawl.toml").write_text(text, encoding="utf-8")
        crawl = ("crawl", "iso.committees", "--config", disk / "crawl.toml")
        filler = fill(disk, 150_000)
        done = run(*crawl)
        refused(done, "was not finished", *FULL)
        filler.unlink()
        assert problem(disk / "archive.sqlite") is None
        again = run(*crawl)
        assert again.returncode == 0, again.stderr


def test_nothing_is_sent_that_cannot_be_noted(disk: Path, run: Run) -> None:
    filler = fill(disk)
    done = run("alerts", "send")
    assert done.returncode in (1, 2)
    assert "Traceback" not in done.stderr
    assert not list(disk.rglob("*.eml"))
    filler.unlink()
    assert run("alerts", "send").returncode == 0
    told = len(list(disk.rglob("*.eml")))
    assert told == 1
    assert run("alerts", "send").returncode == 0
    assert len(list(disk.rglob("*.eml"))) == told


def test_a_backup_that_finds_no_room_leaves_the_last_one(disk: Path, run: Run) -> None:
    assert run("backup", disk / "b").returncode == 0
    before = (disk / "b").read_bytes()
    filler = fill(disk, 100_000)
    refused(run("backup", disk / "b"), *FULL)
    assert (disk / "b").read_bytes() == before
    assert not list(disk.glob(".*unfinished*"))
    filler.unlink()


def test_a_read_only_disk_is_said_and_changes_nothing(disk: Path, run: Run) -> None:
    saved = shutil.copy(disk / "after.jsonl", disk / "again.jsonl")
    before = (disk / "archive.sqlite").read_bytes()
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)  # noqa: S603, S607
    for command in (("import", "iso.committees", saved), ("alerts", "send"), ("prune", "--days", "1"), ("run",)):
        done = run(*command)
        assert done.returncode in (1, 2), command
        assert "Traceback" not in done.stderr
        assert any(word in done.stderr.casefold() for word in ("read-only", "readonly", "unable to open")), done.stderr
        assert "not whole" not in done.stderr, "nobody is told to restore what is whole"
    (found,) = map(json.loads, run("check", "--archive", "--json").stdout.splitlines())
    assert found["archive"] == "whole"
    subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)  # noqa: S603, S607
    assert (disk / "archive.sqlite").read_bytes() == before
    assert run("alerts", "send").returncode == 0
