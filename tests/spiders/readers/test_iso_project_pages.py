from __future__ import annotations

from pathlib import Path

import pytest

from spiders.readers import read
from spiders.rows import Context, NotThisListing, ProjectRow

PAGE = Path(__file__).resolve().parents[2] / "fixtures" / "iso.projects" / "invented_page.html"
SEEN = {
    "iso.org_standard_68511__200__2021-08-24.html": ("68511", "ISO/AWI 14093", "20.00", "ISO/TC 207/SC 7"),
    "iso.org_standard_68511__200__2021-12-14.html": ("68511", "ISO/CD 14093", "30.60", "ISO/TC 207/SC 7"),
    "iso.org_standard_74197__200__2020-11-02.html": ("74197", "ISO/DIS 22934", "40.60", "ISO/TC 130"),
    "iso.org_standard_74197__200__2024-02-02.html": ("74197", "ISO 22934:2021", "60.60", "ISO/TC 130"),
    "iso.org_standard_77374__200__2019-09-03.html": ("77374", "ISO 10844:2014/AWI Amd 1", "20.00", "ISO/TC 43/SC 1"),
    "iso.org_standard_77374__200__2024-02-02.html": ("77374", "ISO 10844:2014/AWI Amd 1", "20.98", "ISO/TC 43/SC 1"),
    "iso.org_fr_standard_85632__200__2024-02-02.html": ("85632", "ISO 16063-1:1998/CD Amd 2", "30.60", "ISO/TC 108"),
}


def project(content: bytes, context: Context | None = None) -> ProjectRow:
    (row,) = read("iso.projects", content, context or Context()).rows
    assert isinstance(row, ProjectRow)
    return row


@pytest.mark.parametrize("name", SEEN)
def test_captured_pages(captures: Path, name: str) -> None:
    row = project((captures / "iso" / "project_pages" / name).read_bytes())
    assert (row.key, row.reference, row.stage, row.group) == SEEN[name]


def test_every_captured_page_is_read_in_full(captures: Path) -> None:
    found = sorted((captures / "iso" / "project_pages").iterdir())
    assert len(found) == 14
    for path in found:
        reading = read("iso.projects", path.read_bytes(), Context())
        assert (reading.layout, reading.partial, reading.supplement, reading.missing_columns) == (
            "page",
            True,
            True,
            (),
        )
        assert reading.scope.startswith(path.name.partition("standard_")[2][:5])
        assert ("(fr)" in reading.scope) == ("_fr_" in path.name)


def test_the_active_stage_counts_else_the_last_with_a_date() -> None:
    page = PAGE.read_bytes()
    assert project(page).stage == "30.60"
    assert project(page.replace(b'class="active"', b"")).stage == "30.60"
    assert project(page.replace(b'class="active"', b"").replace(b"2031-10-23", b"")).stage == "30.00"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_page_in_another_encoding(encoding: str) -> None:
    page = PAGE.read_text("utf-8")
    assert project(page.encode(encoding)) == project(page.encode())


def test_a_page_without_its_own_address_is_named_by_its_file() -> None:
    page = PAGE.read_bytes().replace(b".detail.rss", b"").replace(b"99068.html", b"")
    assert project(page, Context(file="iso.org_standard_99068__200__2031-11-01.html")).key == "99068"
    with pytest.raises(NotThisListing, match="titled"):
        read("iso.projects", page, Context(file="page.html"))


def test_what_a_page_lacks_is_said() -> None:
    page = PAGE.read_bytes().replace(b"/committee/", b"/elsewhere/").replace(b"2031-", b"").replace(b"2030-", b"")
    reading = read("iso.projects", page.replace(b'class="active"', b""), Context())
    assert reading.missing_columns == ("committee",)
    assert read("iso.projects", page.replace(b">30.", b">").replace(b">10.", b">"), Context()).missing_columns == (
        "stage",
        "committee",
    )


@pytest.mark.parametrize("spoilt", [b"<h1", b"stage-date"])
def test_another_page_of_the_site_is_refused(spoilt: bytes) -> None:
    with pytest.raises(NotThisListing, match="or a project's page, found an HTML page titled"):
        read("iso.projects", PAGE.read_bytes().replace(spoilt, b"<h7" if spoilt == b"<h1" else b"x"), Context())


def test_hostile_text_stays_text() -> None:
    page = PAGE.read_bytes().replace(b"ISO/CD 99014", b"ISO/CD &lt;script&gt;alert(1)&lt;/script&gt;\r\nBcc: y")
    assert project(page).reference == "ISO/CD <script>alert(1)</script> Bcc: y"
