"""What an archive takes of disk, time and memory, on SQLite and on PostgreSQL: the figures of docs/operator/sizing.md.

The real TDoc lists of ../shared, into a new file or into the empty database whose address is given:
`python -m bench.sizing [postgresql:///sizing]`. Memory is this program's, not the database server's.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from sqlalchemy import text

from bench.backfill import LISTS, NOW
from bench.lines import peak_mb
from normwatch.importing import Options, import_files
from normwatch.pipeline import Pipeline
from organisations import Registry, Resolver
from store.archive import Archive

RAW = "SELECT SUM(LENGTH(data)) FROM content"
TABLES = """
    SELECT relname, pg_total_relation_size(oid) FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 2 DESC LIMIT 6
"""


def measure(url: str, files: list[Path]) -> None:
    """Import the files, and print what that took."""
    archive = Archive.open(url, create=True)
    pipeline = Pipeline(archive, Resolver(Registry.load()), [])
    began, cpu = time.perf_counter(), time.process_time()
    *_, total = import_files(pipeline, files, Options("3gpp.tdocs"), lambda: NOW)
    took, cpu = time.perf_counter() - began, time.process_time() - cpu
    if archive.path is not None:
        archive.close()  # what lies beside the file goes into it
    with archive.read() as connection:
        contributions = connection.execute(text("SELECT COUNT(*) FROM contribution")).scalar_one()
        raw = connection.execute(text(RAW)).scalar_one()
        disk = archive.size(connection)
        largest = list(connection.execute(text(TABLES))) if archive.path is None else []
    print(f"{len(files)} lists, {total.rows:,} rows, {contributions:,} contributions")
    print(f"import: {took:.1f} s, of which this program computed {cpu:.1f} s")
    print(f"disk: {disk / 1e6:.1f} MB, {disk / contributions:.0f} bytes a contribution")
    print(f"of which raw bytes as they came: {raw / 1e6:.1f} MB, {raw / contributions:.0f} bytes a contribution")
    for name, size in largest:
        print(f"  {name}: {size / contributions:.0f} bytes a contribution")
    print(f"peak memory of this program: {peak_mb():.0f} MB")
    archive.close()


if __name__ == "__main__":
    found = sorted(LISTS.glob("*.xlsx"))
    if not found:
        sys.exit("no ../shared/captures beside this checkout: nothing to measure with")
    if len(sys.argv) > 1:
        measure(sys.argv[1], found)
    else:
        with tempfile.TemporaryDirectory() as folder:
            measure(f"sqlite:///{folder}/archive.sqlite", found)
