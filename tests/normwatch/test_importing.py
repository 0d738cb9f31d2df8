"""Saved listings: what cannot be taken in is named, and the rest is taken in."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from spiders.readers import read
from spiders.rows import Context, Reading

PAGE = "<!DOCTYPE html><html><head><title>Log in</title></head><body><form><input type=password></form></body></html>"


def rows(folder: Path, table: str) -> int:
    with sqlite3.connect(folder / "archive.sqlite") as connection:
        count: int = connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608
    connection.close()
    return count


@pytest.fixture
def good(normwatch: Any, watched: Path) -> Path:
    saved: Path = normwatch.committees(
        watched / "good.jsonl", *[normwatch.committee(99000000 + one) for one in range(1, 5)]
    )
    return saved


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(None, "cannot be read: No such file", id="missing"),
        pytest.param(b"", "an empty body", id="empty"),
        pytest.param(PAGE.encode(), "Log in", id="login page"),
        pytest.param(b"PK\x03\x04 and so on", "expected ISO", id="another format"),
        pytest.param(b'{"name": "INVENTED", "colour": "blue"}\n', "expected ISO", id="another list"),
    ],
)
def test_a_file_that_is_no_such_listing_is_named_and_the_others_are_taken_in(
    normwatch: Any, watched: Path, good: Path, content: bytes | None, said: str
) -> None:
    bad = watched / "bad.jsonl"
    if content is not None:
        bad.write_bytes(content)
    (found,) = normwatch.json("import", "iso.committees", bad, good, code=1)
    assert (found["files"], found["fetches"], found["read"], found["appeared"]) == (2, 1, 4, 1)
    (fault,) = found["faults"]
    assert fault.startswith(f"{bad}: ")
    assert said in fault


def test_a_file_larger_than_any_listing_is_not_read(normwatch: Any, watched: Path, good: Path) -> None:
    bad = watched / "bad.jsonl"
    with bad.open("wb") as file:
        file.truncate((512 << 20) + 1)  # takes no room
    (found,) = normwatch.json("import", "iso.committees", bad, good, code=1)
    assert found["appeared"] == 1
    assert found["faults"] == [f"{bad}: cannot be read: it has more than 512 MB, which no listing has"]


def test_a_reader_that_fails_is_that_files_fault_alone(
    normwatch: Any, watched: Path, good: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails_on_bad(kind: str, content: bytes, context: Context) -> Reading:
        if content == b"bad":
            raise IndexError("nobody thought of this")
        return read(kind, content, context)

    monkeypatch.setattr("normwatch.importing.read", fails_on_bad)
    bad = watched / "bad.jsonl"
    bad.write_bytes(b"bad")
    (found,) = normwatch.json("import", "iso.committees", bad, good, code=1)
    assert found["faults"] == [f"{bad}: the reader fails on it: IndexError: nobody thought of this"]
    assert found["read"] == 4


def test_html_for_a_workbook_is_refused_by_what_it_is(normwatch: Any, watched: Path) -> None:
    page = watched / "TDoc_List_Meeting_RAN#904.xlsx"
    page.write_text(PAGE, encoding="utf-8")
    done = normwatch("import", "3gpp.tdocs", page)
    assert done.exit_code == 1
    assert f"{page}: expected" in done.stderr
    assert "Log in" in done.stderr


def test_the_kind_must_be_that_of_the_file(normwatch: Any, watched: Path, good: Path) -> None:
    done = normwatch("import", "itu.meetings", good)
    assert done.exit_code == 1
    assert "expected" in done.stderr
    visited = [one["source"] for one in normwatch.json("sources") if one["last_visit_at"]]
    assert visited == ["3gpp.tdocs:SA2#230:agenda", "iso.committees"]


def test_a_list_that_does_not_say_its_meeting_needs_it_named(normwatch: Any, watched: Path) -> None:
    page = watched / "agenda.htm"
    lost = normwatch.agenda.read_bytes().replace(b"SA WG2#230", b"the meeting").replace(b"SA2#230", b"the meeting")
    lost = lost.replace(b"S2-30", b"S2-31")
    page.write_bytes(lost)
    done = normwatch("import", "3gpp.tdocs", page)
    assert (done.exit_code, "--meeting" in done.stderr) == (1, True), done.stderr
    (found,) = normwatch.json("import", "3gpp.tdocs", page, "--meeting", "SA2#231", code=1)  # 1: a rejected row
    assert found["read"] > 0
    assert normwatch.json("search", "INVENTED", "--meeting", "SA2#231", "--limit", "1")


def test_a_second_import_of_the_same_files_changes_nothing(normwatch: Any, watched: Path) -> None:
    files = ["import", "3gpp.tdocs", normwatch.agenda, "--meeting", "SA2#230"]
    before = {table: rows(watched, table) for table in ("record", "change", "content", "reject", "source_text")}
    (found,) = normwatch.json(*files)
    assert (found["rows"], found["unchanged"], found["not_modified"]) == (9, 7, 1)
    assert found["appeared"] == found["changed"] == found["vanished"] == 0
    assert {table: rows(watched, table) for table in before} == before


def test_a_collapse_is_not_taken_in_unless_a_person_accepts_it(normwatch: Any, watched: Path) -> None:
    many = [normwatch.committee(99000000 + one) for one in range(1, 21)]
    normwatch.json("import", "iso.committees", normwatch.committees(watched / "many.jsonl", *many))
    few = normwatch.committees(watched / "few.jsonl", *many[:5])
    (found,) = normwatch.json("import", "iso.committees", few, code=1)
    assert (found["read"], found["vanished"]) == (0, 0)
    assert "5 rows, where the last good fetch had 20 (--accept takes it as the truth)" in found["faults"][0]
    states = {one["source"]: one["state"] for one in normwatch.json("sources")}
    assert states["iso.committees"] == "suspect"
    (found,) = normwatch.json("import", "iso.committees", few, "--accept")
    assert (found["read"], found["faults"]) == (5, [])


@pytest.mark.parametrize(
    ("option", "changes"), [((), 0), (("--no-baseline",), 7), (("--baseline",), 0)], ids=["by itself", "no", "yes"]
)
def test_the_first_list_of_a_meeting_is_a_baseline_unless_a_person_says_otherwise(
    normwatch: Any, watched: Path, option: tuple[str, ...], changes: int
) -> None:
    page = watched / "agenda.htm"
    page.write_bytes(normwatch.agenda.read_bytes().replace(b"S2-30", b"S2-31"))
    normwatch.json("import", "3gpp.tdocs", page, "--meeting", "SA2#231", *option, code=1)
    assert len(normwatch.json("changes", "--group", "SA2")) == changes


def test_a_later_list_can_be_taken_in_as_a_backfill_that_is_history_and_no_news(
    normwatch: Any, watched: Path, good: Path
) -> None:
    before = rows(watched, "match")
    assert before > 0
    normwatch.json("import", "iso.committees", good, "--baseline")
    assert rows(watched, "match") == before
    assert normwatch.json("show", "99000004")[0]["history"] == []
    assert [one["new"] for one in normwatch.json("show", "99000001")[0]["history"]] == ["O", "P"]


def test_the_time_of_saving_is_the_time_of_the_change(normwatch: Any, watched: Path, good: Path) -> None:
    normwatch.json("import", "iso.committees", good, "--observed-at", "2026-11-21T07:30:00+01:00")
    assert normwatch.json("changes")[-1]["observed_at"] == "2026-11-21T06:30:00Z"


def test_a_list_older_than_the_one_before_is_said_to_be_taken_as_newer(normwatch: Any, watched: Path) -> None:
    older = normwatch.committees(watched / "older.jsonl", *[normwatch.committee(99000000 + one) for one in (1, 2, 3)])
    done = normwatch("import", "iso.committees", older, "--observed-at", "2026-11-15")
    assert (done.exit_code, "import the oldest first" in done.stderr) == (0, True)
    done = normwatch("import", "iso.committees", watched / "after.jsonl", "--observed-at", "2026-11-21")
    assert "oldest" not in done.stderr


@pytest.mark.parametrize("meeting", ["bogus", "RAN1", "the next one"])
def test_a_meeting_that_is_none_is_refused(normwatch: Any, watched: Path, meeting: str) -> None:
    done = normwatch("import", "3gpp.tdocs", watched / "x.xlsx", "--meeting", meeting)
    assert done.exit_code == 2
    assert "RAN1#104-bis-e" in done.stderr


def test_a_file_of_another_meeting_than_was_said_is_refused(normwatch: Any, watched: Path) -> None:
    page = watched / "TDoc_List_Meeting_RAN#904.xlsx"
    page.write_bytes(b"PK\x03\x04")
    done = normwatch("import", "3gpp.tdocs", page, "--meeting", "RAN#905")
    assert done.exit_code == 1
    assert "its name says RAN#904, --meeting says RAN#905" in done.stderr


def test_what_is_not_over_yet_was_not_observed(normwatch: Any, watched: Path, good: Path) -> None:
    done = normwatch("import", "iso.committees", good, "--observed-at", "2126-01-01")
    assert done.exit_code == 2
    assert "not over yet" in done.stderr


def test_an_archive_that_cannot_take_more_names_the_file(
    normwatch: Any, watched: Path, good: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> Any:
        raise OperationalError("INSERT", {}, sqlite3.OperationalError("database or disk is full"))

    monkeypatch.setattr("normwatch.pipeline.Pipeline.take", full)
    (found,) = normwatch.json("import", "iso.committees", good, code=1)
    assert found["faults"] == [f"{good}: the archive could not take it in: database or disk is full"]


def test_a_name_that_is_no_utf_8_is_written_down_as_far_as_it_can_be(normwatch: Any, watched: Path, good: Path) -> None:
    older = Path(os.fsdecode(bytes(watched) + b"/liste r\xe9sum\xe9.jsonl"))
    bad = Path(os.fsdecode(bytes(watched) + b"/vide \xe9.jsonl"))
    older.write_bytes(good.read_bytes().replace(b"sundials", b"moondials"))
    bad.touch()
    (found,) = normwatch.json("import", "iso.committees", bad, older, good, code=1)
    assert (found["files"], found["fetches"], len(found["faults"])) == (3, 2, 1)
    assert found["faults"][0].startswith(f"{watched}/vide \N{REPLACEMENT CHARACTER}.jsonl: ")
