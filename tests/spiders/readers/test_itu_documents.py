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
    with pytest.raises(NotThisListing, match='titled "Invented listing"'):
        documents(page)


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
