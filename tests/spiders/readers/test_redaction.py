from __future__ import annotations

import json
import re
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from spiders.readers import read
from spiders.readers.redaction import public_copy
from spiders.rows import Context, NotThisListing

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
REGISTERS = [
    path
    for path in sorted((FIXTURES / "iso.registers").glob("*.*"))
    if not path.name.endswith((".expected.json", ".context.json"))
]
HEADER = ("TDoc", "Title", "Source", "Contact", "Contact ID", "TDoc sort order within agenda item", "TDoc Status")
ROWS = (
    ("R1-9990001", "INVENTED", "Huawei", "Ada Invented", "53", "53", "noted"),
    ("R1-9990002", "INVENTED too", "MCC", "MCC", "54", "55", "noted"),
    ("R1-9990003", "INVENTED three", "ZTE", "", "", "56", "noted"),
)
HERE = Context(meeting="RAN1#999")


def workbook(header: tuple[str, ...] = HEADER, *, above: int = 0, **options: Any) -> bytes:
    made = BytesIO()
    with xlsxwriter.Workbook(made, options) as book:
        book.set_properties({"author": "Ada Invented", "manager": "Ada Invented"})
        sheet = book.add_worksheet("TDoc_List")
        for at, row in enumerate((header, *ROWS), above):
            sheet.write_row(at, 0, row)
            if row[0] == "R1-9990001":
                sheet.write_url(at, 4, "https://webapp.etsi.org/teldir/ListPersDetails.asp?PersId=5353", string="53")
        sheet.write_comment(0, 0, "INVENTED", {"author": "Ada Invented"})
    return made.getvalue()


def kept(kind: str, content: bytes, context: Context = HERE) -> tuple[bytes, str]:
    """What is kept of a listing that can be read: it must be read to the same rows."""
    reading = read(kind, content, context)
    found = public_copy(kind, content, context.content_type, reading.personal)
    assert found is not None
    again = read(kind, found[0], context)
    assert replace(again, personal={}) == replace(reading, personal={})
    return found


def parts(content: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(content)) as file:
        assert file.testzip() is None
        return {name: file.read(name) for name in file.namelist()}


@pytest.mark.parametrize("options", [{}, {"constant_memory": True}], ids=["shared texts", "inline texts"])
@pytest.mark.parametrize("above", [0, 3])
def test_a_workbook_is_kept_without_its_delegates(options: dict[str, Any], above: int) -> None:
    content, left_out = kept("3gpp.tdocs", workbook(above=above, **options))
    assert set(left_out.split(", ")) == {"Contact", "Contact ID", "links to persons", "authors"}
    for name, part in parts(content).items():
        assert b"Ada" not in part, name
        assert b"5353" not in part, name
    sheet = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_name("TDoc_List")
    rows = sheet.to_python(skip_empty_area=False)[above:]
    assert [row[3:6] for row in rows] == [list(HEADER[3:6]), ["", "", "53"], ["", "", "55"], ["", "", "56"]]
    assert rows[2][2] == "MCC", "a text that is read elsewhere stays there"


@pytest.mark.parametrize(
    ("old", "new"), [("Contact", "Contact person"), ("Contact", "Delegate"), ("Contact ID", "E-mail")]
)
def test_a_renamed_column_of_persons_is_still_left_out(old: str, new: str) -> None:
    header = tuple(new if name == old else name for name in HEADER)
    content, left_out = kept("3gpp.tdocs", workbook(header))
    assert new in left_out
    assert not any(b"Ada" in part for part in parts(content).values())


def test_a_list_that_no_reader_reads_is_kept_without_its_delegates() -> None:
    content = workbook(("Number", *HEADER[1:]))
    with pytest.raises(NotThisListing):
        read("3gpp.tdocs", content, HERE)
    found = public_copy("3gpp.tdocs", content)
    assert found is not None
    assert not any(b"Ada" in part for part in parts(found[0]).values())


@pytest.mark.parametrize(
    "content",
    [workbook()[:3000], b"PK\x03\x04 and nothing more", b"\xd0\xcf\x11\xe0 an old .xls", b"\x1f\x8b\x08\0\0 packed"],
    ids=["cut short", "no ZIP", "old Excel", "binary"],
)
def test_what_cannot_be_redacted_is_not_kept(content: bytes) -> None:
    assert public_copy("3gpp.tdocs", content) is None


def test_a_register_that_no_reader_reads_is_not_kept_but_a_page_without_rows_is() -> None:
    assert public_copy("iso.registers", b"<table><tr><td>Ada INVENTED (ZTE)</td></tr></table>") is None
    assert public_copy("iso.registers", b"<html>Log in</html>") == (b"<html>Log in</html>", "")


@pytest.mark.parametrize("path", REGISTERS, ids=lambda path: path.name)
def test_a_register_is_kept_without_persons_in_its_sources(path: Path) -> None:
    beside = path.with_suffix(".context.json")
    context = Context(**json.loads(beside.read_text("utf-8"))) if beside.exists() else Context()
    content, left_out = kept("iso.registers", path.read_bytes(), context)
    named = read("iso.registers", path.read_bytes(), context).personal
    assert bool(named) == bool(left_out)
    again = read("iso.registers", content, context).personal
    assert set(again) <= {"\N{BULLET}"}, "no name of a person is left to be taken out"
    assert not any(said in content.decode() for said in named)


def test_a_page_that_broke_off_stays_one() -> None:
    page = (FIXTURES / "iso.registers" / "invented_jvet_documents.html").read_bytes()
    cut = page[: page.rfind(b"</table")]
    content, left_out = kept("iso.registers", cut)
    assert left_out
    assert read("iso.registers", content, HERE).partial


def test_who_saved_a_page_is_not_kept() -> None:
    page = (FIXTURES / "3gpp.tdocs" / "agenda.htm").read_bytes()
    context = Context(**json.loads((FIXTURES / "3gpp.tdocs" / "agenda.context.json").read_text("utf-8")))
    named = (
        b"<xml><o:Author>Ada Invented</o:Author><o:LastAuthor>B I</o:LastAuthor></xml><meta name=Author content='C I'>"
    )
    content, left_out = kept("3gpp.tdocs", page.replace(b"</HEAD>", named + b"</HEAD>", 1), context)
    assert left_out == "the page's authors"
    assert not re.search(rb"Ada|B I|C I", content)


def test_a_listing_without_persons_is_kept_as_it_came() -> None:
    for kind in ("iso.committees", "itu.meetings", "itu.documents", "3gpp.meetings"):
        for path in (FIXTURES / kind).glob("invented_*.xml"):
            assert public_copy(kind, path.read_bytes()) == (path.read_bytes(), "")


def test_slow_real_lists_are_kept_without_their_delegates(captures: Path) -> None:
    """Delegates' names and ids are masked in these copies (`Delegate 7`, 7); about 10 s."""
    for path in sorted((captures / "3gpp" / "tdoc_lists").glob("*.xlsx")):
        content, left_out = kept("3gpp.tdocs", path.read_bytes(), Context(file=path.name))
        assert {"authors", "Contact", "Contact ID", "links to persons"} <= set(left_out.split(", "))
        for name, part in parts(content).items():
            assert not re.search(rb"Delegate \d|PersId=\d|<author>[^<]", part), (path.name, name)
        sheet = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_name("TDoc_List")
        assert {tuple(row[3:5]) for row in sheet.to_python()} == {("Contact", "Contact ID"), ("", "")}, path.name


@pytest.mark.parametrize(
    ("kind", "files"),
    [
        ("3gpp.tdocs", "3gpp/agenda_pages/*"),
        ("3gpp.meetings", "3gpp/meetings_pages/*"),
        ("iso.registers", "iso/registers/*"),
        ("iso.committees", "iso/open_data/iso_technical_committees*"),
        ("itu.documents", "itu/xml/T25*"),
        ("itu.meetings", "itu/xml/*Meetings*"),
    ],
)
def test_real_pages_are_kept_without_persons(captures: Path, kind: str, files: str) -> None:
    found = sorted(captures.glob(files))
    assert found
    for path in found:
        try:
            reading = read(kind, path.read_bytes(), context := Context(file=path.name, meeting="SA2#130"))
        except NotThisListing:
            continue
        content, left_out = kept(kind, path.read_bytes(), context)
        assert not re.search(rb"Author>[^<\s]", content), path.name
        assert (content == path.read_bytes()) == (left_out == "")
        if kind == "iso.registers":
            sources = [json.loads(line)["source"] for line in content.decode().splitlines()]
            assert not reading.personal.keys() & set(sources)
