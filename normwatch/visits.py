"""What is to be visited by the configuration, and when each visit is due."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from normwatch.config import Config
from normwatch.intervals import every
from spiders.archive_view import ArchiveView
from spiders.plan import targets
from spiders.rows import KINDS
from spiders.targets import Target
from store import tables
from store.archive import Archive
from store.listings import waiting_hosts
from store.planned import UNSCHEDULED, Plan, remember, watched
from store.times import moment, stamp
from store.timetable import Place, Rhythm, Timetable

_listing = tables.Listing.__table__  # type: ignore[attr-defined]

EARLY = 0.1
"""Share of the time between two visits by which one may come early, so that one crawl visits what is due together."""
EARLIEST = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Due:
    """A target and when it is to be visited; None where the schedule does not visit its kind."""

    target: Target
    at: datetime | None
    last: datetime | None
    """Its last visit."""

    @property
    def wait(self) -> timedelta:
        """The time since its last visit by then."""
        return self.at - self.last if self.at and self.last else timedelta(0)

    def come(self, now: datetime) -> bool:
        """Whether it is to be visited by a crawl at `now`."""
        return self.at is not None and self.at - min(EARLY * self.wait, EARLIEST) <= now


def rhythms(config: Config) -> dict[str, Rhythm]:
    """Time between visits, by kind."""
    schedule = config.schedule
    around = {kind: every(text) for kind, text in schedule.around_meetings.items()}
    between = {kind: every(text) for kind, text in schedule.cadences.items()}
    return {kind: Rhythm(pause, min(around.get(kind, pause), pause)) for kind, pause in between.items()}


def due(connection: Connection, config: Config, kind: str, now: datetime) -> list[Due]:
    """The targets of a kind, in the order in which they are visited."""
    view = ArchiveView(connection, config.crawl, now)
    known = {row.key: row for row in connection.execute(select(_listing).where(_listing.c.kind == kind))}
    waiting = waiting_hosts(connection, stamp(now))
    timetable = Timetable(connection, rhythms(config), now)
    return [
        _due(target, known.get(target.listing), timetable, waiting, now)
        for target in targets(kind, config.sources, view)
    ]


def _due(target: Target, known: Any, timetable: Timetable, waiting: Mapping[str, str], now: datetime) -> Due:
    last = known.last_visit_at if known is not None else None
    if last is not None and moment(last) > now:
        last = None  # the clock was ahead and was set back
    place = Place(
        target.kind,
        target.body,
        target.group,
        target.meeting,
        last,
        known.faults_in_a_row if known is not None else 0,
        known.retry_after if known is not None else None,
    )
    at = timetable.due_at(place)
    if at is not None and target.host in waiting:
        at = max(at, moment(waiting[target.host]))
    return Due(target, at, moment(last) if last is not None else None)


def sources(connection: Connection, config: Config, now: datetime) -> list[Target]:
    """Every source that the configuration and the archive's meetings make, in the window or not."""
    view = ArchiveView(connection, config.crawl, now, everything=True)
    return [target for kind in KINDS for target in targets(kind, config.sources, view)]


def matching(found: Iterable[Target], name: str) -> list[str]:
    """The sources that somebody may mean by a name that is none: of a group, of a meeting, or with it in their own."""
    wanted = name.strip().casefold()
    if not wanted:
        return []
    exact = [one.listing for one in found if wanted in ((one.group or "").casefold(), (one.meeting or "").casefold())]
    return exact or [one.listing for one in found if wanted in one.listing.casefold()]


def plan(found: Iterable[Due]) -> list[Plan]:
    """When each is to be visited, and what the schedule leaves out as long as something else visits it."""
    planned = []
    for one in found:
        due = one.last + UNSCHEDULED if one.last and one.at is None else one.at
        if due is not None:
            target = one.target
            named = target.listing, target.kind, target.body, target.group, target.meeting, target.url
            planned.append(Plan(*named, last=one.last, due=due if one.last else None))
    return planned


def refresh(archive: Archive, config: Config, now: datetime) -> dict[str, Due]:
    """Note in the archive when each source is visited next; returns the first to be visited of each kind.

    For what visits them, or is about to: from then on, what is not read in time is told to be out of sight.
    """
    first: dict[str, Due] = {}
    every_one: list[Due] = []
    with archive.read() as connection:
        for kind in KINDS:
            found = due(connection, config, kind, now)
            every_one += found
            if dated := [(one.at, place) for place, one in enumerate(found) if one.at]:
                first[kind] = found[min(dated)[1]]
    with archive.write() as connection:
        remember(connection, plan(every_one), now)
    return first


def refresh_watched(archive: Archive, config: Config, now: datetime) -> None:
    """The same for what visits nothing itself: an archive that only takes in files has no crawler that stands still."""
    with archive.read() as connection:
        visited = watched(connection)
    if visited:
        refresh(archive, config, now)
