"""What the archive knows of organisations before a moment: what early warnings are measured against."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from statistics import fmean, variance
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, case, func, or_, select

from alerts.standing import BASE, earlier_meetings
from store import tables
from store.bulk import among
from store.conditions import FOUND, filed_under, matching
from store.fields import RECORD, TABLES
from store.order import natural
from store.query import All, Node, Text
from store.words import words

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
    said = [Text(topic)] if topic and words(topic) else []
    query = _known_before(connection, before, _filed(group, names), *said)
    query = query.where(_signed(or_(_attribution.c.organisation.in_(names), _attribution.c.parent_id.in_(names))))
    if topic is not None:
        listed = (", " + func.coalesce(_own.c.work_items, "") + ", ").contains(f", {topic}, ", autoescape=True)
        query = query.where(or_(func.lower(_own.c.agenda_title) == topic.lower(), listed))
    if uncoded:
        query = query.where(func.coalesce(_own.c.work_items, "") == "")
    return connection.execute(query.limit(1)).first() is not None


def brought(connection: Connection, group: str, owner: str, before: str, most: int | None = None) -> int:
    """How many contributions an owner had brought to the group; counted no further than to `most`."""
    query = _known_before(connection, before, _filed(group, [owner])).where(_signed(_is_one_of([owner])))
    return int(connection.execute(select(func.count()).select_from(query.limit(most).subquery())).scalar_one())


def topics(work_items: str | None, agenda_title: str | None) -> set[str]:
    """The work items and the agenda item of a contribution, as listed, but for those that say nothing."""
    listed = {*(work_items or "").split(", "), agenda_title or ""} - {"", "-"}
    return {topic for topic in listed if not _GENERAL.match(topic)}


def together(connection: Connection, one: str, other: str, before: str) -> bool:
    """Whether two owners had signed a contribution together, in any group."""
    both = (filed_under("organisation", [owner]) for owner in (one, other))
    query = _known_before(connection, before, *both).where(_signed(_is_one_of([one])), _signed(_is_one_of([other])))
    return connection.execute(query.limit(1)).first() is not None


def _known_before(connection: Connection, before: str, *marked: Node) -> Select[Any]:
    """Contributions that bear these marks, as the full-text index knows them at once in an archive of any size.

    Marks do not tell in which role an organisation is named: see `_signed`.
    """
    found = matching(connection, All(marked))
    return select(RECORD.c.id).select_from(FOUND).where(found, RECORD.c.first_seen_at < before)


def _filed(group: str, names: Collection[str]) -> Node:
    return All((filed_under("group", [group]), filed_under("organisation", names)))


def _signed(by: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether a contribution names somebody as one of those who bring it."""
    query = select(1).where(_attribution.c.source_text_id == _own.c.source_text_id, by)
    return query.where(_attribution.c.role.in_(SIGNING)).correlate(_own).exists()


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
    wanted: AbstractSet[str | None],
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
    at_these = _own.c.meeting.in_(meetings)
    query = select(_own.c.meeting, func.count()).where(at_these)
    for name, number in connection.execute(query.group_by(_own.c.meeting)):
        everybody[None][place[name]] = number
    listed, on_topic = (_own.c.work_items, _own.c.agenda_title), _on_topic(connection, wanted)
    query = select(_own.c.meeting, func.count(), *listed).where(at_these, on_topic)
    for name, number, *its in connection.execute(query.group_by(_own.c.meeting, *listed)):
        for topic in wanted & topics(*its):
            everybody[topic][place[name]] += number
    texts = select(_own.c.meeting, _own.c.source_text_id).where(at_these).distinct().subquery()
    signed = (
        select(texts.c.source_text_id, _OWNER.label("owner"))
        .join_from(texts, _attribution, _attribution.c.source_text_id == texts.c.source_text_id)
        .where(_is_one_of(owners), _attribution.c.role.in_(SIGNING))
        .distinct()
        .subquery()
    )
    seen = select(RECORD.c.first_seen_at).where(RECORD.c.id == _own.c.record_id).scalar_subquery()
    grouped = (signed.c.owner, _own.c.meeting, *(case((on_topic, column)) for column in listed))
    query = (
        select(func.count(), func.count().filter(seen < before), *grouped)
        .join_from(_own, signed, signed.c.source_text_id == _own.c.source_text_id)
        .where(at_these)
        .group_by(*grouped)
    )
    for number, number_before, who, name, *its in connection.execute(query):
        for topic in wanted & {None, *topics(*its)}:
            own[who, topic][place[name]] += number
            earlier[who, topic] += number_before
    return Counts(tuple(meetings), dict(everybody), dict(own), dict(earlier))


def _on_topic(connection: Connection, wanted: Collection[str | None]) -> ColumnElement[bool]:
    """Whether a contribution may be on one of these topics: most are not, and it is cheaper to know that here."""
    named = [topic for topic in wanted if topic]
    works = _own.c.work_items
    return or_(among(connection, works, named), works.contains(", "), among(connection, _own.c.agenda_title, named))


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


_OWNER = case((_attribution.c.parent_id.is_not(None), _attribution.c.parent_id), else_=_attribution.c.organisation)


def _is_one_of(owners: Collection[str]) -> ColumnElement[bool]:
    own, wanted = _attribution.c, sorted(owners)
    return or_(own.parent_id.in_(wanted), and_(own.parent_id.is_(None), own.organisation.in_(wanted)))
