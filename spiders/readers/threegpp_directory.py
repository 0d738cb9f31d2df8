"""Directory pages of 3GPP's file server, and the TDoc lists among their files.

Two styles: IIS's `<pre>` list (2018/19; US dates, exact sizes), perhaps still met on mirrors, and a table (2020 on;
`2020/02/24 7:32`, sizes rounded to `1048,9 KB`, a checkbox cell from 2026). Neither gives a zone, nor is paged. Dates
and sizes may be in another machine's locale: an entry whose date nobody can read is an entry all the same.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote

from lxml.html import HtmlElement

from spiders import urls
from spiders.readers import pages
from spiders.readers.text import clean, describe
from spiders.readers.threegpp_dates import moment, month_first
from spiders.rows import Context, NotThisListing

_TITLE = re.compile(r"^(?:Directory Listing|[\w.:-]+ -) ?/")
_IIS = re.compile(r"(\S.*?)\s+(<dir>|\d[\d.,]{0,20})\s*$")
_DATE = re.compile(r"\d{1,4}([/.-])\d\d?\1\d{1,4},? \d{1,2}:\d\d.*")
_SIZE = re.compile(r"(\d[\d.,' ]{0,20}?) ?(bytes|[KMG]?i?B)", re.IGNORECASE)
_UNITS = {"B": 1, "K": 2**10, "M": 2**20, "G": 2**30}
_ITEMS = re.compile(r"(\d[\d.,']{0,12}) items?\b")
_TDOC_LIST = re.compile(r"tdoc[_ -]?list.*\.xls[xm]?", re.IGNORECASE)
_DOCUMENTS = re.compile(r"docs|documents|tdocs?|inbox|tdoc_?lists?|agenda", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Entry:
    """A file or folder."""

    name: str
    url: str
    """Absolute where the page or the request says whose it is; a bare `#` as `%23`."""
    is_folder: bool
    modified: str | None
    """ISO text to the minute, the server's local time."""
    size: int | None
    """Bytes: exact in the old style, rounded to 0.1 KB in the newer. None for folders."""


@dataclass(frozen=True, slots=True)
class Directory:
    """What a directory page lists. `claimed`: its own count of items, where it states one."""

    entries: list[Entry]
    claimed: int | None


def read_directory(content: bytes, context: Context) -> Directory:
    """Read a directory page of either style. Raises NotThisListing for any other file."""
    root = pages.parse(content, context.content_type) if b"<" in content[:4096] else None
    entries: list[Entry] | None = None
    if root is not None:
        titled = _TITLE.match(clean(root.findtext(".//title")) or "")
        entries = _table(root, context, titled=titled is not None)
        if not entries and (listed := root.find(".//pre")) is not None and titled:
            entries = _iis(listed, context)
        if not entries and not titled:
            entries = None
    if root is None or entries is None:
        found, refusal = describe(content)
        raise NotThisListing("a directory page of 3GPP's file server", found, refusal=refusal)
    entries = [entry for entry in entries if entry.url.startswith(("https://", "http://"))]
    count = root.xpath("string(//*[@id='FileCount'])")
    claimed = _ITEMS.search(str(count))
    return Directory(entries, int(_digits(claimed[1])) if claimed else None)


def tdoc_lists(entries: list[Entry]) -> list[Entry]:
    """The TDoc lists among the files, newest first."""
    found = [entry for entry in entries if not entry.is_folder and _TDOC_LIST.search(entry.name)]
    return sorted(found, key=lambda entry: (entry.modified or "", entry.name), reverse=True)


def document_folders(entries: list[Entry]) -> list[Entry]:
    """The folders of a meeting where a TDoc list may lie, likeliest first: Docs before Inbox and Agenda."""
    found = [entry for entry in entries if entry.is_folder and _DOCUMENTS.fullmatch(entry.name)]
    return sorted(found, key=lambda entry: (entry.name.casefold() in ("inbox", "agenda"), entry.name.casefold()))


def _table(root: HtmlElement, context: Context, *, titled: bool) -> list[Entry]:
    """The newer style. Cells are known by what they hold: an icon, a link, a date, a size.

    A row without an icon is an entry if it has a date, and the page the title of a directory.
    """
    found = []
    for table in pages.rows(root):
        for cells in table:
            icons = [image.get("src", "").casefold() for cell in cells for image in cell.iter("img")]
            icon = next((source for source in icons if "geticon" in source), None)
            href = next(filter(None, map(pages.href, cells)), None)
            said = [pages.words(cell) or "" for cell in cells]
            date = next(filter(_DATE.fullmatch, said), None)
            if not href or (icon is None and not (titled and date)):
                continue
            size = next((_bytes(match) for text in said if (match := _SIZE.fullmatch(text))), None)
            is_folder = icon.endswith("file=") if icon else size is None and "." not in href.rsplit("/", 1)[-1]
            found.append((href, date, is_folder, size))
    return _entries(found, context)


def _iis(listed: HtmlElement, context: Context) -> list[Entry]:
    """The old style: the date and size stand in the text before each link."""
    found = []
    before = listed.text or ""
    for element in listed:
        if element.tag == "a" and (said := _IIS.search(before)):
            size = None if said[2] == "<dir>" else int(_digits(said[2]))
            found.append((element.get("href") or "", clean(said[1]), size is None, size))
        before = element.tail or ""
    return _entries(found, context)


def _entries(found: list[tuple[str, str | None, bool, int | None]], context: Context) -> list[Entry]:
    """Entries of address, date, whether it is a folder, and size; all the page's dates are in one order."""
    us = month_first(date for _, date, _, _ in found) or False
    return [
        _entry(href, context, is_folder=is_folder, modified=_iso(date, us), size=None if is_folder else size)
        for href, date, is_folder, size in found
    ]


def _entry(href: str, context: Context, *, is_folder: bool, modified: str | None, size: int | None) -> Entry:
    written = href.strip().replace("\\", "/").replace("#", "%23").replace(" ", "%20")
    parts = urls.parts(written, context.url or "https://www.3gpp.org/")
    name = clean(unquote(parts.path.rstrip("/").rpartition("/")[2])) or ""
    return Entry(re.sub(r"[\\/]", "_", name), parts.geturl(), is_folder, modified, size)


def _bytes(size: re.Match[str]) -> int:
    """Bytes of `1048,9 KB`, `1.048,9 KB` or `523 bytes`; the last one or two digits after a mark are decimals."""
    whole, decimals = re.fullmatch(r"(.*?)(?:[.,](\d\d?))?", size[1]).groups()  # type: ignore[union-attr]  # it matches
    return round(float(f"{_digits(whole)}.{decimals or 0}") * _UNITS[size[2][0].upper()])


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def _iso(text: str | None, us: bool) -> str | None:
    try:
        at = moment(text, us)
    except ValueError:
        return None
    return at.isoformat(timespec="minutes") if at else None
