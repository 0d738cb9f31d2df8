"""Directory pages of 3GPP's file server, and the TDoc lists among their files.

Two styles: IIS's `<pre>` list (2018/19; US dates, exact sizes), perhaps still met on mirrors, and a table (2020 on;
`2020/02/24 7:32`, sizes rounded to `1048,9 KB`, a checkbox cell from 2026). Neither gives a zone, nor is paged.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote, urljoin, urlsplit

from lxml.html import HtmlElement

from spiders.readers import pages
from spiders.readers.text import clean, describe
from spiders.rows import Context, NotThisListing

_TITLE = re.compile(r"^(?:Directory Listing|www\.3gpp\.org -) ")
_IIS = re.compile(r"(\d{1,2}/\d{1,2}/\d{4})\s+(\d{1,2}:\d\d [AP]M)\s+(<dir>|\d+)\s*$")
_DATE = re.compile(r"\d{4}/\d\d?/\d\d? \d{1,2}:\d\d")
_SIZE = re.compile(r"(\d+(?:[.,]\d+)?) (KB|MB|GB|B)", re.IGNORECASE)
_UNITS = {"B": 1, "KB": 2**10, "MB": 2**20, "GB": 2**30}
_ITEMS = re.compile(r"(\d+) items?\.")
_TDOC_LIST = re.compile(r"tdoc_?list.*\.xls[xm]?", re.IGNORECASE)
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
        entries = _table(root, context)
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
    return Directory(entries, int(claimed[1]) if claimed else None)


def tdoc_lists(entries: list[Entry]) -> list[Entry]:
    """The TDoc lists among the files, newest first."""
    found = [entry for entry in entries if not entry.is_folder and _TDOC_LIST.search(entry.name)]
    return sorted(found, key=lambda entry: (entry.modified or "", entry.name), reverse=True)


def document_folders(entries: list[Entry]) -> list[Entry]:
    """The folders of a meeting where a TDoc list may lie, likeliest first: Docs before Inbox and Agenda."""
    found = [entry for entry in entries if entry.is_folder and _DOCUMENTS.fullmatch(entry.name)]
    return sorted(found, key=lambda entry: (entry.name.casefold() in ("inbox", "agenda"), entry.name.casefold()))


def _table(root: HtmlElement, context: Context) -> list[Entry]:
    """The newer style. Cells are known by what they hold: an icon, a link, a date, a size."""
    entries = []
    for table in pages.rows(root):
        for cells in table:
            icon = next(
                (image for cell in cells for image in cell.iter("img") if "geticon" in image.get("src", "")), None
            )
            href = next(filter(None, map(pages.href, cells)), None)
            if icon is None or not href:
                continue
            said = [pages.words(cell) or "" for cell in cells]
            dates = [text for text in said if _DATE.fullmatch(text)]
            sizes = [size for text in said if (size := _SIZE.fullmatch(text))]
            is_folder = icon.get("src", "").endswith("file=")
            entries.append(
                _entry(
                    href,
                    context,
                    is_folder=is_folder,
                    modified=_iso(dates[0], "%Y/%m/%d %H:%M") if dates else None,
                    size=None if is_folder or not sizes else _bytes(sizes[0]),
                )
            )
    return entries


def _iis(listed: HtmlElement, context: Context) -> list[Entry]:
    """The old style: the date and size stand in the text before each link."""
    entries = []
    before = listed.text or ""
    for element in listed:
        if element.tag == "a" and (found := _IIS.search(before)):
            at, size = _iso(f"{found[1]} {found[2]}", "%m/%d/%Y %I:%M %p"), found[3]
            is_folder = size == "<dir>"
            href = element.get("href") or ""
            entries.append(
                _entry(href, context, is_folder=is_folder, modified=at, size=None if is_folder else int(size))
            )
        before = element.tail or ""
    return entries


def _entry(href: str, context: Context, *, is_folder: bool, modified: str | None, size: int | None) -> Entry:
    url = urljoin(context.url or "https://www.3gpp.org/", href.strip().replace("\\", "/").replace("#", "%23"))
    name = clean(unquote(urlsplit(url).path.rstrip("/").rpartition("/")[2])) or ""
    return Entry(re.sub(r"[\\/]", "_", name), url, is_folder, modified, size)


def _bytes(size: re.Match[str]) -> int:
    return round(float(size[1].replace(",", ".")) * _UNITS[size[2].upper()])


def _iso(text: str, form: str) -> str | None:
    try:
        return datetime.strptime(text, form).isoformat(timespec="minutes")  # noqa: DTZ007 - the page gives no zone
    except ValueError:
        return None
