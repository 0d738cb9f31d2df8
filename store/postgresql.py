"""The archive on PostgreSQL: what its connections need, and the locks by which several machines share it.

Search on it is in `store.tsvectors`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.exc import SQLAlchemyError

WRITER = "writer"
"""The lock of the one write transaction."""
WORTH_A_LOOK = 100
"""Rows written at once."""

_COLLATIONS = frozenset({"C", "POSIX", "C.UTF-8", "C.utf8", "ucs_basic"})
"""Of a database that sorts and compares text by code point, as SQLite does and Python."""


def prepare(engine: Engine) -> None:
    """Make a new engine keep the archive's rules: readers see one state, writers follow one another."""
    from psycopg.types.string import StrDumper, StrDumperUnknown  # noqa: PLC0415 - installed where it is used

    class Text(StrDumper):
        def dump(self, obj: str) -> Any:
            return super().dump(obj.replace("\0", "\N{REPLACEMENT CHARACTER}"))

    class TextUnknown(StrDumperUnknown):
        def dump(self, obj: str) -> Any:
            return super().dump(obj.replace("\0", "\N{REPLACEMENT CHARACTER}"))

    def on_connect(connection: Any, _record: object) -> None:
        for dumper in (Text, TextUnknown):  # PostgreSQL takes no NUL in a text
            connection.adapters.register_dumper(str, dumper)

    event.listen(engine, "connect", on_connect)
    event.listen(engine, "begin", _on_begin)


def only_read(engine: Engine) -> None:
    """Let no connection of this engine write, whatever its role may."""

    def on_connect(connection: Any, _record: object) -> None:
        connection.read_only = True

    event.listen(engine, "connect", on_connect)


def _on_begin(connection: Connection) -> None:
    if connection.get_execution_options().get("write", False):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({number(WRITER)})")
    else:
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")


def with_driver(url: str) -> str:
    """An address that names PostgreSQL alone, with the driver that is used."""
    scheme, colon, rest = url.partition("://")
    return f"postgresql+psycopg{colon}{rest}" if scheme in ("postgresql", "postgres") else url


def unfit(connection: Connection) -> str | None:
    """Why this database cannot hold an archive, None if it can."""
    row = connection.exec_driver_sql("SELECT * FROM pg_database WHERE datname = current_database()").mappings().one()
    own = row.get("daticulocale") or row.get("datlocale")  # of ICU or, from version 17, of the server itself
    collation, encoding = own or row["datcollate"], connection.exec_driver_sql("SHOW server_encoding").scalar_one()
    if collation in _COLLATIONS and encoding == "UTF8":
        return None
    return (
        f"the database sorts text by {collation} in {encoding}, which would order records otherwise than SQLite does: "
        "make it with `createdb --template=template0 --encoding=UTF8 --locale=C.UTF-8`"
    )


def copy(connection: Connection, table: str, columns: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Write many rows by COPY; `table` and `columns` are quoted.

    A table that grows by half is looked at anew at once: until autovacuum does, in a minute, the planner would take it
    for an empty one, and a first import would look through all of it for each list.
    """
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor:
        with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as written:
            for row in rows:
                written.write_row(row)
        if len(rows) >= WORTH_A_LOOK:
            cursor.execute("SELECT reltuples FROM pg_class WHERE oid = %s::regclass", (table,))
            if len(rows) > cursor.fetchone()[0] / 2:
                cursor.execute(f"ANALYZE {table}")


def number(name: str) -> int:
    """The key of the advisory lock called `name`: PostgreSQL knows them by 64-bit numbers, each database its own."""
    return int.from_bytes(sha256(f"normwatch {name}".encode()).digest()[:8], signed=True)


@contextmanager
def held(engine: Engine, names: list[str], waiting: Callable[[str], None]) -> Iterator[Callable[[], None]]:
    """Hold the locks of these names; `waiting` is called with the first one that somebody else holds, then waits.

    The locks go with the connection, whatever ends it: the function given raises DBAPIError once it is lost. Locks are
    taken in one order, so that two never wait for each other.
    """
    if not names:
        yield lambda: None
        return
    alone = engine.execution_options(isolation_level="AUTOCOMMIT")
    with alone.connect() as connection:
        connection.detach()
        told = False
        for name in sorted(set(names)):
            taken = connection.exec_driver_sql(f"SELECT pg_try_advisory_lock({number(name)})").scalar()
            if not taken and not told:
                waiting(name)
                told = True
            if not taken:
                connection.exec_driver_sql(f"SELECT pg_advisory_lock({number(name)})")
        try:
            yield lambda: connection.exec_driver_sql("SELECT 1").close()
        finally:
            with suppress(SQLAlchemyError):  # where the connection is lost, so are the locks
                connection.exec_driver_sql("SELECT pg_advisory_unlock_all()")  # a close is noticed a moment later


def is_held(connection: Connection, name: str) -> bool:
    """Whether somebody holds the lock of this name."""
    query = """
        SELECT EXISTS (
            SELECT FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
            WHERE pg_database.datname = current_database() AND locktype = 'advisory' AND granted
                AND (classid::bigint << 32 | objid::bigint) = :number
        )
    """
    return bool(connection.execute(text(query), {"number": number(name)}).scalar())
