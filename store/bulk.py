"""Writing many rows at once without a dictionary a row: half the time of a backfill would go into those."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, TableClause

from store.postgresql import copy


def insert_rows(
    connection: Connection, table: TableClause, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Insert `rows`, tuples in the order of `columns`; columns left out take their default in the database, or NULL."""
    if not rows:
        return
    quote = connection.dialect.identifier_preparer.quote
    into, names = quote(table.name), ", ".join(quote(name) for name in columns)
    if connection.dialect.name == "postgresql":
        copy(connection, into, names, rows)
        return
    marks = ", ".join("?" * len(columns))
    connection.exec_driver_sql(f"INSERT INTO {into} ({names}) VALUES ({marks})", list(rows))  # noqa: S608
