"""How often a watchlist tells: `immediate`, `daily 07:30`, `weekly mon 07:30`, `meeting` or `meeting 07:30`.

Times of day are local to a watchlist's zone, and come once a local day whatever the clocks do: a time that spring skips
comes an hour later, one that autumn repeats comes the first time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
FORMS = "`immediate`, `daily 07:30`, `weekly mon 07:30` or `meeting`"

MEETING_AT = time(7, 30)
"""When `meeting` tells on days that are not busy, unless it says otherwise."""
BUSY_BEFORE = timedelta(days=10)
"""How long before a meeting its documents come in: submission deadlines lie about a week before its first day."""
BUSY_AFTER = timedelta(days=1)

_LOOK_BACK = timedelta(days=9)
"""Longer than the longest time between two due times: a week, and the hour that autumn adds."""


class CadenceError(ValueError):
    """A cadence or zone that cannot be read; the message says what would be right."""


@dataclass(frozen=True, slots=True)
class Period:
    """The stretch of time a digest covers, up to and with `end`, when it is due. Both are aware and in UTC."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Cadence:
    """A cadence in its zone. `busy` below are the local dates on which `meeting` tells by the hour (`busy_days`)."""

    kind: str
    """immediate, daily, weekly or meeting."""
    zone: ZoneInfo
    at: time = MEETING_AT
    weekday: int | None = None

    def due_times(self, after: datetime, until: datetime, busy: Collection[date] = ()) -> Iterator[datetime]:
        """The moments after `after` and up to `until` at which a digest is due, in UTC; immediate: `until` itself."""
        if self.kind == "immediate":
            if until > after:
                yield until.astimezone(UTC)
            return
        day = after.astimezone(self.zone).date() - timedelta(days=1)
        last = until.astimezone(self.zone).date()
        while day <= last:
            yield from (due for due in self._on(day, busy) if after < due <= until)
            day += timedelta(days=1)

    def latest(self, now: datetime, busy: Collection[date] = ()) -> datetime:
        """The last due time up to `now`: what is due and not yet told, is due since then."""
        return max(self.due_times(now - _LOOK_BACK, now, busy))

    def periods(self, after: datetime, until: datetime, busy: Collection[date] = ()) -> list[Period]:
        """The periods that end after `after` and up to `until`, each beginning where the one before it ended."""
        if self.kind == "immediate":
            return [Period(after.astimezone(UTC), until.astimezone(UTC))] if until > after else []
        due = [self.latest(after, busy), *self.due_times(after, until, busy)]
        return [Period(start, end) for start, end in pairwise(due)]

    def before(self, due: datetime, busy: Collection[date] = ()) -> datetime:
        """The due time before `due`; immediate: `due` itself."""
        return due if self.kind == "immediate" else self.latest(due - timedelta(seconds=1), busy)

    def _on(self, day: date, busy: Collection[date]) -> list[datetime]:
        if self.weekday is not None and day.weekday() != self.weekday:
            return []
        hourly = self.kind == "meeting" and day in busy
        times = [time(hour) for hour in range(24)] if hourly else [self.at]
        return sorted({datetime.combine(day, at, self.zone).astimezone(UTC) for at in times})


def parse(text: str, zone: str = "UTC") -> Cadence:
    """The cadence that `text` says, in an IANA `zone`. Raises CadenceError."""
    try:
        where = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise CadenceError(f"zone {zone!r} is not known: write it as Europe/Berlin or UTC") from error
    match text.lower().split():
        case ["immediate"]:
            return Cadence("immediate", where)
        case ["daily", at]:
            return Cadence("daily", where, _time(at, text))
        case ["weekly", day, at] if day in WEEKDAYS:
            return Cadence("weekly", where, _time(at, text), WEEKDAYS.index(day))
        case ["weekly", day, _]:
            raise CadenceError(f"cadence {text!r}: {day!r} is no day; write one of {', '.join(WEEKDAYS)}")
        case ["meeting"]:
            return Cadence("meeting", where)
        case ["meeting", at]:
            return Cadence("meeting", where, _time(at, text))
    raise CadenceError(f"cadence {text!r} is not known: write {FORMS}")


def _time(at: str, text: str) -> time:
    try:
        return datetime.strptime(at, "%H:%M").time()  # noqa: DTZ007 - a time of day, whose zone the cadence has
    except ValueError as error:
        raise CadenceError(f"cadence {text!r}: {at!r} is no time of day; write it as 07:30") from error


def busy_days(meetings: Collection[tuple[date, date]]) -> frozenset[date]:
    """The dates on which documents come in for these meetings (first day, last day), and those they meet on."""
    found = set()
    for first, last in meetings:
        day = first - BUSY_BEFORE
        while day <= last + BUSY_AFTER:
            found.add(day)
            day += timedelta(days=1)
    return frozenset(found)
