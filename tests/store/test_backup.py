"""Copies are whole whatever goes on meanwhile; nothing that is not whole takes an archive's place."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from store.archive import Archive, ArchiveError
from store.backup import backup, problem, restore

NOW = datetime(2026, 11, 21, 6, tzinfo=UTC)

WRITER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], timeout=30, isolation_level=None)
columns = "key, kind, body, authority, faulty, state, faults_in_a_row"
for number in range(100_000):
    connection.execute("BEGIN IMMEDIATE")  # two rows that belong together
    for letter in "ab":
        row = f"INSERT INTO listing ({columns}) VALUES ('{letter}{number}', 'x', 'ISO', 2, 0, 'new', 0)"
        connection.execute(row)
    connection.execute("COMMIT")
    if number == 50:
        print("writing", flush=True)
"""


def dump(path: Path) -> list[str]:
    """All that an archive holds, row by row."""
    with closing(sqlite3.connect(path)) as connection:
        names = [
            row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        ]
        return [f"{name} {row}" for name in names for row in connection.execute(f'SELECT * FROM "{name}"')]  # noqa: S608


@pytest.fixture
def filled(keeper: Any, tdoc: Callable[..., Any]) -> Archive:
    keeper.take([tdoc(f"R1-{number}") for number in range(50)])
    keeper.take([tdoc(f"R1-{number}", status="noted") for number in range(50)])
    archive: Archive = keeper.archive
    return archive


def test_a_copy_made_while_it_is_written_is_whole_and_restored_equal(filled: Archive, tmp_path: Path) -> None:
    assert filled.path is not None
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(filled.path)], stdout=subprocess.PIPE)  # noqa: S603
    try:
        assert writer.stdout is not None
        writer.stdout.readline()
        copies = [backup(filled, tmp_path / f"{number}.backup") for number in range(3)]
        assert writer.poll() is None, "it was written all the while"
    finally:
        writer.kill()
        writer.communicate()
    held = [dump(copy) for copy in copies]
    assert len(held[0]) < len(held[-1])
    for copy in copies:
        with closing(sqlite3.connect(copy)) as connection:
            (first,), (second,) = connection.execute(
                "SELECT count(*) FROM listing WHERE kind = 'x' GROUP BY substr(key, 1, 1)"
            )
        assert first == second, "no half of a transaction"
        assert not list(tmp_path.glob(f"{copy.name}-*")), "a copy is one file"
    filled.close()
    aside = restore(filled.path, copies[1], NOW)
    assert aside is not None
    assert dump(filled.path) == held[1]
    assert len(dump(aside)) >= len(held[2])
    assert problem(filled.path) is problem(aside) is None


def test_older_copies_are_kept_as_many_as_asked(filled: Archive, tmp_path: Path) -> None:
    target = tmp_path / "archive.backup"
    for number in range(4):
        with filled.write() as connection:
            connection.exec_driver_sql("UPDATE listing SET rows = ?", (number,))
        backup(filled, target, keep=3)
    rows = []
    for name in ("archive.backup", "archive.backup.1", "archive.backup.2"):
        with closing(sqlite3.connect(tmp_path / name)) as connection:
            rows.append(connection.execute("SELECT rows FROM listing").fetchone()[0])
    assert rows == [3, 2, 1]
    assert not (tmp_path / "archive.backup.3").exists()


def test_a_file_that_is_no_backup_is_not_overwritten(filled: Archive, tmp_path: Path) -> None:
    target = tmp_path / "config.toml"
    target.write_text("[mail]\n")
    for path in (target, filled.path):
        with pytest.raises(ArchiveError, match="left as it is"):
            backup(filled, path)  # type: ignore[arg-type]
    assert target.read_text() == "[mail]\n"


def test_a_copy_that_cannot_be_written_leaves_the_older_one_and_no_rest(filled: Archive, tmp_path: Path) -> None:
    target = backup(filled, tmp_path / "archive.backup")
    before = target.read_bytes()
    with pytest.raises(ArchiveError, match=r"No such file|unable to open"):
        backup(filled, tmp_path / "nowhere" / "archive.backup")
    with filled.write() as connection:
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        connection.exec_driver_sql("UPDATE listing SET rows = 7")
    _damage(filled)
    with pytest.raises(ArchiveError, match="the archive is damaged"):
        backup(filled, target)
    assert target.read_bytes() == before
    assert not list(tmp_path.glob(".*unfinished*"))


def _damage(archive: Archive) -> None:
    """A row that refers to one that is not there, as a broken disk or another program may leave."""
    assert archive.path is not None
    with closing(sqlite3.connect(archive.path)) as connection, connection:
        connection.execute("UPDATE record SET listing_id = 4711 WHERE id = 1")


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _scribble(path: Path) -> None:
    content = bytearray(path.read_bytes())
    for page in range(3, len(content) // 4096):
        content[page * 4096 : page * 4096 + 200] = b"\xff" * 200
    path.write_bytes(content)


def _newer(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")


def _foreign(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE holiday_photos (id)")


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (_cut, "malformed|not a database|out of range|invalid page|missing from index|never used|disk image"),
        (_scribble, "malformed|btree|page|disk image"),
        (lambda path: path.write_text("a shopping list"), "no SQLite database"),
        (lambda path: path.write_bytes(b""), "no SQLite database"),
        (lambda path: path.unlink(), "No such file"),
        (_foreign, "not a Normwatch archive"),
        (_newer, "version 9999, which needs a newer Normwatch"),
    ],
    ids=["cut short", "scribbled over", "text", "empty", "gone", "another program's", "newer"],
)
def test_what_is_not_whole_is_not_restored(filled: Archive, tmp_path: Path, spoil: Any, why: str) -> None:
    saved = backup(filled, tmp_path / "archive.backup")
    spoil(saved)
    filled.close()
    before = dump(filled.path)  # type: ignore[arg-type]
    with pytest.raises(ArchiveError, match=why):
        restore(filled.path, saved, NOW)  # type: ignore[arg-type]
    assert dump(filled.path) == before  # type: ignore[arg-type]
    assert not list(tmp_path.glob("*replaced*"))


def test_an_archive_that_another_has_open_is_not_replaced(filled: Archive, tmp_path: Path) -> None:
    assert filled.path is not None
    saved = backup(filled, tmp_path / "archive.backup")
    with filled.read() as connection:
        connection.exec_driver_sql("SELECT count(*) FROM record").scalar()
        with pytest.raises(ArchiveError, match="in use: stop"):
            restore(filled.path, saved, NOW)
    filled.close()
    assert restore(filled.path, saved, NOW) is not None


def test_a_damaged_archive_can_be_replaced_and_stays_aside(filled: Archive, tmp_path: Path) -> None:
    assert filled.path is not None
    saved = backup(filled, tmp_path / "archive.backup")
    held = dump(saved)
    filled.close()
    filled.path.write_bytes(b"rubbish" * 1000)
    aside = restore(filled.path, saved, NOW)
    assert aside is not None
    assert aside.read_bytes() == b"rubbish" * 1000
    assert dump(filled.path) == held


def test_a_lost_archive_is_restored(filled: Archive, tmp_path: Path) -> None:
    saved = backup(filled, tmp_path / "archive.backup")
    elsewhere = tmp_path / "new" / "archive.sqlite"
    elsewhere.parent.mkdir()
    assert restore(elsewhere, saved, NOW) is None
    assert dump(elsewhere) == dump(saved)


def test_a_copy_by_other_means_would_lack_what_is_not_yet_in_the_file(filled: Archive, tmp_path: Path) -> None:
    """Why there is a command for it."""
    assert filled.path is not None
    wrong = Path(shutil.copy(filled.path, tmp_path / "wrong.sqlite"))
    right = backup(filled, tmp_path / "right.sqlite")
    assert problem(wrong) is not None or len(dump(wrong)) < len(dump(right))
