from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from spiders import urls

ADDRESSES = {
    urls.meetings_3gpp("R1"): "https://www.3gpp.org/dynareport?code=Meetings-R1.htm",
    urls.tdocs_3gpp(60607): "https://portal.3gpp.org/ngppapp/GenerateDocumentList.aspx?meetingId=60607",
    urls.iso_committees(): urls.ISO_OPEN_DATA + "iso_technical_committees/json/iso_technical_committees.jsonl",
    urls.iso_projects(): urls.ISO_OPEN_DATA + "iso_deliverables_metadata/json/iso_deliverables_metadata.jsonl",
    urls.register("irg"): "https://www.unicode.org/irg/IRG-curdoc.html",
    urls.register("wg2"): "https://www.unicode.org/wg2/WG2-curdoc.html",
    urls.jvet_meetings(): "https://jvet-experts.org/doc_end_user/all_meeting.php",
    urls.jvet_meeting(208): (
        "https://jvet-experts.org/doc_end_user/current_meeting.php?id_meeting=208&search_id_group=1&search_sub_group=1"
    ),
    urls.itu_meetings("T"): "https://www.itu.int/net/epub/ITU-Sync/ITU-T_Meetings.xml",
    urls.itu_meetings("D"): "https://www.itu.int/net/epub/ITU-Sync/ITU-D_NEW-Meetings.xml",
    urls.itu_meetings(None): "https://www.itu.int/net/epub/ITU-Sync/ITU_Meetings.xml",
    urls.itu_index("T", "25", "SG12", "C"): "https://www.itu.int/dms_pages/itu-t/md/25/SG12/c/T25-SG12-C.xml",
    urls.itu_index("T", "25", "SG12", "TD", "250909"): (
        "https://www.itu.int/dms_pages/itu-t/md/25/SG12/td/T25-SG12-250909-TD.xml"
    ),
    urls.itu_index("R", "23", "WP5D", "C"): "https://www.itu.int/dms_pages/itu-r/md/23/WP5D/c/R23-WP5D-C.xml",
    urls.itu_listing("T25-SG13-C", 50): "https://www.itu.int/md/meetingdoc.asp?lang=en&parent=T25-SG13-C&PageLB=50",
    urls.itu_new("R23-WP4A"): "https://www.itu.int/md/R23-WP4A/new/en",
    urls.itu_document("T25-SG13-C-0123"): "https://www.itu.int/md/T25-SG13-C-0123/en",
}


@pytest.mark.parametrize(("made", "known"), ADDRESSES.items())
def test_addresses_are_those_that_are_published(made: str, known: str) -> None:
    assert made == known
    assert urlsplit(made).hostname in urls.ALLOWED_HOSTS


@pytest.mark.parametrize(
    ("href", "address"),
    [
        ("docs/a b\xa0c&d.pdf", "https://www.unicode.org/wg2/docs/a%20b%C2%A0c&d.pdf"),
        ("docs/a%20b.pdf", "https://www.unicode.org/wg2/docs/a%20b.pdf"),
        ("http://unicode.org/x", "https://unicode.org/x"),
        ("\n\t/md/x\n", "https://www.unicode.org/md/x"),
        ("https://www.iso.org/standard/1.html", "https://www.iso.org/standard/1.html"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("ftp://www.itu.int/x", None),
        ("https://evil.example/www.itu.int", None),
        ("https://www.itu.int@evil.example/", None),
        ("https://user:pass@www.itu.int/", None),
        ("https://www.itu.int:8443/", None),
        ("https://www.itu.int:port/", None),
        ("https://www.itu.int.evil.example/", None),
        ("https://[broken/", None),
    ],
)
def test_only_public_addresses_of_the_bodies_are_kept(href: str, address: str | None) -> None:
    assert urls.public(href, "https://www.unicode.org/wg2/WG2-curdoc.html") == address


@pytest.mark.parametrize("address", ["http://[", "//[::1/x", "https://[x]/", None, ""])
def test_what_is_no_address_has_no_parts(address: str | None) -> None:
    assert urls.parts(address).geturl() == ""


def test_parts_are_taken_from_the_page_that_links() -> None:
    assert urls.parts(" b.zip\n", "https://www.3gpp.org/ftp/a").path == "/ftp/b.zip"
