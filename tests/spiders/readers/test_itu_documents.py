from __future__ import annotations

import re
from pathlib import Path

import pytest

from spiders.readers import read
from spiders.readers.itu_pages import liaison, revision
from spiders.rows import Context, ContributionRow, NotThisListing, Reading

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "itu.documents"


def documents(content: bytes, url: str | None = None) -> Reading:
    return read("itu.documents", content, Context(url=url))


def rows(reading: Reading) -> dict[str, ContributionRow]:
    return {row.key: row for row in reading.rows if isinstance(row, ContributionRow)}


def test_captured_index(captures: Path) -> None:
    reading = documents((captures / "itu" / "xml" / "T25-SG12-250909-TD.xml").read_bytes())
    assert (reading.scope, reading.group, reading.layout) == ("T25-SG12-250909-TD", "ITU-T SG12", "index")
    assert (reading.rejects, reading.unknown_columns, reading.missing_columns) == ([], (), ())
    found = rows(reading)
    assert list(found) == [f"T25-SG12-250909-TD-GEN-0{number}" for number in (292, 291, 290)]
    last = found["T25-SG12-250909-TD-GEN-0290"]
    assert (last.source, last.work_items, last.uploaded_at) == ("Rapporteur Q9/12", "Q9/12", "2025-09-04")
    assert (last.meeting, last.url) == ("T25-SG12-250909", "https://www.itu.int/md/T25-SG12-250909-TD-GEN-0290/en")


def test_captured_pages_of_the_same_application_are_refused(captures: Path) -> None:
    folders = ("asp_pages", "json", "text")
    pages = [path for folder in folders for path in sorted((captures / "itu" / folder).iterdir())]
    assert len(pages) == 30
    for path in pages:
        with pytest.raises(NotThisListing):
            documents(path.read_bytes())


def test_the_captured_answer_to_a_throttled_request_is_a_refusal(captures: Path) -> None:
    with pytest.raises(NotThisListing, match="The Publication selected is not available") as caught:
        documents((captures / "itu" / "asp_pages" / "en_publications_pages_notfound.aspx__200.html").read_bytes())
    assert caught.value.refusal


def test_a_recommendation_is_another_page_not_a_refusal(captures: Path) -> None:
    with pytest.raises(NotThisListing) as caught:
        documents((captures / "itu" / "asp_pages" / "rec_R-REC-BO_en__200.html").read_bytes())
    assert not caught.value.refusal


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", "an empty body"),
        (b" \r\n", "an empty body"),
        (b"<html><head><title>503 Service Unavailable</title></head></html>", "503"),
        (b"<html><head><title>Error</title></head><body>Runtime Error</body></html>", "Error"),
        (b"<html><title>TIES</title><form action='dologin_md.asp'></form></html>", "asks to log in"),
        (b"<html><title>x</title>The requested URL was rejected. Request Rejected</html>", "blocks scripts"),
    ],
)
def test_blocks_and_error_shells_are_refusals(content: bytes, found: str) -> None:
    with pytest.raises(NotThisListing, match=found) as caught:
        documents(content)
    assert caught.value.refusal


def test_a_listing_in_another_language_is_named() -> None:
    page = (FIXTURES / "invented_listing.html").read_bytes().replace(b"<strong>Title", b"<strong>Titre")
    with pytest.raises(
        NotThisListing, match=r'in English.*titled "Invented listing" with the columns Number, Titre, S'
    ):
        documents(page)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            "<main_source>China Telecom, Huawei</main_source>",
            "<main_source><rvalue>China Telecom, Huawei</rvalue></main_source>",
        ),
        ("<rvalue>Q1/99</rvalue></study_questions>", "Q1/99</study_questions>"),
        ("<reception_date>2031-05-19</reception_date>", "<reception_date>2031-05-19T00:00:00</reception_date>"),
    ],
)
def test_values_of_an_index_are_read_repeated_or_not(old: str, new: str) -> None:
    index = (FIXTURES / "invented_c.xml").read_text("utf-8")
    assert old in index
    assert documents(index.replace(old, new).encode()).rows == documents(index.encode()).rows


def folder(name: str, **fields: str) -> dict[str, ContributionRow]:
    inside = "".join(f"<{field}>{value}</{field}>" for field, value in {"object_name": name, **fields}.items())
    return rows(
        documents(f"<page_content><folder_list><folder>{inside}</folder></folder_list></page_content>".encode())
    )


@pytest.mark.parametrize("language", ["e", "f", "s"])
def test_an_index_in_one_language_alone_is_read_in_that(language: str) -> None:
    told = {f"{field}_{language}": f"Invented {field}" for field in ("ltitle", "observation", "abstract")}
    row = folder("T29-SG99-C-0007", **told)["T29-SG99-C-0007"]
    assert (row.title, row.remarks, row.abstract) == ("Invented ltitle", "Invented observation", "Invented abstract")


def test_what_an_index_does_not_say_is_in_its_documents_id_and_title() -> None:
    row = folder("T29-SG99-310528-TD-GEN-0007!R2", ltitle_e="LS/i on X [from IETF]")["T29-SG99-310528-TD-GEN-0007"]
    assert (row.source, row.meeting, row.revision, row.type) == ("IETF", "T29-SG99-310528", "2", "LS in")
    bare = folder("T29-SG99-C-0007", friendly_name="7 (Rev.1-3)")["T29-SG99-C-0007"]
    assert (bare.title, bare.revision, bare.meeting, bare.source) == ("T29-SG99-C-0007", "3", None, None)
    assert folder("T29-SG99-C") == {}


def test_several_sources_of_an_index_are_all_kept() -> None:
    index = (FIXTURES / "invented_c.xml").read_text("utf-8")
    both = "<main_source><rvalue>China Telecom</rvalue><rvalue>Huawei</rvalue></main_source>"
    reading = documents(index.replace("<main_source>China Telecom, Huawei</main_source>", both).encode())
    assert rows(reading)["T29-SG99-C-0042"].source == "China Telecom; Huawei"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "windows-1252", "iso-8859-1"])
def test_an_index_in_another_encoding_says_the_same(encoding: str) -> None:
    index = (FIXTURES / "invented_c.xml").read_text("utf-8").replace("Invented abstract", "Genève")
    label = encoding.removesuffix("-sig")
    whole = documents(index.encode())
    assert "Genève" in (rows(whole)["T29-SG99-C-0042"].abstract or "")
    for declared in (label, "utf-8"):
        content = index.replace("encoding='utf-8'", f"encoding='{declared}'").encode(encoding)
        assert documents(content).rows == whole.rows


def test_a_character_that_xml_cannot_hold_costs_no_list() -> None:
    index = (FIXTURES / "invented_c.xml").read_text("utf-8")
    for character in ("\x0b", "&#11;", "&#x0B;", "&#xFFFF;", "\x00"):
        content = index.replace("Invented abstract", f"Invented{character}abstract").encode()
        assert documents(content).rows == documents(index.encode()).rows


def test_a_date_that_cannot_be_read_costs_no_row() -> None:
    index = (FIXTURES / "invented_c.xml").read_text("utf-8")
    for none in ("soon", "2031-02-30"):
        reading = documents(index.replace("2031-05-19<", f"{none}<").encode())
        assert (rows(reading)["T29-SG99-C-0042"].uploaded_at, reading.unread) == (None, 1)
    page = (FIXTURES / "invented_listing.html").read_bytes().replace(b"<td>2031-05-18</td>", b"<td>hier</td>")
    reading = documents(page)
    assert (rows(reading)["T29-SG99-C-0042"].uploaded_at, reading.unread) == (None, 1)
    assert "'hier' is not a date" in reading.notes[0]


def test_bold_and_dates_in_other_markup_are_bold_and_dates() -> None:
    page = (FIXTURES / "invented_listing.html").read_bytes()
    other = page.replace(b"<strong>[", b"<B>[").replace(b"]</strong>", b"]</B>").replace(b"2031-05-", b"2031/05/")
    assert documents(other).rows == documents(page).rows


def listing(*rows_: str, links: str = "") -> bytes:
    head = "".join(
        f"<td><strong>{name}</strong></td>" for name in ("", "Number", "Title", "Source", "AI/Question", "Date")
    )
    return f"<html>{links}<table><tr>{head}</tr>{''.join(rows_)}</table></html>".encode()


@pytest.mark.parametrize(
    ("links", "found"),
    [
        ("<a href='./meetingdoc.asp?lang=fr&amp;parent=T29-SG99-C'>Français</a>", "T29-SG99-C"),
        ("<a href='./meetingdoc.asp?lang=fr&amp;parent=T29-SG99-C-0044'>44</a>", ""),  # a document
        ("<a href='./meetingdoc.asp?lang=fr&amp;parent=T29-SG99'>SG99</a>", ""),  # a group
        ("<a href='./meetingdoc.asp?parent=T29-SG98-C'>another</a>", ""),
        ("<a>no address</a><a href='./meetingdoc.asp?lang=es&amp;parent=nonsense'>x</a>", ""),
    ],
)
def test_what_is_listed_is_told_by_the_pages_own_language_links(links: str, found: str) -> None:
    assert documents(listing(links=links)).scope == found


def test_a_listed_row_is_completed_from_its_id_and_its_title() -> None:
    link = "<a href='./meetingdoc.asp?parent=T29-SG99-310528-TD-PLEN-0007!R2'><strong>[ 7-PLEN ]</strong></a>"
    row = f"<tr><td></td><td>{link}</td><td>LS/i on X [from IETF]</td><td></td><td></td><td>2031-05-20</td></tr>"
    found = rows(documents(listing(row)))["T29-SG99-310528-TD-PLEN-0007"]
    assert (found.source, found.meeting, found.revision, found.type) == ("IETF", "T29-SG99-310528", "2", "LS in")
    untitled = f"<tr><td></td><td>{link}</td><td></td><td>x</td><td></td><td></td></tr>"
    assert rows(documents(listing(untitled)))["T29-SG99-310528-TD-PLEN-0007"].title == "T29-SG99-310528-TD-PLEN-0007"
    blank = "<tr><td></td><td></td><td></td><td></td><td></td><td></td></tr>"
    link = "<a href='./meetingdoc.asp?parent=T29-SG99-C'>[ 9 ]</a>"
    group = f"<tr><td></td><td>{link}</td><td>y</td><td>x</td><td></td><td></td></tr>"
    reading = documents(listing(blank, group, row), "https://www.itu.int/md/T29-SG99-C/en")
    assert (reading.rejects, list(rows(reading))) == ([], ["T29-SG99-C-0009", "T29-SG99-310528-TD-PLEN-0007"])


def test_a_recent_row_is_completed_from_its_id_and_its_title() -> None:
    head = "".join(f"<td><strong>{name}</strong></td>" for name in ("Number", "Date", "Source", "Title", "Questions"))
    link = "<a href='./meetingdoc.asp?parent=R29-WP9A-C-0007'><strong>[ 7 ]</strong></a> (Rev.1-3)"
    row = f"<tr><td>{link}</td><td>2031-05-20</td><td></td><td>LS/i on X [from IETF]</td><td>N/A</td></tr>"
    untitled = f"<tr><td>{link.replace('0007', '0008')}</td><td></td><td>x</td><td></td><td></td></tr>"
    short = "<tr><td>x</td><td>y</td></tr><tr><td></td><td></td><td></td><td></td><td></td></tr>"
    page = f"<html><table><tr>{head}</tr>{short}{untitled}{row}</table></html>".encode()
    reading = read("itu.documents", page, Context(group="ITU-R WP9A"))
    found = rows(reading)["R29-WP9A-C-0007"]
    assert (found.source, found.revision, found.work_items, reading.scope) == ("IETF", "3", None, "ITU-R WP9A new")
    assert rows(reading)["R29-WP9A-C-0008"].title == "R29-WP9A-C-0008"
    assert (len(reading.rows), reading.rejects) == (2, [])


@pytest.mark.parametrize("name", ["invented_listing.html", "invented_new.html"])
def test_a_page_that_begins_like_xml_is_a_page(name: str) -> None:
    page = (FIXTURES / name).read_bytes()
    assert documents(b'<?xml version="1.0" encoding="iso-8859-1"?>\n' + page).rows == documents(page).rows


@pytest.mark.parametrize("number", ["7-Rev.1", "7-Add1", "7-E", "7 (Rev.1)", "[7]"])
def test_what_follows_a_contributions_number_is_no_subgroup(number: str) -> None:
    head = "".join(f"<th>{name}</th>" for name in ("Number", "Title", "Source", "AI/Question", "Date"))
    row = f"<tr><td>{number}</td><td>Invented</td><td>x</td><td></td><td></td></tr>"
    page = f"<html><table><tr>{head}</tr>{row}</table></html>".encode()
    assert list(rows(documents(page, "https://www.itu.int/md/T29-SG99-C/en"))) == ["T29-SG99-C-0007"]


def test_an_addendum_is_a_document_of_its_own() -> None:
    page = (FIXTURES / "invented_listing.html").read_bytes()
    added = page.replace(b"parent=T29-SG99-C-0043\r", b"parent=T29-SG99-C-0042!A1\r").replace(
        b"parent=T29-SG99-C-0043\n", b"parent=T29-SG99-C-0042!A1\n"
    )
    found = rows(documents(added))
    assert {"T29-SG99-C-0042", "T29-SG99-C-0042!A1"} <= found.keys()
    assert found["T29-SG99-C-0042!A1"].url == "https://www.itu.int/md/T29-SG99-C-0042%21A1/en"


def test_a_cut_off_index_is_refused_and_a_cut_off_page_partial() -> None:
    index = (FIXTURES / "invented_c.xml").read_bytes()
    with pytest.raises(NotThisListing, match="cut off"):
        documents(index[: len(index) // 2])
    page = (FIXTURES / "invented_listing.html").read_bytes()
    cut = documents(page[: page.index(b"no number")], "https://www.itu.int/md/T29-SG99-C/en")
    assert cut.partial
    assert len(cut.rows) == 3


def test_listing_adds_co_signers_and_recent_list_is_partial() -> None:
    listing = documents((FIXTURES / "invented_listing.html").read_bytes())
    assert listing.supplement
    assert rows(listing)["T29-SG99-C-0043"].source == "China Telecom; China Unicom; Huawei Technologies Co., Ltd."
    recent = documents((FIXTURES / "invented_new.html").read_bytes())
    assert recent.partial
    assert recent.supplement
    assert recent.claimed is None, "133 items over three pages say nothing of this page"


@pytest.mark.parametrize(
    ("pager", "following"),
    [
        ("1 - {2} - {3} - {Next}", 2),
        ("1 - {2} - {3}", 2),
        ("{Previous} - {1} - 2 - {3}", 3),
        ("{Previous} - {1} - {2} - 3", None),
        ("{8} - 9 - {10}", 10),
        ("{1} - {2} - {3}", None),  # which of them this is, nobody knows
        ("1 - 2 - {3}", None),
    ],
)
def test_a_pager_leads_to_the_page_after_this_one_if_it_says_next_or_not(pager: str, following: int | None) -> None:
    def link(words: str) -> str:
        page = {"Next": 2, "Previous": 1}.get(words) or int(words)
        return f'<a href="./new.asp?lang=en&amp;parent=R27-WP9A&amp;PageLB={50 * (page - 1)}">{words}</a>'

    page = (FIXTURES / "invented_new.html").read_text("latin-1")
    before, _, after = page.partition("Result Page:")
    links = re.sub(r"\{(\w+)\}", lambda found: link(found[1]), pager)
    spoilt = f"{before}Result Page: {links}{after[after.index('<table') :]}"
    reading = documents(spoilt.encode("latin-1"))
    wanted = (
        [f"https://www.itu.int/md/new.asp?lang=en&parent=R27-WP9A&PageLB={50 * (following - 1)}"] if following else []
    )
    assert reading.next_urls == wanted
    assert reading.partial


def test_numbers_without_links_are_completed_from_what_is_listed() -> None:
    head = "".join(
        f"<td><strong>{name}</strong></td>" for name in ("", "Number", "Title", "Source", "AI/Question", "Date")
    )
    row = "<tr><td></td><td>[ 7-GEN ]</td><td>Invented</td><td>x</td><td></td><td></td></tr>"
    page = f"<html><table><tr>{head}</tr>{row}</table></html>".encode()
    url = "https://www.itu.int/md/meetingdoc.asp?lang=en&parent=T29-SG99-310528-"
    assert list(rows(documents(page, url + "TD"))) == ["T29-SG99-310528-TD-GEN-0007"]
    page = page.replace(b"7-GEN", b"7")
    contribution = rows(documents(page, url + "C"))["T29-SG99-C-0007"]
    assert (contribution.meeting, contribution.status) == ("T29-SG99-310528", "reserved")
    assert documents(page).rejects[0].row == 2


@pytest.mark.parametrize(
    ("title", "fields"),
    [
        ("LS/i on X [from ITU-T SG98]", {"type": "LS in", "source": "ITU-T SG98"}),
        ("LS/i/r on X (reply to SG99-LS3) [from IETF]", {"type": "LS in", "source": "IETF", "reply_to": "SG99-LS3"}),
        ("LS/o on X [to ISO/TC 9901, IETF]", {"type": "LS out", "to": "ISO/TC 9901, IETF"}),
        ("ls/o/r on X [to IETF] [cc GSMA]", {"type": "LS out", "to": "IETF", "cc": "GSMA"}),
        ("LS/out of luck", {}),
        ("On LS/i", {}),
        ("", {}),
    ],
)
def test_liaison_statements_are_told_by_their_titles(title: str, fields: dict[str, str]) -> None:
    assert liaison(title) == fields


@pytest.mark.parametrize(
    ("text", "number"),
    [("[ 12 ] (Rev.1)", "1"), ("12 (Rev.1-3)", "3"), ("12 (Rev. 10)", "10"), ("12", None), (None, None)],
)
def test_revisions(text: str | None, number: str | None) -> None:
    assert revision(text) == number


def test_hostile_titles_and_ids() -> None:
    index = (FIXTURES / "invented_c.xml").read_text("utf-8")
    nasty = index.replace("Invented, taken back", "a&#13;&#10;Bcc: x \u202e&lt;script&gt;" + "x" * 200_000)
    title = rows(documents(nasty.encode()))["T29-SG99-C-0041"].title
    assert "\n" not in title
    assert title.startswith("a Bcc: x")
    forged = index.replace("T29-SG99-C-0041", "../../T29-SG99-C-0041?x=")
    assert len(documents(forged.encode()).rejects) == 2
