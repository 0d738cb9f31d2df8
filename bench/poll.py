"""A poll that finds nothing: the demonstration's sources visited again, beside urlwatch on the same addresses.

Both ask the local replica, whose own time is not counted, and get "not modified" wherever it says so. Ours is the
whole command with the child process that crawls, robots.txt and all; urlwatch runs over the addresses that ours asked.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import demo
from bench.lines import Line
from bench.peers import python

_CONFIG = """[archive]
url = "sqlite:///archive.sqlite"
[crawl]
delay = 0
replica = {replica}
[sources.3gpp]
groups = {threegpp}
[sources.itu]
groups = {itu}
"""


def lines() -> Iterator[Line]:
    """One line, or none where urlwatch cannot be had."""
    peer = python()
    with tempfile.TemporaryDirectory() as name, demo.Replica(today=date(2026, 11, 20)) as replica:
        folder = Path(name)
        groups = {"threegpp": json.dumps(demo.THREEGPP_GROUPS), "itu": json.dumps(demo.ITU_GROUPS)}
        (folder / "config.toml").write_text(_CONFIG.format(replica=json.dumps(replica.base_url), **groups))
        crawl = [sys.executable, "-m", "normwatch", "crawl", "--json", "--config", str(folder / "config.toml")]
        at = {"NORMWATCH_NOW": "2026-11-19T10:00:00+00:00"}
        _seconds(crawl, at)
        replica.log.clear()
        ours = min(_seconds(crawl, at) for _ in range(3))
        asked = {(seen.host, seen.target) for seen in replica.log if seen.status in (200, 304)}
        visits = len(replica.log) // 3
        if peer is None:
            return
        jobs = [
            {"name": f"{host}{target}", "url": f"{replica.base_url}{target}#{number}", "headers": {"Host": host}}
            for number, (host, target) in enumerate(sorted(asked))  # its addresses must differ, ours by the host
        ]
        (folder / "jobs.yaml").write_text("\n---\n".join(map(json.dumps, jobs)))
        (folder / "watch.yaml").write_text("report: {stdout: {enabled: false}}\n")
        watch = [str(peer.parent / "urlwatch"), "--urls", str(folder / "jobs.yaml")]
        watch += ["--config", str(folder / "watch.yaml"), "--cache", str(folder / "cache.db")]
        replica.log.clear()
        _seconds(watch, at)
        if (reached := len({(seen.host, seen.target) for seen in replica.log})) < len(jobs):
            print(f"left out: urlwatch, which reached {reached} of {len(jobs)} addresses", file=sys.stderr)
            return
        theirs = min(_seconds(watch, at) for _ in range(3))
    against = f"urlwatch on the same {len(jobs)} addresses: {theirs:.2f} s"
    yield Line("a poll that finds nothing", against, ours, ours / theirs, None, f"{visits} requests")


def _seconds(command: Sequence[str], more: dict[str, str]) -> float:
    """User and system seconds of a command and of what it starts; whether it succeeds is not asked."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=False, capture_output=True, env=os.environ | more)  # noqa: S603
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
