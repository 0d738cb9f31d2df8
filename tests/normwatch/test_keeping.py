"""Backup, restore, replay and prune by the command line, and what a damaged archive stops."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from normwatch.locks import alone
from spiders.readers import iso_committees, itu_documents, threegpp_tdocs
from store.archive import Archive


def damage(archive: Path) -> None:
    """Overwrite pages in the middle, as a failing disk does."""
    with closing(sqlite3.connect(archive)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = bytearray(archive.read_bytes())
    for page in range(4, len(content) // 4096, 2):
        content[page * 4096 : page * 4096 + 100] = b"\xff" * 100
    archive.write_bytes(content)


def command(*arguments: object) -> dict[str, Any]:
    """A command in a process of its own, as an operator runs it; its last object."""
    line = [sys.executable, "-m", "normwatch", *map(str, arguments), "--json"]
    done = subprocess.run(line, capture_output=True, text=True, check=False)  # noqa: S603
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_a_backup_is_restored_and_what_it_replaced_is_kept(normwatch: Any, watched: Path) -> None:
    made = command("backup", watched / "saved.sqlite")
    assert made["checked"] is True
    assert made["size"] == (watched / "saved.sqlite").stat().st_size
    assert made["not_in_it"] == [str(watched / "config.toml")]
    new = normwatch.committees(watched / "s.jsonl", *(normwatch.committee(99000001 + one) for one in range(5)))
    assert command("import", "iso.committees", new)["appeared"] == 2
    done = command("restore", watched / "saved.sqlite")
    assert len(normwatch.json("changes")) == 3
    assert Path(done["replaced"]).is_file()
    assert len(normwatch.json("show", "99000003")) == 1


def test_nothing_is_restored_while_somebody_crawls(normwatch: Any, watched: Path) -> None:
    normwatch("backup", watched / "saved.sqlite")
    for work in ("crawl", "schedule"):
        with alone(Archive(f"sqlite:///{watched}/archive.sqlite"), work):  # type: ignore[arg-type]
            done = normwatch("restore", watched / "saved.sqlite")
        assert done.exit_code == 1
        assert f"a {work} of" in done.stderr
    assert not list(watched.glob("*replaced*"))


def test_what_is_no_backup_is_refused_in_words(normwatch: Any, watched: Path) -> None:
    done = normwatch("restore", watched / "config.toml")
    assert (done.exit_code, "it is no SQLite database" in done.stderr) == (1, True)
    done = normwatch("backup", watched / "config.toml")
    assert (done.exit_code, "left as it is" in done.stderr) == (1, True)


def test_a_damaged_archive_is_not_run_and_says_what_to_do(normwatch: Any, watched: Path) -> None:
    damage(watched / "archive.sqlite")
    done = normwatch("run")
    assert done.exit_code == 1
    assert "archive.sqlite is not whole" in done.stderr
    assert "normwatch restore FILE" in done.stderr
    done = normwatch("check", "--archive")
    assert (done.exit_code, "normwatch restore FILE" in done.stderr) == (1, True)


def test_a_newer_archive_is_no_damaged_one(normwatch: Any, watched: Path) -> None:
    with closing(sqlite3.connect(watched / "archive.sqlite")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    done = normwatch("run")
    assert (done.exit_code, "needs a newer Normwatch" in done.stderr) == (1, True)
    assert "restore" not in done.stderr


def test_a_whole_archive_is_said_to_be_whole(normwatch: Any, watched: Path) -> None:
    (found,) = normwatch.json("check", "--archive")
    assert found["archive"] == "whole"


def test_a_reference_that_leads_nowhere_is_found_by_the_full_check(normwatch: Any, watched: Path) -> None:
    with closing(sqlite3.connect(watched / "archive.sqlite")) as connection, connection:
        connection.execute("UPDATE record SET first_fetch_id = 4711 WHERE id = 1")
    (found,) = normwatch.json("check", "--archive", code=1)
    assert "a row of record refers to one of fetch that is not there" in found["archive"]


def test_todays_readers_find_what_the_archive_has(normwatch: Any, watched: Path) -> None:
    found = normwatch.json("replay")
    assert {one["source"]: one["state"] for one in found} == {
        "iso.committees": "same",
        "3gpp.tdocs:SA2#230:agenda": "same",
    }
    assert all(one["differences"] == [] and not one["applied"] for one in found)
    assert [one["rows"] for one in normwatch.json("replay", "--kind", "iso.committees")] == [3]


@pytest.fixture
def corrected(monkeypatch: pytest.MonkeyPatch) -> None:
    """Today's reader reads titles otherwise than the one that read them first, and another committee besides."""
    before = iso_committees.read

    def read(content: bytes, context: Any) -> Any:
        reading = before(content, context)
        rows = [row.model_copy(update={"title": row.title.replace("INVENTED", "INVENTED and")}) for row in reading.rows]
        reading.rows = [*rows[1:], rows[0].model_copy(update={"key": "99000077", "group": "ISO/TC 9977"})]
        return reading

    monkeypatch.setattr(iso_committees, "read", read)


@pytest.mark.usefixtures("corrected")
def test_differences_are_shown_before_they_are_applied(normwatch: Any, watched: Path) -> None:
    before = (normwatch.json("changes"), normwatch.json("search", "INVENTED"))
    (found,) = normwatch.json("replay", "--kind", "iso.committees")
    assert (found["state"], found["applied"]) == ("differs", False)
    kinds = [(one["kind"], one["key"], one["field"]) for one in found["differences"]]
    assert ("appeared", "99000077", None) in kinds
    assert ("changed", "99000002", "title") in kinds
    assert ("lost", "99000001", None) in kinds
    assert (normwatch.json("changes"), normwatch.json("search", "INVENTED")) == before, "nothing is written"


@pytest.mark.usefixtures("corrected")
def test_corrections_are_history_and_no_news(normwatch: Any, watched: Path) -> None:
    matched = "SELECT count(*) FROM match"
    with closing(sqlite3.connect(watched / "archive.sqlite")) as connection:
        before = connection.execute(matched).fetchone()
    (found,) = normwatch.json("replay", "--kind", "iso.committees", "--apply")
    assert found["applied"] is True
    (shown,) = normwatch.json("show", "99000002")
    assert shown["title"].startswith("INVENTED and")
    last = shown["history"][-1]
    assert (last["field"], last["fetch"]["sha256"]) == ("title", found["fetch"]["sha256"])
    (kept,) = normwatch.json("show", "99000001")
    assert kept["vanished"] is False, "what today's reader does not find is not taken away"
    with closing(sqlite3.connect(watched / "archive.sqlite")) as connection:
        assert connection.execute(matched).fetchone() == before
    (again,) = normwatch.json("replay", "--kind", "iso.committees")
    assert {one["kind"] for one in again["differences"]} == {"lost"}


def test_what_has_no_history_of_its_own_is_corrected_too(
    normwatch: Any, watched: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = threegpp_tdocs.read

    def read(content: bytes, context: Any) -> Any:
        reading = before(content, context)
        reading.rows = [row.model_copy(update={"flags": "invented-doubt"}) for row in reading.rows]
        return reading

    monkeypatch.setattr(threegpp_tdocs, "read", read)
    for apply, again in (((), "differs"), (("--apply",), "same")):
        (found,) = normwatch.json("replay", "--kind", "3gpp.tdocs", *apply)
        assert {(one["kind"], one["field"], one["new"]) for one in found["differences"]} == {
            ("changed", "flags", "invented-doubt")
        }
        assert [one["state"] for one in normwatch.json("replay", "--kind", "3gpp.tdocs")] == [again]
    (shown,) = normwatch.json("show", found["differences"][0]["key"])
    assert shown["flags"] == ["invented-doubt"]


def test_bytes_that_todays_reader_refuses_are_named(
    normwatch: Any, watched: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(iso_committees, "NEEDED", {"id", "reference", "a new column"})
    (found,) = normwatch.json("replay", "--kind", "iso.committees", code=1)
    assert found["state"] == "unreadable"


def recent(*numbers: int) -> str:
    """ITU's page of what was posted recently."""
    rows = "".join(
        f"<tr><td><a href='?parent=R23-WP5D-C-{n:04}'>[ {n} ]</a></td><td>2026-11-{n:02}</td><td>Huawei</td>"
        f"<td>INVENTED {n}</td><td>N/A</td></tr>"
        for n in sorted(numbers, reverse=True)
    )
    names = ("Number", "Date", "Source", "Title", "Questions")
    head = "<tr>" + "".join(f"<td><strong>{name}</strong></td>" for name in names)
    title = "ITU-R R23-WP5D Meeting Documents"
    return f"<html><title>{title}</title><h1>{title}</h1><table>{head}</tr>{rows}</table></html>"


def test_older_bytes_of_a_part_are_read_anew_for_what_no_later_ones_list(
    normwatch: Any, watched: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for day, numbers in (("10", (3, 4, 5)), ("11", (4, 5, 6)), ("12", (6, 7))):
        page = watched / f"{day}.htm"
        page.write_text(recent(*numbers), encoding="latin-1")
        done = normwatch("import", "itu.documents", page, "--observed-at", f"2026-11-{day}T06:00Z")
        assert done.exit_code == 0, done.stderr
    kind = ("replay", "--kind", "itu.documents")
    assert [(one["state"], one["read"]) for one in normwatch.json(*kind)] == [("same", 2)]
    assert {one["state"] for one in normwatch.json(*kind, "--older")} == {"same"}
    before = itu_documents.read

    def read(content: bytes, context: Any) -> Any:
        reading = before(content, context)
        day = context.file.partition(".")[0]
        reading.rows = [row.model_copy(update={"abstract": f"read from {day}"}) for row in reading.rows]
        return reading

    monkeypatch.setattr(itu_documents, "read", read)
    normwatch.json(*kind, "--older", "--apply")
    found = {key: normwatch.json("show", key)[0]["abstract"] for key in (f"R23-WP5D-C-{n:04}" for n in (3, 4, 5, 6, 7))}
    assert list(found.values()) == ["read from 10", "read from 11", "read from 11", "read from 12", "read from 12"]
    assert {one["state"] for one in normwatch.json(*kind, "--older")} == {"same"}


def test_bytes_are_let_go_of_as_configured(normwatch: Any, watched: Path) -> None:
    assert "keep_bytes" in normwatch("prune").stdout
    with (watched / "config.toml").open("a", encoding="utf-8") as file:
        file.write("\n[archive]\nkeep_bytes = 5\n")
    (done,) = normwatch.json("prune", "--shrink")
    assert (done["days"], done["copies"], done["shrunk"]) == (5, 1, True)
    states = {one["source"]: one["state"] for one in normwatch.json("replay")}
    assert set(states.values()) == {"same"}, "the newest good bytes of every source stay"
    (shown,) = normwatch.json("show", "99000001")
    assert shown["provenance"][0]["sha256"]


def test_a_file_that_somebody_writes_to_is_not_made_smaller_which_is_said(
    normwatch: Any, watched: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    normwatch("init", watched / "other")
    monkeypatch.setattr("store.retention.BUSY_TIMEOUT_MS", 1)
    with closing(sqlite3.connect(watched / "other/archive.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        done = normwatch("prune", "--shrink", "--config", watched / "other/config.toml")
    assert done.exit_code == 1
    assert done.stderr.endswith("archive.sqlite is whole, but was not made smaller: database is locked\n")


def test_the_version_is_told(normwatch: Any) -> None:
    assert normwatch("--version").stdout.startswith("normwatch 0.")


def test_replaying_real_listings_right_after_reading_them_finds_no_difference(
    normwatch: Any, watched: Path, captures: Path
) -> None:
    for kind, name, more in (
        ("3gpp.tdocs", "3gpp/tdoc_lists/TDoc_List_TSGR1_119.xlsx", ()),
        ("3gpp.tdocs", "3gpp/tdoc_lists/TDoc_List_Meeting_RAN#90-e.xlsx", ()),
        ("3gpp.tdocs", "3gpp/agenda_pages/2019.01.31 130.htm", ("--meeting", "SA2#130")),
        ("3gpp.meetings", "3gpp/meetings_pages/meetings_r5_sample.html", ()),
        ("iso.registers", "iso/registers/wg2_documents.jsonl", ()),
        ("itu.documents", "itu/xml/T25-SG12-250909-TD.xml", ()),
        ("itu.meetings", "itu/xml/ITU-T_Meetings.xml", ()),
    ):
        normwatch("import", kind, captures / name, *more)
    found = normwatch.json("replay")
    assert {one["source"]: (one["state"], one["differences"]) for one in found if one["state"] != "same"} == {}
    assert sum(one["rows"] for one in found) > 6000
    json.dumps(found)
