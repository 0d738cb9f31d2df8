"""Many rows at once: written without a dictionary a row, half the time of a backfill, and looked up by their texts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Connection,
    TableClause,
    bindparam,
    column,
    func,
    literal,
    select,
    update,
)

from store.postgresql import copy


def insert_rows(
    connection: Connection,
    table: TableClause,
    columns: Sequence[str],
    rows: Sequence[tuple[Any, ...]],
    on_conflict: str = "",
) -> None:
    """Insert `rows`, tuples in the order of `columns`; columns left out take their default in the database, or NULL.

    `on_conflict` is what SQL says after these words, where some may be there already.
    """
    if not rows:
        return
    quote = connection.dialect.identifier_preparer.quote
    into, names = quote(table.name), ", ".join(quote(name) for name in columns)
    sqlite = connection.dialect.name == "sqlite"
    if not sqlite and not on_conflict:
        copy(connection, into, names, rows)
        return
    marks = ", ".join(("?" if sqlite else "%s",) * len(columns))
    otherwise = f" ON CONFLICT {on_conflict}" if on_conflict else ""
    connection.exec_driver_sql(f"INSERT INTO {into} ({names}) VALUES ({marks}){otherwise}", list(rows))  # noqa: S608


class Updates:
    """Changes of single rows, gathered to be written together: one statement for each set of columns."""

    def __init__(self) -> None:
        self._gathered: dict[tuple[Column[Any], tuple[str, ...]], list[dict[str, Any]]] = {}

    def add(self, which: Column[Any], number: int, values: Mapping[str, Any]) -> None:
        """Note new values, by column, for the row in which `which` is `number`."""
        if values:
            row = {f"new_{name}": value for name, value in values.items()}
            self._gathered.setdefault((which, tuple(values)), []).append({"number": number} | row)

    def write(self, connection: Connection) -> None:
        """Write what was gathered."""
        for (which, names), rows in self._gathered.items():
            statement = update(which.table).where(which == bindparam("number"))
            connection.execute(statement.values({name: bindparam(f"new_{name}") for name in names}), rows)
        self._gathered.clear()


def among(connection: Connection, of: ColumnElement[Any], texts: Iterable[str]) -> ColumnElement[bool]:
    """Whether `of` is one of any number of texts. They go as one JSON value: an `IN` of thousands is slow to write."""
    unpack = func.json_each if connection.dialect.name == "sqlite" else func.json_array_elements_text
    return of.in_(select(unpack(literal(list(texts), JSON)).table_valued(column("value")).c.value))
