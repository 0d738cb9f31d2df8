"""Where we can and cannot see, and what is usual: the sources behind a digest, and the meetings before this one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from alerts.watchlists import Watchlist
from alerts.wording import plain
from store import tables
from store.fields import TABLES
from store.order import natural

_listing = tables.Listing.__table__  # type: ignore[attr-defined]
_attribution = tables.Attribution.__table__  # type: ignore[attr-defined]
_change = tables.Change.__table__  # type: ignore[attr-defined]

BASE = 5
"""How many meetings back "usually" looks."""
STATES = {
    "suspect": "doubtful",
    "broken": "not readable",
    "refused": "refused",
    "disallowed": "closed to robots",
}
"""The states of a source in which we are blind, in a reader's words."""


@dataclass(frozen=True, slots=True)
class Blind:
    """Sources that could not be read, alike in what is wrong with them."""

    sources: tuple[str, ...]
    state: str
    since: str | None
    """The archive's stamp of when that state began."""
    reason: str


@dataclass(frozen=True, slots=True)
class Read:
    """The sources of one body that were read, and when the last of them was."""

    body: str
    sources: int
    last: str


@dataclass(frozen=True, slots=True)
class Figures:
    """A meeting's contributions, and how many name an organisation of a watched country; the usual share's base."""

    new: int
    new_named: int
    total: int
    named: int
    usual: float | None
    """Share of the `base` meetings before, 0 to 1."""
    base: int


def sources(connection: Connection, watchlists: Sequence[Watchlist]) -> tuple[list[Blind], list[Read]]:
    """What these watchlists cannot see, and what was read for them."""
    blind: dict[tuple[str, str], list[Any]] = defaultdict(list)
    read: dict[str, list[str]] = defaultdict(list)
    for row in connection.execute(select(_listing).order_by(_listing.c.key)):
        if not any(one.watches(row.body, row.group_name) for one in watchlists):
            continue
        if row.state in STATES:
            blind[row.state, plain(row.reason)].append(row)
        elif row.last_good_at is not None:
            read[row.body].append(row.last_good_at)
    return (
        [
            Blind(
                tuple(_name(row) for row in rows),
                STATES[state],
                min((row.state_since for row in rows if row.state_since), default=None),
                reason,
            )
            for (state, reason), rows in blind.items()
        ],
        [Read(body, len(times), max(times)) for body, times in sorted(read.items())],
    )


def _name(row: Any) -> str:
    kind = row.kind.partition(".")[2]
    return plain(f"{row.meeting or row.group_name or row.body} {'documents' if kind == 'tdocs' else kind}")


def earlier_meetings(connection: Connection, group: str, meeting: str, most: int = BASE) -> list[str]:
    """The group's last meetings before this one whose documents the archive has, oldest first."""
    query = select(_listing.c.meeting).where(_listing.c.group_name == group, _listing.c.meeting.is_not(None)).distinct()
    listed = connection.execute(query).scalars()
    return sorted((name for name in listed if natural(name) < natural(meeting)), key=natural)[-most:]


def figures(connection: Connection, group: str, meeting: str, countries: Collection[str], since: str) -> Figures | None:
    """The figures of one meeting; None where nothing is listed. `since` is the archive's stamp."""
    earlier = earlier_meetings(connection, group, meeting)
    counted = _counts(connection, [*earlier, meeting], sorted(countries))
    if meeting not in counted:
        return None
    fresh = _counts(connection, [meeting], sorted(countries), since).get(meeting, (0, 0))
    total, named = counted.pop(meeting)
    base_total = sum(one for one, _ in counted.values())
    usual = sum(one for _, one in counted.values()) / base_total if base_total else None
    return Figures(*fresh, total, named, usual, len(counted))


def _counts(
    connection: Connection, meetings: list[str], countries: list[str], since: str | None = None
) -> dict[str, tuple[int, int]]:
    own = TABLES["contribution"]
    texts = select(_attribution.c.source_text_id).where(
        _attribution.c.home.in_(countries),
        _attribution.c.joint_venture_homes.is_(None),
        _attribution.c.role != "provenance",
    )
    named = own.c.source_text_id.in_(texts)
    query = select(own.c.meeting, func.count(), func.count().filter(named)).where(own.c.meeting.in_(meetings))
    if since is not None:
        appeared = select(_change.c.record_id).where(_change.c.kind == "appeared", _change.c.observed_at >= since)
        query = query.where(own.c.record_id.in_(appeared))  # what a baseline took in is not new
    rows = connection.execute(query.group_by(own.c.meeting))
    return {row[0]: (int(row[1]), int(row[2])) for row in rows}
