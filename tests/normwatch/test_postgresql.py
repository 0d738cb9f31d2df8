"""The command line on an archive that was moved to PostgreSQL: every answer is the one that SQLite gave."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from alerts.assessments import assess
from alerts.sending import suppress
from store.archive import Archive

GUIDE = Path(__file__).parents[2] / "docs" / "operator" / "postgresql.md"

ASKED = (
    ("changes",),
    ("changes", "--body", "ISO"),
    ("search", "sundials"),
    ("search", "agenda:9* OR group:SA2"),
    ("search", "record:committee NOT blockchain"),
    ("show", "99000002"),
    ("show", "99000002", "--as-of", "2026-11-15"),
    ("stats", "shares", "--by", "organisation"),
    ("stats", "secretariats"),
    ("sources",),
    ("watchlists",),
    ("alerts", "preview"),
    ("alerts", "log"),
    ("organisations", "unknown"),
    ("check",),
)


@pytest.fixture
def moved(postgresql: Any, normwatch: Any, watched: Path) -> Iterator[Path]:
    """The same configuration, its archive on PostgreSQL."""
    url = postgresql.database(template="template0")
    (done,) = normwatch.json("move", url)
    assert done["rows"]["record"] > 3
    folder = watched.with_name("moved")
    shutil.copytree(watched, folder, ignore=shutil.ignore_patterns("archive.sqlite*"))
    text = (folder / "config.toml").read_text("utf-8")
    (folder / "config.toml").write_text(f'{text}\n[archive]\nurl = "{url}"\n', encoding="utf-8")
    return folder


def _url(folder: Path) -> str:
    return (folder / "config.toml").read_text("utf-8").rpartition('url = "')[2].strip().rstrip('"')


def test_what_is_asked_after_a_move_is_answered_as_before(normwatch: Any, watched: Path, moved: Path) -> None:
    for command in ASKED:
        before = normwatch.json(*command)
        assert before or command[0] == "alerts", command
        assert normwatch.json(*command, "--config", moved / "config.toml") == before, command


def test_what_comes_after_a_move_is_taken_in_and_told(normwatch: Any, watched: Path, moved: Path) -> None:
    more = normwatch.committees(watched / "more.jsonl", *(normwatch.committee(99000000 + one) for one in (1, 2, 3, 4)))
    options = ("import", "iso.committees", more, "--observed-at", "2026-11-21T06:00:00Z")
    here, there = (normwatch.json(*options, *where) for where in ((), ("--config", moved / "config.toml")))
    assert here[0] | {"seconds": 0} == there[0] | {"seconds": 0}
    assert here[0]["appeared"] == 1
    told = [normwatch.json("changes", *where) for where in ((), ("--config", moved / "config.toml"))]
    assert told[0] == told[1]


def test_a_site_with_the_documented_role_reads_and_keeps_what_its_users_write(
    postgresql: Any, normwatch: Any, moved: Path
) -> None:
    url = _url(moved)
    name = url.partition("@/")[2].partition("?")[0]
    documented = re.findall(r"^    ((?:CREATE ROLE|GRANT|ALTER DEFAULT) .*;)$", GUIDE.read_text("utf-8"), re.MULTILINE)
    assert len(documented) == 8
    for statement in documented:
        said = statement.replace("DATABASE normwatch", f'DATABASE "{name}"').replace(
            "FOR ROLE normwatch", "FOR ROLE tests"
        )
        postgresql.do(said, name)
    archive = Archive.open(url.replace("tests@", "normwatch_site@"))
    with archive.write() as connection:
        number = connection.execute(text("SELECT MIN(id) FROM record")).scalar_one()
        assess(
            connection, number, who="INVENTED", status="seen", tag="", note="", now=datetime(2026, 11, 21, tzinfo=UTC)
        )
        suppress(connection, "nobody@example.org", "unsubscribed", "a test", datetime(2026, 11, 21, tzinfo=UTC))
    with pytest.raises(DBAPIError, match="permission denied"), archive.write() as connection:
        connection.execute(text("DELETE FROM record"))
    archive.close()


def test_an_archive_is_not_moved_over_another_and_a_backup_is_the_servers(
    normwatch: Any, watched: Path, moved: Path
) -> None:
    again = normwatch("move", _url(moved))
    assert (again.exit_code, "is not empty" in again.stderr) == (1, True)
    refused = normwatch("backup", moved / "copy", "--config", moved / "config.toml")
    assert (refused.exit_code, "pg_dump" in refused.stderr) == (1, True)
