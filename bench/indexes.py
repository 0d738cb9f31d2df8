"""What each index costs: the records' tables written anew with all their indexes, and with each left out in turn.

    python -m bench.indexes SQLITE_FILE

Prints seconds of processor time and MB, each as what the index adds; the least of three, a transaction a 2,000 rows.
"""

from __future__ import annotations

import sqlite3
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from bench.lines import seconds

TABLES = ("record", "contribution", "attribution", "source_text")
_PRAGMAS = ("journal_mode = WAL", "synchronous = FULL", "cache_size = -65536", "wal_autocheckpoint = 8000")


def main() -> None:
    """Measure every index of TABLES in the archive given."""
    source = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
    print(f"{'index':<36}{'s':>8}{'% of the table':>16}{'MB':>8}")
    with tempfile.TemporaryDirectory() as folder:
        for table in TABLES:
            rows = source.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608 - a constant
            made = dict(source.execute("SELECT name, sql FROM sqlite_master WHERE tbl_name = ? AND sql > ''", (table,)))
            everything = _written(Path(folder), made.values(), table, rows)
            print(f"{table + ', all':<36}{everything[0]:8.2f}{100:15d}%{everything[1]:8.1f}")
            for name in made.keys() - {table}:
                without = _written(Path(folder), [sql for one, sql in made.items() if one != name], table, rows)
                cost, size = everything[0] - without[0], everything[1] - without[1]
                print(f"  {name:<34}{cost:8.2f}{100 * cost / everything[0]:15.0f}%{size:8.1f}")


def _written(
    folder: Path, statements: Iterable[str], table: str, rows: list[tuple[object, ...]]
) -> tuple[float, float]:
    """Seconds to write the rows under this schema, and the file's MB."""
    taken, size = float("inf"), 0.0
    marks = ", ".join("?" * len(rows[0]))
    for _ in range(3):
        path = folder / "written.sqlite"
        for beside in folder.glob("written.sqlite*"):
            beside.unlink()
        target = sqlite3.connect(path, isolation_level=None)
        for pragma in _PRAGMAS:
            target.execute(f"PRAGMA {pragma}")
        for statement in sorted(statements, key=lambda sql: not sql.startswith("CREATE TABLE")):
            target.execute(statement)

        def write(target: sqlite3.Connection = target) -> None:
            for start in range(0, len(rows), 2000):
                target.execute("BEGIN IMMEDIATE")
                target.executemany(f"INSERT INTO {table} VALUES ({marks})", rows[start : start + 2000])  # noqa: S608
                target.execute("COMMIT")

        taken = min(taken, seconds(write))
        target.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        target.close()
        size = path.stat().st_size / 1e6
    return taken, size


if __name__ == "__main__":
    main()
