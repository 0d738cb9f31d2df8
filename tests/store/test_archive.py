from __future__ import annotations

import os
import shutil
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.exc import OperationalError

import alerts.tables  # noqa: F401 - its tables stand in the same archive
from store.archive import HEAD, Archive, ArchiveError
from store.migrations import versions
from store.tables import metadata

Row = Callable[..., Any]

ROW = "INSERT INTO content (sha256, kept_sha256, codec, size, data) VALUES ('0', '0', 'none', 0, '')"


def url(path: Path) -> str:
    return f"sqlite:///{path}"


def test_an_archive_is_made_once_and_opened_again(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    made = Archive.open(url(path), create=True)
    assert (made.version(), made.path) == (HEAD, path)
    made.close()
    for create in (True, False):
        Archive.open(url(path), create=create).close()


def test_the_migrations_make_what_the_models_say(fresh: Path) -> None:
    archive = Archive.open(url(fresh))
    with archive.engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={"include_object": lambda _o, name, kind, *_: not (kind == "table" and name.startswith("search"))},
        )
        assert compare_metadata(context, metadata) == []
    archive.close()


def test_the_code_works_with_the_newest_migration() -> None:
    numbers = sorted(path.name.partition("_")[0] for path in Path(versions.__path__[0]).glob("0*.py"))
    assert numbers[-1] == HEAD


def test_a_missing_archive_is_not_made_by_asking_it(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match=r"no archive at .*a\.sqlite: run"):
        Archive.open(url(tmp_path / "a.sqlite"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("create", [True, False])
def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path, create: bool) -> None:
    path = tmp_path / "a.sqlite"
    path.write_text("This is a letter, and by no means a database. " * 50)
    before = path.read_bytes()
    with pytest.raises(ArchiveError, match="not a database"):
        Archive.open(url(path), create=create)
    assert path.read_bytes() == before


@pytest.mark.parametrize("create", [True, False])
def test_another_programs_database_is_left_alone(tmp_path: Path, create: bool) -> None:
    path = tmp_path / "a.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")
    connection.close()
    with pytest.raises(ArchiveError, match="not a Normwatch archive"):
        Archive.open(url(path), create=create)
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("recipes",)]
    connection.close()


@pytest.mark.parametrize("create", [True, False])
def test_an_archive_of_a_newer_version_is_left_alone(tmp_path: Path, fresh: Path, create: bool) -> None:
    path = Path(shutil.copy(fresh, tmp_path))
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(ArchiveError, match="newer"):
        Archive.open(url(path), create=create)


@pytest.mark.parametrize(
    ("less", "named"),
    [("DROP TABLE reject", "table reject"), ("ALTER TABLE planned DROP COLUMN wait", r"column planned\.wait")],
)
def test_an_archive_without_all_its_tables_and_columns_says_which(
    tmp_path: Path, fresh: Path, less: str, named: str
) -> None:
    path = Path(shutil.copy(fresh, tmp_path / "a.sqlite"))
    with sqlite3.connect(path) as raw:
        raw.execute(less)
    raw.close()
    with pytest.raises(ArchiveError, match=rf"a\.sqlite is damaged.*: it has no {named}\. Restore a backup"):
        Archive.open(f"sqlite:///{path}")


@pytest.mark.parametrize("bad", ["archive.sqlite", "oracle-of-delphi://x", ""])
def test_an_address_that_is_none_is_named(bad: str) -> None:
    with pytest.raises(ArchiveError, match="sqlite:///"):
        Archive.open(bad, create=True)


def test_an_archive_where_nothing_can_be_written_says_so(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="unable to open"):
        Archive.open(url(tmp_path / "nowhere" / "a.sqlite"), create=True)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write what is read-only")
def test_a_read_only_archive_can_be_read_or_says_so(tmp_path: Path, fresh: Path) -> None:
    path = Path(shutil.copy(fresh, tmp_path))
    path.chmod(0o444)
    tmp_path.chmod(0o555)
    try:
        with pytest.raises(ArchiveError, match=r"read-only|readonly|unable to open"):
            Archive.open(url(path))
    finally:
        tmp_path.chmod(0o755)


def test_readers_see_one_state_while_a_writer_works(keeper: Any, tdoc: Row) -> None:
    keeper.take([tdoc("R1-1")])
    count = "SELECT count(*) FROM record"
    with keeper.archive.read() as reader:
        assert reader.exec_driver_sql(count).scalar() == 1
        keeper.take([tdoc("R1-1"), tdoc("R1-2")])
        assert reader.exec_driver_sql(count).scalar() == 1
    with keeper.archive.read() as reader:
        assert reader.exec_driver_sql(count).scalar() == 2


def test_two_writers_follow_one_another(keeper: Any, tdoc: Row) -> None:
    other = Archive.open(keeper.archive.url)
    order = []
    entered, waiting = threading.Event(), threading.Event()

    def second() -> None:
        entered.wait(5)
        waiting.set()
        with other.write() as connection:
            order.append(connection.exec_driver_sql("SELECT count(*) FROM content").scalar())

    thread = threading.Thread(target=second)
    thread.start()
    with keeper.archive.write() as connection:
        entered.set()
        waiting.wait(5)
        connection.exec_driver_sql(ROW)
    thread.join(10)
    other.close()
    assert order == [1]


def test_what_is_not_finished_is_not_written(keeper: Any) -> None:
    def write() -> None:
        with keeper.archive.write() as connection:
            connection.exec_driver_sql(ROW)
            raise RuntimeError("the power fails")

    with pytest.raises(RuntimeError, match="power"):
        write()
    assert keeper.rows("SELECT count(*) FROM content") == [(0,)]


@pytest.fixture
def unwritable(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a read-only medium: tests run as root too, whom no mode of a file stops."""
    monkeypatch.setattr("store.archive.os.access", lambda _path, mode: not mode & os.W_OK)


@pytest.mark.usefixtures("unwritable")
def test_an_archive_on_a_read_only_medium_is_read(fresh: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(fresh, tmp_path / "ä % archive.sqlite"))
    before = path.read_bytes()
    archive = Archive.open(url(path))
    with archive.read() as connection:
        assert connection.exec_driver_sql("SELECT COUNT(*) FROM record").scalar() == 0
    with pytest.raises(OperationalError, match="readonly"), archive.write() as connection:
        connection.exec_driver_sql("DELETE FROM record")
    assert (archive.path, path.read_bytes(), list(tmp_path.iterdir())) == (path, before, [path])
    archive.close()


def test_an_archive_that_only_others_may_write_is_read_while_they_do(
    keeper: Any, tdoc: Row, request: pytest.FixtureRequest
) -> None:
    keeper.take([tdoc("R1-1")])
    request.getfixturevalue("unwritable")
    reading = Archive.open(keeper.archive.url)
    keeper.take([tdoc("R1-1"), tdoc("R1-2")])
    with reading.read() as connection:
        assert connection.exec_driver_sql("SELECT COUNT(*) FROM record").scalar() == 2
    reading.close()
