"""The listings as served, read here by the simplest means, against what the demo says of its second day."""

from __future__ import annotations

import io
import json
import re
from collections import Counter
from datetime import date

import pytest
from python_calamine import CalamineWorkbook

from demo.expected import DayTwo, day_two
from demo.listings import Listings
from demo.news import AREAS, CN
from demo.resource import MARK
from demo.threegpp_agenda import CHINESE

BLOB = "isopublicstorageprod.blob.core.windows.net"
Rows = dict[str, dict[str, str]]


@pytest.fixture(scope="module")
def listings(today: date) -> Listings:
    return Listings(today)


@pytest.fixture(scope="module")
def truth(today: date) -> DayTwo:
    return day_two(today)


def _bodies(listings: Listings, host: str, day: int, part: str) -> list[bytes]:
    site = listings.site(host, day)
    assert site is not None
    return [resource.body for target, resource in site.resources.items() if part in target]


def _tdocs(listings: Listings, day: int) -> Rows:
    found: Rows = {}
    lists = _bodies(listings, "portal.3gpp.org", day, "meetingId") + _bodies(listings, "www.3gpp.org", day, "SA3%23991")
    for body in lists:
        header, *rows = CalamineWorkbook.from_filelike(io.BytesIO(body)).get_sheet_by_name("TDoc_List").to_python()
        for row in rows:
            cells = {str(name): str(value) for name, value in zip(header, row, strict=True)}
            assert cells["TDoc"] not in found, "no two lists share a number"
            found[cells["TDoc"]] = cells
    return found


def _records(listings: Listings, day: int, part: str) -> dict[str, dict[str, object]]:
    (body,) = _bodies(listings, BLOB, day, part)
    return {str(record["id"]): record for record in map(json.loads, body.splitlines())}


def _folders(listings: Listings, day: int) -> set[str]:
    bodies = _bodies(listings, "www.itu.int", day, "/dms_pages/")
    return {name.decode() for body in bodies for name in re.findall(rb"<object_name>([^<]*-C-[^<]*)<", body)}


def test_tdocs_that_appear(listings: Listings, truth: DayTwo) -> None:
    new = set(_tdocs(listings, 2)) - set(_tdocs(listings, 1))
    told = {item.key for item in truth.appeared if (item.body, item.record) == ("3GPP", "contribution")}
    assert new == told
    assert truth.new_keys("3GPP") < new
    assert not set(_tdocs(listings, 1)) - set(_tdocs(listings, 2)), "nothing vanishes"


def test_tdocs_that_change(listings: Listings, truth: DayTwo) -> None:
    names = {
        "title": "Title",
        "source": "Source",
        "status": "TDoc Status",
        "revision_of": "Is revision of",
        "revised_to": "Revised to",
    }
    before, after = _tdocs(listings, 1), _tdocs(listings, 2)
    seen = {
        key: {
            field: (row[column] or None, after[key][column] or None)
            for field, column in names.items()
            if row[column] != after[key][column]
        }
        for key, row in before.items()
    }
    assert {key: fields for key, fields in seen.items() if fields} == truth.changes("3GPP")


def test_a_file_comes_with_its_upload_and_not_before(listings: Listings) -> None:
    for row in _tdocs(listings, 2).values():
        assert bool(row["Uploaded"]) == (row["TDoc Status"] != "reserved")


def test_shares_look_real(listings: Listings) -> None:
    rows = _tdocs(listings, 1).values()
    names = {name for source in CHINESE for name in source.split(", ")}
    share = sum(bool(names & set(row["Source"].split(", "))) for row in rows) / len(rows)
    assert 0.3 < share < 0.42, f"36.5 % of real TDocs; {share:.1%} here"
    assert all(re.fullmatch(r"Delegate \d+", row["Contact"]) for row in rows), "no person's name"


def test_lists_come_in_both_templates_and_all_three_date_forms(listings: Listings) -> None:
    widths, dates = Counter[int](), set[str]()
    for body in _bodies(listings, "portal.3gpp.org", 1, "meetingId"):
        book = CalamineWorkbook.from_filelike(io.BytesIO(body))
        assert book.sheet_names == ["TDoc_List", "CR_Packs_List", "Parameters"]
        header, first, *_ = book.get_sheet_by_name("TDoc_List").to_python()
        widths[len(header)] += 1
        dates.add(re.sub(r"\d+", "0", str(first[header.index("Reservation date")])))
    assert widths[31] == 1
    assert set(widths) == {31, 36}
    assert {"0/0/0 0:0:0", "0-0-0 0:0:0"} < dates
    assert any(date.endswith("M") for date in dates)


def test_committees_and_projects(listings: Listings, truth: DayTwo) -> None:
    for part, record in (("technical_committees", "committee"), ("deliverables", "project")):
        before, after = (_records(listings, day, part) for day in (1, 2))
        told = {item.key for item in truth.appeared if item.record == record}
        assert set(after) - set(before) == told
        assert not set(before) - set(after)
    before, after = (_records(listings, day, "deliverables") for day in (1, 2))
    moved = {key for key in before if before[key]["currentStage"] != after[key]["currentStage"]}
    assert moved == {key for key, fields in truth.changes("ISO", "project").items() if "stage" in fields}


def test_sac_gains_and_loses_while_acronyms_storm(listings: Listings, truth: DayTwo) -> None:
    before, after = (_records(listings, day, "technical_committees") for day in (1, 2))
    sac = {
        day: {key for key, row in rows.items() if row["secretariat"]["id"] == 1635}
        for day, rows in ((1, before), (2, after))
    }  # type: ignore[index]
    assert len(sac[1] - sac[2]) == 1
    assert len(sac[2] - sac[1]) == 2, "one gained, one new"
    members = [
        {m["id"]: m["acronym"] for rows in (day.values(),) for row in rows for m in row["pMembers"] or ()}
        for day in (before, after)
    ]  # type: ignore[attr-defined]
    renamed = {number for number in members[0] if members[0][number] != members[1].get(number)}
    assert renamed == {1759, 1897}
    told = {edit.field for edit in truth.edited if edit.item.record == "committee"}
    assert not told & {"member 1759", "member 1897"}, "a new acronym is no news"


def test_itu_contributions_that_the_xml_shows(listings: Listings, truth: DayTwo) -> None:
    new = _folders(listings, 2) - _folders(listings, 1)
    told = [item for item in truth.appeared if item.body == "ITU" and "-C-" in item.key]
    in_xml = {item.key for item in told if item.fields["status"] != "reserved"}
    filled = {key for key, fields in truth.changes("ITU").items() if fields.get("status") == ("reserved", "available")}
    assert new == in_xml | filled


def test_itus_html_shows_what_its_xml_leaves_out(listings: Listings, truth: DayTwo) -> None:
    (xml,) = _bodies(listings, "www.itu.int", 2, "T25-SG17-C.xml")
    (html,) = _bodies(listings, "www.itu.int", 2, "/md/T25-SG17-C/en")
    folder = xml.decode().partition("<doc_number>9101<")[2].partition("</folder>")[0]
    assert "<main_source>Korea (Rep. of)</main_source>" in folder
    assert re.search(r"\[ 9101 \].*?China Mobile", html.decode("latin-1"), re.DOTALL)
    assert "T25-SG17-C-9101" in truth.changes("ITU")
    (reserved,) = _bodies(listings, "www.itu.int", 2, "/md/T25-SG13-C/en")
    assert b"<strong>[ 9206 ]" not in reserved
    assert b"[ 9206 ]" in reserved


def test_registers_fill_and_replace_rows(listings: Listings, truth: DayTwo) -> None:
    (page,) = _bodies(listings, "www.unicode.org", 2, "IRG")
    assert "IRG N9911" in truth.new_keys("ISO")
    assert truth.changes("ISO")["IRG N9908"]["status"] == ("reserved", "available")
    assert all(f">{key}</a>" in page.decode() for key in ("IRG N9908", "IRG N9911"))
    assert "IRG N9907R" in page.decode()
    assert truth.changes("ISO")["IRG N9907"]["revision"] == (None, "R")


def test_every_area_has_news(truth: DayTwo) -> None:
    assert truth.areas == set(AREAS)
    for body in ("3GPP", "ISO", "ITU"):
        assert truth.new_keys(body), f"something for an officer who watches {body}"


def test_noise_and_news_are_apart(truth: DayTwo) -> None:
    told = {item.key for item in truth.appeared if item.origin == CN} | {
        edit.item.key for edit in truth.edited if edit.item.origin == CN
    }
    assert truth.noise
    assert not truth.noise & told
    assert "R1-2693513" in truth.noise, "MediaTek and ITRI are not Chinese"


def test_meetings_move_are_cancelled_and_appear(truth: DayTwo) -> None:
    changes = truth.changes("3GPP", "meeting")
    assert changes["990203"]["status"] == ("planned", "cancelled")
    assert set(changes["990402"]) == {"starts_on", "place"}
    assert {item.key for item in truth.appeared if item.record == "meeting"} == {"990304", "261"}
    assert any(item.new_list for item in truth.appeared)


def test_everything_that_can_says_that_it_is_invented(listings: Listings) -> None:
    for host in listings.hosts:
        site = listings.site(host, 2)
        assert site is not None
        for target, resource in site.resources.items():
            if target.endswith("robots.txt"):
                continue
            if resource.body.startswith(b"PK"):
                parameters = CalamineWorkbook.from_filelike(io.BytesIO(resource.body)).get_sheet_by_name("Parameters")
                assert MARK in parameters.to_python()[0], target
            else:
                assert MARK.encode() in resource.body, target


def test_hostile_text_is_there_and_marked(truth: DayTwo) -> None:
    hostile = [item.title for item in truth.appeared if "(demo: hostile text)" in item.title]
    for needle in ("<script>", "=HYPERLINK(", "\u202e", "onerror="):
        assert any(needle in title for title in hostile), needle
    assert any("\n" in (item.source or "") for item in truth.appeared)
