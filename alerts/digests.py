"""What one person is told for one period: the model that HTML and text are made from. Pure reading of the archive."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection

from alerts import blindness, outages
from alerts.assessments import assessments
from alerts.blindness import Blind, Read
from alerts.cadence import Period
from alerts.items import Item, Maker
from alerts.lineage import lineage
from alerts.matching import Match
from alerts.outages import Outlook
from alerts.sections import Area, Limits, Section, fairly, note, shown
from alerts.sight import look
from alerts.signals import Signal, signals
from alerts.standing import Figures, figures
from alerts.watchlists import Watchlist
from alerts.wording import HOSTS, plain
from organisations import Resolver
from store.changes import Told, changes
from store.order import natural
from store.times import stamp

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

    items: int = Field(default=40, ge=1, le=500)
    """Items shown in one mail, those that weigh most first and some of every area; the rest is counted and named."""
    rows: int = Field(default=12, ge=1, le=200)
    """Of them, items shown of one meeting or committee in one area."""
    signals: int = Field(default=12, ge=0, le=50)
    """Early warnings shown."""
    hosts: tuple[str, ...] = ()
    """Further hosts that a digest may link to, such as a mirror of the bodies' listings."""


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
    again: tuple[tuple[str, str], ...] = ()
    """What can be seen again, by body."""
    watched: bool = True
    """Whether anything visits the sources; else files are imported."""
    hidden_signals: tuple[Signal, ...] = ()
    """Early warnings that are not shown."""

    @property
    def quiet(self) -> bool:
        """Whether there is nothing to tell."""
        return not self.areas

    def capped(self, limits: Limits) -> Digest:
        """The same with no more than these limits allow; what is left out is counted."""
        signals = fairly(self.signals, [one.kind for one in self.signals], limits.signals)
        left_out = [one for one in self.signals if one not in signals]
        first = frozenset(which for one in signals for which in one.about)
        areas = shown(self.areas, limits, first)
        return replace(self, signals=tuple(signals), hidden_signals=tuple(left_out), areas=areas)


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
    outlook: Outlook | None = None,
) -> Digest:
    """The digest for one recipient of these watchlists; `matches` are those it is to tell, of these watchlists.

    `outlook` is what it says of our sight; None: how it stands at `now`. Times are aware. Nothing is written.
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
    outlook = outlook or outages.outlook(look(connection, now), watchlists, ())

    @cache
    def count(group: str, meeting: str, countries: frozenset[str]) -> Figures | None:
        return figures(connection, group, meeting, countries, since=stamp(period.start))

    areas = [
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
    ]
    return Digest(
        recipient=recipient,
        period=period,
        now=now,
        zone=zone,
        countries=_countries(resolver, watchlists, today),
        signals=tuple(signals(connection, list(by_record.values()), maker)),
        areas=tuple(_said_once(areas)),
        blind=blindness.blind(outlook.sight.sources),
        read=blindness.read(outlook.sight.sources),
        again=blindness.again(outlook.again),
        watched=outlook.sight.watched,
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
    ranked = sorted(items, key=lambda item: (item.weight, item.order))
    return Section(
        body=body,
        group=group,
        heading=plain(f"{group} · {meeting}" if meeting and not meeting.startswith(group) else meeting or group),
        note=note(connection, body, group, meeting, today) if meeting else "",
        figures=count(group, meeting, frozenset((*watchlist.origins, *watchlist.also))) if meeting else None,
        items=tuple(item for item in ranked if not item.unknown),
        unknown=tuple(item for item in ranked if item.unknown),
    )


def _said_once(areas: Iterable[Area]) -> Iterator[Area]:
    """A meeting's dates and figures are said where it first comes up, and again only where the figures differ."""
    said: set[tuple[str, Figures | None]] = set()
    for area in areas:
        keys = [(section.heading, section.figures) for section in area.sections]
        yield replace(
            area,
            sections=tuple(
                replace(section, again=key in said) for section, key in zip(area.sections, keys, strict=True)
            ),
        )
        said.update(keys)


def _countries(resolver: Resolver, watchlists: Sequence[Watchlist], today: date) -> tuple[str, ...]:
    """The watched countries by name."""
    codes = {code for one in watchlists for code in one.origins}
    states = (one for one in resolver.registry.organisations.values() if one.kind == "administration")
    names = {state.fact(today).home: state.name for state in states}
    return tuple(sorted(names.get(code, code) for code in codes))
