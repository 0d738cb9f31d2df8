"""The parts of a digest: areas, and in them what is of one meeting or group; and which rows of them are shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple, TypeVar

from sqlalchemy import Connection, func, select

from alerts.items import Item
from alerts.standing import Figures
from alerts.wording import day, plain, span
from store.fields import RECORD, TABLES

_T = TypeVar("_T")
Which = tuple[str, str, str]
"""An item's body, record and key (`Item.id`)."""

_CLOSING = {"ITU-T": timedelta(days=12), "ITU-R": timedelta(days=7)}
"""How long before a meeting ITU takes contributions: Recommendation A.1 in ITU-T, the circulars of ITU-R."""
_WITHIN = timedelta(days=14)
_RUSH = 0.2
_ENOUGH = 50
"""3GPP's lists give no deadline, but a day on which a fifth of a meeting's documents come in is one: on RAN's and
RAN1's lists such days are one or two, five to ten days before the meeting."""


@dataclass(frozen=True, slots=True)
class Section:
    """One meeting or group within an area."""

    body: str
    group: str
    heading: str
    note: str
    figures: Figures | None
    items: tuple[Item, ...]
    unknown: tuple[Item, ...]
    hidden: tuple[Item, ...] = ()
    """What is not shown."""
    again: bool = False
    """Whether an area above has said its dates and figures."""


@dataclass(frozen=True, slots=True)
class Area:
    """What one watchlist tells; an item that several match stands in the first of them."""

    name: str
    context: str
    sections: tuple[Section, ...]

    @property
    def items(self) -> tuple[Item, ...]:
        """Everything told here but for names nobody knows."""
        return tuple(item for section in self.sections for item in section.items)

    @property
    def open(self) -> tuple[Section, ...]:
        """The sections of which rows are shown."""
        return tuple(section for section in self.sections if section.items or section.unknown)

    @property
    def closed(self) -> tuple[Section, ...]:
        """Those of which everything is left out."""
        return tuple(section for section in self.sections if not (section.items or section.unknown))


class Limits(NamedTuple):
    """How much of a digest is shown."""

    rows: int
    """Of a section."""
    items: int
    """Of the whole."""
    signals: int
    numbers: int
    """How many of those that are not shown are named by number, in a section."""

    def less(self) -> Limits:
        """A third less of everything, but something of each."""
        return Limits(*(max(least, one * 2 // 3) for one, least in zip(self, (1, 1, 4, 20), strict=True)))

    @property
    def least(self) -> bool:
        """Whether there can be no less."""
        return self == self.less()


def shown(areas: Sequence[Area], limits: Limits, first: Collection[Which]) -> tuple[Area, ...]:
    """The areas with the rows that weigh most, some of every area; those left out are kept as hidden.

    What was accepted comes first, then what `first` names; of the others in a section, each organisation's first
    document comes before any one's second.
    """
    ranked: list[tuple[int, Item]] = []
    for place, area in enumerate(areas):
        rows = [row for section in area.sections for row in _fair(section, first)[: limits.rows]]
        ranked += [(place, item) for _, item in sorted(rows, key=lambda row: row[0])]
    kept = {item.id for _, item in fairly(ranked, [place for place, _ in ranked], limits.items)}
    return tuple(
        replace(area, sections=tuple(_cut(section, kept, limits.rows) for section in area.sections)) for area in areas
    )


def _fair(section: Section, first: Collection[Which]) -> list[tuple[tuple[object, ...], Item]]:
    turns: Counter[str] = Counter()
    found: list[tuple[tuple[object, ...], Item]] = []
    for item in section.items:
        lead = next((name.text for name in item.names if name.watched), "")
        found.append(((not item.is_accepted, item.id not in first, turns[lead], item.weight, item.order), item))
        turns[lead] += not item.is_accepted
    return sorted(found, key=lambda row: row[0])


def _cut(section: Section, kept: Collection[Which], rows: int) -> Section:
    items = tuple(item for item in section.items if item.id in kept)
    hidden = (*(item for item in section.items if item.id not in kept), *section.unknown[rows:])
    return replace(section, items=items, unknown=section.unknown[:rows], hidden=hidden)


def fairly(each: Sequence[_T], kinds: Sequence[Hashable], most: int) -> list[_T]:
    """So many of them in their order, the first of each kind before the second of any."""
    turns: Counter[Hashable] = Counter()
    ranked = []
    for place, kind in enumerate(kinds):
        ranked.append((turns[kind], place))
        turns[kind] += 1
    return [each[place] for place in sorted(place for _, place in sorted(ranked)[:most])]


def note(connection: Connection, body: str, group: str, meeting: str, today: date) -> str:
    """Where and when a meeting is, and when its documents were due."""
    own = TABLES["meeting"]
    query = select(own.c.place, own.c.starts_on, own.c.ends_on).join(RECORD, RECORD.c.id == own.c.record_id)
    row = connection.execute(query.where(own.c.name == meeting, RECORD.c.group_name == group)).first()
    if not row:
        return ""
    where = ", ".join(filter(None, (plain(row.place), span(row.starts_on, row.ends_on, today))))
    if not row.starts_on:
        return where
    start = date.fromisoformat(row.starts_on[:10])
    due = _closing(group, start, today) if body == "ITU" else _closed(connection, meeting, start, today)
    return " · ".join(filter(None, (where, due)))


def _closing(group: str, start: date, today: date) -> str:
    before = _CLOSING.get(group.partition(" ")[0])
    if before is None or today > start:
        return ""
    return f"contributions {'close' if start - before >= today else 'closed'} {day(start - before, today)}"


def _closed(connection: Connection, meeting: str, start: date, today: date) -> str:
    closed = max(_rushes(connection, meeting, start), default=None)
    return f"submission closed about {day(closed, today)}" if closed and closed < today else ""


def _rushes(connection: Connection, meeting: str, start: date) -> Iterator[date]:
    own = TABLES["contribution"]
    on = func.substr(own.c.uploaded_at, 1, 10)
    query = select(on, func.count()).where(own.c.meeting == meeting, on < start.isoformat(), own.c.flags.is_(None))
    uploaded = [(str(listed), int(count)) for listed, count in connection.execute(query.group_by(on))]
    total = sum(count for _, count in uploaded)
    for listed, count in uploaded:
        if total >= _ENOUGH and count >= _RUSH * total and date.fromisoformat(listed) >= start - _WITHIN:
            yield date.fromisoformat(listed)
