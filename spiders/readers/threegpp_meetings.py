"""3GPP's meetings page of a group (`https://www.3gpp.org/dynareport?code=Meetings-R1.htm`), its whole history.

Meetings that were never held stay on the page with their dates; cancelled ones say so in the title alone. Several
rows may have one code (cut at 20 characters) and one meeting several rows: only MtgId is an identity.
"""

from __future__ import annotations

import re
from datetime import date

from lxml.html import HtmlElement

from spiders.readers import pages
from spiders.readers.repeats import Rows
from spiders.readers.text import describe, plain_hyphens
from spiders.readers.threegpp_names import file_url, group_of, meeting_name
from spiders.rows import Context, MeetingRow, NotThisListing, Reading, Reject

COLUMNS = ("meeting", "title", "town", "start", "end", "first & last tdoc")
"""How the headers that are read begin, and `files`; `register`, `participants`, `ical`, `feedback` are not."""

_EXTRA = ("register", "participants", "files", "ical", "feedback")
_MTG_ID = re.compile(r"(?:MtgId|meetingId|[qm]?mtg_?id|mid)=(\d+)", re.IGNORECASE)
_NUMBER = re.compile(r"[A-Za-z][A-Z0-9]{1,3}[a-zA-Z]{0,2}-?[0-9]{6,7}(?![0-9])")
_CANCELLED = re.compile(r"cancel(?:led|ed)", re.IGNORECASE)
_DAY = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?: \d{1,2}:\d\d.*)?$")
_CODE_LENGTH = 20
_NOTED = 5
"""Unread dates of a page that are noted one by one."""
_PORTAL = "https://portal.3gpp.org/Home.aspx#/meeting?MtgId="

Cells = dict[str, HtmlElement]


def read(content: bytes, context: Context) -> Reading:
    """Read a group's meetings page. Raises NotThisListing for any other file."""
    root = pages.parse(content, context.content_type) if b"<" in content[:4096] else None
    reading = Reading(kind="3gpp.meetings", layout="page")
    tables = pages.rows(root) if root is not None else iter(())
    for table in tables:
        if columns := _columns(table, reading):
            break
    else:
        found, refusal = describe(content)
        raise NotThisListing("a 3GPP meetings page", found, refusal=refusal)

    collected = Rows(reading)
    width = next((len(cells) for cells in table[:5] if _is_header(cells)), len(COLUMNS + _EXTRA))
    for place, cells in enumerate(table, 1):
        if cells[0].tag == "th" or _is_header(cells):
            continue
        if len(cells) != width:
            if said := " ".join(filter(None, map(pages.words, cells))):
                reading.rejects.append(Reject(place, f"{len(cells)} cells under {width} columns", said[:200]))
            continue
        row = _meeting({name: cells[i] for name, i in columns.items() if i < len(cells)}, context, reading, place)
        if isinstance(row, Reject):
            reading.rejects.append(row)
        else:
            collected.add(place, row)
    if pages.breaks_off(content):
        reading.break_off()
    groups = {row.group for row in reading.rows}
    reading.group = context.group or (groups.pop() if len(groups) == 1 else None)
    reading.scope = reading.group or ""
    return reading


def _is_header(cells: list[HtmlElement]) -> bool:
    said = pages.columns(cells[:2])
    return len(said) == 2 and said[0].startswith("meeting") and said[1].startswith("title")


def _columns(table: list[list[HtmlElement]], reading: Reading) -> dict[str, int] | None:
    """Where each column stands, None if this is another table."""
    for cells in table[:5]:
        if not _is_header(cells):
            continue
        said = pages.columns(cells)
        places = {name: i for name in (*COLUMNS, *_EXTRA) for i, text in enumerate(said) if text.startswith(name)}
        reading.missing_columns = tuple(name for name in (*COLUMNS, "files") if name not in places)
        reading.unknown_columns = tuple(text for i, text in enumerate(said) if i not in places.values())
        return None if "meeting" not in places else places
    if table and len(table[0]) == len(COLUMNS + _EXTRA) and _MTG_ID.search(pages.href(table[0][0]) or ""):
        reading.notes.append("no header row: columns taken in the published order")
        return {name: i for i, name in enumerate(COLUMNS + _EXTRA)}
    return None


def _meeting(cells: Cells, context: Context, reading: Reading, place: int) -> MeetingRow | Reject:
    links = [link.get("href") or "" for cell in cells.values() for link in cell.iter("a")]
    found = _MTG_ID.search(pages.href(cells.get("meeting")) or "") or next(
        filter(None, map(_MTG_ID.search, links)), None
    )
    code = plain_hyphens(pages.words(cells.get("meeting")) or "")
    title = pages.words(cells.get("title"))
    if not found:
        return Reject(place, "no MtgId in any of its links", f"{code} {title or ''}"[:200])
    regular = meeting_name(code) or meeting_name(title)
    group = regular[0] if regular else group_of(code) or context.group
    if not group:
        reason = f"its code {code[:40]!r} names no group: give it with --group"
        return Reject(place, reason, f"{code} {title or ''}"[:200])
    if not (code or title):
        return Reject(place, "neither a code nor a title", found[1])
    # a code of full length was cut, and is no longer one meeting's alone
    cut = not code or len(code) >= _CODE_LENGTH
    name = regular[1] if regular else title.removeprefix("3GPP") if title and cut else code
    documents = plain_hyphens(pages.words(cells.get("first & last tdoc")) or "").partition(" full document list")[0]
    first, last = _range(documents)
    return MeetingRow(
        key=found[1],
        body="3GPP",
        group=group,
        title=title or name,
        name=name,
        url=_PORTAL + found[1],
        place=pages.words(cells.get("town")),
        starts_on=_day(cells, "start", reading, place),
        ends_on=_day(cells, "end", reading, place),
        status="cancelled" if _CANCELLED.search(f"{code} {title}") else "planned",
        first_document=first,
        last_document=last,
        documents_url=_folder(cells),
    )


def _range(documents: str) -> tuple[str | None, str | None]:
    """The first and last number of `R1-2506700 - R1-2508262`; what stands on both sides of the dash if no numbers."""
    numbers = _NUMBER.findall(documents)
    first, _, last = documents.partition(" - ") if not numbers else (numbers[0], "", (numbers[1:] or [""])[-1])
    return first.strip() or None, last.strip() or None


def _day(cells: Cells, name: str, reading: Reading, place: int) -> str | None:
    text = plain_hyphens(pages.words(cells.get(name)) or "")
    if not text:
        return None
    try:
        found = _DAY.match(text)
        return (date(*map(int, found.groups())) if found else date.fromisoformat(text)).isoformat()
    except ValueError:
        reading.unread += 1
        if reading.unread <= _NOTED:
            reading.notes.append(f"row {place}: the {name} {text[:40]!r} is not a date")
        return None


def _folder(cells: Cells) -> str | None:
    """The meeting's folder: of `Files`, else above the documents' link, whose last folder often does not exist."""
    if folder := file_url(pages.href(cells.get("files"))):
        return folder
    documents = file_url(pages.href(cells.get("first & last tdoc")))
    return re.sub(r"(?i)/docs/?$", "/", documents) if documents else None
