from __future__ import annotations

from pathlib import Path

import pytest

from spiders.readers import read
from spiders.rows import Context, MeetingRow, NotThisListing, Reading

PAGES = {
    "Meetings-R1-S3_rows_server-native.html": (6, 0),
    "Meetings-R5_partial.html": (10, 1),
    "meetings_r5_sample.html": (2, 0),
}
HEAD = "<tr><th>Meeting</th><th>Title</th><th>Town</th><th>Start</th><th>End</th><th>First &amp; Last tdoc</th></tr>"


def meetings(reading: Reading) -> dict[str, MeetingRow]:
    return {row.key: row for row in reading.rows if isinstance(row, MeetingRow)}


def page(*rows: str, head: str = HEAD) -> bytes:
    return f"<html><table>{head}{''.join(rows)}</table></html>".encode()


def line(key: int, code: str, title: str, start: str = "2030-01-07", town: str = "Exampleville") -> str:
    link = f'<a href="https://portal.3gpp.org/Home.aspx#/meeting?MtgId={key}">{code}</a>'
    return f"<tr><td>{link}</td><td>{title}</td><td>{town}</td><td>{start}</td><td>-</td><td> - </td></tr>"


@pytest.mark.parametrize("name", PAGES)
def test_captured_pages_are_read_whole(captures: Path, name: str) -> None:
    reading = read("3gpp.meetings", (captures / "3gpp" / "meetings_pages" / name).read_bytes(), Context())
    assert (len(reading.rows), len(reading.rejects)) == PAGES[name]
    assert not any(reject.fault for reject in reading.rejects)
    assert all(row.starts_on and row.ends_on for row in meetings(reading).values())


def test_every_captured_page_has_a_test(captures: Path) -> None:
    assert {path.name for path in (captures / "3gpp" / "meetings_pages").iterdir()} == set(PAGES)


def test_a_captured_row_in_full(captures: Path) -> None:
    content = (captures / "3gpp" / "meetings_pages" / "Meetings-R1-S3_rows_server-native.html").read_bytes()
    rows = meetings(read("3gpp.meetings", content, Context()))
    assert rows["60603"] == MeetingRow(
        key="60603",
        body="3GPP",
        group="RAN1",
        title="3GPPRAN1#122-bis",
        url="https://portal.3gpp.org/Home.aspx#/meeting?MtgId=60603",
        name="RAN1#122-bis",
        place="Prague",
        starts_on="2025-10-13",
        ends_on="2025-10-17",
        first_document="R1-2506700",
        last_document="R1-2508262",
        documents_url="https://www.3gpp.org/ftp/tsg_ran/WG1_RL1/TSGR1_122b/",
    )
    assert rows["38149"].documents_url is None  # never held: its town links to the groups' page
    assert rows["82260"].name == "S3-104-LI"


def test_traps_of_the_captured_ran5_page(captures: Path) -> None:
    content = (captures / "3gpp" / "meetings_pages" / "Meetings-R5_partial.html").read_bytes()
    reading = read("3gpp.meetings", content, Context())
    rows = meetings(reading)
    assert reading.scope == "RAN5"
    assert rows["60813"].name == "TTCN Workshop#67"  # its code, cut, is that of three others too
    assert (rows["81267"].starts_on, rows["81267"].ends_on) == ("2024-12-13", "2025-12-31")
    assert rows["28556"].first_document is None
    assert reading.rejects[0].reason == "repeats row 9, 28486, in every field"


def test_a_cancelled_meeting_keeps_its_dates() -> None:
    row = meetings(read("3gpp.meetings", page(line(7, "S4-137", "3GPPSA4#137 CANCELLED")), Context()))["7"]
    assert (row.status, row.starts_on, row.name) == ("cancelled", "2030-01-07", "SA4#137")


@pytest.mark.parametrize("word", ["CANCELLED", "(Canceled)", "cancelled"])
def test_a_cancelled_meeting_is_told_in_every_spelling(word: str) -> None:
    row = meetings(read("3gpp.meetings", page(line(7, "S4-137", f"3GPPSA4#137 {word}")), Context()))["7"]
    assert (row.status, row.name) == ("cancelled", "SA4#137")


@pytest.mark.parametrize(
    ("range_", "first", "last"),
    [
        ("R1-3000001 - R1-3000999", "R1-3000001", "R1-3000999"),
        ("R1-3000001 \u2013R1\u20113000999", "R1-3000001", "R1-3000999"),
        ("R1-3000001 to R1-3000999 (draft)", "R1-3000001", "R1-3000999"),
        ("R1-3000001 - ", "R1-3000001", None),
        ("R5w300001 - R5w300002<br>full document list", "R5w300001", "R5w300002"),
        ("S4-AHI123 - S4-AHI130", "S4-AHI123", "S4-AHI130"),
    ],
)
def test_first_and_last_number_of_a_range(range_: str, first: str, last: str | None) -> None:
    row = meetings(
        read(
            "3gpp.meetings",
            page(line(7, "R1-5", "3GPPRAN1#5").replace("<td> - </td>", f"<td>{range_}</td>")),
            Context(),
        )
    )["7"]
    assert (row.first_document, row.last_document) == (first, last)


@pytest.mark.parametrize("start", ["2030\u201101\u201107", "2030/1/7", "2030.01.07", "2030-01-07 09:00"])
def test_dates_that_begin_with_the_year_are_read(start: str) -> None:
    row = meetings(read("3gpp.meetings", page(line(7, "R1-5", "3GPPRAN1#5", start=start)), Context()))["7"]
    assert row.starts_on == "2030-01-07"


def test_a_cut_code_gives_way_to_the_name_that_the_portal_gives_the_list() -> None:
    row = meetings(
        read("3gpp.meetings", page(line(7, "S4-e (AH) MBS SWG po", "3GPPSA4-e (AH) MBS SWG post 237-e")), Context())
    )["7"]
    assert row.name == "SA4-e (AH) MBS SWG post 237-e"


def wide(first: str, *cells: str) -> str:
    return f"<tr><td>{first}</td>{''.join(f'<td>{cell}</td>' for cell in cells)}{'<td>-</td>' * (10 - len(cells))}</tr>"


def test_a_page_without_a_header_is_read_in_the_published_order_and_no_other_table_is() -> None:
    link = '<a href="https://portal.3gpp.org/Home.aspx#/meeting?MtgId=7">S4-137</a>'
    row = wide(link, "3GPPSA4#137", "Exampleville", "2030-01-07", "2030-01-11")
    reading = read("3gpp.meetings", page(row, head=""), Context())
    assert (meetings(reading)["7"].place, meetings(reading)["7"].ends_on) == ("Exampleville", "2030-01-11")
    assert reading.notes == ["no header row: columns taken in the published order"]
    for other in (wide("S4-137", "3GPPSA4#137"), f"<tr><td>{link}</td><td>x</td></tr>", ""):
        with pytest.raises(NotThisListing):
            read("3gpp.meetings", page(other, head=""), Context())
    half = (
        "<tr><td>Meeting</td><td>Date</td></tr>",
        "<tr><td>Group</td><td>Title</td></tr>",
        "<tr><td>Meeting</td></tr>",
    )
    for head in half:
        with pytest.raises(NotThisListing):
            read("3gpp.meetings", page(line(7, "S4-137", "3GPPSA4#137"), head=head), Context())


def test_a_header_of_plain_cells_may_be_repeated() -> None:
    head = HEAD.replace("th>", "td>")
    reading = read(
        "3gpp.meetings", page(line(7, "S4-137", "3GPPSA4#137"), head, line(8, "S4-138", "x"), head=head), Context()
    )
    assert (list(meetings(reading)), reading.rejects) == (["7", "8"], [])


def test_an_id_and_a_name_may_stand_in_other_cells() -> None:
    row = line(7, "WG4 meeting", "3GPPSA4#137").replace("<td>-</td>", "<td><a href='ical.asp?qMTG_ID=7'>ICS</a></td>")
    row = row.replace("Home.aspx#/meeting?MtgId=7", "Home.aspx")
    found = meetings(read("3gpp.meetings", page(row), Context()))["7"]
    assert (found.name, found.group) == ("SA4#137", "SA4")
    both = page(line(7, "S4-137", "SA4#136 and 137"), line(8, "R1-5", "3GPPRAN1#5"))
    assert meetings(read("3gpp.meetings", both, Context()))["7"].name == "SA4#137"
    assert (read("3gpp.meetings", both, Context()).group, read("3gpp.meetings", both, Context(group="SA4")).group) == (
        None,
        "SA4",
    )


def test_a_meeting_without_a_code_goes_by_its_title() -> None:
    rows = (line(7, "", "3GPPSA4-(AH) Audio SWG"), line(8, "", "-"))
    reading = read("3gpp.meetings", page(*rows), Context(group="SA4"))
    assert [(row.key, row.name) for row in meetings(reading).values()] == [("7", "SA4-(AH) Audio SWG")]
    assert [(reject.row, reject.reason) for reject in reading.rejects] == [(3, "neither a code nor a title")]


def test_blank_rows_are_no_rows_and_a_group_that_no_code_names_can_be_given() -> None:
    rows = ("<tr><td></td></tr>", "<tr><td>&nbsp;</td><td></td></tr>", line(7, "T1-20", "3GPPT1#20"))
    assert [reject.reason for reject in read("3gpp.meetings", page(*rows), Context()).rejects] == [
        "its code 'T1-20' names no group: give it with --group"
    ]
    assert read("3gpp.meetings", page(*rows), Context(group="T1")).rows[0].group == "T1"


@pytest.mark.parametrize("fuller_first", [True, False])
def test_of_two_different_rows_the_fuller_stays(fuller_first: bool) -> None:
    fuller, poorer = line(7, "S4-137", "3GPPSA4#137"), line(7, "S4-137", "3GPPSA4#137", town="-")
    reading = read("3gpp.meetings", page(*((fuller, poorer) if fuller_first else (poorer, fuller))), Context())
    assert meetings(reading)["7"].place == "Exampleville"
    assert reading.rows_seen == 2
    assert "other" in reading.rejects[0].reason


def test_what_cannot_be_read_is_rejected_or_noted() -> None:
    nameless = "<tr><td>S4-138</td><td>3GPPSA4#138</td><td>-</td><td>-</td><td>-</td><td>-</td></tr>"
    reading = read("3gpp.meetings", page(nameless, line(9, "S4-139", "3GPPSA4#139", start="soon")), Context())
    assert [reject.reason for reject in reading.rejects] == ["no MtgId in any of its links"]
    assert meetings(reading)["9"].starts_on is None
    assert any("'soon' is not a date" in note for note in reading.notes)


def test_columns_are_found_by_their_header_wherever_they_stand() -> None:
    head = "<tr><th>Meeting<br>click</th><th>Title</th><th>Mood</th><th>End</th><th>Start</th></tr>"
    cells = "<td>3GPPRAN4#1</td><td>good</td><td>2030&#8209;02&#8209;02</td><td>2030&#8209;02&#8209;01</td>"
    row = f'<tr><td><a href="https://portal.3gpp.org/Home.aspx#/meeting?MtgId=5">R4-1</a></td>{cells}</tr>'
    reading = read("3gpp.meetings", page(row, head=head), Context())
    assert (meetings(reading)["5"].starts_on, meetings(reading)["5"].ends_on) == ("2030-02-01", "2030-02-02")
    assert reading.unknown_columns == ("mood",)
    assert reading.missing_columns == ("town", "first & last tdoc", "files")


def test_a_page_cut_short_is_partial() -> None:
    whole = page(line(7, "S4-137", "3GPPSA4#137"), line(8, "S4-138", "3GPPSA4#138"))
    assert not read("3gpp.meetings", whole, Context()).partial
    cut = read("3gpp.meetings", whole[: whole.index(b"3GPPSA4#138")], Context())
    assert cut.partial
    assert cut.notes == ["the page breaks off inside its table"]


def test_hostile_text_stays_text() -> None:
    title = "&lt;script&gt;alert(1)&lt;/script&gt; \u202e 'x' \r\n Bcc: y"
    row = meetings(read("3gpp.meetings", page(line(7, "S4-137", title)), Context()))["7"]
    assert row.title == "<script>alert(1)</script> \u202e 'x' Bcc: y"


@pytest.mark.parametrize(
    ("content", "found", "refusal"),
    [
        (b"", "an empty body", False),
        (b"PK\x03\x04 and more", "a ZIP archive", False),
        (b"<html><title>Log in</title><input type=password></html>", "asks to log in", True),
        (b"<html><title>Groups</title><table><tr><td>1</td></tr></table></html>", 'titled "Groups"', False),
    ],
)
def test_another_page_is_refused_and_named(content: bytes, found: str, refusal: bool) -> None:
    with pytest.raises(NotThisListing, match="a 3GPP meetings page") as caught:
        read("3gpp.meetings", content, Context())
    assert found in caught.value.found
    assert caught.value.refusal is refusal
