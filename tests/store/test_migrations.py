"""An archive with data is brought from one version of the schema to the next, whole, or is left as it was.

No version has been released: what is tested is the way, with revisions made for it. A release adds its archive here.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import store.archive
from store.archive import HEAD, Archive, ArchiveError
from store.backup import backup, problem, restore

REVISION = '''"""Invented."""
from alembic import op
import sqlalchemy as sa

revision = "{number}"
down_revision = "{before}"


def upgrade() -> None:
    with op.batch_alter_table("meeting") as table:
        table.add_column(sa.Column("invented", sa.String(), server_default="yes", nullable=False))
        table.drop_column("status")
    with op.batch_alter_table("record", recreate="always") as table:  # which all others refer to
        table.add_column(sa.Column("invented", sa.String(), nullable=True))
    op.execute("UPDATE record SET title = upper(title) WHERE record = 'meeting'")
    {more}
'''
NEXT = f"{int(HEAD) + 1:04}"


def contents(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every table's rows, the full text's among them."""
    with closing(sqlite3.connect(path)) as connection:
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: connection.execute(f'SELECT * FROM "{name}"').fetchall() for name in names}  # noqa: S608


@pytest.fixture
def revise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Make this Normwatch one version newer, by a revision that does `more`."""

    def made(more: str) -> None:
        folder = shutil.copytree(store.archive.MIGRATIONS, tmp_path / "migrations")
        text = REVISION.format(number=NEXT, before=HEAD, more=more)
        (folder / "versions" / f"{NEXT}_invented.py").write_text(text, encoding="utf-8")
        monkeypatch.setattr(store.archive, "MIGRATIONS", folder)
        monkeypatch.setattr(store.archive, "HEAD", NEXT)
        monkeypatch.setattr("store.backup.HEAD", NEXT)

    return made


@pytest.fixture
def filled(keeper: Any, tdoc: Any, meeting: Any, committee: Any) -> Path:
    """An archive of today's version with some of everything, closed."""
    keeper.take([meeting("60001", "RAN1#999", status="cancelled")], "3gpp.meetings:RAN1")
    keeper.take([tdoc(f"R1-{number}", source="Huawei, Nokia") for number in range(20)])
    keeper.take([tdoc(f"R1-{number}", source="Huawei", status="noted") for number in range(20)])
    keeper.take([committee("9901", ("1635", "SAC", "P"), secretariat="SAC")], "iso.committees")
    keeper.fail(content=b"a login page")
    keeper.archive.close()
    path: Path = keeper.archive.path
    return path


def test_data_come_through_an_upgrade(filled: Path, revise: Any) -> None:
    before = contents(filled)
    revise("")
    archive = Archive.open(f"sqlite:///{filled}")
    assert archive.version() == NEXT
    archive.close()
    after = contents(filled)
    assert after.keys() == before.keys()
    differing = {name for name in before if after[name] != before[name]}
    assert differing == {"alembic_version", "meeting", "record"}
    (meeting,) = after["meeting"]
    assert "cancelled" not in meeting
    assert meeting[-1] == "yes"
    assert sum((*old, None) != new for old, new in zip(before["record"], after["record"], strict=True)) == 1
    with archive.read() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    archive.close()
    assert problem(filled) is None, "every reference still leads somewhere"


def test_an_upgrade_that_fails_leaves_the_archive_as_it_was(filled: Path, revise: Any) -> None:
    before = contents(filled)
    revise('op.execute("INSERT INTO a_table_that_is_not_there VALUES (1)")')
    with pytest.raises(ArchiveError, match="a_table_that_is_not_there"):
        Archive.open(f"sqlite:///{filled}")
    assert contents(filled) == before
    assert problem(filled) is None


def test_an_upgrade_that_would_break_a_reference_leaves_the_archive_as_it_was(filled: Path, revise: Any) -> None:
    before = contents(filled)
    revise('op.execute("DELETE FROM fetch WHERE id = 1")')
    with pytest.raises(ArchiveError, match=r"is as it was: .* refers to none of fetch"):
        Archive.open(f"sqlite:///{filled}")
    assert contents(filled) == before


def test_an_archive_of_a_version_that_never_was_is_refused_in_words(filled: Path) -> None:
    with closing(sqlite3.connect(filled)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '0000'")
    with pytest.raises(ArchiveError, match="cannot be brought up to date"):
        Archive.open(f"sqlite:///{filled}")


def test_the_older_normwatch_refuses_the_newer_archive_and_leaves_it(
    filled: Path, revise: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    revise("")
    Archive.open(f"sqlite:///{filled}").close()
    after = contents(filled)
    monkeypatch.setattr(store.archive, "HEAD", HEAD)
    with pytest.raises(ArchiveError, match=f"version {NEXT}, which needs a newer Normwatch"):
        Archive.open(f"sqlite:///{filled}")
    assert contents(filled) == after


def test_a_backup_of_an_older_version_is_restored_and_brought_up_to_date(
    filled: Path, revise: Any, tmp_path: Path
) -> None:
    archive = Archive.open(f"sqlite:///{filled}")
    saved = backup(archive, tmp_path / "saved")
    archive.close()
    revise("")
    restore(filled, saved, datetime(2026, 11, 21, tzinfo=UTC))
    archive = Archive.open(f"sqlite:///{filled}")
    assert archive.version() == NEXT
    archive.close()
