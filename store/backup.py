"""Copies of an archive in an SQLite file: made while it is written, checked before they count, put back whole.

A copy is one file. Copying an archive's file by other means loses what still lies in `-wal` beside it.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from store.archive import HEAD, Archive, ArchiveError, for_reading

NEWER = "needs a newer Normwatch"
_BESIDE = ("-wal", "-shm")
FAULTS_SHOWN = 3


def backup(archive: Archive, target: Path, keep: int = 1) -> Path:
    """Copy the archive as it is at one moment to `target`; writers and readers go on meanwhile.

    The copy replaces an older one only once it is whole, checked and on the disk. With `keep` above 1, older copies
    stay as `target.1` (the one before), `target.2` … Raises ArchiveError; what was at `target` is then untouched.
    """
    source = _file_of(archive)
    if target.exists() and (target.samefile(source) or problem(target)):
        raise ArchiveError(f"{target} is there and is no backup of an archive: it is left as it is")
    with _unfinished(target) as copy:
        with closing(_reading(source)) as original, closing(sqlite3.connect(copy)) as made:
            original.backup(made)
            made.execute("PRAGMA journal_mode=DELETE").fetchone()  # one file, whole by itself
        if found := problem(copy):
            raise ArchiveError(f"the copy of {source} is not whole, so the archive is damaged: {found}")
        for number in range(keep - 1, 0, -1):
            older = _numbered(target, number - 1)
            if older.exists():
                older.replace(_numbered(target, number))
        _put(copy, target)
    return target


def restore(archive: Path, saved: Path, now: datetime) -> Path | None:
    """Put the copy `saved` in place of the archive's file; returns where the replaced archive lies now, if any.

    The caller sees to it that nobody crawls. Raises ArchiveError for a copy that is not whole, of another program or of
    a newer Normwatch, and while another process has the archive open; nothing is changed then.
    """
    if found := problem(saved):
        raise ArchiveError(f"{saved} cannot be restored: {found}")
    if archive.exists() and archive.samefile(saved):
        raise ArchiveError(f"{saved} is the archive itself")
    aside = archive.with_name(f"{archive.name}.replaced-{now:%Y%m%dT%H%M%SZ}")
    with _unfinished(archive) as copy:
        with closing(_reading(saved)) as original, closing(sqlite3.connect(copy)) as made:
            original.backup(made)
        if found := problem(copy):
            raise ArchiveError(f"the copy of {saved} beside the archive is not whole: {found}")
        if not archive.exists():
            _put(copy, archive)
            return None
        if _in_use(archive):
            raise ArchiveError(
                f"{archive} is in use: stop `normwatch serve`, `run` and what else has it open, and try again"
            )
        for ending in _BESIDE:
            if (beside := Path(f"{archive}{ending}")).exists():
                beside.replace(f"{aside}{ending}")
        os.link(archive, aside)
        _put(copy, archive)
    return aside


def problem(path: Path, *, quick: bool = False) -> str | None:
    """What is wrong with the archive in this file, None for one that is whole and that this Normwatch can open.

    Checks every page and reference, `quick` not the indexes and references.
    """
    try:
        with path.open("rb") as file:
            if file.read(16) != b"SQLite format 3\0":
                return "it is no SQLite database"
        with closing(_reading(path)) as connection:
            tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            if not {"alembic_version", "fetch", "content", "record"} <= tables:
                return "it is not a Normwatch archive"
            (version,) = connection.execute("SELECT version_num FROM alembic_version").fetchone() or ("",)
            if version > HEAD:
                return f"it is of version {version}, which {NEWER}"
            check = "quick_check" if quick else "integrity_check"
            found = [row[0] for row in connection.execute(f"PRAGMA {check}({FAULTS_SHOWN})")]
            if found != ["ok"]:
                return "; ".join(found)
            if not quick and (row := connection.execute("PRAGMA foreign_key_check").fetchone()):
                return f"a row of {row[0]} refers to one of {row[2]} that is not there"
    except OSError as error:
        return error.strerror or str(error)
    except sqlite3.DatabaseError as error:
        return str(error)
    return None


def _file_of(archive: Archive) -> Path:
    if archive.path is None:
        raise ArchiveError(f"{archive.name} is no file: use its database's own tools, such as pg_dump and pg_restore")
    return archive.path


def _reading(path: Path) -> sqlite3.Connection:
    """A connection that writes nothing. It waits for a writer's checkpoint, not for its transaction."""
    path = path.resolve()
    return sqlite3.connect(f"{path.as_uri()}?{for_reading(path) or 'mode=ro'}", uri=True, timeout=30)


@contextmanager
def _unfinished(target: Path) -> Iterator[Path]:
    """A file beside `target` to write to; gone afterwards if it was not put in place. Faults become ArchiveError."""
    copy = target.with_name(f".{target.name}.unfinished")
    try:
        copy.unlink(missing_ok=True)
        yield copy
    except OSError as error:
        raise ArchiveError(f"{error.filename or target}: {error.strerror}") from error
    except sqlite3.Error as error:
        raise ArchiveError(f"{target}: {error}") from error
    finally:
        for ending in ("", "-journal", *_BESIDE):
            Path(f"{copy}{ending}").unlink(missing_ok=True)


def _numbered(target: Path, number: int) -> Path:
    return target.with_name(f"{target.name}.{number}") if number else target


def _put(copy: Path, target: Path) -> None:
    """Move a finished file into place, on the disk before and after."""
    _sync(copy)
    copy.replace(target)
    _sync(target.parent)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _in_use(archive: Path) -> bool:
    """Whether another process has it open. The last connection to close takes `-wal` with it, else it stays."""
    try:
        with closing(sqlite3.connect(archive, timeout=1)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.OperationalError:
        return True
    except sqlite3.DatabaseError:
        return False  # damaged, which is why it is replaced
    return Path(f"{archive}-wal").exists()
