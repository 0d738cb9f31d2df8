"""No delegate of a list gets into the archive: not into a table, an index, the kept bytes or an export."""

from __future__ import annotations

import hashlib
import re
import sqlite3
from contextlib import closing
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile, is_zipfile

import pytest
import xlsxwriter

from store.archive import Archive
from store.contents import kept

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
DELEGATE = "Zyxwella Quorvin"
WORDS = (b"zyxwella", b"quorvin")


def inflated(content: bytes) -> bytes:
    """The bytes with every part of a ZIP archive inflated."""
    if not is_zipfile(BytesIO(content)):
        return content
    with ZipFile(BytesIO(content)) as file:
        return b"".join(map(file.read, file.namelist()))


def everything(archive: Path) -> bytes:
    """The database's pages, indexes among them, and all bytes that it keeps."""
    with closing(sqlite3.connect(archive)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        hashes = [row[0] for row in connection.execute("SELECT sha256 FROM content")]
    opened = Archive.open(f"sqlite:///{archive}")
    with opened.read() as connection:
        found = [inflated(kept(connection, one) or b"") for one in hashes]
    opened.close()
    return b"\n".join([archive.read_bytes(), *found])


@pytest.fixture
def lists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """A TDoc list, the same a day later, one that is not one, one cut short; each names the delegate."""
    (tmp_path / "config.toml").write_text("", encoding="utf-8")
    monkeypatch.setenv("NORMWATCH_CONFIG", str(tmp_path / "config.toml"))
    files = []
    for name, first, status in (("a", "TDoc", "available"), ("b", "TDoc", "noted"), ("c", "Number", "noted")):
        files.append(tmp_path / f"{name}_RAN1#999.xlsx")
        with xlsxwriter.Workbook(files[-1]) as book:
            book.set_properties({"author": DELEGATE})
            sheet = book.add_worksheet("TDoc_List")
            sheet.write_row(0, 0, (first, "Title", "Source", "Contact", "Contact ID", "TDoc Status"))
            sheet.write_row(1, 0, ("R1-9990001", "INVENTED sundials", "ZTE", DELEGATE, "quorvin7", status))
    files.append(tmp_path / "d_RAN1#999.xlsx")
    files[-1].write_bytes(files[1].read_bytes()[:-300])
    return files


def test_no_delegate_is_in_the_archive_or_an_export(normwatch: Any, lists: list[Path], tmp_path: Path) -> None:
    assert all(word in inflated(lists[0].read_bytes()).lower() for word in WORDS), "the test has something to find"
    (done,) = normwatch.json("import", "3gpp.tdocs", *lists, code=1)
    assert (done["read"], done["changed"]) == (2, 1)
    held = everything(tmp_path / "archive.sqlite").lower()
    assert b"invented sundials" in held
    for form in ("csv", "jsonl", "xlsx"):
        normwatch("export", "contribution", "--format", form, "--output", tmp_path / f"out.{form}")
        held += inflated((tmp_path / f"out.{form}").read_bytes()).lower()
    assert not [word for word in WORDS if word in held]


def test_no_author_of_a_register_is_in_the_archive(normwatch: Any, lists: list[Path], tmp_path: Path) -> None:
    pages = sorted((FIXTURES / "iso.registers").glob("invented_*.html"))
    for page in pages:
        normwatch("import", "iso.registers", page)
    held = everything(tmp_path / "archive.sqlite").decode(errors="replace")
    assert "Alibaba" in held
    assert not re.search(r"Ann Example|EXAMPLE, Ann|Dora Example|N\. Opq|Wxy", held)


def test_a_fetch_leads_to_the_hash_of_the_bytes_as_they_came(normwatch: Any, lists: list[Path], tmp_path: Path) -> None:
    normwatch("import", "3gpp.tdocs", lists[0])
    (shown,) = normwatch.json("show", "R1-9990001")
    original = hashlib.sha256(lists[0].read_bytes()).hexdigest()
    assert [one["sha256"] for one in shown["provenance"]] == [original]
    with closing(sqlite3.connect(tmp_path / "archive.sqlite")) as connection:
        row = connection.execute("SELECT sha256, size, left_out, kept_sha256, data FROM content").fetchone()
    assert row[:2] == (original, lists[0].stat().st_size)
    assert set(row[2].split(", ")) == {"Contact", "Contact ID", "authors"}
    assert row[3] == hashlib.sha256(row[4]).hexdigest() != original


def test_no_delegate_of_a_real_list_is_in_the_archive(normwatch: Any, lists: list[Path], captures: Path) -> None:
    names = ("TDoc_List_TSGR1_119.xlsx", "TDoc_List_TSGR1_84.xlsx", "TDoc_List_Meeting_RAN#90-e.xlsx")
    for name in names:
        (done,) = normwatch.json("import", "3gpp.tdocs", captures / "3gpp" / "tdoc_lists" / name)
        assert done["rejected"] == 0
    held = everything(lists[0].with_name("archive.sqlite"))
    assert b"Huawei" in held
    assert not re.search(rb"Delegate \d", held), "delegates are masked so in these copies"
