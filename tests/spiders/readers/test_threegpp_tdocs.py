from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from spiders.readers import read, workbooks
from spiders.rows import Context, ContributionRow, MeetingUnknown, NotThisListing, Reading

Builder = Callable[[dict[str, Any]], bytes]

ROWS_OF_ALL_LISTS = 100_895
AGENDA_PAGES = {
    "134.htm": ("SA2#134", 1660, 142, 1802),
    "136_missing_AIs.html": ("SA2#136", 1857, 0, 1857),
    "138E_final.html": ("SA2#138-e", 824, 0, 824),
    "2019.01.22 TdocsByAgenda.htm": ("SA2#130", 853, 0, 853),
    "2019.01.31 130.htm": ("SA2#130", 1306, 0, 1306),
    "2019.07.02 TDocsByAgenda_wrong.html": ("SA2#134", 1, 0, None),
    "2024.08.19 TdocsByAgenda SA2-164.htm": ("SA2#164", 1374, 0, 1374),
}
ALLOCATION = "AgendaWithTdocAllocation_2024-11-11_19h21.htm"
MEETING = Context(meeting="RAN1#104-bis-e")


def contributions(reading: Reading) -> dict[str, ContributionRow]:
    return {row.key: row for row in reading.rows if isinstance(row, ContributionRow)}


def lists(captures: Path) -> list[Path]:
    return sorted((captures / "3gpp" / "tdoc_lists").glob("*.xls*"))


@pytest.fixture(scope="module")
def captured(captures: Path) -> dict[str, Reading]:
    """All captured lists by meeting, read from file names alone."""
    return {
        reading.scope: reading
        for path in lists(captures)
        if (reading := read("3gpp.tdocs", path.read_bytes(), Context(file=path.name)))
    }


def list_of(*rows: dict[str, Any], without: str = "", above: int = 0) -> dict[str, Any]:
    """The description of a workbook with these rows, by header text; `above` blank rows push the header down."""
    header = ["TDoc", "Title", "Source", "Contact", "Type", "For", "TDoc Status", "Reservation date", "Uploaded"]
    header += ["Is revision of", "Revised to"]
    header += [name for row in rows for name in row if name not in header]
    header = [name for name in dict.fromkeys(header) if name != without]
    return {
        "TDoc_List": [*[[None]] * above, header, *[[row.get(name) for name in header] for row in rows]],
        "CR_Packs_List": [["CR Pack TDoc", "WG Tdoc"]],
        ".Parameters": [["x"]],
    }


def tdoc(number: str = "R1-3000001", **cells: Any) -> dict[str, Any]:
    return {"TDoc": number, "Title": f"Invented {number}", "Source": "Example Corp", "Contact": "Jo Doe", **cells}


# -- the captures ------------------------------------------------------------------------------------------------------


def test_every_row_of_every_captured_list_is_read(captured: dict[str, Reading]) -> None:
    assert len(captured) == 55
    assert sum(len(reading.rows) for reading in captured.values()) == ROWS_OF_ALL_LISTS
    assert [reject for reading in captured.values() for reject in reading.rejects] == []
    assert all(reading.layout == "portal" for reading in captured.values())


def test_captured_lists_have_no_column_unknown_or_missing(captured: dict[str, Reading]) -> None:
    assert {reading.unknown_columns + reading.missing_columns for reading in captured.values()} == {()}


def test_every_captured_document_is_of_its_meetings_group_and_dated(captured: dict[str, Reading]) -> None:
    for meeting, reading in captured.items():
        for row in contributions(reading).values():
            assert (row.meeting, row.group) == (meeting, meeting.partition("#")[0])
            assert row.reserved_at
            assert re.fullmatch(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d)?", row.reserved_at)
            assert row.source


def test_a_link_stands_exactly_where_an_upload_does(captured: dict[str, Reading]) -> None:
    rows = [row for reading in captured.values() for row in contributions(reading).values()]
    assert all(bool(row.url) == bool(row.uploaded_at) for row in rows)
    assert all(row.url.startswith("https://www.3gpp.org/ftp/") for row in rows if row.url)


def test_links_that_no_number_gives_come_from_the_cell(captured: dict[str, Reading]) -> None:
    assert (contributions(captured["RAN#100"])["RP-230835"].url or "").endswith("/Docs/RP-230835+.zip")
    assert (contributions(captured["RAN1#119"])["R1-2410173"].url or "").endswith("/Docs/R1-2410173+.zip")


def test_reservation_dates_are_read_in_the_locale_of_each_file(captured: dict[str, Reading]) -> None:
    assert captured["RAN#103"].notes == ["reservation dates read as month/day/year"]
    assert contributions(captured["RAN#103"])["RP-240001"].reserved_at == "2024-02-28T19:30:44"
    assert captured["RAN1#119"].notes == ["reservation dates read as day/month/year"]
    assert captured["RAN1#99"].notes == []
    assert not any("folder" in note for reading in captured.values() for note in reading.notes)


def test_doubtful_uploads_are_flagged_and_kept_as_listed(captured: dict[str, Reading]) -> None:
    swapped = contributions(captured["RAN1#100-e"])["R1-2001193"]
    assert (swapped.uploaded_at, swapped.flags) == ("2020-12-03", "uploaded-no-time, uploaded-day-month-swapped")
    ancient = contributions(captured["RAN1#88-bis"])["R1-1706657"]
    assert (ancient.uploaded_at, ancient.flags) == ("1902-06-22", "uploaded-no-time, uploaded-implausible")
    flags = Counter(
        flag
        for reading in captured.values()
        for row in contributions(reading).values()
        for flag in (row.flags or "").split(", ")
        if flag
    )
    assert flags == {
        "uploaded-no-time": 1230,
        "uploaded-day-month-swapped": 132,
        "uploaded-implausible": 1,
        "uploaded-before-reserved": 1,
        "revision-of-itself": 1,
    }


def test_no_delegate_is_kept(captured: dict[str, Reading]) -> None:
    for reading in captured.values():
        for row in reading.rows:
            assert "Delegate " not in row.model_dump_json()


def test_cr_packs_are_on_the_second_sheet_of_plenary_lists(captured: dict[str, Reading]) -> None:
    packs = {meeting: len(reading.packs) for meeting, reading in captured.items() if reading.packs}
    assert all(meeting.startswith("RAN#") for meeting in packs)
    assert (len(packs), packs["RAN#103"]) == (14, 2423)
    first = captured["RAN#103"].packs[0]
    assert (first.pack, first.document, first.group_decision, first.tsg_decision, first.cr) == (
        "RP-240174", "R5-240228", "agreed", "approved", "2609",
    )  # fmt: skip


@pytest.mark.parametrize("name", AGENDA_PAGES)
def test_captured_agenda_pages_account_for_every_document(captures: Path, name: str) -> None:
    reading = read("3gpp.tdocs", (captures / "3gpp" / "agenda_pages" / name).read_bytes(), Context(file=name))
    assert (reading.scope, len(reading.rows), len(reading.rejects), reading.claimed) == AGENDA_PAGES[name]
    assert (reading.layout, reading.group) == ("agenda", "SA2")
    assert reading.partial == (reading.claimed is None)
    assert not any(reject.fault for reject in reading.rejects)
    for row in contributions(reading).values():
        assert row.status != "revised" or row.revised_to
        assert row.status in ("open", "reply open", "block approve?") or row.status == (row.status or "").lower()


def test_every_captured_page_has_a_test(captures: Path) -> None:
    assert {path.name for path in (captures / "3gpp" / "agenda_pages").iterdir()} == {*AGENDA_PAGES, ALLOCATION}


def test_nine_days_of_sa2_130_differ_as_they_did(captures: Path) -> None:
    before, after = (
        contributions(read("3gpp.tdocs", (captures / "3gpp" / "agenda_pages" / name).read_bytes(), Context()))
        for name in ("2019.01.22 TdocsByAgenda.htm", "2019.01.31 130.htm")
    )
    assert (len(before), len(after), len(before.keys() - after.keys())) == (853, 1306, 0)
    assert (before["S2-1900105"].status, after["S2-1900105"].status) == ("available", "revised")
    assert (before["S2-1900105"].revised_to, after["S2-1900105"].revised_to) == (None, "S2-1901013")
    changed = Counter(
        field
        for key, old in before.items()
        for field, value in old.model_dump().items()
        if value != getattr(after[key], field)
    )
    assert changed == {"remarks": 472, "status": 462, "revised_to": 272, "source": 36, "title": 7, "reply_to": 1}
    assert after["S2-1901045"].revision_of == "S2-1900944"
    cr = after["S2-1900261"]
    assert (cr.spec, cr.cr, cr.cr_revision, cr.cr_category, cr.type) == ("23.501", "0795", None, "B", "CR")


def test_co_signers_still_hoped_for_stay_as_written(captures: Path) -> None:
    content = (captures / "3gpp" / "agenda_pages" / "136_missing_AIs.html").read_bytes()
    reading = read("3gpp.tdocs", content, Context())
    source = contributions(reading)["S2-1912225"].source
    assert source == "Nokia?, Nokia Shanghai-Bell?, Huawei?, HiSilicon?, ZTE"
    assert reading.missing_columns == ("ai",)
    url = contributions(reading)["S2-1911471"].url
    assert url == "https://www.3gpp.org/ftp/Meetings_3GPP_SYNC/SA2/Docs/S2-1911471.zip"


def test_numbers_set_aside_are_accounted_for_without_the_persons_name(captures: Path) -> None:
    reading = read("3gpp.tdocs", (captures / "3gpp" / "agenda_pages" / "134.htm").read_bytes(), Context())
    assert {reject.reason.replace(reject.excerpt, "X") for reject in reading.rejects} == {
        "the number X was set aside and not used"
    }


def test_the_captured_allocation_page(captures: Path) -> None:
    content = (captures / "3gpp" / "agenda_pages" / ALLOCATION).read_bytes()
    reading = read("3gpp.tdocs", content, Context(meeting="SA3#119"))
    rows = contributions(reading)
    assert (reading.layout, reading.scope, len(rows), reading.rejects) == ("allocation", "SA3#119", 569, [])
    assert (rows["S3-244600"].revised_to, rows["S3-245134"].revision_of) == ("S3-245134", "S3-244600")
    assert rows["S3-244602"].agenda_item == "1"  # from the row that opens the item
    assert rows["S3-244628"].source == "C1-244647"
    assert "pointed out" not in "".join(row.model_dump_json() for row in rows.values())  # the tooltip's discussion
    with pytest.raises(MeetingUnknown):
        read("3gpp.tdocs", content, Context(file=ALLOCATION))


@pytest.mark.parametrize("name", ["2019.01.31 130.htm", ALLOCATION])
def test_a_page_cut_short_is_partial(captures: Path, name: str) -> None:
    content = (captures / "3gpp" / "agenda_pages" / name).read_bytes()
    context = Context(meeting="SA2#130")
    assert not read("3gpp.tdocs", content, context).partial
    half = read("3gpp.tdocs", content[: len(content) // 2], context)
    assert half.partial
    assert half.rows


# -- the workbook, mutated ---------------------------------------------------------------------------------------------


def test_columns_are_found_wherever_they_stand(build_workbook: Builder) -> None:
    rows = [["Source", "CR", "Mood", "Title", "TDoc"], ["Example Corp", "0042", "good", "Invented", "R1-3000001"]]
    reading = read("3gpp.tdocs", build_workbook({"TDoc_List": rows}), MEETING)
    row = contributions(reading)["R1-3000001"]
    assert (row.title, row.source, row.cr) == ("Invented", "Example Corp", "0042")
    assert reading.unknown_columns == ("mood",)
    assert {"tdoc status", "uploaded", "agenda item"} <= set(reading.missing_columns)


def test_a_header_pushed_down_is_found_and_said(build_workbook: Builder) -> None:
    reading = read("3gpp.tdocs", build_workbook(list_of(tdoc(), above=4)), MEETING)
    assert list(contributions(reading)) == ["R1-3000001"]
    assert reading.notes == ["the header is in row 5"]


def test_a_list_in_another_sheet_is_found_and_said(build_workbook: Builder) -> None:
    book = list_of(tdoc())
    reading = read("3gpp.tdocs", build_workbook({"Notes": [["x"]], "Sheet2": book["TDoc_List"]}), MEETING)
    assert len(reading.rows) == 1
    assert reading.notes == ["the list is in the sheet 'Sheet2', not in TDoc_List"]


@pytest.mark.parametrize("column", ["TDoc", "Title", "Source"])
def test_a_list_without_a_needed_column_is_refused_with_its_name(build_workbook: Builder, column: str) -> None:
    with pytest.raises(NotThisListing, match=f"without the column {column.lower()}; it has: .*contact"):
        read("3gpp.tdocs", build_workbook(list_of(tdoc(), without=column)), MEETING)


def test_a_workbook_of_something_else_is_refused_with_its_sheets(build_workbook: Builder) -> None:
    with pytest.raises(NotThisListing, match="its sheets: Budget"):
        read("3gpp.tdocs", build_workbook({"Budget": [["Year", "Sum"], [2030, 7]]}), MEETING)


def test_a_list_without_documents_is_empty(build_workbook: Builder) -> None:
    reading = read("3gpp.tdocs", build_workbook(list_of()), MEETING)
    assert (reading.rows, reading.rejects, reading.scope) == ([], [], "RAN1#104-bis-e")


def test_the_meeting_must_be_known(build_workbook: Builder) -> None:
    content = build_workbook(list_of(tdoc()))
    with pytest.raises(MeetingUnknown, match="--meeting"):
        read("3gpp.tdocs", content, Context(file="download.xlsx"))
    adhoc = read("3gpp.tdocs", content, Context(meeting="R1-AH-NR"))
    assert (adhoc.scope, adhoc.group) == ("R1-AH-NR", "RAN1")


def test_repeated_blank_and_unreadable_rows_are_accounted_for(build_workbook: Builder) -> None:
    fuller = tdoc("R1-3000002", **{"TDoc Status": "noted"})
    book = list_of(
        tdoc(), tdoc(), tdoc("R1-3000002"), fuller, tdoc("n/a"), {}, tdoc("R1-3000003", Title=None), {"Title": "Lost"}
    )
    reading = read("3gpp.tdocs", build_workbook(book), MEETING)
    assert list(contributions(reading)) == ["R1-3000001", "R1-3000002"]
    assert contributions(reading)["R1-3000002"].status == "noted"
    assert [(reject.row, reject.reason, reject.fault) for reject in sorted(reading.rejects, key=lambda r: r.row)] == [
        (3, "repeats row 2, R1-3000001, in every field", False),
        (4, "row 5 lists R1-3000002 again with other and more values: that one is kept", False),
        (6, "'n/a' is not a TDoc number", True),
        (8, "no title", False),
        (9, "no TDoc number", True),
    ]
    assert not any("Doe" in reject.excerpt for reject in reading.rejects)


@pytest.mark.parametrize(
    ("listed", "read_as", "note"),
    [
        (["2/1/2023 10:48:58 PM", "2/1/2023 12:05:00 AM"], ["2023-02-01T22:48:58", "2023-02-01T00:05:00"], "month/day"),
        (["02/05/2024 22:05:38", "03/05/2024 1:02:03"], ["2024-05-02T22:05:38", "2024-05-03T01:02:03"], "day/month"),
        (["02/25/2024 22:05:38", "02/05/2024 1:02:03"], ["2024-02-25T22:05:38", "2024-02-05T01:02:03"], "month/day"),
        ([45292.5, 45292], ["2024-01-01T12:00:00", "2024-01-01"], None),
        (["2024-05-02T22:05:38", ""], ["2024-05-02T22:05:38", None], None),
        (["31/12/2024 22:05:38", "soon"], ["2024-12-31T22:05:38", None], "day/month"),
        (["99/99/9999 1:02:03", 1e12], [None, None], "day/month"),
        (
            ["2/1/2023 10:48:58\u202fPM", "\u200e2/1/2023  9:05 a.m."],
            ["2023-02-01T22:48:58", "2023-02-01T09:05:00"],
            "month/day",
        ),
        (["01-02-2023 22:48:58", "3.2.2023 22.48"], ["2023-02-01T22:48:58", "2023-02-03T22:48:00"], "day/month"),
        (["2023/2/1 22:48:58", "2023-2-1"], ["2023-02-01T22:48:58", "2023-02-01"], None),
        (["45292.5", "45292,25"], ["2024-01-01T12:00:00", "2024-01-01T06:00:00"], None),
    ],
)
def test_reservation_dates_of_every_kind(
    build_workbook: Builder, listed: list[Any], read_as: list[str | None], note: str | None
) -> None:
    book = list_of(*(tdoc(f"R1-300000{i}", **{"Reservation date": value}) for i, value in enumerate(listed)))
    reading = read("3gpp.tdocs", build_workbook(book), MEETING)
    assert [row.reserved_at for row in contributions(reading).values()] == read_as
    assert any(note in text for text in reading.notes) if note else reading.notes == []
    unread = sum(bool(value) and at is None for value, at in zip(listed, read_as, strict=True))
    assert any(text.startswith(f"{unread} reservation dates could not") for text in reading.notes) == bool(unread)


@pytest.mark.parametrize(
    ("uploaded", "flags"),
    [
        (43890.5, None),  # 28 February, a week later
        (43890, "uploaded-no-time"),
        (44168, "uploaded-no-time, uploaded-day-month-swapped"),  # 3 December for 12 March
        (43880.5, "uploaded-before-reserved"),
        (904.5, "uploaded-implausible"),
        (51544.5, "uploaded-implausible"),
        (43882, "uploaded-no-time"),  # the day of the reservation
        (43883 + 1 / 1440, None),  # a minute after midnight
        (43883 + 1 / 86400, None),
        (43891, "uploaded-no-time"),  # 1 March, which swapped would be 3 January
        (43894, "uploaded-no-time"),  # 4 March; 3 April is as plausible
        (44168.5, None),  # 3 December with a time is 3 December
        (44178, "uploaded-no-time"),  # 13 December has no month to swap
    ],
)
def test_uploads_are_judged_against_the_reservation(
    build_workbook: Builder, uploaded: float, flags: str | None
) -> None:
    row = tdoc(**{"Reservation date": 43882.25, "Uploaded": uploaded})  # 21 February 2020
    assert contributions(read("3gpp.tdocs", build_workbook(list_of(row)), MEETING))["R1-3000001"].flags == flags


@pytest.mark.parametrize(
    ("uploaded", "flags"),
    [(43890.5, None), (43890, "uploaded-no-time"), (904, "uploaded-no-time, uploaded-implausible")],
)
def test_uploads_without_a_reservation(build_workbook: Builder, uploaded: float, flags: str | None) -> None:
    row = tdoc(**{"Reservation date": "", "Uploaded": uploaded})
    assert contributions(read("3gpp.tdocs", build_workbook(list_of(row)), MEETING))["R1-3000001"].flags == flags


def test_several_revisions_and_one_of_itself(build_workbook: Builder) -> None:
    row = tdoc(**{"Is revision of": "R1-3000001", "Revised to": "R1-3000002, R1-3000003"})
    found = contributions(read("3gpp.tdocs", build_workbook(list_of(row)), MEETING))["R1-3000001"]
    assert (found.revised_to, found.flags) == ("R1-3000002, R1-3000003", "revision-of-itself")


def test_links_only_to_the_file_server(build_workbook: Builder) -> None:
    links = {
        "R1-3000001": "https://www.3gpp.org/ftp/x/Docs/R1-3000001.zip",
        "R1-3000002": "https://www.3gpp.org/ftp/x/Docs/R1-3000002+.zip",
        "R1-3000003": "https://evil.example/ftp/R1-3000003.zip",
        "R1-3000004": "https://www.3gpp.org/news",
    }
    book = list_of(*(tdoc(number) for number in links))
    for line, (number, link) in zip(book["TDoc_List"][1:], links.items(), strict=True):
        line[0] = {"text": number, "link": link}
    found = contributions(read("3gpp.tdocs", build_workbook(book), MEETING))
    assert [row.url for row in found.values()] == [*list(links.values())[:2], None, None]


@pytest.mark.parametrize(
    "server",
    ["http://www.3gpp.org/ftp/", "https://WWW.3GPP.org/Ftp/", "http://3gpp.org/ftp/", "ftp://ftp.3gpp.org/"],
)
def test_links_of_other_years_are_links(build_workbook: Builder, server: str) -> None:
    book = list_of(tdoc())
    book["TDoc_List"][1][0] = {"text": "R1-3000001", "link": f"{server}tsg_ran/x/Docs/R1-3000001.zip"}
    found = contributions(read("3gpp.tdocs", build_workbook(book), MEETING))["R1-3000001"]
    assert found.url == "https://www.3gpp.org/ftp/tsg_ran/x/Docs/R1-3000001.zip"


def test_a_list_without_a_name_is_of_the_meeting_in_whose_folder_its_documents_lie(build_workbook: Builder) -> None:
    folders = ["TSGR1_104b-e", "TSGR1_104b-e", "TSGR1_103-e"]
    book = list_of(*(tdoc(f"R1-300000{i}") for i in range(len(folders))))
    for line, folder in zip(book["TDoc_List"][1:], folders, strict=True):
        line[0] = {"text": line[0], "link": f"https://www.3gpp.org/ftp/tsg_ran/WG1_RL1/{folder}/Docs/{line[0]}.zip"}
    reading = read("3gpp.tdocs", build_workbook(book), Context(file="tdocList_2031-08-29_13h12_eom.xlsx"))
    assert (reading.scope, reading.group, reading.notes) == ("RAN1#104-bis-e", "RAN1", [])
    renamed = read("3gpp.tdocs", build_workbook(book), Context(file="TDoc_List_Meeting_RAN1#105-e.xlsx"))
    assert (renamed.scope, renamed.notes) == ("RAN1#105-e", ["its documents lie in the folder of RAN1#104-bis-e"])
    del book["TDoc_List"][1]  # no folder is most documents' any more
    with pytest.raises(MeetingUnknown):
        read("3gpp.tdocs", build_workbook(book), Context(file="download.xlsx"))


def test_numbers_kept_as_numbers_get_their_zeros_back(build_workbook: Builder) -> None:
    row = tdoc(**{"CR": 42, "CR revision": 1, "Spec": 38.3, "Agenda item": 7})
    found = contributions(read("3gpp.tdocs", build_workbook(list_of(row)), MEETING))["R1-3000001"]
    assert (found.cr, found.cr_revision, found.spec, found.agenda_item) == ("0042", "1", "38.300", "7")


def test_the_portals_words_whatever_their_case(build_workbook: Builder) -> None:
    row = tdoc(**{"Type": "DISCUSSION", "For": "approval", "TDoc Status": "Not Pursued", "Is revision of": "-"})
    found = contributions(read("3gpp.tdocs", build_workbook(list_of(row)), MEETING))["R1-3000001"]
    assert (found.type, found.purpose, found.status, found.revision_of) == (
        "discussion",
        "Approval",
        "not pursued",
        None,
    )


def test_lines_of_cr_packs_that_name_no_pack_or_no_document_are_told(build_workbook: Builder) -> None:
    book = list_of(tdoc())
    book["CR_Packs_List"] += [["RP-300001", "R2-3000001"], ["RP-300001", None], [None, "R2-3000002"], [None, None]]
    reading = read("3gpp.tdocs", build_workbook(book), MEETING)
    assert [(entry.pack, entry.document) for entry in reading.packs] == [("RP-300001", "R2-3000001")]
    assert "2 lines of CR_Packs_List name no pack or no document" in reading.notes
    book["CR_Packs_List"] = [["Pack", "Thing"], ["RP-300001", "R2-3000001"]]
    assert "has other columns than CR packs" in read("3gpp.tdocs", build_workbook(book), MEETING).notes[0]


def test_rows_of_blanks_are_no_rows(build_workbook: Builder) -> None:
    book = list_of(tdoc(), {"Title": " \u00a0"}, {"TDoc": "\u200b"}, tdoc("R1-3000002"))
    reading = read("3gpp.tdocs", build_workbook(book), MEETING)
    assert (list(contributions(reading)), reading.rejects) == (["R1-3000001", "R1-3000002"], [])


def test_hostile_text_stays_text_and_persons_stay_out(build_workbook: Builder) -> None:
    row = tdoc(
        Title="=cmd|'/c calc'!A1 <script>alert(\"x\")</script>\r\nBcc: y\u202e",
        Source="Ada Byron, RAN1 Chair",
        Abstract="\x07bell\u200b",
    )
    found = contributions(read("3gpp.tdocs", build_workbook(list_of(row)), MEETING))["R1-3000001"]
    assert found.title == "=cmd|'/c calc'!A1 <script>alert(\"x\")</script> Bcc: y\u202e"
    assert found.abstract == "bell"
    assert found.source == "RAN1 Chair"
    assert "Doe" not in found.model_dump_json()


@pytest.mark.parametrize(
    "source", ["RAN1 Chair, ETSI MCC", "Deutsche Telekom, SA1 Chair", "China Mobile, RAN Vice-Chair", "vivo, ZTE"]
)
def test_organisations_before_an_office_stay(build_workbook: Builder, source: str) -> None:
    row = tdoc(Source=source)
    assert contributions(read("3gpp.tdocs", build_workbook(list_of(row)), MEETING))["R1-3000001"].source == source


# -- what is no list ---------------------------------------------------------------------------------------------------


def zipped(**parts: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name.replace("__", "/"), data)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "found", "refusal"),
    [
        (b"", "an empty body", False),
        (b"   \r\n", "an empty body", False),
        (b"<!DOCTYPE html><html><title>Sorry</title><p>Not here.</p></html>", 'titled "Sorry"', False),
        (b"<html><title>Sign in</title><form><input type=password></form></html>", "asks to log in", True),
        (b"<html><title>Just a moment...</title></html>", "blocks scripts", True),
        (b"<html><table><tr><td>TDoc</td></tr></table></html>", "an HTML page without a title", False),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "an old Office file", False),
        (b"PK\x03\x04 and then nothing", "a ZIP archive cut short", False),
        (zipped(readme=b"x"), "a ZIP archive that is no workbook", False),
        (zipped(word__document=b"x"), "a ZIP archive that is no workbook", False),
        (zipped(**{"word__document.xml": b"x"}), "a Word document", False),
        (
            zipped(**{"TDoc_List_Meeting_SA5#165.xlsx": b"x"}),
            "to be unpacked: it holds 'TDoc_List_Meeting_SA5#165.xlsx'",
            False,
        ),
        (zipped(**{"mimetype": b"x", "content.xml": b"x"}), "an OpenDocument file (.ods), to be saved as .xlsx", False),
        (zipped(**{"xl__workbook.bin": b"x"}), "a binary workbook (.xlsb), to be saved as .xlsx", False),
        (b"\xd0\xcf\x11\xe0" + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "locked with a password", False),
        (b"\x1f\x8b\x08\x00" + bytes(60), "a gzip file, to be unpacked", False),
        ("<html><head><title>Runtime Error</title></head></html>".encode("utf-16"), 'titled "Runtime Error"', False),
        (b'{"rows": []}', "JSON with the keys rows", False),
        (
            b"<html><table><tr><th>TDoc</th><th>Title</th><th>Sender</th></tr></table></html>",
            "columns TDoc, Title, Sender",
            False,
        ),
    ],
)
def test_other_files_are_refused_and_named(content: bytes, found: str, refusal: bool) -> None:
    with pytest.raises(NotThisListing) as caught:
        read("3gpp.tdocs", content, MEETING)
    assert found in caught.value.found
    assert caught.value.refusal is refusal


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_a_truncated_workbook_is_refused(build_workbook: Builder, share: float) -> None:
    content = build_workbook(list_of(*(tdoc(f"R1-30{i:05}") for i in range(300))))
    with pytest.raises(NotThisListing):
        read("3gpp.tdocs", content[: int(len(content) * share)], MEETING)


def test_a_damaged_part_is_refused(build_workbook: Builder) -> None:
    content = bytearray(build_workbook(list_of(*(tdoc(f"R1-30{i:05}") for i in range(300)))))
    part = zipfile.ZipFile(io.BytesIO(content)).getinfo("xl/worksheets/sheet1.xml")
    start = part.header_offset + 30 + len(part.filename)
    content[start : start + part.compress_size] = bytes(part.compress_size)
    with pytest.raises(NotThisListing):
        read("3gpp.tdocs", bytes(content), MEETING)


def bomb(content: bytes, size: int, stated: int | None = None) -> bytes:
    """The workbook with blanks that inflate to `size` in its list, which may state a size that is not so."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            data = old.read(part)
            new.writestr(part.filename, data + b" " * size if part.filename.endswith("sheet1.xml") else data)
        real = new.getinfo("xl/worksheets/sheet1.xml").file_size
    packed = buffer.getvalue()
    return packed if stated is None else packed.replace(real.to_bytes(4, "little"), stated.to_bytes(4, "little"))


@pytest.mark.parametrize("stated", [None, 4096], ids=["honest", "lying"])
def test_a_workbook_that_inflates_without_end_is_refused(
    build_workbook: Builder, monkeypatch: pytest.MonkeyPatch, stated: int | None
) -> None:
    monkeypatch.setattr(workbooks, "LARGEST", 2**20)
    content = bomb(build_workbook(list_of(tdoc())), 3 * 2**20, stated)
    with pytest.raises(NotThisListing, match=r"inflates to more than (1 MB|it states)"):
        read("3gpp.tdocs", content, MEETING)
