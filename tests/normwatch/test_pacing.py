"""Two crawls of one host, one right after the other, each in a process of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from normwatch import pacing
from normwatch.pacing import paced
from spiders.middlewares import Pace
from store.archive import Archive

HOST = "www.itu.int"


class Clocks:
    """Ours and the machine's: the latter begins anew with each start of the machine."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._patch = monkeypatch
        self.monotonic = 1000.0
        monkeypatch.setattr(pacing.time, "monotonic", lambda: self.monotonic)
        self.wall(6, 0)

    def wall(self, minutes: int, seconds: float) -> None:
        self._patch.setenv("NORMWATCH_NOW", f"2026-11-21T09:{minutes:02}:{seconds:06.3f}+00:00")


@pytest.fixture
def clocks(monkeypatch: pytest.MonkeyPatch) -> Clocks:
    return Clocks(monkeypatch)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    opened = Archive.open(f"sqlite:///{tmp_path / 'archive.sqlite'}", create=True)
    yield opened
    opened.close()


def crawl(archive: Archive, clocks: Clocks, delay: float) -> None:
    """One request, whose answer came half a second ago."""
    with paced(archive) as paces:
        clocks.monotonic += 10
        paces.hosts[HOST] = Pace(delay, clocks.monotonic - 0.5)


@pytest.mark.parametrize(
    ("minutes", "seconds", "ago"),
    [
        (6, 0.0, 0.0),  # rounded up: at most a second too late
        (6, 4.5, 4.5),
        (16, 0.0, 600.0),
        (5, 0.0, 0.0),  # the clock was put back
    ],
)
def test_the_next_process_knows_when_a_host_was_asked_and_what_it_wants(
    archive: Archive, clocks: Clocks, minutes: int, seconds: float, ago: float
) -> None:
    crawl(archive, clocks, 30.0)
    clocks.monotonic = 7.0  # another process, after the machine was started anew
    clocks.wall(minutes, seconds)
    with paced(archive) as paces:
        assert paces.hosts[HOST].delay == 30.0
        assert ago <= clocks.monotonic - paces.hosts[HOST].asked + 1 / 2 <= ago + 1


def test_what_was_asked_is_known_though_the_process_dies_of_what_came(archive: Archive, clocks: Clocks) -> None:
    paces = pacing.Paces(archive)
    paces.hosts[HOST] = Pace(0.0, clocks.monotonic)
    paces.keep()  # and no more of it
    assert HOST in pacing.Paces(archive).hosts


def test_what_a_crawl_did_not_ask_keeps_its_time(archive: Archive, clocks: Clocks) -> None:
    crawl(archive, clocks, 0.0)
    before = pacing.Paces(archive).hosts
    clocks.wall(7, 0)
    with paced(archive):
        clocks.monotonic += 1
    clocks.wall(6, 0)
    clocks.monotonic -= 1
    assert pacing.Paces(archive).hosts == before
