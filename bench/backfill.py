"""Reading, attributing and archiving 3GPP's lists, beside reading them and doing nothing else, and beside a peer.

The real lists of ../shared; without them nothing is measured. In a process of its own, so that its memory is its own:
`python -m bench.backfill`; with `--memory` it prints only its own memory after one import.
"""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from functools import cache
from itertools import count
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from python_calamine import CalamineWorkbook

from bench import peers
from bench.lines import Line, Spent, apart, peak_mb, seconds, spent
from normwatch.ahead import Ahead, cores
from normwatch.garbage import collect_seldom
from normwatch.importing import Options, import_files
from normwatch.pipeline import Pipeline
from organisations import Registry, Resolver
from spiders.readers.redaction import public_copy
from store.archive import WRITERS_CACHE_MB, Archive

LISTS = Path(__file__).resolve().parents[2] / "shared/captures/3gpp/tdoc_lists"
NOW = datetime(2026, 11, 21, tzinfo=UTC)
TYPICAL = "TDoc_List_TSGR1_104-e.xlsx"
"""A list of 2,273 rows: the one that changes."""


def bare(files: Sequence[Path]) -> list[list[object]]:
    """Read every sheet of the files with python-calamine; gives the last one's rows."""
    rows: list[list[object]] = []
    for path in files:
        workbook = CalamineWorkbook.from_path(path)
        for name in workbook.sheet_names:
            rows = workbook.get_sheet_by_name(name).to_python() or rows
    return rows


def lines(files: list[Path]) -> Iterator[Line]:
    """A first import, a second unchanged one, one with changes, the memory of all, and the peer."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows, archives = [], count()

        def fresh() -> None:
            with closing(fresh_pipeline(folder / f"{next(archives)}.sqlite")) as pipeline:
                rows.append(_ahead(pipeline, files))

        first = spent(fresh, 2)
        with closing(fresh_pipeline(folder / "0.sqlite")) as pipeline:
            second = spent(lambda: _ahead(pipeline, files), 2)
        limit = spent(lambda: bare(files), 3)
        what, against = "backfill: read, attribute, archive, index", "python-calamine reading the same files"
        yield Line(
            what, f"{against}: {limit.elapsed:.2f} s", first.elapsed, first.elapsed / limit.elapsed, 4.0,
            f"{rows[0]:,} rows, elapsed, {cores()} cores",
        )  # fmt: skip
        against = f"{against}: {limit.processor:.2f} s"
        yield Line(
            what, against, first.processor, first.processor / limit.processor, None, "processor time of all cores"
        )
        documents = _documents(folder / "0.sqlite")
        inserted = seconds(lambda: _insert(documents, folder / "bare.sqlite"), 2)
        documents.clear()
        against = f"sqlite3.executemany of the documents into one indexed table: {inserted:.2f} s"
        yield Line(what, against, first.processor, first.processor / inserted, None, "processor time of all cores")
        against, ratio = f"the first import: {first.elapsed:.2f} s", second.elapsed / first.elapsed
        yield Line("the same files again", against, second.elapsed, ratio, 0.15, "elapsed")
        yield _changed(folder)
        largest = float(apart(["-m", "bench.backfill", "--memory"]))
        yield Line("peak memory of a backfill, MB", "300 MB", largest, largest / 300, 1.0, "both processes added up")
        yield _redacted(files, limit.processor)
        yield from _peer(folder, files, first, rows[0])


def fresh_pipeline(path: Path) -> Pipeline:
    """As commands that take listings in have it, without watchlists; who signs is resolved anew for each."""
    archive = Archive.open(f"sqlite:///{path}", create=True, cache_mb=WRITERS_CACHE_MB)
    return Pipeline(archive, Resolver(_registry()), [])


@cache
def _registry() -> Registry:
    return Registry.load()


def take_in(pipeline: Pipeline, files: list[Path], ahead: Ahead | None = None) -> int:
    """Import TDoc lists; returns their rows."""
    *_, total = import_files(pipeline, files, Options("3gpp.tdocs"), lambda: NOW, ahead)
    return total.rows


def _ahead(pipeline: Pipeline, files: list[Path]) -> int:
    """Import as the command does, which reads in a process of its own."""
    with Ahead(4096) as ahead:
        return take_in(pipeline, files, ahead)


def _documents(archive: Path) -> list[tuple[object, ...]]:
    with sqlite3.connect(archive) as source:
        query = "SELECT record.key, record.title, contribution.* FROM record JOIN contribution ON record_id = record.id"
        return source.execute(query).fetchall()


def _insert(rows: list[tuple[object, ...]], into: Path) -> None:
    """These rows into one table with one index, a transaction a thousand."""
    into.unlink(missing_ok=True)
    with sqlite3.connect(into) as target:
        target.execute(f"CREATE TABLE document ({', '.join(f'c{n}' for n in range(len(rows[0])))})")
        target.execute("CREATE INDEX key ON document (c0)")
        marks = ", ".join("?" * len(rows[0]))
        for start in range(0, len(rows), 1000):
            target.executemany(f"INSERT INTO document VALUES ({marks})", rows[start : start + 1000])  # noqa: S608
            target.commit()


def _redacted(files: list[Path], limit: float) -> Line:
    """The copies of the files that are kept, without delegates: a part of the first import."""
    contents = [path.read_bytes() for path in files]
    ours = seconds(lambda: [public_copy("3gpp.tdocs", content) for content in contents], 3)
    kept = sum(len(copy[0]) for content in contents if (copy := public_copy("3gpp.tdocs", content)))
    against = f"python-calamine reading the same files: {limit:.2f} s"
    note = f"{kept / sum(map(len, contents)):.2f} of their size"
    return Line("the copies to be kept, without delegates", against, ours, ours / limit, None, note)


def _changed(folder: Path) -> Line:
    """A list of which one row in a hundred has another status the next day; best of three archives."""
    later = folder / TYPICAL
    _with_other_statuses(LISTS / TYPICAL, later)
    first = second = float("inf")
    for run in range(3):
        with closing(fresh_pipeline(folder / f"changed{run}.sqlite")) as pipeline:
            first = min(first, seconds(lambda: take_in(pipeline, [LISTS / TYPICAL])))
            second = min(second, seconds(lambda: take_in(pipeline, [later])))
            with pipeline.archive.read() as connection:
                changed = connection.exec_driver_sql("SELECT COUNT(DISTINCT record_id) FROM change").scalar()
    against = f"its first import: {first:.2f} s"
    return Line("a list in which 1 % of the rows changed", against, second, second / first, 0.25, f"{changed} rows")


def _with_other_statuses(source: Path, target: Path) -> None:
    """Copy a list, with `noted` for the status of one document in a hundred."""
    with ZipFile(source) as read, ZipFile(target, "w", ZIP_DEFLATED) as written:
        texts = read.read("xl/sharedStrings.xml").decode()
        items = texts.split("<si>")[1:]
        noted = next(number for number, item in enumerate(items) if ">noted<" in item)
        others = {
            f"<v>{number}</v>"
            for number, item in enumerate(items)
            if any(f">{status}<" in item for status in ("not treated", "available", "treated", "endorsed"))
        }
        for part in read.infolist():
            data = read.read(part)
            if part.filename == "xl/worksheets/sheet1.xml":
                rows = data.decode().split("<row ")
                fit = [number for number, row in enumerate(rows) if any(other in row for other in others)]
                wanted = len(rows) // 100
                for number in fit[:: len(fit) // wanted][:wanted]:
                    for other in others:
                        rows[number] = rows[number].replace(other, f"<v>{noted}</v>", 1)
                data = "<row ".join(rows).encode()
            written.writestr(part, data)


def _peer(folder: Path, files: list[Path], ours: Spent, rows: int) -> Iterator[Line]:
    """doc3gpp reading and storing the same files, of which we took in so many rows."""
    if (python := peers.python()) is None:
        return
    command = [str(python), str(Path(__file__).with_name("peer_doc3gpp.py")), str(folder / "peer.sqlite")]
    done = subprocess.run([*command, *map(str, files)], capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        print(f"left out: doc3gpp, which fails: {done.stderr.strip()[-200:]}", file=sys.stderr)
        return
    read, elapsed, processor = map(float, done.stdout.split())
    for theirs, mine, how in (
        (elapsed / read, ours.elapsed / rows, "elapsed"),
        (processor / read, ours.processor / rows, "processor time of all cores"),
    ):
        against = f"doc3gpp 0.3.6 reading and storing the same: {theirs * 1e6:.0f} µs a row"
        yield Line("backfill, µs a row", against, mine * 1e6, mine / theirs, 0.2, how)


def memory(files: list[Path]) -> float:
    """MB that both processes of a backfill need at the most, added up; what they share counts twice."""
    with tempfile.TemporaryDirectory() as folder, closing(fresh_pipeline(Path(folder) / "archive.sqlite")) as pipeline:
        _ahead(pipeline, files)
    return peak_mb() + peak_mb(children=True)


if __name__ == "__main__":
    found = sorted(LISTS.glob("*.xlsx"))
    if not found:
        sys.exit("no ../shared/captures beside this checkout: nothing to measure a backfill with")
    collect_seldom()  # as the commands do
    if sys.argv[1:] == ["--memory"]:
        print(memory(found))
    else:
        for line in lines(found):
            print(json.dumps([line.what, line.limit, line.ours, line.ratio, line.goal, line.note]))
