"""What writing the file anew, and the planner's statistics, bring an archive that grew by many lists and often changed.

    python -m bench.vacuum [COUNT]              makes it, of 100,000 documents, and prints a row for each treatment
    python -m bench.vacuum --one SQLITE_FILE    (itself) milliseconds by kind of question, as JSON

Every list comes three times more, each time with a fifth of its documents decided or retitled, and each fetch keeps
60 kB of bytes, which are let go of at the end as `prune` does. Times are processor time of the same questions
(`bench.pages`), the least of three rounds, and of one more list taken in.
"""

from __future__ import annotations

import json
import logging
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import select
from starlette.testclient import TestClient

from bench.alerts import bring
from bench.generated import generate
from bench.lines import seconds
from bench.pages import FIGURES, Asker
from organisations import Registry, Resolver
from spiders.rows import ContributionRow, Reading
from store.archive import Archive
from store.fields import RECORD, TABLES
from store.incoming import Visit
from store.ingest import ingest
from store.remembering import Remembered
from store.retention import prune
from store.tables import Listing
from web.app import create
from web.settings import WebSettings
from web.site import Options

TREATMENTS = {
    "as it grew": (),
    "ANALYZE": ("ANALYZE",),
    "PRAGMA optimize, all tables": ("PRAGMA analysis_limit = 1000", "PRAGMA optimize(0x10002)"),
    "VACUUM": ("VACUUM",),
    "VACUUM, ANALYZE": ("VACUUM", "ANALYZE"),
    "VACUUM, full text merged": ("INSERT INTO search (search) VALUES ('optimize')", "VACUUM"),
    "VACUUM, pages of 8 kB": ("PRAGMA journal_mode = DELETE", "PRAGMA page_size = 8192", "VACUUM"),
    "VACUUM, pages of 16 kB": ("PRAGMA journal_mode = DELETE", "PRAGMA page_size = 16384", "VACUUM"),
    "VACUUM, auto_vacuum": ("PRAGMA auto_vacuum = FULL", "VACUUM"),
}
KINDS = ("search", "record", "organisation", "meeting", "figures")
EACH = 30
TIMES, SHARE, KEPT = 3, 5, 60_000
LATER = datetime(2026, 1, 1, tzinfo=UTC)


def main(count: int) -> None:
    """Grow, treat and ask."""
    with tempfile.TemporaryDirectory() as folder:
        grown, treated = Path(folder) / "grown.sqlite", Path(folder) / "treated.sqlite"
        grow(grown, count)
        print(f"{'':<30}{'MB':>7}{'s':>7}", *(f"{kind:>13}" for kind in (*KINDS, "one list")), " (ms each)")
        for name, statements in TREATMENTS.items():
            shutil.copy(grown, treated)
            taken = seconds(partial(_treat, treated, statements))
            size = treated.stat().st_size / 1e6
            command = [sys.executable, "-m", "bench.vacuum", "--one", str(treated)]
            done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - ourselves
            print(
                f"{name:<30}{size:7.1f}{taken:7.1f}", *(f"{one:13.1f}" for one in json.loads(done.stdout)), flush=True
            )


def _treat(path: Path, statements: tuple[str, ...]) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def grow(path: Path, count: int) -> None:
    """An archive of so many documents whose lists changed often, and which let go of old bytes."""
    archive, resolver = generate(path, count), Resolver(Registry.load())
    dice = random.Random(3)  # noqa: S311 - invented data
    own, listing = TABLES["contribution"], Listing.__table__  # type: ignore[attr-defined]
    with archive.read() as connection:
        lists = connection.execute(select(listing).where(listing.c.kind == "3gpp.tdocs")).all()
    for turn in range(TIMES):
        for one in lists:
            its = select(RECORD, own).join(own, own.c.record_id == RECORD.c.id).where(RECORD.c.listing_id == one.id)
            with archive.read() as connection:
                found = [dict(row) for row in connection.execute(its).mappings()]
            for document in dice.sample(found, len(found) // SHARE):
                document["status"] = dice.choice(("agreed", "noted", "revised", "approved"))
                document["title"] += " (revised)" * dice.randrange(2)
            rows = [ContributionRow.model_validate(_fields(document)) for document in found]
            at = LATER + timedelta(days=turn)
            kept = dice.randbytes(KEPT)
            visit = Visit(
                one.key,
                one.kind,
                one.body,
                one.url,
                at,
                one.group_name,
                one.meeting,
                content=kept,
                kept=(kept, ""),
            )
            with archive.write() as connection:
                ingest(connection, visit, Reading(one.kind, rows=list(rows)), resolver, accept=True)
    prune(archive, LATER + timedelta(days=500), 400)
    archive.close()
    _treat(path, ())


def _fields(document: dict[str, object]) -> dict[str, object]:
    named = document | {"group": document["group_name"]}
    return {name: named[name] for name in ContributionRow.model_fields if name in named}


def one(path: Path) -> list[float]:
    """Milliseconds of a question of each kind, and of one more list."""
    logging.disable()
    archive, resolver = Archive.open(f"sqlite:///{path}"), Resolver(Registry.load())
    app = create(archive, resolver, [], settings=WebSettings(), clock=lambda: datetime.now(UTC), options=Options())
    with archive.read() as connection:
        asker = Asker(connection, resolver.registry.organisations)
    pick = asker.dice.choice
    asked = {
        "search": [asker.search() for _ in range(EACH)],
        "record": [asker.record() for _ in range(EACH)],
        "organisation": [f"/organisations/{quote(pick(asker.organisations))}" for _ in range(EACH)],
        "meeting": [f"/meetings/{quote(pick(asker.meetings), safe='')}" for _ in range(EACH)],
        "figures": [asker.figure(pick(FIGURES)) for _ in range(EACH)],
    }
    taken = []
    with TestClient(app, base_url="http://localhost") as client:
        for kind in KINDS:
            least = float("inf")
            for _ in range(3):
                app.state.site.remembered = Remembered()
                start = time.process_time()
                for address in asked[kind]:
                    assert client.get(address).status_code == 200
                least = min(least, time.process_time() - start)
            taken.append(1000 * least / EACH)
    lists = [seconds(partial(bring, archive, resolver, 2000, 1 + run)) for run in range(4)]
    return [*taken, 1000 * min(lists[1:])]


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(one(Path(sys.argv[2]))))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
