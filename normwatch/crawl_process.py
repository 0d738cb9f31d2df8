"""The child process of a crawl: visits, reads, ingests, and reports each source as a line of JSON on stdout.

Run by `normwatch.crawl_child`, one process a crawl: `python -m normwatch.crawl_process '{"config": …, "only": […]}'`.
`{"begins": …}` says that a listing is being read: should the process die of it, its parent knows of which.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import structlog

from normwatch import clock
from normwatch.bounds import limit_memory
from normwatch.crawling import kinds_of
from normwatch.garbage import collect_seldom
from normwatch.job import perform
from normwatch.locks import alone
from normwatch.output import cannot_write, emit
from normwatch.pacing import paced
from normwatch.pipeline import Pipeline
from normwatch.session import Session
from normwatch.visits import due, refresh
from spiders.archive_view import ArchiveView
from spiders.crawl import crawl
from spiders.items import Faulty, Item
from spiders.plan import targets
from spiders.settings import scrapy_settings
from spiders.targets import Target
from store.folders import FolderPage, remember
from store.incoming import Visit
from store.ingest import Outcome
from store.listings import resting, waiting_hosts
from store.times import stamp

_log = structlog.get_logger()


def selected(target: Target, only: Sequence[str]) -> bool:
    """Whether the selection names this target."""
    names = (target.listing, target.kind, target.kind.partition(".")[0])
    return not only or any(name in only for name in names)


def main(job: dict[str, Any]) -> None:
    """Carry out one crawl. `job`: see `normwatch.crawling.crawl`."""
    session = Session(Path(job["config"]))
    config = session.config
    if job["run"]:
        structlog.contextvars.bind_contextvars(run=job["run"])
    if job["memory_mb"]:
        limit_memory(job["memory_mb"])
    pipeline = session.pipeline()
    only: list[str] = job["only"]
    everything = job["everything"] or any(":" in name for name in only)

    def plan(kind: str) -> list[Target]:
        now = clock.now()
        with pipeline.archive.read() as connection:
            if job["due"]:
                found = [one.target for one in due(connection, config, kind, now) if one.come(now)]
            else:
                view = ArchiveView(connection, config.crawl, now, everything=everything)
                at_rest = resting(connection, stamp(now))
                found = [one for one in targets(kind, config.sources, view) if one.listing not in at_rest]
        return [target for target in found if selected(target, only) and target.listing not in job["done"]]

    report = _Report()

    def take(item: Item) -> None:
        still_alone()
        report.told(taken(pipeline, item, accept=job["accept"]))

    def passed(page: FolderPage) -> None:
        with pipeline.archive.write() as connection:
            remember(connection, page)

    with alone(pipeline.archive, "crawl", kinds_of(only)) as still_alone:
        for visit in job["fatal"]:
            told = Visit(**{name: value for name, value in visit.items() if name != "reason"}, fetched_at=clock.now())
            report.told(pipeline.take(Faulty(told, visit["reason"], "suspect")))
        refresh(pipeline.archive, config, clock.now())
        with pipeline.archive.read() as connection:
            waiting = set(waiting_hosts(connection, stamp(clock.now())))
        with paced(pipeline.archive) as paces:

            def begins(visit: Visit) -> None:
                paces.keep()  # reading it may be the end of this process
                report.begins(visit)

            crawl(
                kinds_of(only),
                plan,
                scrapy_settings(config.crawl),
                clock.now,
                take,
                passed=passed,
                waiting=waiting,
                begins=begins,
                known=lambda visit: pipeline.rows_of(visit.kind, visit.listing),
                paces=paces.hosts,
            )
        refresh(pipeline.archive, config, clock.now())


def taken(pipeline: Pipeline, item: Item, *, accept: bool) -> Outcome:
    """Take an item into the archive. What it cannot take in is a fault of that source, and the others go on.

    Raises what keeps the archive from noting even that: a full disk, a database that is gone.
    """
    try:
        return pipeline.take(item, accept=accept)
    except Exception as error:
        if why := cannot_write(error):
            _log.error("not taken in", source=item.visit.listing, why=why)
        else:
            _log.exception("not taken in", source=item.visit.listing)
        return pipeline.take(Faulty(item.visit, f"the archive cannot take it in: {_first_line(error)}", "failed"))


class _Report:
    """Tells the parent what is done, with the time since the last line."""

    def __init__(self) -> None:
        self._since = time.monotonic()

    def begins(self, visit: Visit) -> None:
        names = (
            "listing",
            "kind",
            "body",
            "url",
            "group",
            "meeting",
            "status",
            "etag",
            "last_modified",
            "content_type",
        )
        emit({"begins": {name: getattr(visit, name) for name in names}})

    def told(self, outcome: Outcome) -> None:
        now = time.monotonic()
        one = asdict(outcome)
        del one["changes"]
        emit(one | {"seconds": round(now - self._since, 3)})
        self._since = now


def _first_line(error: Exception) -> str:
    """What an error says, without the statement and values that a database's adds."""
    said = str(getattr(error, "orig", None) or error).partition("\n")[0][:200]
    return f"{type(error).__name__}: {said}".rstrip(": ")


if __name__ == "__main__":
    collect_seldom()
    perform(main)
