"""Replays saved TDoc lists day by day, as their dates say they grew, and says what would have been told.

    python -m bench.replay_alerts CONFIG FOLDER [FIRST LAST] > report.txt

CONFIG: a configuration with watchlists; all go to one reader, daily. FOLDER: lists `TDoc_List_TSGR1_104b-e.xlsx` of
RAN1. Lists before meeting FIRST are the baseline; FIRST to LAST (100 to 112) are replayed. Dates of upload that the
lists give wrongly (flagged by the reader) are taken as the day of reservation.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import sys
import tempfile
import time
import tomllib
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from pathlib import Path

from alerts.cadence import Period
from alerts.digests import build
from alerts.matching import Matcher
from alerts.rendering import MAX_BYTES, render
from alerts.watchlists import Watchlist, WatchlistDefaults, resolve
from alerts.wording import natural
from organisations import Registry, Resolver
from spiders.readers import threegpp_tdocs
from spiders.rows import Context, ContributionRow, Reading
from store.archive import Archive
from store.changes import changes
from store.incoming import Visit
from store.ingest import ingest

READER = "officer@example.org"
_OWN = """
    SELECT record.key FROM record JOIN contribution ON contribution.record_id = record.id
    WHERE record.first_seen_at > '2019-06' AND contribution.source_text_id IN (
        SELECT source_text_id FROM attribution
        WHERE home = 'CN' AND joint_venture_homes IS NULL AND role <> 'provenance')
"""


def main() -> None:
    """Print the report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("config", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("first", type=int, nargs="?", default=100)
    parser.add_argument("last", type=int, nargs="?", default=112)
    arguments = parser.parse_args()
    meetings = dict(sorted(_lists(arguments.folder).items(), key=lambda one: natural(one[0])))
    with tempfile.TemporaryDirectory() as folder:
        replay = Replay(folder, _watchlists(arguments.config))
        played = {}
        for meeting, path in meetings.items():
            number = natural(meeting)[2][1]
            reading = threegpp_tdocs.read(path.read_bytes(), Context(file=path.name, meeting=meeting, group="RAN1"))
            if number < arguments.first:
                replay.take(meeting, reading.rows, datetime(2019, 1, 1, tzinfo=UTC))
            elif number <= arguments.last:
                played[meeting] = reading.rows
        replay.play(played)
        replay.report()


def _lists(folder: Path) -> dict[str, Path]:
    named = {}
    for path in folder.glob("TDoc_List_TSGR1_*.xlsx"):
        number, bis, electronic = re.fullmatch(r"TDoc_List_TSGR1_(\d+)(b?)([-_]e)?", path.stem).groups()  # type: ignore[union-attr]
        named[f"RAN1#{number}{'-bis' if bis else ''}{'-e' if electronic else ''}"] = path
    return named


def _watchlists(path: Path) -> list[Watchlist]:
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    groups = {name: WatchlistDefaults.model_validate(one) for name, one in raw.get("watchlist_groups", {}).items()}
    lists = resolve([Watchlist.model_validate(one) for one in raw["watchlists"]], groups)
    return [one.model_copy(update={"recipients": ()}) for one in lists]


class Replay:
    """An archive that grows by the day, and one reader of it."""

    def __init__(self, folder: str, watchlists: list[Watchlist]) -> None:
        self.archive = Archive.open(f"sqlite:///{folder}/replay.sqlite", create=True)
        self.resolver = Resolver(Registry.load())
        self.watchlists = watchlists
        self.matcher = Matcher(watchlists)
        self.told: Counter[tuple[str, str]] = Counter()
        self.first_told: dict[str, date] = {}
        self.appeared: dict[str, date] = {}
        self.sizes: list[int] = []
        self.items: list[int] = []
        self.seconds: list[float] = []
        self.warnings: list[tuple[date, str]] = []
        self.kinds: Counter[str] = Counter()

    def take(self, meeting: str, rows: list[ContributionRow], at: datetime) -> list[int]:
        """The list as it stands at a moment; the ids of what changed."""
        print(at.date(), meeting, len(rows), round(time.perf_counter(), 1), file=sys.stderr)
        content = hashlib.sha256("".join(row.model_dump_json() for row in rows).encode()).digest()
        visit = Visit(
            f"3gpp.tdocs:{meeting}",
            "3gpp.tdocs",
            "3GPP",
            "https://portal.3gpp.org/",
            at,
            "RAN1",
            meeting,
            200,
            content=content,
        )
        with self.archive.write() as connection:
            return ingest(connection, visit, Reading("3gpp.tdocs", rows=list(rows)), self.resolver).changes

    def play(self, meetings: dict[str, list[ContributionRow]]) -> None:
        """Every day on which a list changed."""
        days: dict[date, set[str]] = defaultdict(set)
        dated = {}
        for meeting, rows in meetings.items():
            for row in rows:
                reserved = date.fromisoformat((row.reserved_at or "")[:10])
                uploaded = date.fromisoformat(row.uploaded_at[:10]) if row.uploaded_at else None
                if uploaded and (row.flags or uploaded < reserved):
                    uploaded = reserved
                dated[row.key] = (reserved, uploaded)
                days[reserved].add(meeting)
                if uploaded:
                    days[uploaded].add(meeting)
        for day in sorted(days):
            now = datetime.combine(day, clock(22), UTC)
            ids: list[int] = []
            for meeting in sorted(days[day]):
                rows = [_as_of(row, day, *dated[row.key]) for row in meetings[meeting] if dated[row.key][0] <= day]
                for row in rows:
                    self.appeared.setdefault(row.key, day)
                ids += self.take(meeting, rows, now)
            self.send(ids, now)

    def send(self, ids: list[int], now: datetime) -> None:
        """The digest of the morning after."""
        with self.archive.read() as connection:
            told = list(changes(connection, self.resolver, ids))
            matches = [match for one in told for match in self.matcher.matches(one)]
            if not matches:
                return
            started = time.perf_counter()
            period = Period(now - timedelta(days=1), now)
            digest = build(
                connection,
                self.resolver,
                recipient=READER,
                watchlists=self.watchlists,
                matches=matches,
                period=period,
                now=now + timedelta(hours=9),
            )
        rendered = render(digest)
        self.seconds.append(time.perf_counter() - started)
        self.sizes.append(len(rendered.html.encode()))
        sections = [section for area in digest.areas for section in area.sections]
        items = [item for section in sections for item in (*section.items, *section.unknown)]
        self.items.append(len(items))
        assert len({item.key for item in items}) == len(items), "an item twice in one digest"
        for item in items:
            for one in item.happenings:
                self.told[item.key, one.event] += 1
            self.first_told.setdefault(item.key, now.date())
        for signal in digest.signals:
            self.kinds[signal.kind] += 1
            if signal.kind != "agreed":
                self.warnings.append((now.date(), f"{signal.label}: {signal.text}. {signal.evidence}"))

    def report(self) -> None:
        """What was told, and what the issue asks of it."""
        late = [key for key, day in self.first_told.items() if day > self.appeared[key]]
        twice = [pair for pair, times in self.told.items() if times > 1]
        with self.archive.read() as connection:
            own = connection.exec_driver_sql(_OWN)
            chinese = {row[0] for row in own}
        untold = chinese - set(self.first_told)
        print(f"contributions replayed {len(self.appeared)}, naming a watched country {len(chinese)}")
        print(f"digests {len(self.sizes)}, items {sum(self.items)}, most in one {max(self.items)}")
        mean = sum(self.seconds) / len(self.seconds)
        print(
            f"largest digest {max(self.sizes)} bytes of {MAX_BYTES}; slowest {max(self.seconds):.2f} s, mean {mean:.2f}"
        )
        print(f"told twice for the same event {len(twice)}, first told later than the day it appeared {len(late)}")
        print(f"of a watched country and told by no watchlist {len(untold)} (off topic)")
        print("early warnings", dict(self.kinds))
        for day, text in self.warnings:
            print(day, text)


def _as_of(row: ContributionRow, day: date, reserved: date, uploaded: date | None) -> ContributionRow:
    there = uploaded is not None and uploaded <= day
    blank = {"revised_to": None} | ({} if there else {"uploaded_at": None, "url": None})
    return row.model_copy(update={"status": "available" if there else "reserved", "flags": None} | blank)


if __name__ == "__main__":
    main()
