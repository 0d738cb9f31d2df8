from __future__ import annotations

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
