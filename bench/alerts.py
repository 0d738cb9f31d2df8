"""Alerts: many watchlists against many changes, and whether a digest's memory and time grow with the archive.

    python -m bench.alerts                  prints the lines
    python -m bench.alerts SQLITE_FILE      (itself) a day's digest on one archive, as JSON: MB, seconds

The changes are 3,000 of an invented meeting's list, the watchlists 1,000 with words, groups and countries of their own.
The archives hold 10,000 and 100,000 invented contributions; the digest tells 300 new ones with early warnings.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
import tomllib
import tracemalloc
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import cycle, islice
from pathlib import Path

from alerts.digests import build
from alerts.matches import audience, due, record_matches
from alerts.matching import Matcher
from alerts.rendering import render
from alerts.watchlists import Recipient, Watchlist, WatchlistDefaults, resolve
from bench.generated import LEADERS, generate
from bench.lines import Line, seconds, show
from organisations import Registry, Resolver
from spiders.rows import ContributionRow, Reading
from store.archive import Archive
from store.changes import Told, changes
from store.incoming import Visit
from store.ingest import ingest
from store.order import natural

MATCHING = 2.0
"""Seconds for 1,000 watchlists against 3,000 changes."""
GROWTH = 1.3
"""The most that memory may grow from 10,000 contributions to ten times as many."""
SLOWER = 1.5
"""The most that time may grow."""
SIZES = (10_000, 100_000)
NEW = 300
WORDS = ("6G", "waveform*", "beam*", "AI", "CSI", "NTN", "IoT", "MIMO", "sidelink", "quantum*")
NEWCOMERS = ("Alibaba", "Tencent", "Huawei, Baidu", "ZTE, State Grid", "CCSA")
"""Who brings nothing in invented archives: early warnings must look through all of them to say so."""
HOMES = ("CN", "KR", "SE", "US", "JP")


def lines() -> Iterator[Line]:
    """The lines of `make bench`."""
    with tempfile.TemporaryDirectory() as folder:
        yield matching(Path(folder))
        (small_mb, small_s), (large_mb, large_s) = (_measured(Path(folder), size) for size in SIZES)
    against = f"the same with {SIZES[0]:,}"
    what = f"digest of {NEW} in an archive of {SIZES[1]:,}"
    yield Line(f"{what}: MB", f"{against}: {small_mb:.1f} MB", large_mb, large_mb / small_mb, GROWTH)
    yield Line(f"{what}: s", f"{against}: {small_s:.2f} s", large_s, large_s / small_s, SLOWER)


def matching(folder: Path) -> Line:
    """1,000 watchlists against 3,000 changes."""
    archive, resolver = generate(folder / "matching.sqlite", 1000), Resolver(Registry.load())
    told = bring(archive, resolver, 3000)
    lists = [
        Watchlist(
            name=f"{number}",
            groups=[told[0].group, f"SA{number % 6 + 1}"],
            topics=[WORDS[number % 10], WORDS[number // 10 % 10], f"invented{number}"],
            exclude=[f"never{number % 50}"],
            origins=[HOMES[number % 5]],
        )
        for number in range(1000)
    ]
    found = 0

    def match() -> None:
        nonlocal found
        matcher = Matcher(lists)
        found = sum(len(matcher.matches(change)) for change in told)

    taken = seconds(match, 3)
    limit = f"the limit: {MATCHING:.0f} s"
    return Line("1,000 watchlists x 3,000 changes", limit, taken, taken / MATCHING, 1.0, f"{found:,} matches")


def _measured(folder: Path, size: int) -> tuple[float, float]:
    path = folder / f"{size}.sqlite"
    generate(path, size).close()
    done = subprocess.run(  # noqa: S603 - ourselves
        [sys.executable, "-m", "bench.alerts", str(path)], check=True, capture_output=True, text=True
    )
    megabytes, taken = json.loads(done.stdout)
    return megabytes, taken


def bring(
    archive: Archive, resolver: Resolver, count: int, run: int = 0, sources: Sequence[str] = LEADERS
) -> list[Told]:
    """New documents at RAN1's last meeting, others in each `run`, and the changes that they are."""
    with archive.read() as connection:
        query = "SELECT meeting FROM listing WHERE group_name = 'RAN1' AND meeting IS NOT NULL"
        meeting = max((row[0] for row in connection.exec_driver_sql(query)), key=natural)
    rows = [
        ContributionRow(
            key=f"R1-{99 - run}{number:05}",
            body="3GPP",
            group="RAN1",
            meeting=meeting,
            title=f"INVENTED {number} on {WORDS[number % 10].strip('*')} and {WORDS[number % 7].strip('*')}",
            source=source,
            status="available",
            uploaded_at="2026-11-20T08:00:00",
            work_items=f"INV_{number % 40}-Core",
            agenda_item=f"9.{number % 12}",
            agenda_title=f"INVENTED item {number % 12}",
        )
        for number, source in enumerate(islice(cycle(sources), count))
    ]
    url, content = "https://www.3gpp.org/", f"run {run}".encode()
    visit = Visit(f"3gpp.tdocs:{meeting}", "3gpp.tdocs", "3GPP", url, NOW, "RAN1", meeting, 200, content=content)
    with archive.write() as connection:
        reading = Reading("3gpp.tdocs", rows=list(rows), partial=True)
        outcome = ingest(connection, visit, reading, resolver, baseline=False, accept=True)
    with archive.read() as connection:
        return list(changes(connection, resolver, outcome.changes))


NOW = datetime(2026, 11, 20, 22, tzinfo=UTC)


def digest(path: Path) -> tuple[float, float]:
    """MB that Python held at most, and seconds of processor time, to match the new documents and make the digest."""
    archive, resolver = Archive.open(f"sqlite:///{path}"), Resolver(Registry.load())
    lists = shipped()
    told = [one.id for one in bring(archive, resolver, NEW, sources=(*LEADERS, *NEWCOMERS))]
    tell = partial(_tell, archive, resolver, lists, told)
    tell(NOW)  # imports, templates and prepared statements
    started = time.process_time()
    tell(NOW)
    taken = time.process_time() - started
    tracemalloc.start()
    tell(NOW)
    return tracemalloc.get_traced_memory()[1] / 1e6, taken


def shipped() -> list[Watchlist]:
    """The configuration's watchlists, for one reader."""
    raw = tomllib.loads((Path(__file__).parent.parent / "config.toml").read_text(encoding="utf-8"))
    groups = {name: WatchlistDefaults.model_validate(one) for name, one in raw.get("watchlist_groups", {}).items()}
    told = {"recipients": (Recipient(address="officer@example.org"),), "cadence": "immediate"}
    lists = resolve([Watchlist.model_validate(one) for one in raw["watchlists"]], groups)
    return [one.model_copy(update=told) for one in lists]


def _tell(archive: Archive, resolver: Resolver, lists: list[Watchlist], told: list[int], now: datetime) -> None:
    """Match, and make the digest; nothing is kept."""
    with archive.read() as connection:
        record_matches(connection, changes(connection, resolver, told), Matcher(lists), audience(lists), now)
        (one,) = due(connection, audience(lists), now + timedelta(minutes=1), "never")
        made = build(
            connection,
            resolver,
            recipient=one.recipient,
            watchlists=one.watchlists,
            matches=one.matches,
            period=one.period,
            now=now,
        )
        assert made.areas
        render(made)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(digest(Path(sys.argv[1]))))
    elif not show(list(lines())):
        sys.exit(1)
