"""Reading, attributing and archiving 3GPP's lists, beside reading them and doing nothing else.

The real lists of ../shared; without them nothing is measured. In a process of its own, so that its memory is its own:
`python -m bench.backfill`.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from python_calamine import CalamineWorkbook

from bench.lines import Line, peak_mb, seconds
from normwatch.importing import Options, import_files
from normwatch.pipeline import Pipeline
from organisations import Registry, Resolver
from spiders.readers.redaction import public_copy
from store.archive import Archive

LISTS = Path(__file__).resolve().parents[2] / "shared/captures/3gpp/tdoc_lists"
NOW = datetime(2026, 11, 21, tzinfo=UTC)


def bare(files: list[Path]) -> int:
    """Read every sheet of the files with python-calamine, and forget it."""
    rows = 0
    for path in files:
        workbook = CalamineWorkbook.from_path(path)
        rows += sum(len(workbook.get_sheet_by_name(name).to_python()) for name in workbook.sheet_names)
    return rows


def redacted(files: list[Path]) -> tuple[float, float]:
    """Seconds that leaving persons out of the files takes, and the size of the copies beside the files'."""
    contents = [path.read_bytes() for path in files]
    sizes = 0

    def run() -> None:
        nonlocal sizes
        sizes = sum(len((public_copy("3gpp.tdocs", content) or (b"", ""))[0]) for content in contents)

    return seconds(run), sizes / sum(map(len, contents))


def lines(files: list[Path]) -> Iterator[Line]:
    """A first import, a second unchanged one, and the memory of both."""
    limit = seconds(lambda: bare(files), 2)
    with tempfile.TemporaryDirectory() as folder:
        archive = Archive.open(f"sqlite:///{folder}/archive.sqlite", create=True)
        pipeline = Pipeline(archive, Resolver(Registry.load()), [])
        counts = []

        def run() -> None:
            *_, total = import_files(pipeline, files, Options("3gpp.tdocs"), lambda: NOW)
            counts.append(total)

        first, second = seconds(run), seconds(run)
    rows = counts[0].rows
    against = f"python-calamine reading the same files: {limit:.2f} s"
    yield Line("backfill: read, attribute, archive, index", against, first, first / limit, 4.0, f"{rows:,} rows")
    taken, grown = redacted(files)
    yield Line("of that, leaving out delegates", against, taken, taken / limit, None, f"{grown:.2f} times the size")
    yield Line("the same files again", f"the first import: {first:.2f} s", second, second / first, 0.15)
    yield Line("peak memory of a backfill, MB", "300 MB", peak_mb(), peak_mb() / 300, 1.0)


if __name__ == "__main__":
    found = sorted(LISTS.glob("*.xlsx"))
    if not found:
        sys.exit("no ../shared/captures beside this checkout: nothing to measure a backfill with")
    for line in lines(found):
        print(json.dumps([line.what, line.limit, line.ours, line.ratio, line.goal, line.note]))
