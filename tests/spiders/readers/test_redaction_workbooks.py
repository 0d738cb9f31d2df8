"""Workbooks as other programs than the portal's might write them; invented persons. See also test_redaction."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from spiders.readers.redaction_workbooks import redacted_workbook
from spiders.readers.workbooks import Workbook

Rows = list[list[str]]
HEADER = ["TDoc", "Contact", "Source", "Contact ID", "Order"]
PERSONAL = (1, 3)
ADA = ["R1-9990001", "Ada Invented", "ZTE", "70001", "1"]
NAMES = st.sampled_from(["", "MCC", "Ada Invented", "Bo Invented", "Cy & Co Invented"])
NUMBERS = st.sampled_from(["", "70001", "70002", "70003"])
SOURCES = st.sampled_from(["", "MCC", "ZTE", "Bo Invented"])
ROW = st.tuples(SOURCES, NAMES, SOURCES, NUMBERS, NUMBERS).map(list)
SHEETS = st.lists(st.lists(ROW, max_size=8), min_size=1, max_size=3)


def workbook(*sheets: Rows, inline: bool = False) -> bytes:
    """A workbook of these sheets. Empty cells are not written, so that rows are uneven."""
    made = BytesIO()
    with xlsxwriter.Workbook(made, {"constant_memory": inline}) as book:
        for rows in sheets:
            sheet = book.add_worksheet()
            for line, row in enumerate(rows):
                sheet.write_row(line, 0, row)
    return made.getvalue()


def parts(content: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(content)) as file:
        assert file.testzip() is None
        return {name: file.read(name) for name in file.namelist()}


def rewritten(content: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """The workbook with its sheets and shared texts changed."""
    made = BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as file:
        for name, part in parts(content).items():
            file.writestr(name, change(part) if re.match(r"xl/(worksheets/sheet|sharedStrings)", name) else part)
    return made.getvalue()


def prefixed(part: bytes) -> bytes:
    """The same XML with a prefix before the names of its elements."""
    return re.sub(rb"<(/?)(?=\w)", rb"<\1x:", part).replace(b"xmlns=", b"xmlns:x=")


def read(content: bytes) -> list[list[list[object]]]:
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    sheets = [book.get_sheet_by_name(name) for name in book.sheet_names]
    return [sheet.to_python(skip_empty_area=False) for sheet in sheets]  # type: ignore[misc]


def kept(content: bytes) -> bytes:
    found = redacted_workbook(content)
    assert found is not None
    return found[0]


@settings(max_examples=150, deadline=None)
@given(SHEETS, st.booleans(), st.booleans())
def test_persons_go_and_all_else_stays(sheets: list[Rows], inline: bool, prefix: bool) -> None:
    lists = [[HEADER, *rows] for rows in sheets]
    content = workbook(*lists, inline=inline)
    content = rewritten(content, prefixed) if prefix else content
    copy = kept(content)
    for rows, left in zip(read(content), read(copy), strict=True):
        assert left[0] == HEADER
        for row, stays in zip(rows[1:], [*left[1:], *[[""] * 5] * len(rows)], strict=False):
            assert stays == ["" if at in PERSONAL else text for at, text in enumerate(row)]
    persons = {row[at] for rows in sheets for row in rows for at in PERSONAL}
    elsewhere = {text for rows in sheets for row in rows for at, text in enumerate(row) if at not in PERSONAL}
    for person in persons - elsewhere - {""}:
        escaped = person.replace("&", "&amp;").encode()
        assert not any(escaped in part for part in parts(copy).values()), person


def with_parts(content: bytes, more: dict[str, bytes]) -> bytes:
    """The workbook with some of its parts in the place of its own."""
    made = BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as file:
        for name, part in (parts(content) | more).items():
            file.writestr(name, part)
    return made.getvalue()


@pytest.mark.parametrize(
    ("name", "part", "stays"),
    [
        (
            "xl/workbook.xml",
            rb'<x15ac:absPath url="C:\Users\Ada\"/><fileSharing userName="Ada"/><customWorkbookView name="Ada"/>',
            b'<x15ac:absPath url=""/>',
        ),
        (
            "docProps/custom.xml",
            b'<property name="Owner"><vt:lpwstr>ada@example.org</vt:lpwstr></property>',
            b'"Owner"',
        ),
        ("docProps/core.xml", b"<dc:description>Ada</dc:description><dc:title>A list</dc:title>", b"A list"),
        (
            "xl/comments1.xml",
            b'<comment ref="B1"><text><r><t xml:space="preserve">Ada: </t></r></text></comment>',
            b"B1",
        ),
        (
            "xl/threadedComments/threadedComment1.xml",
            b"<threadedComment><text>@Ada</text></threadedComment>",
            b"<text>",
        ),
        (
            "xl/pivotCache/pivotCacheDefinition1.xml",
            b'<p xmlns="a:b" refreshedBy="Ada"><s v="Ada"/></p>',
            b'xmlns="a:b"',
        ),
        ("customXml/item1.xml", b"<DisplayName>Ada</DisplayName>", b"<DisplayName/>"),
        ("xl/externalLinks/_rels/externalLink1.xml.rels", b'<R><L Target="C:\\Users\\Ada"/></R>', b"<R/>"),
        ("xl/worksheets/_rels/sheet9.xml.rels", b"<R><L Target='mailto:ada@example.org'/><L/></R>", b"'mailto:'/><L/>"),
    ],
)
def test_office_programs_names_of_persons_go(name: str, part: bytes, stays: bytes) -> None:
    copy = parts(kept(with_parts(workbook([HEADER, ADA]), {name: part})))
    assert b"ada" not in copy[name].lower()
    assert stays in copy[name]


def test_what_is_said_beside_the_cells_names_nobody() -> None:
    made = BytesIO()
    with xlsxwriter.Workbook(made) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, ADA)
        sheet.autofilter(0, 0, 1, 4)
        sheet.filter_column_list(1, ["Ada Invented"])
        sheet.set_footer("&LAda Invented")
        sheet.write_url(1, 4, "https://www.3gpp.org/ftp/R1-9990001.zip", tip="Ada Invented", string="1")
    copy = kept(made.getvalue())
    assert not any(b"Ada" in part for part in parts(copy).values())
    assert Workbook(copy, "a list").cell_links("Sheet1", "E") == {"E2": "https://www.3gpp.org/ftp/R1-9990001.zip"}


@pytest.mark.parametrize("note", [[], ["Contact MCC on errors"]], ids=["", "below a note"])
def test_a_list_without_contacts_keeps_titles_that_sound_like_them(note: list[str]) -> None:
    content = workbook([note, ["TDoc", "Title", "Source"], ["R1-9990001", "On UE authorization", "ZTE"]])
    assert read(kept(content)) == read(content)


def test_the_text_that_most_cells_share_stays() -> None:
    rows = [HEADER, *([f"R1-999{i:04}", "MCC", "MCC", "70001", "70001"] for i in range(2_000))]
    assert read(kept(workbook(rows))) == [
        [HEADER, *([number, "", source, "", order] for number, _, source, _, order in rows[1:])]
    ]


def test_a_note_on_whom_to_contact_is_no_header() -> None:
    copy = kept(workbook([["Contact the secretary", "", "", "", ""], HEADER, ADA]))
    assert read(copy)[0][1:] == [HEADER, ["R1-9990001", "", "ZTE", "", "1"]]
    assert not any(b"Ada" in part or b"70001" in part for part in parts(copy).values())


def test_a_sheet_of_persons_alone_is_emptied() -> None:
    copy = kept(workbook([HEADER, ADA], [["Delegate", "E-mail"], ["Ada Invented", "ada@example.org"]]))
    assert not any(b"Ada" in part or b"ada@" in part for part in parts(copy).values())


@pytest.mark.parametrize("inline", [False, True])
def test_a_list_whose_contacts_are_not_given_is_kept(inline: bool) -> None:
    content = workbook([HEADER, ["R1-9990001", "", "ZTE", "", "1"]], inline=inline)
    assert read(kept(content)) == read(content)


@pytest.mark.parametrize(
    "change",
    [
        lambda part: re.sub(rb'<c (r="\w+") (t="\w+")', rb"<c \2 \1", part),
        lambda part: re.sub(rb'<c r="(\w+)"', rb"<c r='\1'", part),
        lambda part: re.sub(rb'<c r="[B-E][2-9]"', rb"<c", part),
        lambda part: part.replace(b"<si>", b"<si >"),
    ],
    ids=["place after type", "other quotes", "no place", "texts in another way"],
)
def test_what_is_written_in_an_unknown_way_is_not_kept(change: Callable[[bytes], bytes]) -> None:
    content = rewritten(workbook([HEADER, ADA]), change)
    assert read(content)[0][1] == ADA, "it can be read all the same"
    assert redacted_workbook(content) is None


def test_a_shared_text_without_a_number_is_none() -> None:
    content = rewritten(workbook([HEADER, ADA]), lambda part: re.sub(rb'(<c r="B2".*?<v>)\d+', rb"\1", part))
    assert not any(b"70001" in part for part in parts(kept(content)).values())


def test_a_part_that_inflates_to_more_than_it_states_is_not_kept() -> None:
    content = rewritten(workbook([HEADER, ADA]), lambda part: part + b" " * 100_000)
    size = ZipFile(BytesIO(content)).getinfo("xl/worksheets/sheet1.xml").file_size
    assert redacted_workbook(content.replace(size.to_bytes(4, "little"), (4_096).to_bytes(4, "little"))) is None


def test_links_to_persons_lead_nowhere_and_others_stay() -> None:
    made = BytesIO()
    with xlsxwriter.Workbook(made) as book:
        sheet = book.add_worksheet()
        sheet.write_url(0, 0, "https://www.3gpp.org/ftp/R1-9990001.zip", string="R1-9990001")
        sheet.write_url(1, 0, "https://webapp.etsi.org/teldir/ListPersDetails.asp?PersId=70001", string="1")
        sheet.write_url(2, 0, "mailto:o'ada@example.org", string="2")
    links = parts(kept(made.getvalue()))["xl/worksheets/_rels/sheet1.xml.rels"]
    assert re.findall(rb'Target="([^"]*)"', links) == [
        b"https://www.3gpp.org/ftp/R1-9990001.zip",
        b"https://webapp.etsi.org/teldir/ListPersDetails.asp?PersId=",
        b"mailto:",
    ]
