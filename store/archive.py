"""Opening the archive: connections, transactions, schema version."""

from __future__ import annotations

import os
import re
import sqlite3
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from store import agreements, manners, postgresql, tables, totals  # noqa: F401 - some tables stand in modules of their own

HEAD = "0001"
"""The schema version this code works with; the newest file in `store/migrations/versions`."""
MIGRATIONS = Path(__file__).parent / "migrations"

BUSY_TIMEOUT_MS = 30_000
CACHE_MB = 64
WRITERS_CACHE_MB = 16
"""Enough for who takes listings in: most pages are met once."""


class ArchiveError(Exception):
    """The archive cannot be used as it is; the message says what to do."""


class Archive:
    """A database of records, changes and deliveries. One writer at a time, any number of readers.

    `url` is an SQLAlchemy URL, such as `sqlite:///archive.sqlite` or `postgresql://archive.example/normwatch`.
    """

    def __init__(self, url: str, cache_mb: int = CACHE_MB) -> None:
        self.url = url
        self.engine = _engine(url, cache_mb)
        weakref.finalize(self, self.engine.dispose)  # a server's connections are closed, not dropped

    @property
    def path(self) -> Path | None:
        """The database file, where there is one."""
        parsed = make_url(self.url)
        return Path(parsed.database) if parsed.drivername.startswith("sqlite") and parsed.database else None

    @property
    def name(self) -> str:
        """What it is called to people: its file, or its address without the password."""
        return str(self.path or make_url(self.url).render_as_string(hide_password=True))

    @classmethod
    def open(cls, url: str, *, create: bool = False, cache_mb: int = CACHE_MB) -> Archive:
        """Open the archive at `url`, bringing an older schema up to date; with `create`, make it where there is none.

        `cache_mb` is how much of an SQLite file each connection holds in memory.

        Raises ArchiveError if it is missing, of a newer version, unreadable, or another program's database.
        """
        try:
            archive = cls(url, cache_mb)
        except (ArgumentError, ImportError) as error:
            shown = re.sub(r":[^:@/]*@", ":***@", url)
            raise ArchiveError(f"{shown!r} is no archive's address, as sqlite:///archive.sqlite is: {error}") from error
        if not create and archive.path is not None and not archive.path.exists():
            raise ArchiveError(f"no archive at {archive.path}: run `normwatch init`, `crawl` or `import` first")
        try:
            version = archive.version()
            if version is None and (not create or archive.holds_something()):
                raise ArchiveError(f"{archive.name} is not a Normwatch archive")
            if version is not None and version > HEAD:
                raise ArchiveError(f"{archive.name} is of version {version}, which needs a newer Normwatch")
            if version != HEAD:
                archive.upgrade()
            elif lacking := archive.lacking():
                raise ArchiveError(
                    f"{archive.name} is damaged, or was made before the first release: it has no "
                    f"{', '.join(lacking)}. Restore a backup, or import into a new one"
                )
        except DBAPIError as error:
            archive.close()
            raise ArchiveError(f"{archive.name}: {error.orig}") from error
        except ArchiveError:
            archive.close()
            raise
        return archive

    def version(self) -> str | None:
        """The schema version, None for an empty database."""
        with self.engine.connect() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return None
            row = connection.exec_driver_sql("SELECT version_num FROM alembic_version").first()
            return str(row[0]) if row else None

    def holds_something(self) -> bool:
        """Whether the database has any tables."""
        with self.engine.connect() as connection:
            return bool(inspect(connection).get_table_names())

    def lacking(self) -> list[str]:
        """The tables and columns that should be there and are not: `table reject`, `column record.title`."""
        with self.engine.connect() as connection:
            found = inspect(connection).get_multi_columns()
        there = {name: {column["name"] for column in columns} for (_, name), columns in found.items()}
        lacking = []
        for name, table in sorted(tables.metadata.tables.items()):
            columns = there.get(name)
            if columns is None:
                lacking.append(f"table {name}")
            else:
                lacking += [f"column {name}.{one.name}" for one in table.columns if one.name not in columns]
        return lacking

    def upgrade(self) -> None:
        """Bring the schema to `HEAD` by Alembic's migrations.

        Raises ArchiveError if the database cannot hold it, or would not be whole; it is as before then.
        """
        from alembic import command  # noqa: PLC0415 - costs 0.2 s, needed once in an archive's life
        from alembic.config import Config  # noqa: PLC0415
        from alembic.util import CommandError  # noqa: PLC0415

        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        with self.engine.connect().execution_options(write=True) as connection:
            if self.engine.dialect.name == "postgresql" and (why := postgresql.unfit(connection)):
                raise ArchiveError(f"{self.name}: {why}")
            config.attributes["connection"] = connection
            try:
                with _references_unchecked(connection):
                    command.upgrade(config, "head")
            except CommandError as error:
                raise ArchiveError(f"{self.name} cannot be brought up to date, and is as it was: {error}") from error

    def size(self, connection: Connection) -> int:
        """Bytes on disk: of the file, or of the server's database."""
        if self.path is not None:
            return self.path.stat().st_size
        return int(connection.exec_driver_sql("SELECT pg_database_size(current_database())").scalar_one())

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection for reading: one consistent view, nothing is written."""
        with self.engine.connect() as connection:
            yield connection
            connection.rollback()

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """The one write transaction: committed as a whole on leaving, rolled back on any error."""
        with self.engine.connect().execution_options(write=True) as connection, connection.begin():
            yield connection

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()


def _engine(url: str, cache_mb: int) -> Engine:
    engine = create_engine(_for_reading(make_url(postgresql.with_driver(url))))
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", partial(_on_connect, cache_mb))
        event.listen(engine, "begin", _on_begin)
    elif engine.dialect.name == "postgresql":
        postgresql.prepare(engine)
    return engine


def for_reading(path: Path) -> str:
    """What SQLite's address of a file says where we may not write it or beside it; nothing where we may."""
    if os.access(path, os.W_OK) and os.access(path.parent, os.W_OK):
        return ""
    return "mode=ro" if path.with_name(f"{path.name}-wal").exists() else "immutable=1"


def _for_reading(url: URL) -> URL:
    """The address under which a file that we may not write can be read; others as they are.

    SQLite keeps two files beside one that is in use. Where they are, somebody else writes; where they are not and
    cannot be made, as on a read-only medium, the file is taken not to change.
    """
    if not url.drivername.startswith("sqlite") or not url.database or not Path(url.database).is_file():
        return url
    path = Path(url.database).absolute()
    if not (how := for_reading(path)):
        return url
    name, _, value = how.partition("=")
    return url.set(database=f"file:{quote(str(path))}", query={**url.query, name: value, "uri": "true"})


# The driver asks every NULL and truth value how it may be adapted, for a fifth of the time that writing a row takes.
_null: Callable[[None], None] = dict[None, None]().get
sqlite3.register_adapter(type(None), _null)
sqlite3.register_adapter(bool, int)


def _on_connect(cache_mb: int, connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions are begun by _on_begin, not by the driver's guess
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",  # what a mail has told must not be undone by a power cut; it costs a sync a fetch
        "foreign_keys=ON",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        f"cache_size=-{cache_mb << 10}",
        "wal_autocheckpoint=8000",
        "temp_store=MEMORY",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


@contextmanager
def _references_unchecked(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by making it anew, which all that refer to it forbid; the migration checks at its end."""
    driver: Any = connection.connection.driver_connection
    sqlite = connection.dialect.name == "sqlite"
    if sqlite:
        driver.execute("PRAGMA foreign_keys=OFF")  # works outside a transaction only: none has begun
    try:
        yield
    finally:
        if sqlite:
            connection.rollback()  # of one that failed
            driver.execute("PRAGMA foreign_keys=ON")


def _on_begin(connection: Connection) -> None:
    write = connection.get_execution_options().get("write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
