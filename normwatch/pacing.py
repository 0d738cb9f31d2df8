"""The least time between two requests to a host, kept from one crawl's process to the next."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from normwatch import clock
from spiders.middlewares import Pace
from store import manners
from store.archive import Archive


class Paces:
    """How hosts are asked: what the archive knows of it, for a crawl to keep to, and what the crawl does."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._kept = time.monotonic()
        now = clock.now()
        with archive.read() as connection:
            self.hosts = {
                one.host: Pace(one.delay, self._kept - max(0.0, (now - one.at).total_seconds()))
                for one in manners.asked(connection)  # where clocks disagree, one may be yet to come
            }

    def keep(self) -> None:
        """Note what was asked since the last time, so that the next process knows of it even if this one is killed."""
        now, ended = clock.now(), time.monotonic()
        used = {host: pace for host, pace in self.hosts.items() if pace.asked >= self._kept}
        if used:
            with self._archive.write() as connection:
                for host, pace in used.items():
                    at = now - timedelta(seconds=ended - pace.asked)
                    manners.remember(connection, manners.Asked(host, at, pace.delay))
        self._kept = ended


@contextmanager
def paced(archive: Archive) -> Iterator[Paces]:
    """The paces of one crawl, kept however it ends."""
    paces = Paces(archive)
    try:
        yield paces
    finally:
        paces.keep()
