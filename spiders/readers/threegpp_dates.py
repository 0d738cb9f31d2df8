"""The dates of 3GPP's TDoc lists: written in the locale of the machine that made the file, and wrong at times.

`Reservation date` is a serial in the older template, `2/1/2023 10:48:58 PM` or `02/05/2024 22:05:38` in the newer,
by the machine and not by the date of the file: other machines would write `2/1/2023 10:48:58 p.m.` with a narrow blank,
`01-02-2023 22.48` or `2023/2/1 22:48`. `Uploaded` is a serial that, for some, lost its time and has day and month
swapped. No zone is given.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from spiders.readers.text import clean

_TIME = r"(?:,? (\d{1,2})[:.](\d\d)(?:[:.](\d\d))?(?:\.\d+)?(?: ?([AaPp])\.?[Mm]\.?)?)?"
_SLASHED = re.compile(rf"(\d{{1,2}})[/.-](\d{{1,2}})[/.-](\d{{4}}){_TIME}")
_YEAR_FIRST = re.compile(rf"(\d{{4}})[/.-](\d{{1,2}})[/.-](\d{{1,2}}){_TIME}")
_SERIAL = re.compile(r"\d{5}(?:[.,]\d+)?")
_SERIAL_DAY_0 = datetime(1899, 12, 30)  # noqa: DTZ001 - lists give no zone
_FIRST_YEAR = 1998
"""3GPP began in December 1998."""

_WINDOW = timedelta(days=92)
"""An upload this long after its reservation is plausible: the longest lag seen in 138,413 is far shorter."""


@dataclass(slots=True)
class Dates:
    """A list's two date columns as ISO text, what is doubtful about each row, and what was decided for the file."""

    reserved_at: list[str | None]
    uploaded_at: list[str | None]
    flags: list[str | None]
    notes: list[str]
    unread: int


def read_columns(reserved: Sequence[object], uploaded: Sequence[object]) -> Dates:
    """Read both columns, of one length. What is no date becomes None, and a note says how many and gives one."""
    reserved, uploaded = ([_plain(value) for value in column] for column in (reserved, uploaded))
    both = month_first((*reserved, *uploaded))
    us, us_uploads = (
        (order if order is not None else both) or False for order in map(month_first, (reserved, uploaded))
    )
    notes = []
    if any(isinstance(value, str) and _SLASHED.fullmatch(value) for value in reserved):
        notes.append(f"reservation dates read as {'month/day' if us else 'day/month'}/year")
    reserved_at, unread = _moments(reserved, us)
    uploaded_at, unread_uploads = _moments(uploaded, us_uploads)
    for name, texts in (("reservation", unread), ("upload", unread_uploads)):
        if texts:
            notes.append(f"{len(texts)} {name} dates could not be read, such as {texts[0][:40]!r}")
    return Dates(
        [written(at) if at else None for at in reserved_at],
        [written(at) if at else None for at in uploaded_at],
        [upload_flags(up, at) if up else None for up, at in zip(uploaded_at, reserved_at, strict=True)],
        notes,
        len(unread) + len(unread_uploads),
    )


def _moments(column: Sequence[object], us: bool) -> tuple[list[datetime | None], list[str]]:
    moments: list[datetime | None] = []
    unread = []
    for value in column:
        try:
            moments.append(value if isinstance(value, datetime) else moment(value, us))
        except (ValueError, OverflowError):
            moments.append(None)
            unread.append(str(value))
    return moments, unread


def month_first(values: Iterable[object]) -> bool | None:
    """Whether the cleaned texts among `values` are month/day/year: any AM or PM says so, or days that are no months.

    None where nothing says: they are then day/month/year, as in every list seen that has 24-hour times.
    """
    texts = [found for value in values if isinstance(value, str) and (found := _SLASHED.fullmatch(value))]
    if any(found[7] for found in texts):
        return True
    first, second = (any(int(found[place]) > 12 for found in texts) for place in (1, 2))
    return None if first == second else second


def moment(value: object, us: bool) -> datetime | None:
    """The moment a cell holds: a datetime, a serial, or cleaned text in month-first (`us`) or day-first order.

    Raises ValueError for what is none of these; None for an empty cell.
    """
    if isinstance(value, datetime):
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if 1 <= value < 2_958_466:  # Excel's own range, to the end of 9999
            return _SERIAL_DAY_0 + timedelta(days=value)
        raise ValueError(value)
    text = str(value)
    if text in ("", "-"):
        return None
    if found := _SLASHED.fullmatch(text):
        one, two, year, hour, minute, second, half = found.groups()
        month, day = (one, two) if us else (two, one)
    elif found := _YEAR_FIRST.fullmatch(text):
        year, month, day, hour, minute, second, half = found.groups()
    elif _SERIAL.fullmatch(text):
        return moment(float(text.replace(",", ".")), us)
    else:
        return datetime.fromisoformat(text).replace(tzinfo=None)
    hours = int(hour or 0)
    if half:
        hours = hours % 12 + (12 if half in "Pp" else 0)
    return datetime(int(year), int(month), int(day), hours, int(minute or 0), int(second or 0))  # noqa: DTZ001


def _plain(value: object) -> object:
    """A cell without narrow blanks and marks of direction, which .NET puts into some locales' dates."""
    return (clean(value) or "").strip("\u200e\u200f") if isinstance(value, str) else value


def written(at: datetime) -> str:
    """ISO text as precise as the cell, to the second: a date alone where it has no time."""
    text = at.isoformat(timespec="seconds")
    return text[:10] if text.endswith("T00:00:00") else text


def upload_flags(uploaded: datetime, reserved: datetime | None) -> str | None:
    """What is doubtful about an upload date, as codes of `ContributionRow.flags`; None if nothing is."""
    timed = uploaded.hour or uploaded.minute or uploaded.second or uploaded.microsecond
    if timed and reserved and reserved <= uploaded and uploaded - reserved < _WINDOW and uploaded.year >= _FIRST_YEAR:
        return None
    flags = [] if timed else ["uploaded-no-time"]
    if not _FIRST_YEAR <= uploaded.year < 2100:
        flags.append("uploaded-implausible")
    elif reserved and reserved.year >= _FIRST_YEAR:
        flags += _against(reserved, uploaded, timed=bool(timed))
    return ", ".join(flags) or None


def _against(reserved: datetime, uploaded: datetime, *, timed: bool) -> list[str]:
    day = reserved.replace(hour=0, minute=0, second=0, microsecond=0)
    lag = uploaded - (reserved if timed else day)
    if not timed and not _plausible(lag) and uploaded.day <= 12:
        swapped = uploaded.replace(month=uploaded.day, day=uploaded.month)
        if _plausible(swapped - day):
            return ["uploaded-day-month-swapped"]
    if not timedelta(days=-366) < lag < timedelta(days=732):
        return ["uploaded-implausible"]
    return ["uploaded-before-reserved"] if lag < timedelta(0) else []


def _plausible(lag: timedelta) -> bool:
    return timedelta(0) <= lag < _WINDOW
