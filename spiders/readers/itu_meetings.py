"""ITU's meeting catalogues (XML, `net/epub/ITU-Sync/ITU-T_Meetings.xml` and its siblings for ITU-R, ITU-D and ITU).

They list only the meetings prepared for ITU's sync tool, not rapporteur meetings. ITU-T has one record a meeting,
ITU-R one a block with numbered fields; ITU-D's and the general one are read by analogy, none having been seen. End
dates stand only in text. The placeholder login in `FTP_root` is never read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from lxml import etree

from spiders import urls
from spiders.readers.itu_ids import ItuId, parse
from spiders.readers.itu_pages import root, text
from spiders.readers.repeats import Rows
from spiders.readers.text import day, plain_hyphens
from spiders.rows import Context, MeetingRow, NotThisListing, Reading, Reject

EXPECTED = "an ITU meeting catalogue (XML)"

READ = ("Meeting_code", "Start_meeting_date", "Meeting_place_date", "Frame_src_C", "SG_Homepage")
BLOCK_READ = ("Foldername", "Display_date", "Frame_src_C", "SG_Homepage")
IGNORED = {
    *("Contribution_start_date", "Start_date", "TD_date", "FTP_root", "FTP_path", "EPUB_FTP_path", "setLocalPathSG"),
    *(
        "ITU_Sector",
        "SG_No_Period",
        "SG_Title",
        "SG_Email",
        "SG_Homepage",
        "workingFolder",
        "Included_folder",
        "Contributions",
    ),
    *("TD_Gen", "TD_Plen", "TD_WP", "TD_WP1", "TD_WP2", "TD_WP3", "TD_WP4", "TD_WP5", "Excluded_Files_C"),
}

_RECORD = re.compile(r"ITU(?:-[TRD])?(?:_NEW)?[_-]Meetings")
_BLOCK = re.compile(r"_(\d{1,4})$")
_INDEX = re.compile(r"XF=[^&]*?([TRDS]\d\d-[A-Z0-9.]+(?:-\d{6})?)-([A-Z]+)\.xml")
_SPAN = re.compile(r"(\d{1,2})(?:\s+([A-Za-z]+))?(?:\s+(\d{4}))?\s*(?:-|\bto\b)\s*(\d{1,2})\s+([A-Za-z]+)\s+(\d{4})")
_ONE_DAY = re.compile(r"(\d{1,2})\s+([A-Za-z]+)\s+(\d{4})")
_DAYS = re.compile(r"\d{4}-\d\d-\d\d")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAMED = re.compile(r"(?:ITU-[TRD]\s)?(SG|WP|TG|TSAG|RAG|TDAG)\s?(\d{1,2}(?:\.\d)?[A-Z]?)?")
_GROUP_PART = re.compile(r"(?i)\b(?:ITU|SG|WP|TSAG|RAG|TDAG|Study Group)\b|^[WS][PG]\s?\d|\d")


def read(content: bytes, context: Context) -> Reading:
    """Read a catalogue. Raises NotThisListing for any other file, and for one that is cut off."""
    catalogue = root(content, EXPECTED)
    records = [record for record in catalogue if _RECORD.fullmatch(str(record.tag))]
    if catalogue.tag != "dataroot" or (len(catalogue) and not records):
        inside = f" holding <{catalogue[0].tag}>" if len(catalogue) else ""
        raise NotThisListing(EXPECTED, f"XML with the root <{catalogue.tag}>{inside}")
    reading = Reading("itu.meetings", layout="catalogue")
    reading.scope = str(records[0].tag).split("Meetings")[0].rstrip("_-").removesuffix("_NEW") if records else ""
    rows = Rows(reading)
    _columns(records, reading)
    for place, record in enumerate(records, 1):
        for fields in _meetings(record):
            row = _meeting(record, fields)
            if isinstance(row, str):
                said = " ".join(filter(None, (text(record, "Meeting_code"), fields.get("Foldername"))))
                reading.rejects.append(Reject(place, row, said[:200]))
            else:
                rows.add(place, row)
    return reading


def _columns(records: list[etree._Element], reading: Reading) -> None:
    """Note what the records have less or more than is known; ITU-R's blocks number their fields."""
    said = {str(child.tag) for record in records for child in record}
    names = {_BLOCK.sub("", name) for name in said}
    needed = BLOCK_READ if any(map(_BLOCK.search, said)) else READ
    reading.missing_columns = tuple(name for name in needed if records and name not in names)
    reading.unknown_columns = tuple(
        sorted(name[:60] for name in names - {*READ, *BLOCK_READ, *IGNORED} if not name.startswith("Frame_src_"))
    )


def _meetings(record: etree._Element) -> Iterator[dict[str, str]]:
    """The fields of each meeting of a record: of each numbered block, or of the whole where it has none."""
    told = {str(child.tag): said for child in record if (said := text(record, str(child.tag)))}
    blocks = sorted({int(found[1]) for name in told if (found := _BLOCK.search(name))})
    named = [n for n in blocks if f"Display_date_{n}" in told or any(f"Frame_src_{t}_{n}" in told for t in ("C", "TD"))]
    for block in named:
        yield {name.removesuffix(f"_{block}"): said for name, said in told.items() if name.endswith(f"_{block}")}
    if not named:
        yield told


def _meeting(record: etree._Element, fields: dict[str, str]) -> MeetingRow | str:
    """The row, or why there is none."""
    announced = text(record, "Meeting_place_date")
    folder, days = fields.get("Foldername"), _DAYS.findall(plain_hyphens(fields.get("Display_date", "")))
    indexes = [found for name, said in fields.items() if name.startswith("Frame_src") for found in _INDEX.findall(said)]
    dated = next((name for prefix, _ in indexes if (name := parse(prefix)) and name.date), None)
    group = dated or next((name for prefix, _ in indexes if (name := parse(prefix))), None) or _group(record, folder)
    if not group:
        return "no document index names its group, nor do its code and study period, such as ITU-T SG 12 and 2025-2028"
    starts_on = days[0] if days else text(record, "Start_meeting_date") or ""
    in_index = re.sub(r"(..)(..)(..)", r"20\1-\2-\3", dated.date or "") if dated else None
    if not (first := day(starts_on) or day(in_index)):
        return f"its first day {starts_on[:20]!r} is not a date"
    starts = date.fromisoformat(first)
    meeting = dated or ItuId(group.sector, group.period, group.group, f"{starts:%y%m%d}")
    return MeetingRow(
        key=str(meeting),
        body="ITU",
        group=group.group_name,
        name=str(meeting),
        title=(f"ITU-{group.sector} {folder}, {fields.get('Display_date', first)}" if folder else announced)
        or str(meeting),
        url=urls.public(text(record, "SG_Homepage")),
        place=_place(announced),
        starts_on=first,
        ends_on=max(days) if days else end_of(announced, starts),
        documents_url=_documents(group, indexes),
    )


def _group(record: etree._Element, folder: str | None) -> ItuId | None:
    """The group that `ITU-T SG 2` (or a block's `WP 4A`) and `(Study Period 2025-2028)` name: `T25-SG02`."""
    code = text(record, "Meeting_code") or ""
    sector = re.match(r"ITU-([TRD])\b", code) or re.match(r"ITU-([TRD])\b", text(record, "SG_No_Period") or "")
    period = re.search(r"Study Period 20(\d\d)", text(record, "SG_No_Period") or "")
    name = _NAMED.fullmatch((folder or code).upper())
    if not (sector and period and name):
        return None
    return parse(f"{sector[1]}{period[1]}-{name[1]}{(name[2] or '').zfill(2) if name[1] == 'SG' else name[2] or ''}")


def end_of(announced: str | None, first: date) -> str | None:
    """The last day of `Geneva, 28 May - 3 June 2026`; None if it names none or one before the first day."""
    said = plain_hyphens(announced or "")
    found = _SPAN.search(said) or _ONE_DAY.search(said)
    if not found:
        return None
    number, month, year = found.groups()[-3:]
    try:
        last = date(int(year), _MONTHS.index(month[:3].lower()) + 1, int(number))
    except ValueError:
        return None
    return last.isoformat() if last >= first else None


def _place(announced: str | None) -> str | None:
    """The town in `ITU-R SG 4, WP 4A/B/C, Geneva, April-May 2024`: the first part without a number or a group."""
    parts = [part.strip() for part in (announced or "").split(",")]
    return next((part for part in parts if part and not _GROUP_PART.search(part)), None)


def _documents(group: ItuId, indexes: list[tuple[str, str]]) -> str | None:
    """Where its contributions are indexed, else its TDs."""
    kinds = [kind for _, kind in indexes]
    if group.sector not in ("T", "R", "D") or not kinds:
        return None
    if "C" in kinds:
        return urls.itu_index(group.sector, group.period, group.group, "C")  # type: ignore[arg-type]
    return urls.itu_index(group.sector, group.period, group.group, "TD", group.date)  # type: ignore[arg-type]
