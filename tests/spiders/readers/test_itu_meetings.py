from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from spiders.readers import read
from spiders.readers.itu_meetings import end_of
from spiders.rows import Context, MeetingRow, NotThisListing, Reading

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "itu.meetings"


def meetings(content: bytes) -> Reading:
    return read("itu.meetings", content, Context())


def spans(reading: Reading) -> dict[str, tuple[str | None, str | None, str | None]]:
    return {row.key: (row.starts_on, row.ends_on, row.place) for row in reading.rows if isinstance(row, MeetingRow)}


def test_captured_itu_t_catalogue(captures: Path) -> None:
    reading = meetings((captures / "itu" / "xml" / "ITU-T_Meetings.xml").read_bytes())
    assert not reading.rejects
    assert spans(reading) == {
        "T25-SG12-250114": ("2025-01-14", "2025-01-23", "Geneva"),
        "T25-SG12-250909": ("2025-09-09", "2025-09-18", "Geneva"),
        "T25-SG12-260609": ("2026-06-09", "2026-06-17", "Geneva"),
    }
    row = reading.rows[0]
    assert isinstance(row, MeetingRow)
    assert row.group == "ITU-T SG12"
    assert row.documents_url == "https://www.itu.int/dms_pages/itu-t/md/25/SG12/c/T25-SG12-C.xml"
    assert "Login" not in row.model_dump_json()


def test_captured_itu_r_catalogue_has_a_meeting_a_block(captures: Path) -> None:
    reading = meetings((captures / "itu" / "xml" / "ITU-R_Meetings.xml").read_bytes())
    assert not reading.rejects
    assert spans(reading) == {
        "R23-SG04-240423": ("2024-04-23", "2024-04-23", "Geneva"),
        "R23-WP4A-240501": ("2024-05-01", "2024-05-09", "Geneva"),
        "R23-WP4B-240429": ("2024-04-29", "2024-05-03", "Geneva"),
        "R23-WP4C-240424": ("2024-04-24", "2024-04-30", "Geneva"),
    }
    assert [row.group for row in reading.rows] == ["ITU-R SG4", "ITU-R WP4A", "ITU-R WP4B", "ITU-R WP4C"]


@pytest.mark.parametrize(
    ("announced", "end"),
    [
        ("Geneva, 9-17 June 2026", "2026-06-17"),
        ("Geneva, 28 May - 3 June 2026", "2026-06-03"),
        ("Geneva, 28 May – 3 June 2026", "2026-06-03"),
        ("Geneva, 28 December 2026 — 8 January 2027", "2027-01-08"),
        ("Virtual, 1 July 2026", "2026-07-01"),
        ("Geneva, 9 to 17 June 2026", "2026-06-17"),
        ("Geneva, April-May 2024", None),
        ("Geneva, 9-31 June 2026", None),
        ("Geneva, 9-17 Quintember 2026", None),
        ("Geneva, 1-2 May 2020", None),
        (None, None),
    ],
)
def test_end_dates_stand_in_text(announced: str | None, end: str | None) -> None:
    assert end_of(announced, date(2024, 5, 28)) == end


def one_meeting(code: str, period: str = "(Study Period 2029-2032)", **fields: str) -> bytes:
    said = {"Meeting_code": code, "Start_meeting_date": "2031-05-28T00:00:00", "SG_No_Period": f"Invented {period}"}
    inside = "".join(f"<{name}>{value}</{name}>" for name, value in (said | fields).items())
    return f"<?xml version='1.0'?><dataroot><ITU-T_Meetings>{inside}</ITU-T_Meetings></dataroot>".encode()


@pytest.mark.parametrize(
    ("code", "key"),
    [
        ("ITU-T SG 2", "T29-SG02-310528"),
        ("ITU-T SG12", "T29-SG12-310528"),
        ("ITU-T TSAG", "T29-TSAG-310528"),
        ("ITU-R WP 5D", "R29-WP5D-310528"),
        ("ITU-R TG 5.1", "R29-TG5.1-310528"),
        ("ITU-D SG 1", "D29-SG01-310528"),
    ],
)
def test_a_group_that_no_index_names_is_that_of_its_code_and_period(code: str, key: str) -> None:
    assert list(spans(meetings(one_meeting(code)))) == [key]


def test_a_block_is_a_meeting_by_its_days_or_by_its_index() -> None:
    index = "CList.html?XF=../docs-dms/R29-WP9{}-C.xml"
    fields = {
        "Foldername_1": "WP 9A", "Display_date_1": "2031-05-01 - 2031-05-09",
        "Foldername_2": "WP 9B", "Frame_src_C_2": index.format("B"),
        "Foldername_3": "-",
    }  # fmt: skip
    assert spans(meetings(one_meeting("ITU-R SG 9", **fields))) == {
        "R29-WP9A-310501": ("2031-05-01", "2031-05-09", None),
        "R29-WP9B-310528": ("2031-05-28", None, None),
    }


def test_a_meeting_of_the_whole_union_has_no_index_that_is_known() -> None:
    row = meetings(one_meeting("ITU", Frame_src_C="CList.html?XF=../docs-dms/S29-CL-C.xml")).rows[0]
    assert isinstance(row, MeetingRow)
    assert (row.group, row.key, row.documents_url) == ("CL", "S29-CL-310528", None)


def test_a_code_without_a_period_names_no_group() -> None:
    reading = meetings(one_meeting("ITU-T SG 2", period=""))
    assert "study period, such as ITU-T SG 12 and 2025-2028" in reading.rejects[0].reason


def test_a_first_day_that_cannot_be_read_is_taken_from_the_index_of_temporary_documents() -> None:
    index = "CList.html?XF=../docs-dms/T29-SG02-310528-TD.xml"
    reading = meetings(one_meeting("ITU-T SG 2", Start_meeting_date="28/05/2031", Frame_src_TD_GEN=index))
    assert spans(reading) == {"T29-SG02-310528": ("2031-05-28", None, None)}


@pytest.mark.parametrize("between", [" - ", " \u2013 ", " to ", "/", "\u2011"])
def test_a_blocks_days_are_the_first_and_the_last_of_its_text(between: str) -> None:
    catalogue = (FIXTURES / "invented_r.xml").read_text("utf-8")
    assert catalogue.count(" - 20")
    assert spans(meetings(catalogue.replace(" - 20", f"{between}20").encode())) == spans(meetings(catalogue.encode()))


@pytest.mark.parametrize(
    ("content", "found", "refusal"),
    [
        (b"", "an empty body", True),
        (b"<html><title>500 - Internal server error.</title></html>", "500", True),
        (b"<?xml version='1.0'?><html><title>Accueil</title></html>", "Accueil", False),
        (b"<?xml version='1.0'?><page_content/>", "XML with the root <page_content>", False),
        (b"<?xml version='1.0'?><dataroot><ITU-T_Books/></dataroot>", "holding <ITU-T_Books>", False),
        (b"\xd0\xcf\x11\xe0 old office", "an old Office file", False),
        (b"<?xml version='1.0' encoding='utf-8'? ><dataroot/>", "cut off or broken", False),
    ],
)
def test_another_file_is_refused_and_named(content: bytes, found: str, refusal: bool) -> None:
    with pytest.raises(NotThisListing, match=found) as caught:
        meetings(content)
    assert caught.value.refusal is refusal


def test_a_catalogue_cut_anywhere_is_refused() -> None:
    content = (FIXTURES / "invented_t.xml").read_bytes().rstrip()
    for end in range(200, len(content), 97):
        with pytest.raises(NotThisListing, match="cut off or broken"):
            meetings(content[:end])


def test_entities_are_refused() -> None:
    laughs = b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><dataroot>&b;</dataroot>'
    for content in (
        laughs,
        laughs.decode().replace("1.0", "1.0' encoding='utf-16").replace("'1.0'", '"1.0"').encode("utf-16"),
    ):
        with pytest.raises(NotThisListing):
            meetings(content)
    outside = b'<?xml version="1.0"?><!DOCTYPE d SYSTEM "file:///etc/passwd"><dataroot/>'
    with pytest.raises(NotThisListing, match="document type definition"):
        meetings(outside)
