"""What the archive knows of organisations before a moment: what early warnings are measured against."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from statistics import fmean, variance

from sqlalchemy import ColumnElement, Connection, and_, case, func, or_, select
from sqlalchemy.orm import aliased

from alerts.standing import BASE, earlier_meetings
from alerts.wording import natural
from store import tables
from store.fields import RECORD, TABLES

_attribution = tables.Attribution.__table__  # type: ignore[attr-defined]
_listing = tables.Listing.__table__  # type: ignore[attr-defined]
_own = TABLES["contribution"]

SIGNING = ("source", "rapporteur")
"""The roles in which a document is an organisation's own: a moderator's summary is not."""


@dataclass(slots=True)
class Past:
    """Contributions of a group that were known before a moment, by organisations (ultimate parents' ids)."""

    total: int = 0
    since: str = ""
    """The earliest meeting among them."""
    by_owner: Counter[str] = field(default_factory=Counter)
    topics: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """By owner, the work items and agenda items (by title) it has contributed on."""


def past(connection: Connection, group: str, owners: Collection[str], before: str) -> Past:
    """What these owners brought to the group before `before`, an archive's stamp."""
    found = Past()
    known = and_(RECORD.c.record == "contribution", RECORD.c.group_name == group, RECORD.c.first_seen_at < before)
    found.total = int(connection.execute(select(func.count()).select_from(RECORD).where(known)).scalar_one())
    meetings = connection.execute(
        select(_listing.c.meeting).where(_listing.c.group_name == group, _listing.c.meeting.is_not(None))
    ).scalars()
    found.since = min(meetings, key=natural, default="")
    owner = _owner(_attribution).label("owner")
    query = (
        select(owner, _own.c.work_items, _own.c.agenda_title, func.count(_own.c.record_id.distinct()))
        .join(_own, _own.c.source_text_id == _attribution.c.source_text_id)
        .join(RECORD, RECORD.c.id == _own.c.record_id)
        .where(known, _is_one_of(_attribution, owners), _attribution.c.role.in_(SIGNING))
        .group_by(owner, _own.c.work_items, _own.c.agenda_title)
    )
    for name, work_items, agenda_title, count in connection.execute(query):
        found.by_owner[name] += count
        found.topics[name].update(topics(work_items, agenda_title))
    return found


def topics(work_items: str | None, agenda_title: str | None) -> set[str]:
    """The work items and the agenda item of a contribution, as its listing names them."""
    return {*(work_items or "").split(", "), agenda_title or ""} - {"", "-"}


def together(connection: Connection, one: str, other: str, before: str) -> bool:
    """Whether two owners signed a contribution together before `before`."""
    second = aliased(tables.Attribution.__table__)  # type: ignore[attr-defined]
    query = (
        select(1)
        .select_from(_attribution)
        .join(second, second.c.source_text_id == _attribution.c.source_text_id)
        .join(_own, _own.c.source_text_id == _attribution.c.source_text_id)
        .join(RECORD, RECORD.c.id == _own.c.record_id)
        .where(
            _is_one_of(_attribution, [one]),
            _is_one_of(second, [other]),
            _attribution.c.role.in_(SIGNING),
            second.c.role.in_(SIGNING),
            RECORD.c.first_seen_at < before,
        )
        .limit(1)
    )
    return connection.execute(query).first() is not None


@dataclass(frozen=True, slots=True)
class Counts:
    """Contributions at a meeting and at those before it, oldest first: all of them, and each owner's, by topic.

    A topic is a work item or an agenda item's title; `None` stands for the group as a whole.
    """

    meetings: tuple[str, ...]
    all: dict[str | None, list[int]]
    own: dict[tuple[str, str | None], list[int]]


def counts(connection: Connection, group: str, meeting: str, owners: Collection[str]) -> Counts:
    """How much these owners brought to `meeting` (last in each list) and to the five before it."""
    meetings = [*earlier_meetings(connection, group, meeting, BASE), meeting]
    place = {name: index for index, name in enumerate(meetings)}
    everybody: dict[str | None, list[int]] = defaultdict(lambda: [0] * len(meetings))
    own: dict[tuple[str, str | None], list[int]] = defaultdict(lambda: [0] * len(meetings))
    query = select(_own.c.meeting, _own.c.work_items, _own.c.agenda_title, func.count()).where(
        _own.c.meeting.in_(meetings)
    )
    for name, work_items, agenda_title, count in connection.execute(
        query.group_by(_own.c.meeting, _own.c.work_items, _own.c.agenda_title)
    ):
        for topic in (None, *topics(work_items, agenda_title)):
            everybody[topic][place[name]] += count
    owner = _owner(_attribution).label("owner")
    query = (
        select(owner, _own.c.meeting, _own.c.work_items, _own.c.agenda_title, func.count(_own.c.record_id.distinct()))
        .join(_own, _own.c.source_text_id == _attribution.c.source_text_id)
        .where(_own.c.meeting.in_(meetings), _is_one_of(_attribution, owners), _attribution.c.role.in_(SIGNING))
        .group_by(owner, _own.c.meeting, _own.c.work_items, _own.c.agenda_title)
    )
    for who, name, work_items, agenda_title, count in connection.execute(query):
        for topic in (None, *topics(work_items, agenda_title)):
            own[who, topic][place[name]] += count
    return Counts(tuple(meetings), dict(everybody), dict(own))


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
