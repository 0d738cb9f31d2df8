from __future__ import annotations

from pathlib import Path

import pytest

from spiders.readers.threegpp_directory import Entry, document_folders, read_directory, tdoc_lists
from spiders.rows import Context, NotThisListing

PAGES = {
    "2020.02.24 Tdocs by Agenda.htm": (9, 9),
    "ftp_Docs_listing_rows_2026.html": (2, None),
    "ftp_Specs_latest_.htm": (14, None),
    "ftp_Specs_latest_Rel-16_.htm": (32, None),
    "ftp_Specs_latest_Rel-16_23_series_.htm": (40, None),
    "www.3gpp.org - _ftp_Specs_latest_Rel-13_36_series_.html": (120, None),
}


@pytest.mark.parametrize("name", PAGES)
def test_captured_pages_are_read_whole(captures: Path, name: str) -> None:
    found = read_directory((captures / "3gpp" / "directory_listings" / name).read_bytes(), Context())
    assert (len(found.entries), found.claimed) == PAGES[name]
    assert all(entry.modified and entry.is_folder == (entry.size is None) for entry in found.entries)


def test_every_captured_page_has_a_test(captures: Path) -> None:
    assert {path.name for path in (captures / "3gpp" / "directory_listings").iterdir()} == set(PAGES)


def test_the_newer_style(captures: Path) -> None:
    name = "2020.02.24 Tdocs by Agenda.htm"
    found = read_directory((captures / "3gpp" / "directory_listings" / name).read_bytes(), Context())
    root = "https://www.3gpp.org/ftp/tsg_sa/WG2_Arch/TSGS2_137e_Electronic"
    assert Entry("Docs", f"{root}/Docs", True, "2020-02-24T07:32", None) in found.entries
    assert document_folders(found.entries)[0].name == "Docs"


def test_the_old_style(captures: Path) -> None:
    name = "www.3gpp.org - _ftp_Specs_latest_Rel-13_36_series_.html"
    found = read_directory((captures / "3gpp" / "directory_listings" / name).read_bytes(), Context())
    url = "https://www.3gpp.org/ftp/Specs/latest/Rel-13/36_series/36101-de0.zip"
    assert found.entries[0] == Entry("36101-de0.zip", url, False, "2019-01-16T17:06", 4606170)


def row(name: str, date: str, href: str | None = None, size: str = "1,5 KB") -> str:
    kind = "" if "." not in name else ".xlsx"
    link = f'<a class="file" href="{href or "https://www.3gpp.org/ftp/x/" + name}">{name}</a>'
    image = f'<img src="/ftp/geticon.axd?file={kind}">'
    box = f'<input type="checkbox" value="{name}">'
    return f"<tr><td>{box}</td><td>{image}</td><td>{link}</td><td>{date}</td><td>{size if kind else ''}</td></tr>"


def page(*rows: str, title: str = "Directory Listing /ftp/x/", count: int | None = None) -> bytes:
    items = f'<span id="FileCount">{count} items.</span>' if count is not None else ""
    return f"<html><title>{title}</title><table>{''.join(rows)}</table>{items}</html>".encode()


def test_tdoc_lists_newest_first_whatever_they_are_called() -> None:
    entries = read_directory(
        page(
            row("TDoc_List_Meeting_RAN#104.xlsx", "2024/06/01 9:05"),
            row("tdoclist_2025-08-29_13h12_eom.XLSX", "2025/08/29 13:12"),
            row("TDoc_List_Meeting_SA2#118-Bis.xlsm", "2016/11/20 10:00"),
            row("R1-2400001.zip", "2026/01/01 10:00"),
            row("TDoc_List_old.docx", "2026/01/01 10:00"),
        ),
        Context(),
    ).entries
    assert [entry.modified for entry in tdoc_lists(entries)] == [
        "2025-08-29T13:12",
        "2024-06-01T09:05",
        "2016-11-20T10:00",
    ]
    assert tdoc_lists(entries)[1].url == "https://www.3gpp.org/ftp/x/TDoc_List_Meeting_RAN%23104.xlsx"
    assert tdoc_lists(entries)[1].size == 1536


def test_an_empty_directory_is_empty_and_not_refused() -> None:
    found = read_directory(page(count=0), Context())
    assert (found.entries, found.claimed) == ([], 0)


def test_relative_links_are_the_requests() -> None:
    context = Context(url="https://mirror.example/ftp/x/")
    found = read_directory(page(row("Docs", "2024/06/01 9:05", href="/ftp/x/Docs")), context)
    assert found.entries[0].url == "https://mirror.example/ftp/x/Docs"


@pytest.mark.parametrize(
    ("date", "modified"),
    [
        ("2030-04-03 09:50", "2030-04-03T09:50"),
        ("03/04/2030 09:50", "2030-04-03T09:50"),
        ("4/3/2030 9:50 PM", "2030-04-03T21:50"),
        ("2030/4/3 9:50:12", "2030-04-03T09:50"),
        ("99/99/2030 9:50", None),
    ],
)
def test_entries_are_found_by_any_machines_dates_with_icons_or_without(date: str, modified: str | None) -> None:
    iconless = row("a.zip", date).replace("<img", "<i")
    for content in (page(row("a.zip", date)), page(iconless), page(row("a.zip", date).replace("geticon", "GetIcon"))):
        assert [(one.name, one.modified, one.is_folder) for one in read_directory(content, Context()).entries] == [
            ("a.zip", modified, False)
        ]
    with pytest.raises(NotThisListing):
        read_directory(page(iconless, title="News"), Context())


@pytest.mark.parametrize(
    ("size", "read"),
    [
        ("1048,9 KB", 1074074),
        ("1.048,9 KB", 1074074),
        ("1,048.9 KB", 1074074),
        ("1\u00a0048 KB", 1073152),
        ("523 bytes", 523),
        ("1,2 MB", 1258291),
    ],
)
def test_sizes_in_any_machines_notation(size: str, read: int) -> None:
    assert read_directory(page(row("a.zip", "2030/04/03 9:50", size=size)), Context()).entries[0].size == read


def test_thousands_of_items_are_counted() -> None:
    content = page(row("a.zip", "2030/04/03 9:50"), count=1).replace(b"1 items", b"3,200 items")
    assert read_directory(content, Context()).claimed == 3200


@pytest.mark.parametrize(
    ("before", "modified", "size"),
    [
        (" 3/4/2030  5:06 PM      4606170", "2030-03-04T17:06", 4606170),
        ("16/01/2030  17:06      4.606.170", "2030-01-16T17:06", 4606170),
        ("2030-01-16  17:06        &lt;dir&gt;", "2030-01-16T17:06", None),
        ("Wednesday, January 16, 2030  5:06 PM      4606170", None, 4606170),
    ],
)
def test_the_old_style_on_other_machines(before: str, modified: str | None, size: int | None) -> None:
    listed = f'<pre><A HREF="/ftp/">[To Parent Directory]</A><br><br> {before} <A HREF="/ftp/x/a b">a b</A><br></pre>'
    content = f"<html><title>10.10.10.10 - /ftp/x/</title><hr>{listed}</html>".encode()
    expected = Entry("a b", "https://www.3gpp.org/ftp/x/a%20b", size is None, modified, size)
    assert read_directory(content, Context()).entries == [expected]


def test_numbers_without_end_and_links_without_sense_end_nothing() -> None:
    digits = "9" * 5000
    listed = f'<pre> 3/4/2030  5:06 PM  {digits} <A HREF="/ftp/x/a">a</A><br></pre>'
    content = f"<html><title>www.3gpp.org - /ftp/x/</title>{listed}</html>".encode()
    assert read_directory(content, Context()).entries == []
    content = page(
        row("a.zip", "2030/04/03 9:50", href="http://[::1"), row("b.zip", "2030/04/03 9:50", size=f"{digits} KB")
    )
    assert [(one.name, one.size) for one in read_directory(content, Context()).entries] == [("b.zip", None)]


def test_hostile_entries_name_no_path_and_no_script() -> None:
    found = read_directory(
        page(
            row("a.zip", "2024/06/01 9:05", href="javascript:alert(1)"),
            row("b.zip", "9999/99/99 9:05", href="https://www.3gpp.org/ftp/x/..%2F..%2Fb.zip"),
        ),
        Context(),
    )
    assert [(entry.name, entry.modified) for entry in found.entries] == [(".._.._b.zip", None)]


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04", b"<html><title>Welcome</title><pre>x</pre></html>", b"<html></html>"]
)
def test_another_page_is_refused(content: bytes) -> None:
    with pytest.raises(NotThisListing, match="directory page"):
        read_directory(content, Context())
