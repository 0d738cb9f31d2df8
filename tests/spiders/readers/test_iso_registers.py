from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from spiders.readers import read
from spiders.rows import Context, ContributionRow, MeetingRow, NotThisListing, Reading

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "iso.registers"
WG2 = "https://www.unicode.org/wg2/WG2-curdoc.html"


def registers(content: bytes, url: str | None = None) -> Reading:
    return read("iso.registers", content, Context(url=url))


def documents(reading: Reading) -> dict[str, ContributionRow]:
    return {row.key: row for row in reading.rows if isinstance(row, ContributionRow)}


def page(*rows: str) -> bytes:
    return f"<html><table>{''.join(rows)}</table></html>".encode()


@pytest.mark.parametrize(
    ("name", "seen", "rows", "group"),
    [("irg", 2984, 2969, "ISO/IEC JTC 1/SC 2/IRG"), ("wg2", 3667, 3640, "ISO/IEC JTC 1/SC 2/WG 2")],
)
def test_captured_registers(captures: Path, name: str, seen: int, rows: int, group: str) -> None:
    reading = registers((captures / "iso" / "registers" / f"{name}_documents.jsonl").read_bytes())
    assert (reading.rows_seen, len(reading.rows), reading.group) == (seen, rows, group)
    assert not any(reject.fault for reject in reading.rejects), "only numbers that the register gives twice"
    assert not reading.unknown_columns
    found = documents(reading)
    assert all(
        row.url is None or row.url.startswith("https://www.unicode.org/") or "//unicode.org/" in row.url
        for row in found.values()
    )
    assert not any("-private" in (row.url or "") for row in found.values())


def test_facts_of_the_captured_registers(captures: Path) -> None:
    folder = captures / "iso" / "registers"
    irg = documents(registers((folder / "irg_documents.jsonl").read_bytes()))
    wg2 = documents(registers((folder / "wg2_documents.jsonl").read_bytes()))
    assert Counter(row.status for row in irg.values()) == {"available": 2226, "reserved": 693, "unused": 50}
    assert irg["IRG N2970"].status == "reserved"
    assert (irg["IRG N2878"].revision, irg["IRG N2878"].source) == ("R3", "China & TCA")
    assert (irg["IRG N851"].uploaded_at, irg["IRG N851"].flags) == (None, "uploaded-implausible")
    assert (irg["IRG N2962"].source, irg["IRG N2962"].flags) == (None, "source-persons-only")
    assert (wg2["WG2 N5313"].revision, wg2["WG2 N5313"].source) == ("R", "TCA and China")
    assert wg2["WG2 N4259"].uploaded_at is None
    assert "%20" in (wg2["WG2 N4652"].url or "")


def test_a_placeholder_filled_in_and_revised_keeps_its_key() -> None:
    empty = documents(registers(page("<tr><td>99513</td><td></td><td></td><td></td></tr>"), WG2))
    row = (
        "<tr><td><a href='docs/n99513{}-x.pdf'>99513</a></td><td>Invented</td><td>China NB</td><td>2031-01-02</td></tr>"
    )
    posted = documents(registers(page(row.format("")), WG2))
    revised = documents(registers(page(row.format("R")), WG2))
    assert empty.keys() == posted.keys() == revised.keys() == {"WG2 N99513"}
    moves = [(found["WG2 N99513"].status, found["WG2 N99513"].revision) for found in (empty, posted, revised)]
    assert moves == [("reserved", None), ("available", None), ("available", "R")]


def line(number: str, subject: str = "Invented", day: str = "2031-01-02", href: str = "docs/x.pdf") -> str:
    link = f"<a href='{href}'>{number}</a>" if href else number
    return f"<tr><td>{link}</td><td>{subject}</td><td>China NB</td><td>{day}</td></tr>"


@pytest.mark.parametrize(
    ("number", "key", "revision"),
    [
        ("N9951-R", "WG2 N9951", "R"),
        ("9951 R2", "WG2 N9951", "R2"),
        ("n9951 rev", "WG2 N9951", "R"),
        ("N9951*", "WG2 N9951", None),
        ("N9951A", "WG2 N9951A", None),
        ("WG 2 N9951 (protected)", "WG2 N9951", None),
        ("\uff19\uff19\uff15\uff11", "WG2 N9951", None),
        ("N\u20119951", None, None),
    ],
)
def test_numbers_in_other_spellings(number: str, key: str | None, revision: str | None) -> None:
    found = documents(registers(page(line(number), line("9950")), WG2))
    assert set(found) == {"WG2 N9950", *filter(None, [key])}
    assert key is None or found[key].revision == revision


def test_blank_and_narrow_rows_are_no_documents() -> None:
    rows = ("<tr><td></td><td></td><td></td><td></td></tr>", "<tr><td>Top</td><td>Contact</td></tr>", line("9951"))
    wide = "<tr><td>a</td><td>b</td><td>c</td><td>d</td><td>e</td></tr>"
    reading = registers(page(*rows, wide), WG2)
    assert (list(documents(reading)), reading.rejects) == (["WG2 N9951"], [])


def test_a_file_of_another_number_names_no_revision() -> None:
    found = documents(
        registers(page(line("9951", href="docs/n9940R2.pdf"), line("9952", href="docs/n9952R2.pdf")), WG2)
    )
    assert [row.revision for row in found.values()] == [None, "R2"]


def test_a_row_before_the_first_number_and_a_short_one_are_accounted_for() -> None:
    reading = registers(
        page(line("L2/31-123"), line("9951"), "<tr><td>9952</td><td>Invented</td><td>China</td></tr>"), WG2
    )
    assert [(reject.row, reject.reason) for reject in reading.rejects] == [
        (1, "'L2/31-123' is no document number"),
        (3, "3 cells under 4 columns"),
    ]


@pytest.mark.parametrize("sources", ["Source", "Sources", "Author", "Authors"])
def test_columns_in_another_order_and_by_another_name(sources: str) -> None:
    head = f"<tr><th>Doc No.</th><th>Date</th><th>{sources}</th><th>Title</th></tr>"
    row = "<tr><td>9951</td><td>2031-01-02</td><td>China NB</td><td>Invented</td></tr>"
    found = documents(registers(page(head, row), WG2))["WG2 N9951"]
    assert (found.title, found.source, found.uploaded_at) == ("Invented", "China NB", "2031-01-02")


def test_a_row_of_fewer_cells_than_the_header_ends_nothing() -> None:
    head = "<tr><th>Doc No.</th><th>x</th><th>y</th><th>Date</th><th>Subject</th><th>Source</th></tr>"
    reading = registers(page(head, "<tr><td>see</td><td>x</td><td>y</td><td>z</td></tr>", line("9951")), WG2)
    assert [reject.reason for reject in reading.rejects] == ["4 cells under 6 columns"]
    link = line("9951", href="http://[::1/x.pdf")
    assert documents(registers(page(link), WG2))["WG2 N9951"].url is None


@pytest.mark.parametrize("day", ["2031/01/02", "2031-1-2", "2031.01.02", "2031\u201101\u201102"])
def test_dates_that_begin_with_the_year(day: str) -> None:
    assert documents(registers(page(line("9951", day=day)), WG2))["WG2 N9951"].uploaded_at == "2031-01-02"


@pytest.mark.parametrize(
    ("subject", "status"),
    [
        ("Withdrawn", "withdrawn"),
        ("WITHDRAWN (see N9960)", "withdrawn"),
        ("Withdrawn characters of an invented script", "reserved"),
    ],
)
def test_what_was_withdrawn_is_told_from_what_is_about_it(subject: str, status: str) -> None:
    assert documents(registers(page(line("9951", subject, href="")), WG2))["WG2 N9951"].status == status


def test_parsed_lines_with_bare_numbers_and_lists_of_sources() -> None:
    record = {"doc_number": "9951", "registry": "wg2", "subject": "Invented", "source": ["China NB", "TCA"], "date": ""}
    found = documents(registers(json.dumps(record).encode()))["WG2 N9951"]
    assert found.source == "China NB; TCA"
    with pytest.raises(NotThisListing, match="other documents, such as 'L2/31-123'"):
        registers(json.dumps({**record, "doc_number": "L2/31-123", "registry": "utc"}).encode())


def jvet(number: str, title: str = "Invented", day: str = "2031-04-10 10:11:12", download: str = "") -> Reading:
    names = ("JVET number", "MPEG number", "Created", "First upload", "Last upload", "Title", "Source", "Download")
    head = "".join(f"<td>{name}</td>" for name in names)
    cells = "".join(f"<td>{cell}</td>" for cell in (number, "m9", day, day, day, title, "(Alibaba)", download))
    return registers(page(f"<tr>{head}</tr><tr>{cells}</tr><tr><td colspan=8>footer</td></tr>"))


@pytest.mark.parametrize(
    "number", ["JVET-AR0041", "JVET\u2011AR0041", "jvet-ar0041", "JVET-AR0041-v2", "JVET-AR0041r1"]
)
def test_jvet_numbers_in_other_spellings(number: str) -> None:
    found = documents(jvet(number, day="2031/04/10"))["JVET-AR0041"]
    assert (found.meeting, found.reserved_at) == ("JVET-44", "2031-04-10")


@pytest.mark.parametrize(
    ("title", "download", "status"),
    [
        ("On withdrawn proposals", "<a href='documents/44/JVET-AR0041-v4.zip'>v4</a>", "available"),
        ("On withdrawn proposals", "", "reserved"),
        ("Withdrawn", "", "withdrawn"),
        ("Invented", "Withdrawn", "withdrawn"),
    ],
)
def test_a_jvet_document_is_withdrawn_where_it_says_so_of_itself(title: str, download: str, status: str) -> None:
    assert documents(jvet("JVET-AR0041", title, download=download))["JVET-AR0041"].status == status


@pytest.mark.parametrize(
    "href",
    [
        "http://example.org/n99513.pdf",
        "//evil.example/n99513.pdf",
        "javascript:alert(1)",
        "https://www.unicode.org@evil.example/",
    ],
)
def test_links_elsewhere_are_not_kept(href: str) -> None:
    rows = documents(
        registers(page(f"<tr><td><a href='{href}'>99513</a></td><td>x</td><td>China</td><td>2031-01-02</td></tr>"), WG2)
    )
    assert rows["WG2 N99513"].url is None


def test_a_register_that_names_nobody_is_refused() -> None:
    with pytest.raises(NotThisListing):
        registers(page("<tr><td>99513</td><td>Invented</td><td>China</td><td>2031-01-02</td></tr>"))


def test_a_page_cut_off_is_partial() -> None:
    content = (FIXTURES / "invented_jvet_documents.html").read_bytes()
    assert not registers(content).partial
    cut = registers(content[: content.index(b"JVET-EN0043")])
    assert cut.partial
    assert "breaks off inside its table" in " ".join(cut.notes)


def test_jvet_letters_count_meetings() -> None:
    rows = "".join(
        f"<tr><td>JVET-{letters}0001</td><td></td><td></td><td></td><td></td><td>t</td><td></td><td></td></tr>"
        for letters in ("A", "Z", "AA", "AR")
    )
    head = "".join(
        f"<td>{name}</td>"
        for name in (
            "JVET number",
            "MPEG number",
            "Created",
            "First upload",
            "Last upload",
            "Title",
            "Source",
            "Download",
        )
    )
    reading = registers(page(f"<tr>{head}</tr>", rows))
    assert [row.meeting for row in documents(reading).values()] == ["JVET-1", "JVET-26", "JVET-27", "JVET-44"]


def test_jvet_meetings_lead_to_their_documents() -> None:
    reading = registers((FIXTURES / "invented_jvet_meetings.html").read_bytes())
    meeting = reading.rows[0]
    assert isinstance(meeting, MeetingRow)
    assert meeting.documents_url is not None
    assert meeting.documents_url.startswith("https://jvet-experts.org/doc_end_user/current_meeting.php?id_meeting=308&")


@pytest.mark.parametrize(
    ("content", "found", "refusal"),
    [
        (b"", "an empty body", True),
        (b"<html><title>Just a moment...</title></html>", "blocks scripts", True),
        (b"<html><title>Bienvenue</title><table><tr><td>1</td></tr></table></html>", "Bienvenue", False),
        (b'{"id": 1, "reference": "ISO 1"}', "JSON with the keys", False),
        (b'{"doc_number": "IRG N1", "subject": "x"}\n{"doc_num', "cut off in line 2", False),
        (b"%PDF-1.4", "a PDF", False),
    ],
)
def test_another_file_is_refused_and_named(content: bytes, found: str, refusal: bool) -> None:
    with pytest.raises(NotThisListing, match=found) as caught:
        registers(content)
    assert caught.value.refusal is refusal
