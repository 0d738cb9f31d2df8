"""Starting a crawl as a child process, and summing what it did by source."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from normwatch.crawl_child import Bounds, carry_out
from spiders.rows import KINDS


@dataclass(slots=True)
class Crawled:
    """What one crawl did to one source: an object of `normwatch crawl --json`."""

    source: str
    kind: str
    fetches: int = 0
    not_modified: int = 0
    rows: int = 0
    read: int = 0
    rejected: int = 0
    appeared: int = 0
    changed: int = 0
    vanished: int = 0
    unchanged: int = 0
    state: str = "new"
    seconds: float = 0.0
    reason: str | None = None
    faults: int = 0

    def as_json(self) -> dict[str, Any]:
        """The object as printed."""
        return asdict(self)

    def add(self, outcome: dict[str, Any]) -> None:
        """Count one more fetch."""
        self.fetches += 1
        self.not_modified += outcome["outcome"] == "not-modified"
        for name in ("rows", "read", "rejected", "appeared", "changed", "vanished", "unchanged", "faults"):
            setattr(self, name, getattr(self, name) + outcome[name])
        self.state, self.reason = outcome["state"], outcome["reason"]
        self.seconds = round(self.seconds + outcome["seconds"], 3)


def kinds_of(only: Sequence[str]) -> list[str]:
    """The kinds that a selection of kinds (`3gpp.tdocs`), bodies (`3gpp`) and sources (`3gpp.tdocs:RAN1#123`) means.

    Raises ValueError for a name that is none of these.
    """
    chosen = set()
    for name in only:
        kind = name.split(":", 1)[0]
        found = [known for known in KINDS if known == kind or known.partition(".")[0] == name]
        if not found:
            raise ValueError(f"unknown kind or source {name!r}: kinds are {', '.join(KINDS)}")
        chosen.update(found)
    return [kind for kind in KINDS if kind in chosen or not only]


class CrawlFailed(Exception):
    """The crawl ended before its work was done; what it had taken in stays."""


def crawl(
    config: Path,
    only: Sequence[str],
    *,
    minutes: int,
    memory_mb: int | None = None,
    due: bool = False,
    accept: bool = False,
    everything: bool = False,
    run: str | None = None,
    stop: threading.Event | None = None,
    on_source: Callable[[Crawled], None] = lambda _: None,
) -> list[Crawled]:
    """Visit the selected sources in a process of their own, at most `minutes` long and until `stop` is set.

    A source on which the process dies is marked faulty, and another process goes on with the others.
    `everything` visits the lists of all meetings known, not only those in the window; a source that is named is visited
    wherever it lies. `due` visits what the schedule wants visited. `on_source` is called after every fetch; `run` names
    the crawl in its logs. Raises CrawlFailed.
    """
    job: dict[str, Any] = {"config": str(config.resolve()), "only": list(only), "due": due, "accept": accept}
    job |= {"everything": everything, "memory_mb": memory_mb, "run": run, "done": [], "fatal": []}
    found: dict[str, Crawled] = {}

    def on_fetch(outcome: dict[str, Any]) -> None:
        one = found.setdefault(outcome["listing"], Crawled(outcome["listing"], outcome["kind"]))
        one.add(outcome)
        on_source(one)

    deadline = time.monotonic() + minutes * 60
    bounds = Bounds(deadline, minutes, memory_mb, stop or threading.Event())
    while ended := carry_out(job, bounds, on_fetch):
        fatal = {visit["listing"] for visit in job["fatal"]}
        if ended.during is None or ended.during["listing"] in fatal:
            raise CrawlFailed(
                f"the crawl was not finished: {ended.why}, after {len(found)} sources; what it read is kept"
            )
        job["fatal"] = [ended.during | {"reason": ended.why}]
        job["done"] = [*found, ended.during["listing"]]
    return list(found.values())
