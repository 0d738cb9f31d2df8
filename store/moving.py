"""An archive from a file to a database server: every row as it is, the full-text index made anew."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, MetaData, Table, select, text

from store import search
from store.archive import Archive, ArchiveError
from store.bulk import insert_rows
from store.fields import RECORD, TABLES

CHUNK = 5_000


def move(source: Archive, target: Archive) -> dict[str, int]:
    """Copy all of `source`, as it is at one moment, into the empty `target`, in one transaction; counts by table.

    Raises ArchiveError if the target holds something.
    """
    known = MetaData()
    known.reflect(source.engine)
    tables = [one for one in known.sorted_tables if not one.name.startswith(("search", "alembic", "sqlite"))]
    counts = dict.fromkeys((one.name for one in tables), 0)
    with source.read() as reading, target.write() as writing:
        if any(writing.execute(select(one).limit(1)).first() for one in tables):
            raise ArchiveError(f"{target.name} is not empty: an archive is moved into a new database")
        for table in tables:
            for rows in _rows(reading, table):
                insert_rows(writing, table, table.c.keys(), rows)
                counts[table.name] += len(rows)
            _go_on(writing, table)
        for entries in _entries(reading):
            search.add(writing, entries)
    return counts


def _rows(connection: Connection, table: Table) -> Iterator[list[tuple[Any, ...]]]:
    with connection.execution_options(yield_per=CHUNK).execute(select(table)) as found:
        for rows in found.partitions():
            yield [tuple(row) for row in rows]


def _go_on(connection: Connection, table: Table) -> None:
    """Let the server number new rows after those that came with their numbers."""
    if "id" in table.c and connection.dialect.name == "postgresql":
        last = f"SELECT setval(pg_get_serial_sequence(:name, 'id'), MAX(id)) FROM \"{table.name}\""  # noqa: S608
        connection.execute(text(last), {"name": f'"{table.name}"'})


def _entries(connection: Connection) -> Iterator[list[search.Entry]]:
    for record, own in TABLES.items():
        query = (
            search.contributions()
            if record == "contribution"
            else select(RECORD, RECORD.c.group_name.label("group"), own).join_from(
                RECORD, own, own.c.record_id == RECORD.c.id
            )
        )
        with connection.execution_options(yield_per=CHUNK).execute(query) as found:
            for rows in found.partitions():
                yield [
                    search.entry(row.id, record, row, seen=row.first_seen_at, who=getattr(row, "who", ""))
                    for row in rows
                ]
