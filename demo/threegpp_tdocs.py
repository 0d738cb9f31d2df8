"""3GPP's invented TDoc lists: the rows of each meeting on each day.

Most rows are made up by the hundred from agenda items and organisations, the same every time for a given date. What
day two is about is written out in `demo.threegpp_news`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random

from demo.threegpp_agenda import AGENDAS, CHINESE, ELSEWHERE, LEADS, Item
from demo.threegpp_meetings import RAN1_LATE, RAN2_LATE, SA3_NOW, Meeting
from demo.threegpp_news import BEFORE, EDITS, NEW, Entry

CHINESE_SHARE = 0.36
"""Of 141,592 real TDocs 36.5 % name an organisation of mainland China."""

OPEN_ROWS = {"RAN": 44, "RAN1": 110, "RAN2": 90, "SA2": 72, "SA3": 56}
"""Rows made up for each group's list, beside those of `demo.threegpp_news`."""

FINAL = ("noted", "not treated", "agreed", "noted", "revised", "not pursued", "not treated", "endorsed")
"""Decisions of a meeting that is over, dealt out in turn."""


@dataclass(frozen=True)
class Tdoc:
    """One row of a list. Empty text is an empty cell; `uploaded` is None where there is no file yet."""

    number: str
    title: str
    source: str
    item: Item
    order: int
    reserved: datetime
    uploaded: datetime | None
    type: str = "discussion"
    purpose: str = "Decision"
    status: str = "available"
    revision_of: str = ""
    revised_to: str = ""
    spec: str = ""
    version: str = ""
    cr: str = ""
    cr_category: str = ""
    abstract: str = ""
    remarks: str = ""
    reply_to: str = ""
    to: str = ""
    cc: str = ""
    original: str = ""
    proposed: str = ""
    """Hoped-for co-signers as SA2's page shows them (`Ericsson?`); the portal's list does not."""
    date_only: bool = False
    """True where the upload lost its time of day, as 1,488 real values did."""


def tdocs(meeting: Meeting, today: date, day: int) -> tuple[Tdoc, ...]:
    """The rows of a meeting's list as of a day; empty where it has no list yet."""
    rows: list[Tdoc] = []
    if meeting.id in BEFORE:
        rows += _made_up(meeting, today)
        rows += [_written_out(entry, meeting, today, 1) for entry in BEFORE[meeting.id]]
    if day == 2:
        edits = {meeting.tdoc(suffix, today): fields for suffix, fields in EDITS.get(meeting.id, {}).items()}
        rows = [_edited(row, edits[row.number], meeting, today) if row.number in edits else row for row in rows]
        rows += [_written_out(entry, meeting, today, 2) for entry in NEW.get(meeting.id, ())]
    return tuple(sorted(rows, key=lambda row: row.number))


def _made_up(meeting: Meeting, today: date) -> Iterator[Tdoc]:
    """Rows that stay the same on both days."""
    random = Random(f"{meeting.id}")  # noqa: S311 - made up, not secret
    agenda = AGENDAS[meeting.group]
    over = meeting.id in (RAN1_LATE, RAN2_LATE, SA3_NOW)
    for index in range(OPEN_ROWS[meeting.group]):
        item = agenda[index % len(agenda)]
        topic = item.topics[index // len(agenda) % len(item.topics)]
        source = random.choice(CHINESE if random.random() < CHINESE_SHARE else ELSEWHERE)
        if random.random() < 0.12:
            source += ", " + random.choice([name for name in ELSEWHERE if name != source])
        kind = item.type or "discussion"
        reserved = _before(meeting, today, hours=random.randint(30, 400), seconds=random.randint(0, 3599))
        lag = timedelta(hours=random.randint(1, 26), seconds=random.randint(0, 3599))
        late = not over and random.random() < 0.15
        row = Tdoc(
            meeting.tdoc(f"{index + 1:03}", today),
            f"{random.choice(LEADS)} {topic}" if kind == "discussion" else f"{topic} ({index + 1})",
            source,
            item,
            index // len(agenda),
            reserved,
            None if late else reserved + lag,
            type=kind,
            purpose=item.purpose,
            status="reserved" if late else FINAL[index % len(FINAL)] if over else "available",
        )
        if kind in ("CR", "draftCR"):
            row = replace(
                row, spec=item.spec, version="20.1.0", cr=f"{index + 1:04}" if kind == "CR" else "", cr_category="F"
            )
        if over and index == 11:  # day and month swapped and the time lost, as in lists of RAN1#100-e
            row = replace(row, uploaded=_swapped(row.uploaded), date_only=True)
        yield row


def _swapped(moment: datetime | None) -> datetime | None:
    if moment is None or moment.day > 12:
        return moment and datetime.combine(moment, time())
    return datetime(moment.year, moment.day, moment.month)  # noqa: DTZ001 - 3GPP's lists have no zone


def _written_out(entry: Entry, meeting: Meeting, today: date, day: int) -> Tdoc:
    """A row of `demo.threegpp_news`; numbers in its fields are suffixes."""
    random = Random(f"{meeting.id}/{entry.suffix}")  # noqa: S311 - made up, not secret
    item = next(item for item in AGENDAS[meeting.group] if item.number == entry.item)
    if day == 2:
        reserved = _yesterday(today, hour=12, seconds=random.randint(0, 5 * 3600))
    else:
        reserved = _before(meeting, today, hours=random.randint(40, 200), seconds=random.randint(0, 3599))
    there = entry.status != "reserved"
    row = Tdoc(
        meeting.tdoc(entry.suffix, today),
        entry.title,
        entry.source,
        item,
        50 + int(entry.suffix) % 50,
        reserved,
        reserved + timedelta(seconds=random.randint(900, 7200)) if there else None,
        type=entry.type,
        purpose=entry.purpose,
        status=entry.status,
    )
    return _edited(row, entry.fields, meeting, today, when=row.uploaded)


def _edited(row: Tdoc, fields: dict[str, str], meeting: Meeting, today: date, when: datetime | None = None) -> Tdoc:
    """A row with some fields changed; a reserved row that becomes something else has been uploaded."""
    links = {name: meeting.tdoc(fields[name], today) for name in ("revision_of", "revised_to") if name in fields}
    row = replace(row, **(fields | links))  # type: ignore[arg-type]
    if row.uploaded is None and row.status not in ("reserved", "withdrawn"):
        row = replace(row, uploaded=when or _yesterday(today, hour=17, seconds=int(row.number[-2:]) * 97))
    return row


def _before(meeting: Meeting, today: date, *, hours: int, seconds: int) -> datetime:
    """A moment before the meeting starts, and before day one's listings were made."""
    end = min(meeting.starts(today) - timedelta(days=2), today - timedelta(days=2))
    return datetime.combine(end, time(9)) - timedelta(hours=hours, seconds=seconds)


def _yesterday(today: date, *, hour: int, seconds: int) -> datetime:
    return datetime.combine(today - timedelta(days=1), time(hour)) + timedelta(seconds=seconds)
