"""3GPP's TDoc list as the portal makes it: a workbook, columns by header text (31 or 36 so far), CR packs beside.

`Contact` and `Contact ID` name persons and are read nowhere, not even into excerpts. Dates: see threegpp_dates.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import repeat
from typing import Any

from pydantic import ValidationError

from spiders.readers import threegpp_dates, threegpp_words
from spiders.readers.repeats import Rows
from spiders.readers.text import clean
from spiders.readers.threegpp_names import file_url, group_of, meeting_folder, meeting_name, meeting_of, tdoc_number
from spiders.readers.workbooks import Workbook
from spiders.rows import Context, ContributionRow, NotThisListing, PackEntry, Reading, Reject

SHEET, PACKS_SHEET = "TDoc_List", "CR_Packs_List"
EXPECTED = "a 3GPP TDoc list (.xlsx, .xlsm)"

FIELDS = {
    "tdoc": "key",
    "title": "title",
    "source": "source",
    "type": "type",
    "for": "purpose",
    "abstract": "abstract",
    "secretary remarks": "remarks",
    "agenda item": "agenda_item",
    "agenda item description": "agenda_title",
    "tdoc status": "status",
    "reservation date": "reserved_at",
    "uploaded": "uploaded_at",
    "is revision of": "revision_of",
    "revised to": "revised_to",
    "release": "release",
    "spec": "spec",
    "related wis": "work_items",
    "cr": "cr",
    "cr revision": "cr_revision",
    "cr category": "cr_category",
    "reply to": "reply_to",
    "to": "to",
    "cc": "cc",
    "original ls": "original_ls",
}
"""Header to field. The portal's `Reply in` is the other end of `Reply to`."""

_NOT_KEPT = frozenset(
    [
        "contact",
        "contact id",
        "agenda item sort order",
        "tdoc sort order within agenda item",
        "version",
        "tsg cr pack",
        "uicc",
        "me",
        "ran",
        "cn",
        "clauses affected",
        "reply in",
    ]
)
_NEEDED = ("tdoc", "title", "source")
PACK_COLUMNS = [
    "cr pack tdoc",
    "wg tdoc",
    "wg tdoc decision",
    "cr individual tsg decision",
    "spec",
    "cr",
    "cr revision",
    "cr category",
    "release",
    "version",
    "cr title",
]
"""The second sheet's headers, in the order of PackEntry's fields."""

_FILE_SERVER = rb"(?i:(?:https?|ftp)://(?:www\.|ftp\.)?3gpp\.org/+(?:ftp|tsg_))"
"""How the links to documents begin, whatever the year."""

_HEADER_WITHIN = 30
"""Rows among which the header is looked for: it has been pushed down by notes above it."""

Sheet = list[list[Any]]
Columns = list[tuple[Any, ...]]


class _Cleaned(dict[object, str | None]):
    """`convert(clean(value))` of every value met, computed once: lists repeat most of theirs."""

    def __init__(self, convert: Callable[[str | None], str | None] | None = None) -> None:
        super().__init__()
        self._convert = convert

    def __missing__(self, value: object) -> str | None:
        text = clean(int(value) if isinstance(value, float) and value.is_integer() else value)
        text = None if text == "-" else text
        self[value] = text = self._convert(text) if self._convert else text
        return text


_CONVERTED = {
    "source": threegpp_words.source,
    "type": threegpp_words.document_type,
    "purpose": threegpp_words.purpose,
    "status": threegpp_words.status,
    "spec": threegpp_words.spec,
    "cr": threegpp_words.change_request,
}


def read(content: bytes, context: Context) -> Reading:
    """Read the portal's workbook. Raises NotThisListing, and MeetingUnknown where nothing names the meeting."""
    book = Workbook(content, EXPECTED)
    reading = Reading(kind="3gpp.tdocs", layout="portal")
    sheet, head, rows = _list_sheet(book, reading)
    header = [(clean(text) or "").casefold() for text in rows[head]]
    places = {FIELDS[text]: i for i, text in reversed(list(enumerate(header))) if text in FIELDS}
    reading.unknown_columns = tuple(text for text in header if text and text not in FIELDS and text not in _NOT_KEPT)
    reading.missing_columns = tuple(text for text, field in FIELDS.items() if field not in places)

    lines = [i for i in range(head + 1, len(rows)) if any(map(clean, rows[i]))]
    columns = list(zip(*(rows[i] for i in lines), strict=True)) or [()] * len(header)
    keys = [tdoc_number(value) for value in columns[places["key"]]]
    urls = _links(book, sheet, places["key"], lines, keys)
    folder = meeting_folder(urls)
    reading.group, reading.scope = meeting_of(context, folder)
    if (lies := meeting_name(folder)) and lies[1] != reading.scope:
        reading.notes.append(f"its documents lie in the folder of {lies[1]}")
    reading.group = reading.group or group_of(next(filter(None, keys), None)) or context.group
    table = _table(reading, columns, places, keys) | {"url": urls}
    collected = Rows(reading)
    for line, values in zip(lines, zip(*table.values(), strict=False), strict=True):
        row = dict(zip(table, values))  # noqa: B905 - one value a column by construction, 100,000 times
        try:
            collected.add(line + 1, ContributionRow.model_validate(row))
        except ValidationError:
            reading.rejects.append(_reject(line + 1, row, rows[line][places["key"]]))
    if PACKS_SHEET in book.sheets:
        _packs(reading, book.rows(PACKS_SHEET))
    return reading


def _list_sheet(book: Workbook, reading: Reading) -> tuple[str, int, Sheet]:
    """The sheet that lists TDocs, by name or else by header; its header row's index; its rows."""
    nearest: list[str] = []
    for name in [SHEET] if SHEET in book.sheets else book.sheets:
        rows: Sheet = book.rows(name)
        for i, row in enumerate(rows[:_HEADER_WITHIN]):
            said = [text.casefold() for cell in row if (text := clean(cell))]
            if all(text in said for text in _NEEDED):
                if name != SHEET:
                    reading.notes.append(f"the list is in the sheet {name[:40]!r}, not in {SHEET}")
                if i:
                    reading.notes.append(f"the header is in row {i + 1}")
                return name, i, rows
            if len(said) > len(nearest) and any(text in said for text in _NEEDED):
                nearest = said
    if nearest:
        lacking = ", ".join(text for text in _NEEDED if text not in nearest)
        raise NotThisListing(EXPECTED, f"a sheet without the column {lacking}; it has: {', '.join(nearest)[:400]}")
    raise NotThisListing(EXPECTED, f"a workbook without a TDoc list; its sheets: {', '.join(book.sheets)[:200]}")


def _table(reading: Reading, columns: Columns, places: dict[str, int], keys: list[str | None]) -> dict[str, Any]:
    """The columns of ContributionRow, cleaned."""
    empty = [""] * len(keys)
    table: dict[str, Any] = {"key": keys, "body": repeat("3GPP"), "group": repeat(reading.group)}
    table["meeting"] = repeat(reading.scope)
    for field, place in places.items():
        if field not in ("key", "reserved_at", "uploaded_at"):
            table[field] = list(map(_Cleaned(_CONVERTED.get(field)).__getitem__, columns[place]))
    reserved, uploaded = (columns[places[at]] if at in places else empty for at in ("reserved_at", "uploaded_at"))
    dates = threegpp_dates.read_columns(reserved, uploaded)
    reading.notes += dates.notes
    reading.unread += dates.unread
    for i, (key, older) in enumerate(zip(keys, table.get("revision_of", empty), strict=True)):
        if key == older and key:
            dates.flags[i] = ", ".join(filter(None, (dates.flags[i], "revision-of-itself")))
    return table | {"reserved_at": dates.reserved_at, "uploaded_at": dates.uploaded_at, "flags": dates.flags}


def _links(book: Workbook, sheet: str, column: int, lines: list[int], keys: list[str | None]) -> list[str | None]:
    """Each document's ZIP. By name where every ZIP is named after its TDoc, else by the cell that holds the link.

    Names nearly always do, and save the inflation of the whole sheet, a quarter of the time that reading it takes.
    """
    folded = [(key or "").casefold() for key in keys]
    zips = {target.rpartition("/")[2].casefold(): target for target in book.link_targets(sheet, _FILE_SERVER)}
    named = {name.removesuffix(".zip"): target for name, target in zips.items()}
    if named.keys() <= set(folded):
        return [file_url(named.get(key)) for key in folded]
    letter = chr(65 + column) if column < 26 else chr(64 + column // 26) + chr(65 + column % 26)
    cells = book.cell_links(sheet, letter)
    return [file_url(cells.get(f"{letter}{line + 1}")) for line in lines]


def _reject(line: int, row: dict[str, Any], number: object) -> Reject:
    excerpt = " | ".join(filter(None, (row["key"], row["title"], row["source"])))[:200]
    if row["key"] is None:
        text = clean(number)
        return Reject(line, f"{text[:40]!r} is not a TDoc number" if text else "no TDoc number", excerpt)
    if row["title"] is None:
        return Reject(line, "no title", excerpt, fault=False)
    return Reject(line, "no group: neither the meeting nor the TDoc number names it", excerpt)


def _packs(reading: Reading, rows: Sheet) -> None:
    """The second sheet: CRs in CR packs with both decisions. Headed but empty in working groups' lists."""
    header = [(clean(text) or "").casefold() for text in rows[0]] if rows else []
    if not {"cr pack tdoc", "wg tdoc"} <= set(header):
        if header:
            reading.notes.append(f"the sheet {PACKS_SHEET} has other columns than CR packs and is left out")
        return
    data = [row for row in rows[1:] if any(row)]
    columns = list(zip(*data, strict=True)) or [()] * len(header)
    empty = [None] * len(data)
    cleaned = _Cleaned().__getitem__
    values = [list(map(cleaned, columns[header.index(t)])) if t in header else empty for t in PACK_COLUMNS]
    for entry in zip(*values, strict=True):
        if entry[0] and entry[1]:
            reading.packs.append(PackEntry(*entry))
    if skipped := len(data) - len(reading.packs):
        reading.notes.append(f"{skipped} lines of {PACKS_SHEET} name no pack or no document")
