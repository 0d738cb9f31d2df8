"""Small work beside its limit, for CI: ratios of processor time, taken in turns in one process, the least of several.

    python -m bench.ratios      prints them, to set `USUAL` by

Turns and the least of them keep a busy machine's noise out: both sides suffer from it alike, and rarely always.
"""

from __future__ import annotations

import csv
import json
import sqlite3
import tempfile
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime
from io import BytesIO
from itertools import count
from pathlib import Path

import xlsxwriter
from python_calamine import CalamineWorkbook

from alerts.matching import Matcher
from alerts.watchlists import Watchlist
from bench.alerts import WORDS, bring
from bench.generated import generate
from bench.iso import deliverables
from bench.lines import seconds
from organisations import Registry, Resolver
from organisations.names import DATA
from spiders.readers import read
from spiders.readers.redaction import public_copy
from spiders.readers.threegpp_portal import FIELDS
from spiders.rows import Context
from store.archive import Archive
from store.changes import Told
from store.incoming import Visit
from store.ingest import ingest

USUAL = {
    "reading a list": 2.65,
    "leaving persons out": 0.65,
    "taking a list in": 11.5,
    "reading ISO's lines": 2.8,
    "loading the registry": 5.5,
    "matching": 2.6,
}
"""What `python -m bench.ratios` printed when this was last set, rounded up."""
MARGIN = 1.5
"""How much worse a ratio may get before CI fails."""
ROWS = 1_000
TURNS = 7
CONTEXT = Context(meeting="RAN1#1")
TOPICS = [*(word.strip("*") for word in WORDS), *(f"invented{number}" for number in range(290))]

Work = Callable[[], object]


def ratios() -> dict[str, float]:
    """Each ratio by its name."""
    with tempfile.TemporaryDirectory() as folder:
        documents = _documents(Path(folder) / "invented.sqlite")
        content, lines = _workbook(documents), deliverables(0, 2_000)
        reading = read("3gpp.tdocs", content, CONTEXT)
        assert len(reading.rows) == ROWS
        resolver, numbers = Resolver(Registry.load()), count()
        with closing(Archive.open(f"sqlite:///{folder}/invented.sqlite")) as archive:
            told = bring(archive, resolver, ROWS)
        visit = Visit("3gpp.tdocs:RAN1#1", "3gpp.tdocs", "3GPP", "file:x", datetime(2026, 1, 1, tzinfo=UTC), "RAN1")

        def taken_in() -> float:
            archive = Archive.open(f"sqlite:///{folder}/{next(numbers)}.sqlite", create=True)
            with archive.write() as connection:
                return seconds(lambda: ingest(connection, visit, reading, resolver))

        def calamine() -> float:
            return seconds(lambda: CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python())

        return {
            "reading a list": _ratio(lambda: seconds(lambda: read("3gpp.tdocs", content, CONTEXT)), calamine),
            "leaving persons out": _ratio(lambda: seconds(lambda: public_copy("3gpp.tdocs", content)), calamine),
            "taking a list in": _ratio(taken_in, lambda: seconds(lambda: _insert(documents))),
            "reading ISO's lines": _ratio(
                lambda: seconds(lambda: read("iso.projects", lines, Context())),
                lambda: seconds(lambda: [json.loads(line) for line in lines.splitlines()]),
            ),
            "loading the registry": _ratio(
                lambda: seconds(lambda: Resolver(Registry.load()).attribute("Huawei, HiSilicon")),
                lambda: seconds(_registrys_lines),
            ),
            "matching": _ratio(lambda: seconds(lambda: _matched(told)), lambda: seconds(lambda: _found(told))),
        }


def _registrys_lines() -> None:
    for path in DATA.rglob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            for _ in csv.DictReader(file):
                pass


def _matched(told: Sequence[Told]) -> None:
    """Watchlists of a topic each, against the changes."""
    matcher = Matcher([Watchlist(name=topic, anybody=True, groups=[told[0].group], topics=[topic]) for topic in TOPICS])
    for change in told:
        matcher.matches(change)


def _found(told: Sequence[Told]) -> None:
    """The same topics looked for in the titles, as plain text."""
    for change in told:
        title = (change.title or "").lower()
        for topic in TOPICS:
            title.find(topic)


def _ratio(ours: Callable[[], float], limit: Callable[[], float]) -> float:
    turns = [(ours(), limit()) for _ in range(TURNS)]
    return min(one for one, _ in turns) / min(other for _, other in turns)


def _documents(path: Path) -> list[dict[str, str | None]]:
    """Invented documents of one meeting, by the fields of a list."""
    generate(path, ROWS).close()
    with sqlite3.connect(path) as connection:
        connection.row_factory = sqlite3.Row
        found = connection.execute("SELECT * FROM record JOIN contribution ON record_id = record.id").fetchall()
    return [{field: row[field] for field in FIELDS.values()} | {"key": f"R1-26{n:05}"} for n, row in enumerate(found)]


def _workbook(documents: list[dict[str, str | None]]) -> bytes:
    """A list as the portal makes it, with a contact for each document."""
    made = BytesIO()
    book = xlsxwriter.Workbook(made)
    sheet = book.add_worksheet("TDoc_List")
    sheet.write_row(0, 0, [*(text.title() for text in FIELDS), "Contact", "Contact ID"])
    for number, document in enumerate(documents, 1):
        sheet.write_row(
            number, 0, [*(document[field] or "" for field in FIELDS.values()), f"Invented {number}", number]
        )
    book.close()
    return made.getvalue()


def _insert(documents: list[dict[str, str | None]]) -> None:
    with sqlite3.connect(":memory:") as connection:
        connection.execute(f"CREATE TABLE document ({', '.join(f'c{n}' for n in range(len(FIELDS)))})")
        connection.execute("CREATE INDEX key ON document (c0)")
        marks = ", ".join("?" * len(FIELDS))
        rows = [tuple(document.values()) for document in documents]
        connection.executemany(f"INSERT INTO document VALUES ({marks})", rows)  # noqa: S608 - question marks


if __name__ == "__main__":
    for name, ratio in ratios().items():
        print(f"{name:<22}{ratio:6.2f}")
