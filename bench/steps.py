"""Where the time of a backfill goes, beside calamine reading the same files: `python -m bench.steps`.

In one process, without reading ahead, so that the steps follow each other. A step's time is its own, without that of
steps inside it; what no step claims is the rest.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from bench.backfill import LISTS, bare, fresh_pipeline, take_in
from bench.lines import seconds
from normwatch import importing, pipeline
from normwatch.garbage import collect_seldom
from spiders.readers import threegpp_dates, threegpp_portal, workbooks
from store import attributions, ingest, records, search, tallies

STEPS: tuple[tuple[str, Any, tuple[str, ...]], ...] = (
    ("calamine: rows of the sheets", workbooks.Workbook, ("rows",)),
    ("opening workbooks, within bounds", workbooks.Workbook, ("__init__",)),
    ("cleaning columns", threegpp_portal, ("_table",)),
    ("dates", threegpp_dates, ("read_columns",)),
    ("addresses of the documents", threegpp_portal, ("_links",)),
    ("rows made and validated, CR packs", threegpp_portal, ("read", "_packs")),
    ("the copy without persons", pipeline, ("_keeping",)),
    ("hashes, keeping the copy", ingest, ("keep",)),
    ("judging the fetch", ingest, ("filled", "sample", "usual", "doubts")),
    ("what the archive has of it", records.Writer, ("_load",)),
    ("who signs: resolving", attributions.Attributor, ("prepare", "id_of")),
    ("who signs: writing", attributions.Attributor, ("flush",)),
    ("rows for the tables and the index", records.Writer, ("_add",)),
    ("writing documents and records", records, ("insert_rows",)),
    ("writing CR packs", records.cr_packs, ("take",)),
    ("full-text index", search, ("add",)),
    ("counts", tallies, ("count",)),
    ("transactions", pipeline.Pipeline, ("take",)),
    ("the rest", importing._Run, ("take",)),  # noqa: SLF001 - one file, whole
)


def main() -> None:
    """Measure once; other programs' load takes part in it, since a backfill is not repeated."""
    files = sorted(LISTS.glob("*.xlsx"))
    if not files:
        sys.exit("no ../shared/captures beside this checkout: nothing to measure a backfill with")
    spent: Counter[str] = Counter()
    inside: list[float] = []
    limit = seconds(lambda: bare(files), 3)
    for step, holder, names in STEPS:
        for name in names:
            setattr(holder, name, _timed(getattr(holder, name), step, spent, inside))
    with tempfile.TemporaryDirectory() as folder:
        target = fresh_pipeline(Path(folder) / "archive.sqlite")
        whole = seconds(lambda: take_in(target, files))
        target.close()
    print(f"| step | times calamine's {limit:.2f} s |\n|---|---|")
    for step, *_ in STEPS:
        print(f"| {step} | {spent[step] / limit:.2f} |")
    print(f"| all | {whole / limit:.2f} |")


def _timed(work: Callable[..., Any], step: str, spent: Counter[str], inside: list[float]) -> Callable[..., Any]:
    @wraps(work)
    def timed(*given: Any, **named: Any) -> Any:
        inside.append(0.0)
        start = time.process_time()
        try:
            return work(*given, **named)
        finally:
            taken = time.process_time() - start
            spent[step] += taken - inside.pop()
            if inside:
                inside[-1] += taken

    return timed


if __name__ == "__main__":
    collect_seldom()  # as the commands do
    main()
