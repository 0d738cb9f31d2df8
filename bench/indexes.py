"""What each index costs: the tables written anew with all their indexes, and with each left out in turn.

    python -m bench.indexes SQLITE_FILE

Prints seconds of processor time and MB, each as what the index adds; the least of three, a transaction a 2,000 rows.
The index of a constraint is left out with it; a table without rows is passed over.
"""

from __future__ import annotations

import re
import sqlite3
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from bench.lines import seconds

TABLES = (
    *("record", "contribution", "attribution", "source_text", "change", "fetch", "listing", "content"),
    *("agreement", "agreement_step", "match", "alert"),
)
_CONSTRAINT = re.compile(r",\s*CONSTRAINT (\w+) (?:UNIQUE|PRIMARY KEY) \(([^)]*)\)")
_PRAGMAS = ("journal_mode = WAL", "synchronous = FULL", "cache_size = -65536", "wal_autocheckpoint = 8000")


def main() -> None:
    """Measure every index of TABLES in the archive given."""
    source = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
    print(f"{'index':<36}{'s':>8}{'% of the table':>16}{'MB':>8}")
    with tempfile.TemporaryDirectory() as folder:
        for table in TABLES:
            rows = source.execute(f'SELECT * FROM "{table}"').fetchall()  # noqa: S608 - a constant
            if not rows:
                continue
            made = dict(source.execute("SELECT name, sql FROM sqlite_master WHERE tbl_name = ? AND sql > ''", (table,)))
            everything = _written(Path(folder), made, table, rows)
            print(f"{table + ', ' + format(len(rows), ','):<36}{everything[0]:8.2f}{100:15d}%{everything[1]:8.1f}")
            lacking = {name: {one: sql for one, sql in made.items() if one != name} for name in made.keys() - {table}}
            for name, sql in _without_constraints(source, table, made[table]):
                lacking[name] = made | {table: sql}
            for name, schema in sorted(lacking.items()):
                without = _written(Path(folder), schema, table, rows)
                cost, size = everything[0] - without[0], everything[1] - without[1]
                print(f"  {name:<34}{cost:8.2f}{100 * cost / everything[0]:15.0f}%{size:8.1f}")


def _without_constraints(source: sqlite3.Connection, table: str, sql: str) -> Iterator[tuple[str, str]]:
    """The table without each constraint that SQLite keeps an index for; a key that is the table itself stays."""
    kept = source.execute(f"PRAGMA index_list('{table}')").fetchall()
    indexed = [[row[2] for row in source.execute(f"PRAGMA index_info('{one[1]}')")] for one in kept if one[3] != "c"]
    for found in _CONSTRAINT.finditer(sql):
        if re.findall(r"\w+", found[2]) in indexed and "WITHOUT ROWID" not in sql:
            yield found[1], sql.replace(found[0], "")


def _written(
    folder: Path, schema: Mapping[str, str], table: str, rows: list[tuple[object, ...]]
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
        for statement in sorted(schema.values(), key=lambda sql: not sql.startswith("CREATE TABLE")):
            target.execute(statement)

        def write(target: sqlite3.Connection = target) -> None:
            for start in range(0, len(rows), 2000):
                target.execute("BEGIN IMMEDIATE")
                target.executemany(f'INSERT INTO "{table}" VALUES ({marks})', rows[start : start + 2000])  # noqa: S608
                target.execute("COMMIT")

        taken = min(taken, seconds(write))
        target.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        target.close()
        size = path.stat().st_size / 1e6
    return taken, size


if __name__ == "__main__":
    main()
