"""The child process of a crawl: visits, reads, ingests, and reports each source as a line of JSON on stdout.

Run by `normwatch.crawling`, one process a crawl: `python -m normwatch.crawl_process '{"config": …, "only": […]}'`.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import typer

from normwatch import clock
from normwatch.crawl_lock import one_crawl
from normwatch.crawling import kinds_of
from normwatch.output import emit
from normwatch.session import Session
from spiders.archive_view import ArchiveView
from spiders.crawl import Item, crawl
from spiders.plan import targets
from spiders.settings import scrapy_settings
from spiders.targets import Target
from store.listings import resting, waiting_hosts
from store.times import stamp


def selected(target: Target, only: Sequence[str]) -> bool:
    """Whether the selection names this target."""
    names = (target.listing, target.kind, target.kind.partition(".")[0])
    return not only or any(name in only for name in names)


def main(job: dict[str, Any]) -> None:
    """Carry out one crawl. `job`: see `normwatch.crawling.crawl`."""
    session = Session(Path(job["config"]))
    pipeline = session.pipeline()
    config = session.config
    only: list[str] = job["only"]
    everything = bool(job.get("everything")) or any(":" in name for name in only)

    def plan(kind: str) -> list[Target]:
        now = clock.now()
        with pipeline.archive.read() as connection:
            found = targets(kind, config.sources, ArchiveView(connection, config.crawl, now, everything=everything))
            at_rest = resting(connection, stamp(now), own=bool(job.get("due")))
        named = [target for target in found if selected(target, only)]
        return [target for target in named if target.listing not in at_rest]

    started = time.monotonic()

    def take(item: Item) -> None:
        nonlocal started
        outcome = pipeline.take(item, accept=bool(job.get("accept")))
        told = asdict(outcome)
        del told["changes"]
        now = time.monotonic()
        emit(told | {"seconds": round(now - started, 3)})
        started = now

    with one_crawl(pipeline.archive.path):
        with pipeline.archive.read() as connection:
            waiting = waiting_hosts(connection, stamp(clock.now()))
        started = time.monotonic()
        crawl(kinds_of(only), plan, scrapy_settings(config.crawl), clock.now, take, waiting=waiting)


if __name__ == "__main__":
    try:
        main(json.loads(sys.argv[1]))
    except typer.Exit as ended:  # said why on stderr
        sys.exit(ended.exit_code)
