"""What is usual: the figures of a meeting, and those of the meetings before it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from store import tables
from store.fields import RECORD, TABLES
from store.order import natural

_listing = tables.Listing.__table__  # type: ignore[attr-defined]
_attribution = tables.Attribution.__table__  # type: ignore[attr-defined]
_change = tables.Change.__table__  # type: ignore[attr-defined]

BASE = 5
"""How many meetings back "usually" looks."""


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


def earlier_meetings(connection: Connection, group: str, meeting: str, most: int = BASE) -> list[str]:
    """The group's last meetings before this one whose documents the archive has, oldest first.

    ITU lists contributions by study period: there the documents themselves name their meetings.
    """
    lists = connection.execute(select(_listing.c.kind, _listing.c.meeting).where(_listing.c.group_name == group)).all()
    listed = {one.meeting for one in lists}
    if any(one.kind == "itu.documents" and one.meeting is None for one in lists):
        own = TABLES["contribution"]
        named = select(own.c.meeting).join(RECORD, RECORD.c.id == own.c.record_id).where(RECORD.c.group_name == group)
        listed |= set(connection.execute(named.distinct()).scalars())
    earlier = (name for name in listed if name is not None and natural(name) < natural(meeting))
    return sorted(earlier, key=natural)[-most:]


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
    query = select(own.c.meeting, own.c.source_text_id, func.count().label("number")).where(own.c.meeting.in_(meetings))
    if since is not None:
        appeared = select(_change.c.record_id).where(_change.c.kind == "appeared", _change.c.observed_at >= since)
        query = query.where(own.c.record_id.in_(appeared))  # what a baseline took in is not new
    texts = query.group_by(own.c.meeting, own.c.source_text_id).subquery()
    of_these = func.coalesce(_attribution.c.home, "").in_(countries)  # by no index: a country's sources grow ever more
    named = (
        select(1)
        .where(_attribution.c.source_text_id == texts.c.source_text_id, of_these)
        .where(_attribution.c.joint_venture_homes.is_(None), _attribution.c.role != "provenance")
        .exists()
    )
    numbers = func.sum(texts.c.number), func.coalesce(func.sum(texts.c.number).filter(named), 0)
    rows = connection.execute(select(texts.c.meeting, *numbers).group_by(texts.c.meeting))
    return {row[0]: (int(row[1]), int(row[2])) for row in rows}
