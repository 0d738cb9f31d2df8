"""What the archive knows of organisations before a moment: what early warnings are measured against."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean, variance
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, func, or_, select
from sqlalchemy.orm import aliased

from alerts.standing import BASE, earlier_meetings
from store import tables
from store.fields import RECORD, TABLES
from store.order import natural

_attribution = tables.Attribution.__table__  # type: ignore[attr-defined]
_listing = tables.Listing.__table__  # type: ignore[attr-defined]
_own = TABLES["contribution"]

_GENERAL = re.compile(
    r"maintenance|e-utra maintenance|incoming liaison|ue features|other(s| aspects)?$|TEI\d*$|DUMMY$", re.IGNORECASE
)
"""Upkeep, what every release has, and what is no topic: everybody comes there for a first time, which means nothing."""
SIGNING = ("source", "rapporteur")
"""The roles in which a document is an organisation's own: a moderator's summary is not."""


def known(connection: Connection, group: str, before: str) -> tuple[int, str]:
    """How many contributions to the group the archive knew before `before` (its stamp), and from which meeting on."""
    query = (
        select(func.count())
        .select_from(RECORD)
        .where(RECORD.c.record == "contribution", RECORD.c.group_name == group, RECORD.c.first_seen_at < before)
    )
    meetings = connection.execute(
        select(_listing.c.meeting).where(_listing.c.group_name == group, _listing.c.meeting.is_not(None)).distinct()
    ).scalars()
    return int(connection.execute(query).scalar_one()), min(meetings, key=natural, default="")


def contributed(
    connection: Connection,
    group: str,
    names: Collection[str],
    before: str,
    topic: str | None = None,
    *,
    uncoded: bool = False,
) -> bool:
    """Whether one of these had brought anything to the group, or on a topic in it; `uncoded`: without a work item.

    `names`: an ultimate parent's id, and those of its organisations that may have had another parent, or none, before.
    """
    own = or_(_attribution.c.organisation.in_(sorted(names)), _attribution.c.parent_id.in_(sorted(names)))
    query = select(1).select_from(_documents()).where(*_earlier(before, group), own, _attribution.c.role.in_(SIGNING))
    if topic is not None:
        listed = (", " + func.coalesce(_own.c.work_items, "") + ", ").contains(f", {topic}, ", autoescape=True)
        query = query.where(or_(func.lower(_own.c.agenda_title) == topic.lower(), listed))
    if uncoded:
        query = query.where(func.coalesce(_own.c.work_items, "") == "")
    return connection.execute(query.limit(1)).first() is not None


def brought(connection: Connection, group: str, owner: str, before: str) -> int:
    """How many contributions an owner had brought to the group."""
    query = select(func.count(_own.c.record_id.distinct())).select_from(_documents())
    found = connection.execute(query.where(*_earlier(before, group), _signed_by(_attribution, owner)))
    return int(found.scalar_one())


def topics(work_items: str | None, agenda_title: str | None) -> set[str]:
    """The work items and the agenda item of a contribution, as listed, but for those that say nothing."""
    listed = {*(work_items or "").split(", "), agenda_title or ""} - {"", "-"}
    return {topic for topic in listed if not _GENERAL.match(topic)}


def together(connection: Connection, one: str, other: str, before: str) -> bool:
    """Whether two owners had signed a contribution together, in any group."""
    second = aliased(tables.Attribution.__table__)  # type: ignore[attr-defined]
    joint = _documents().join(second, second.c.source_text_id == _attribution.c.source_text_id)
    query = (
        select(1).select_from(joint).where(*_earlier(before), _signed_by(_attribution, one), _signed_by(second, other))
    )
    return connection.execute(query.limit(1)).first() is not None


def _documents() -> Any:
    """Attributions with the contributions they are of."""
    return _attribution.join(_own, _own.c.source_text_id == _attribution.c.source_text_id).join(
        RECORD, RECORD.c.id == _own.c.record_id
    )


def _earlier(before: str, group: str | None = None) -> list[ColumnElement[bool]]:
    """What was known before. Written so that no index leads to a whole group: an organisation's documents are fewer."""
    conditions: list[ColumnElement[bool]] = [RECORD.c.first_seen_at < before]
    return conditions if group is None else [func.coalesce(RECORD.c.group_name, "") == group, *conditions]


def _signed_by(table: object, owner: str) -> ColumnElement[bool]:
    return and_(_is_one_of(table, [owner]), table.c.role.in_(SIGNING))  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Counts:
    """Contributions at a meeting and at those before it, oldest first: all of them, and each owner's, by topic.

    A topic is a work item or an agenda item's title; `None` stands for the group as a whole.
    """

    meetings: tuple[str, ...]
    all: dict[str | None, list[int]]
    own: dict[tuple[str, str | None], list[int]]
    before: dict[tuple[str, str | None], int]
    """Of each owner's, how many were known before the moment asked for."""


def counts(
    connection: Connection,
    group: str,
    meeting: str,
    owners: Collection[str],
    *,
    wanted: Collection[str | None],
    before: str,
) -> Counts:
    """How much these owners brought to `meeting` (last in each list) and to the five before it; `before` is a stamp.

    Of the topics wanted alone: meetings have thousands.
    """
    meetings = [*earlier_meetings(connection, group, meeting, BASE), meeting]
    place = {name: index for index, name in enumerate(meetings)}
    everybody: dict[str | None, list[int]] = defaultdict(lambda: [0] * len(meetings))
    own: dict[tuple[str, str | None], list[int]] = defaultdict(lambda: [0] * len(meetings))
    earlier: Counter[tuple[str, str | None]] = Counter()
    query = select(_own.c.meeting, _own.c.work_items, _own.c.agenda_title, func.count()).where(
        _own.c.meeting.in_(meetings)
    )
    for name, work_items, agenda_title, count in connection.execute(
        query.group_by(_own.c.meeting, _own.c.work_items, _own.c.agenda_title)
    ):
        for topic in _wanted(wanted, work_items, agenda_title):
            everybody[topic][place[name]] += count
    owner, documents = _owner(_attribution).label("owner"), _own.c.record_id.distinct()
    own_query = (
        select(
            owner,
            _own.c.meeting,
            _own.c.work_items,
            _own.c.agenda_title,
            func.count(documents),
            func.count(documents).filter(RECORD.c.first_seen_at < before),
        )
        .select_from(_documents())
        .where(_own.c.meeting.in_(meetings), _is_one_of(_attribution, owners), _attribution.c.role.in_(SIGNING))
        .group_by(owner, _own.c.meeting, _own.c.work_items, _own.c.agenda_title)
    )
    for who, name, work_items, agenda_title, count, known_before in connection.execute(own_query):
        for topic in _wanted(wanted, work_items, agenda_title):
            own[who, topic][place[name]] += count
            earlier[who, topic] += known_before
    return Counts(tuple(meetings), dict(everybody), dict(own), dict(earlier))


def _wanted(wanted: Collection[str | None], work_items: str | None, agenda_title: str | None) -> Iterator[str | None]:
    return (topic for topic in (None, *topics(work_items, agenda_title)) if topic in wanted)


def chance(count: int, past: Sequence[int], scale: float = 1.0) -> float:
    """How likely at least `count` is, if nothing but chance parts it from `past`.

    A negative binomial with the mean and the variance of `past`, at least a Poisson's, widened for the mean being an
    estimate; `scale` is how much more everybody brought.
    """
    mean = max(0.5, scale * fmean(past))
    spread = max(mean, scale**2 * variance(past) if len(past) > 1 else mean)
    spread += spread / len(past)
    size = mean * mean / (spread - mean) if spread > mean else math.inf
    below, term = 0.0, (size / (size + mean)) ** size if math.isfinite(size) else math.exp(-mean)
    for value in range(count):
        below += term
        grown = (size + value) * mean / (size + mean) if math.isfinite(size) else mean
        term *= grown / (value + 1)
    return max(0.0, 1.0 - below)


def _owner(table: object) -> ColumnElement[str]:
    columns = table.c  # type: ignore[attr-defined]
    return case((columns.parent_id.is_not(None), columns.parent_id), else_=columns.organisation)


def _is_one_of(table: object, owners: Collection[str]) -> ColumnElement[bool]:
    columns, wanted = table.c, sorted(owners)  # type: ignore[attr-defined]
    return or_(columns.parent_id.in_(wanted), and_(columns.parent_id.is_(None), columns.organisation.in_(wanted)))
