"""Replays saved TDoc lists day by day, as their dates say they grew, and says what would have been told.

    python -m bench.replay_alerts CONFIG FOLDER [FIRST LAST] [--days 1] > report.txt

CONFIG: a configuration with watchlists; all go to one reader, daily. FOLDER: lists `TDoc_List_TSGR1_104b-e.xlsx` of
RAN1. Lists before meeting FIRST are the baseline; FIRST to LAST (100 to 112) are replayed, DAYS at a time. Dates of
upload that the lists give wrongly (flagged by the reader) are taken as the day of reservation. Ends with 1 if something
was told twice, late or not at all, or if a digest is too large.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
import time
import tomllib
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from alerts.digests import build
from alerts.matches import Due, audience
from alerts.outbox import prepare
from alerts.rendering import MAX_BYTES, Rendered, render
from alerts.settings import MailSettings
from alerts.watchlists import Recipient, Watchlist, WatchlistDefaults, resolve
from normwatch.pipeline import Pipeline
from organisations import Registry, Resolver
from spiders.items import Read
from spiders.readers import threegpp_tdocs
from spiders.rows import Context, ContributionRow, Reading
from store.archive import Archive
from store.incoming import Visit
from store.order import natural

MAIL = MailSettings(quiet="never")
READER = "officer@example.org"
_OWN = """
    SELECT record.key, contribution.agenda_title FROM record JOIN contribution ON contribution.record_id = record.id
    WHERE record.first_seen_at > '2019-06' AND contribution.source_text_id IN (
        SELECT source_text_id FROM attribution
        WHERE home = ? AND joint_venture_homes IS NULL AND role <> 'provenance')
"""


def main() -> None:
    """Print the report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("config", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("first", type=int, nargs="?", default=100)
    parser.add_argument("last", type=int, nargs="?", default=112)
    parser.add_argument("--days", type=int, default=1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        watched = watchlists(arguments.config)
        found = replay(Replay(Path(folder), watched, arguments.days), arguments.folder, arguments.first, arguments.last)
        found.report()
        sys.exit(1 if found.faults() else 0)


def replay(replayed: Replay, folder: Path, first: int = 100, last: int = 112, since: int = 0) -> Replay:
    """Play the meetings `first` to `last` of the lists in `folder`, on the baseline of those from `since` on."""
    played: dict[str, list[ContributionRow]] = {}
    for meeting, path in sorted(_lists(folder).items(), key=lambda one: natural(one[0])):
        number = natural(meeting)[2][1]
        if not since <= number <= last:
            continue
        reading = threegpp_tdocs.read(path.read_bytes(), Context(file=path.name, meeting=meeting, group="RAN1"))
        rows = [row for row in reading.rows if isinstance(row, ContributionRow)]
        if number < first:
            replayed.take(meeting, rows, datetime(2019, 1, 1, tzinfo=UTC), baseline=True)
        else:
            played[meeting] = rows
    replayed.play(played)
    return replayed


def _lists(folder: Path) -> dict[str, Path]:
    named = {}
    for path in folder.glob("TDoc_List_TSGR1_*.xlsx"):
        number, bis, electronic = re.fullmatch(r"TDoc_List_TSGR1_(\d+)(b?)([-_]e)?", path.stem).groups()  # type: ignore[union-attr]
        named[f"RAN1#{number}{'-bis' if bis else ''}{'-e' if electronic else ''}"] = path
    return named


def watchlists(path: Path) -> list[Watchlist]:
    """Those of a configuration, all told to one reader in the morning."""
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    groups = {name: WatchlistDefaults.model_validate(one) for name, one in raw.get("watchlist_groups", {}).items()}
    lists = resolve([Watchlist.model_validate(one) for one in raw["watchlists"]], groups)
    told = {"recipients": (Recipient(address=READER),), "cadence": "daily 07:30", "zone": "UTC"}
    return [one.model_copy(update=told) for one in lists]


class Replay:
    """An archive that grows by the day, and one reader of it, told through the outbox as any reader is."""

    def __init__(self, work: Path, watched: list[Watchlist], days: int) -> None:
        self.archive = Archive.open(f"sqlite:///{work}/replay.sqlite", create=True)
        self.resolver = Resolver(Registry.load())
        self.watchlists = watched
        self.pipeline = Pipeline(self.archive, self.resolver, watched)
        self.days = timedelta(days=days)
        self.told: Counter[tuple[str, str]] = Counter()
        self.first_told: dict[str, datetime] = {}
        self.appeared: dict[str, datetime] = {}
        self.sizes: list[int] = []
        self.items: list[int] = []
        self.seconds: list[float] = []
        self.warnings: list[tuple[date, str]] = []
        self.kinds: Counter[str] = Counter()

    def take(self, meeting: str, rows: list[ContributionRow], at: datetime, *, baseline: bool | None = None) -> None:
        """What a list has that is new at a moment."""
        visit = Visit(
            f"3gpp.tdocs:{meeting}",
            "3gpp.tdocs",
            "3GPP",
            "https://portal.3gpp.org/",
            at,
            "RAN1",
            meeting,
            200,
            content=f"{meeting} {at}".encode(),
        )
        reading = Reading("3gpp.tdocs", rows=list(rows), partial=True)
        self.pipeline.take(Read(visit, reading), baseline=baseline, accept=True)  # fewer than yesterday is no collapse

    def play(self, meetings: dict[str, list[ContributionRow]]) -> None:
        """Every day on which a list changed, or so many days at once."""
        news: dict[date, set[str]] = defaultdict(set)
        dated = {}
        for meeting, rows in meetings.items():
            for row in rows:
                reserved = date.fromisoformat((row.reserved_at or "")[:10])
                uploaded = date.fromisoformat(row.uploaded_at[:10]) if row.uploaded_at else None
                if uploaded and (row.flags or uploaded < reserved):
                    uploaded = reserved
                dated[row.key] = (reserved, uploaded)
                for day in filter(None, (reserved, uploaded)):
                    news[self._step(day)].add(meeting)
        for day in sorted(news):
            now = datetime.combine(day, clock(22), UTC)
            for meeting in sorted(news[day]):
                dates = ((row, *dated[row.key]) for row in meetings[meeting])
                rows = [
                    _as_of(row, day, reserved, uploaded)
                    for row, reserved, uploaded in dates
                    if day in (self._step(reserved), self._step(uploaded or reserved))
                ]
                for row in rows:
                    self.appeared.setdefault(row.key, now)
                self.take(meeting, rows, now)
            self.send(now + timedelta(hours=10))

    def _step(self, day: date) -> date:
        """The day at whose end it is replayed."""
        return date.min + -(-(day - date.min) // self.days) * self.days

    def send(self, now: datetime) -> None:
        """The digest of the morning after."""
        with self.archive.write() as connection:
            prepare(connection, audience(self.watchlists), partial(self.write, connection, now), MAIL, now)

    def write(self, connection: Connection, now: datetime, due: Due) -> Rendered:
        """Build and render it, and note what it says."""
        started = time.perf_counter()
        digest = build(
            connection,
            self.resolver,
            recipient=due.recipient,
            watchlists=due.watchlists,
            matches=due.matches,
            period=due.period,
            now=now,
        )
        rendered = render(digest)
        self.seconds.append(time.perf_counter() - started)
        self.sizes.append(len(rendered.html.encode()))
        sections = [section for area in digest.areas for section in area.sections]
        items = [item for section in sections for item in (*section.items, *section.unknown)]
        self.items.append(len(items))
        for key, times in Counter(item.key for item in items).items():
            self.told[key, "in one digest"] = max(self.told[key, "in one digest"], times)
        for item in items:
            for one in item.happenings:
                self.told[item.key, one.event] += 1
            self.first_told.setdefault(item.key, now)
        for signal in digest.signals:
            self.kinds[signal.kind] += signal.count
            if signal.kind != "agreed":
                self.warnings.append((now.date(), f"{signal.label}: {signal.text}. {signal.evidence}"))
        return rendered

    def faults(self) -> list[str]:
        """What must not be."""
        late = [key for key, at in self.first_told.items() if at - self.appeared[key] > timedelta(days=1)]
        twice = [f"{key} {event}" for (key, event), times in self.told.items() if times > 1]
        unmade = self._column("SELECT reason FROM message WHERE state = 'quarantined'")
        large = [f"{size} bytes" for size in self.sizes if size > MAX_BYTES]
        kinds = {"told twice": twice, "told late": late, "could not be made": unmade, "too large": large}
        owed = {"not told": self._column("SELECT change_id FROM alert WHERE message_id IS NULL")}
        return [f"{fault}: {one}" for fault, ones in (kinds | owed).items() for one in ones]

    def told_of(self, country: str) -> list[str]:
        """The contributions of a country that were told."""
        return [row[0] for row in self._rows(_OWN, country) if row[0] in self.first_told]

    def untold(self) -> list[tuple[str, str]]:
        """Contributions of a watched country that met no watchlist, with their agenda items: number and title."""
        return [(row[0], row[1]) for row in self._rows(_OWN, "CN") if row[0] not in self.first_told]

    def _column(self, query: str) -> list[str]:
        return [str(row[0]) for row in self._rows(query)]

    def _rows(self, query: str, *values: str) -> list[Any]:
        with self.archive.read() as connection:
            return list(connection.exec_driver_sql(query, values))

    def report(self) -> None:
        """What was told, and what was not."""
        print(f"contributions replayed {len(self.appeared)}, naming a watched country {len(self._rows(_OWN, 'CN'))}")
        print(f"digests {len(self.sizes)}, items {sum(self.items)}, most in one {max(self.items)}")
        mean = sum(self.seconds) / len(self.seconds)
        print(
            f"largest digest {max(self.sizes)} bytes of {MAX_BYTES}; slowest {max(self.seconds):.2f} s, mean {mean:.2f}"
        )
        faults = self.faults()
        print(f"told twice, late, not at all, or too large: {len(faults)}", *faults[:20])
        untold = self.untold()
        print(f"of a watched country and on no watched topic: {len(untold)}, most of them under")
        for item, count in Counter(item for _, item in untold).most_common(10):
            print(f"  {count} {item}")
        print("early warnings", dict(self.kinds))
        for day, text in self.warnings:
            print(day, text)


def _as_of(row: ContributionRow, day: date, reserved: date, uploaded: date | None) -> ContributionRow:
    there = uploaded is not None and uploaded <= day
    blank = {"revised_to": None} | ({} if there else {"uploaded_at": None, "url": None})
    return row.model_copy(update={"status": "available" if there else "reserved", "flags": None} | blank)


if __name__ == "__main__":
    main()
