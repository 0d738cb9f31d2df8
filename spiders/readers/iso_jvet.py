"""JVET's meetings and documents (ISO/IEC JTC 1/SC 29/WG 5 with ITU-T), at jvet-experts.org.

Documents are numbered by the meeting's letters (`JVET-AR0041` is of meeting 44). Numbers are listed before a file
exists. Times are local to Geneva. Sources name authors with their affiliations in parentheses: only those are kept.
"""

from __future__ import annotations

import re
from datetime import date, datetime

from lxml.html import HtmlElement

from spiders import urls
from spiders.readers import pages
from spiders.readers.persons import noting_persons
from spiders.readers.repeats import Rows
from spiders.readers.text import plain_hyphens
from spiders.rows import Context, ContributionRow, MeetingRow, Reading, Reject

GROUP = "ISO/IEC JTC 1/SC 29/WG 5"
DOCUMENT_COLUMNS = (
    *("jvet number", "mpeg number", "created", "first upload", "last upload"),
    *("title", "source", "download"),
)
MEETING_COLUMNS = ("number", "name", "start", "end", "usl")

_KEY = re.compile(r"JVET-([A-Z]{1,2})([0-9]{4})(?:-?([VR][0-9]+))?", re.IGNORECASE)
_MEETING_ID = re.compile(r"id_meeting=(\d{1,9})")
_VERSION = re.compile(r"-(v\d+)\.\w+$", re.IGNORECASE)
_WITHDRAWN = re.compile(r"\W*withdrawn\b", re.IGNORECASE)
_FIRST_ID = 164
"""id_meeting of meeting n is 164 + n."""

Cells = dict[str, HtmlElement]


def read_meetings(root: HtmlElement, context: Context) -> Reading | None:
    """Read the list of all meetings; None if this is another page."""
    reading = Reading("iso.registers", layout="jvet-meetings", scope="JVET meetings", group=GROUP)
    rows = Rows(reading)
    for table in pages.rows(root):
        columns = _columns(table[0], MEETING_COLUMNS, 4) if table else None
        if not columns or not any(_MEETING_ID.search(pages.href(cell) or "") for cells in table for cell in cells):
            continue
        _missing(reading, columns, MEETING_COLUMNS)
        for place, cells in enumerate(table[1:], 2):
            named = {name: cells[i] for name, i in columns.items() if i < len(cells)}
            found = _MEETING_ID.search(pages.href(named.get("name")) or "")
            number = pages.words(named.get("number"))
            if found and number and re.fullmatch("[0-9]{1,4}", number):
                rows.add(place, _meeting(found[1], int(number), named, reading))
            elif any(map(pages.words, cells)):
                text = " ".join(filter(None, map(pages.words, cells)))
                reading.rejects.append(Reject(place, "no meeting number or no link to its documents", text[:200]))
        return reading
    return None


def read_documents(root: HtmlElement, context: Context) -> Reading | None:
    """Read a meeting's documents; None if this is another page."""
    for table in pages.rows(root):
        columns = _columns(table[0], DOCUMENT_COLUMNS, 6) if table else None
        if not columns or "jvet number" not in columns:
            continue
        reading = Reading("iso.registers", layout="jvet-documents", group=GROUP)
        _missing(reading, columns, DOCUMENT_COLUMNS)
        rows = Rows(reading)
        for place, cells in enumerate(table[1:], 2):
            named = {name: cells[i] for name, i in columns.items() if i < len(cells)}
            text = " ".join(filter(None, map(pages.words, cells)))
            found = _KEY.fullmatch(plain_hyphens(pages.words(named.get("jvet number")) or ""))
            if found:
                rows.add(place, _document(found, named, reading))
            elif len(named) == len(columns) and text and place < len(table):  # the last row is a footer
                reading.rejects.append(Reject(place, "no JVET number", (pages.words(named.get("title")) or "")[:200]))
        meetings = {row.meeting for row in reading.rows if isinstance(row, ContributionRow)}
        asked = _MEETING_ID.search(context.url or "")
        reading.scope = meetings.pop() or "" if len(meetings) == 1 else context.meeting or ""
        if not reading.scope and asked:
            reading.scope = f"JVET-{int(asked[1]) - _FIRST_ID}"
        return reading
    return None


def _meeting(id_meeting: str, number: int, cells: Cells, reading: Reading) -> MeetingRow:
    place, letters = pages.words(cells.get("name")), pages.words(cells.get("usl"))
    return MeetingRow(
        key=id_meeting,
        body="ISO",
        group=GROUP,
        name=f"JVET-{number}",
        title=f"JVET meeting {number}" + (f" ({letters})" if letters else "") + (f", {place}" if place else ""),
        url=urls.jvet_meeting(id_meeting),
        place=place,
        starts_on=_moment(cells.get("start"), reading, days=True),
        ends_on=_moment(cells.get("end"), reading, days=True),
        documents_url=urls.jvet_meeting(id_meeting),
    )


def _document(number: re.Match[str], cells: Cells, reading: Reading) -> ContributionRow:
    download = cells.get("download")
    archive = urls.public(pages.href(download), urls.JVET) if pages.href(download) else None
    version = _VERSION.search(archive or "")
    source, flag = noting_persons(pages.words(cells.get("source")), reading.personal)
    title, offered = pages.words(cells.get("title")), pages.words(download) or ""
    withdrawn = "withdrawn" in offered.casefold() or (not archive and _WITHDRAWN.match(title or ""))
    key = f"JVET-{number[1].upper()}{number[2]}"
    mpeg = pages.words(cells.get("mpeg number"))
    return ContributionRow(
        key=key,
        body="ISO",
        group=GROUP,
        meeting=f"JVET-{_ordinal(number[1].upper())}",
        title=title or key,
        url=archive or urls.public(pages.href(cells.get("jvet number")), urls.JVET),
        source=source,
        status="withdrawn" if withdrawn else "available" if archive else "reserved",
        reserved_at=_moment(cells.get("created"), reading),
        uploaded_at=_moment(cells.get("first upload"), reading),
        revision=version[1].lower() if version else number[3] and number[3].lower(),
        remarks=f"MPEG number {mpeg}" if mpeg else None,
        flags=flag,
    )


def _ordinal(letters: str) -> int:
    """A is 1, Z 26, AA 27, AR 44."""
    value = 0
    for letter in letters:
        value = value * 26 + ord(letter) - ord("A") + 1
    return value


def _moment(cell: HtmlElement | None, reading: Reading, *, days: bool = False) -> str | None:
    text = re.sub(r"(?<=\d)[/.](?=\d\d[/. ]|\d\d$)", "-", plain_hyphens(pages.words(cell) or ""))
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        return date.fromisoformat(text[:10]).isoformat() if days or len(text) <= 10 else moment.isoformat()
    except ValueError:
        reading.unread += 1
        if reading.unread == 1:
            reading.notes.append(f"dates could not be read, such as {text[:40]!r}")
        return None


def _columns(header: list[HtmlElement], names: tuple[str, ...], least: int) -> dict[str, int] | None:
    said = [(pages.words(cell) or "").casefold() for cell in header]
    places = {name: i for name in names for i, text in enumerate(said) if text.startswith(name)}
    return places if len(places) >= least else None


def _missing(reading: Reading, columns: dict[str, int], names: tuple[str, ...]) -> None:
    reading.missing_columns = tuple(name for name in names if name not in columns)
