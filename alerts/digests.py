"""What one person is told for one period: the model that HTML and text are made from. Pure reading of the archive."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from typing import TypeVar
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection, select

from alerts.assessments import assessments
from alerts.cadence import Period
from alerts.items import Item, Maker
from alerts.lineage import lineage
from alerts.matching import Match
from alerts.signals import Signal, signals
from alerts.standing import Blind, Figures, Read, figures, sources
from alerts.watchlists import Watchlist
from alerts.wording import HOSTS, plain, span
from organisations import Resolver
from store.changes import Told, changes
from store.fields import RECORD, TABLES
from store.order import natural
from store.times import stamp

_T = TypeVar("_T")
_BODIES = ("3GPP", "ISO", "ITU")

Where = tuple[str, str, str]
"""Body, group and meeting of a section; no meeting for what is of a group as a whole."""
Changed = list[tuple[Told, list[Match]]]
"""One record's changes, oldest first, each with what it met."""
Count = Callable[[str, str, frozenset[str]], Figures | None]
"""The figures of a group's meeting for some countries."""


class DigestSettings(BaseModel):
    """The `[digests]` part of the configuration."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rows: int = Field(default=12, ge=1, le=200)
    """Items shown of one meeting or committee in one area; the rest is counted."""
    signals: int = Field(default=12, ge=0, le=50)
    """Early warnings shown."""
    hosts: tuple[str, ...] = ()
    """Further hosts that a digest may link to, such as a mirror of the bodies' listings."""


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
    hidden: tuple[tuple[str, int], ...] = ()
    """What is not shown: what happened, to how many."""


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


@dataclass(frozen=True, slots=True)
class Digest:
    """Everything one message says."""

    recipient: str
    period: Period
    now: datetime
    zone: ZoneInfo
    countries: tuple[str, ...]
    """The watched countries by name."""
    signals: tuple[Signal, ...]
    areas: tuple[Area, ...]
    blind: tuple[Blind, ...]
    read: tuple[Read, ...]
    subscriptions: tuple[tuple[str, str], ...]
    """The recipient's watchlists with their cadences."""
    hosts: frozenset[str]
    hidden_signals: int = 0
    """Early warnings that are not shown."""

    @property
    def quiet(self) -> bool:
        """Whether there is nothing to tell."""
        return not self.areas

    def capped(self, rows: int, warnings: int) -> Digest:
        """The same with at most so many items a section; those left out are counted."""
        signals = _fairly(self.signals, [one.kind for one in self.signals], warnings)
        return replace(
            self,
            signals=tuple(signals),
            hidden_signals=self.hidden_signals + len(self.signals) - len(signals),
            areas=tuple(
                replace(area, sections=tuple(_capped(section, rows) for section in area.sections))
                for area in self.areas
            ),
        )


def _capped(section: Section, rows: int) -> Section:
    """With fewer rows, each organisation's first document comes before any one's second."""
    leads = [next((name.text for name in item.names if name.watched), "") for item in section.items]
    shown = _fairly(section.items, leads, rows)
    kept = {item.key for item in shown}
    hidden = Counter(dict(section.hidden))
    for item in (*(one for one in section.items if one.key not in kept), *section.unknown[rows:]):
        hidden[item.happenings[0].text if item.happenings else "more"] += 1
    return replace(section, items=tuple(shown), unknown=section.unknown[:rows], hidden=tuple(hidden.most_common()))


def _fairly(each: Sequence[_T], kinds: Sequence[str], most: int) -> list[_T]:
    """So many of them in their order, the first of each kind before the second of any."""
    turns: Counter[str] = Counter()
    ranked = []
    for place, kind in enumerate(kinds):
        ranked.append((turns[kind], place))
        turns[kind] += 1
    return [each[place] for place in sorted(place for _, place in sorted(ranked)[:most])]


def build(
    connection: Connection,
    resolver: Resolver,
    *,
    recipient: str,
    watchlists: Sequence[Watchlist],
    matches: Iterable[Match],
    period: Period,
    now: datetime,
    settings: DigestSettings | None = None,
) -> Digest:
    """The digest for one recipient of these watchlists; `matches` are those it is to tell, of these watchlists.

    Times are aware. Nothing is written.
    """
    settings = settings or DigestSettings()
    zone = watchlists[0].clock(recipient) if watchlists else ZoneInfo("UTC")
    today = now.astimezone(zone).date()
    hosts = HOSTS | frozenset(settings.hosts)
    ranks = {one.name: rank for rank, one in enumerate(watchlists)}
    by_change: dict[int, list[Match]] = defaultdict(list)
    for match in sorted((one for one in matches if one.watchlist in ranks), key=lambda one: ranks[one.watchlist]):
        by_change[match.change_id].append(match)
    by_record: dict[int, Changed] = defaultdict(list)
    for told in changes(connection, resolver, by_change):
        by_record[told.record_id].append((told, by_change[told.id]))
    maker = Maker(
        watchlists={one.name: one for one in watchlists},
        lineage=lineage(connection, (each[-1][0] for each in by_record.values())),
        hosts=hosts,
        today=today,
        assessed=assessments(connection, by_record),
    )
    placed: dict[str, dict[Where, list[Item]]] = defaultdict(lambda: defaultdict(list))
    for each in by_record.values():
        first = min((match.watchlist for _, met in each for match in met), key=ranks.__getitem__)
        placed[first][_where(each[-1][0])].append(maker.item(each))
    blind, read = sources(connection, watchlists)

    @cache
    def count(group: str, meeting: str, countries: frozenset[str]) -> Figures | None:
        return figures(connection, group, meeting, countries, since=stamp(period.start))

    return Digest(
        recipient=recipient,
        period=period,
        now=now,
        zone=zone,
        countries=_countries(resolver, watchlists, today),
        signals=tuple(signals(connection, list(by_record.values()), maker)),
        areas=tuple(
            Area(
                one.name,
                one.context,
                tuple(
                    _section(connection, one, where, placed[one.name][where], count=count, today=today)
                    for where in sorted(placed[one.name], key=_by_place)
                ),
            )
            for one in watchlists
            if one.name in placed
        ),
        blind=tuple(blind),
        read=tuple(read),
        subscriptions=tuple((one.name, one.timing(recipient)[0]) for one in watchlists),
        hosts=hosts,
    )


def _where(told: Told) -> Where:
    meeting = told.values["meeting"] if told.record == "contribution" else None
    return told.body, told.group, meeting or ""


def _by_place(where: Where) -> tuple[object, ...]:
    return _BODIES.index(where[0]), natural(where[1]), natural(where[2])


def _section(
    connection: Connection, watchlist: Watchlist, where: Where, items: list[Item], *, count: Count, today: date
) -> Section:
    body, group, meeting = where
    note, counted = "", None
    if meeting:
        own = TABLES["meeting"]
        query = select(own.c.place, own.c.starts_on, own.c.ends_on).join(RECORD, RECORD.c.id == own.c.record_id)
        row = connection.execute(query.where(own.c.name == meeting, RECORD.c.group_name == group)).first()
        if row:
            note = ", ".join(filter(None, (plain(row.place), span(row.starts_on, row.ends_on, today))))
        counted = count(group, meeting, frozenset((*watchlist.origins, *watchlist.also)))
    ranked = sorted(items, key=lambda item: (item.weight, item.order))
    return Section(
        body=body,
        group=group,
        heading=plain(f"{group} · {meeting}" if meeting and not meeting.startswith(group) else meeting or group),
        note=note,
        figures=counted,
        items=tuple(item for item in ranked if not item.unknown),
        unknown=tuple(item for item in ranked if item.unknown),
    )


def _countries(resolver: Resolver, watchlists: Sequence[Watchlist], today: date) -> tuple[str, ...]:
    """The watched countries by name."""
    codes = {code for one in watchlists for code in one.origins}
    states = (one for one in resolver.registry.organisations.values() if one.kind == "administration")
    names = {state.fact(today).home: state.name for state in states}
    return tuple(sorted(names.get(code, code) for code in codes))
