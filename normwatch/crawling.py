"""Starting a crawl as a child process, and summing what it did by source."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

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
    """The crawl's process ended before its work was done; what it had taken in stays."""


def crawl(
    config: Path,
    only: Sequence[str],
    *,
    minutes: int,
    due: bool = False,
    accept: bool = False,
    everything: bool = False,
    stop: threading.Event | None = None,
    on_source: Callable[[Crawled], None] = lambda _: None,
) -> list[Crawled]:
    """Visit the selected sources in a process of their own, at most `minutes` long and until `stop` is set.

    `everything` visits the lists of all meetings known, not only those in the window; a source that is named is visited
    wherever it lies. `due` leaves those alone that are resting after faults. `on_source` is called after every fetch.
    Raises CrawlFailed.
    """
    job = json.dumps(
        {"config": str(config.resolve()), "only": list(only), "due": due, "accept": accept, "everything": everything}
    )
    command = [sys.executable, "-m", "normwatch.crawl_process", job]
    found: dict[str, Crawled] = {}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8") as process:  # noqa: S603
        ended: list[str] = []
        limit = (minutes, stop or threading.Event(), ended)
        threading.Thread(target=_end_in_time, args=(process, *limit), daemon=True).start()
        try:
            assert process.stdout is not None  # noqa: S101 - we asked for a pipe
            for line in process.stdout:
                outcome = json.loads(line)
                one = found.setdefault(outcome["listing"], Crawled(outcome["listing"], outcome["kind"]))
                one.add(outcome)
                on_source(one)
        except BaseException:
            process.terminate()
            raise
        code = process.wait()
    if code or ended:
        why = ended[0] if ended else f"its process ended with {code}"
        raise CrawlFailed(f"the crawl was not finished: {why}, after {len(found)} sources; what it read is kept")
    return list(found.values())


def _end_in_time(process: subprocess.Popen[str], minutes: int, stop: threading.Event, ended: list[str]) -> None:
    """End the process, and note why, once it has taken too long or is to stop."""
    deadline = time.monotonic() + minutes * 60
    while process.poll() is None:
        if stop.wait(0.5):
            ended.append("it was stopped")
        elif time.monotonic() > deadline:
            ended.append(f"it took more than {minutes} minutes")
        else:
            continue
        process.terminate()
        return
