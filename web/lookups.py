"""What pages ask of the archive beyond search and figures: ids, groups, a meeting's documents, an organisation's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, func, select

from alerts.assessments import Assessed, assessments
from store import tables
from store.fields import RECORD, TABLES
from store.groups import body_of
from store.order import natural

_contribution = TABLES["contribution"]
_meeting = TABLES["meeting"]
_tally = tables.Tally.__table__  # type: ignore[attr-defined]


def record_id(connection: Connection, body: str, record: str, key: str) -> int | None:
    """The id of a record."""
    query = select(RECORD.c.id).where(RECORD.c.body == body, RECORD.c.record == record, RECORD.c.key == key)
    found: int | None = connection.execute(query).scalar()
    return found


def assessed(connection: Connection, records: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str, str], Assessed]:
    """By (body, record, key), what experts made of the records on a page."""
    keys = {(one["body"], one["record"], one["key"]) for one in records}
    query = select(RECORD.c.id, RECORD.c.body, RECORD.c.record, RECORD.c.key).where(
        RECORD.c.body.in_({body for body, _, _ in keys}), RECORD.c.key.in_({key for _, _, key in keys})
    )
    rows = connection.execute(query)
    ids = {row.id: named for row in rows if (named := (row.body, row.record, row.key)) in keys}
    return {ids[number]: one for number, one in assessments(connection, ids).items()}


def groups(connection: Connection) -> dict[str, list[tuple[str, dict[str, int]]]]:
    """By body, its groups in natural order, each with how many records of each kind the archive has."""
    query = select(RECORD.c.record, RECORD.c.group_name, func.count()).group_by(RECORD.c.record, RECORD.c.group_name)
    counts: dict[str, dict[str, int]] = defaultdict(dict)
    for record, group, count in connection.execute(query):  # by one index alone: the body would not be in it
        counts[group][record] = count
    found: dict[str, list[tuple[str, dict[str, int]]]] = defaultdict(list)
    for group in sorted(counts, key=natural):
        found[body_of(group) or "Others"].append((group, counts[group]))
    return dict(sorted(found.items()))


def committees(connection: Connection) -> dict[str, Any]:
    """By group, its committee's title and secretariat."""
    own = TABLES["committee"]
    query = select(RECORD.c.group_name, RECORD.c.title, own.c.secretariat).join(own, own.c.record_id == RECORD.c.id)
    return {row.group_name: row for row in connection.execute(query.where(RECORD.c.record == "committee"))}


def meetings(connection: Connection, group: str, limit: int = 60) -> list[Any]:
    """A group's meetings, the latest first, with how many documents the archive has of each."""
    query = (
        select(RECORD.c.body, RECORD.c.key, RECORD.c.title, RECORD.c.vanished_at, _meeting)
        .join_from(RECORD, _meeting, _meeting.c.record_id == RECORD.c.id)
        .where(RECORD.c.record == "meeting", RECORD.c.group_name == group)
        .order_by(_meeting.c.starts_on.desc().nulls_last(), RECORD.c.id.desc())
        .limit(limit)
    )
    return list(connection.execute(query))


def documents_of(connection: Connection, names: Iterable[str]) -> dict[str, int]:
    """By meeting, how many documents the archive has."""
    query = (
        select(_contribution.c.meeting, func.count())
        .where(_contribution.c.meeting.in_(list(names)))
        .group_by(_contribution.c.meeting)
    )
    return {row[0]: row[1] for row in connection.execute(query)}


def meetings_with_documents(connection: Connection, group: str) -> list[str]:
    """The meetings of a group whose documents' lists the archive has read, the latest first."""
    listing = tables.Listing.__table__  # type: ignore[attr-defined]
    query = select(listing.c.meeting).where(listing.c.group_name == group, listing.c.meeting.is_not(None)).distinct()
    return sorted(connection.execute(query).scalars(), key=natural, reverse=True)


def meeting(connection: Connection, name: str) -> Any:
    """A meeting by name, None if the archive has none of that name."""
    query = (
        select(RECORD, _meeting)
        .join_from(RECORD, _meeting, _meeting.c.record_id == RECORD.c.id)
        .where(RECORD.c.record == "meeting", _meeting.c.name == name)
    )
    return connection.execute(query).first()


def documents(connection: Connection, meeting_name: str) -> list[Any]:
    """A meeting's documents in the order of its agenda, 20.6.2 before 20.6.11."""
    own = _contribution.c
    query = (
        select(
            RECORD.c.id,
            RECORD.c.body,
            RECORD.c.record,
            RECORD.c.group_name,
            RECORD.c.key,
            RECORD.c.title,
            own.source,
            own.type,
            own.status,
            own.agenda_item,
            own.agenda_title,
        )
        .join_from(_contribution, RECORD, RECORD.c.id == own.record_id)
        .where(own.meeting == meeting_name)
    )
    found = connection.execute(query)
    orders: dict[str | None, Any] = {}
    return sorted(
        found, key=lambda row: (orders.setdefault(row.agenda_item, natural(row.agenda_item)), natural(row.key))
    )


def submitted_by_group(connection: Connection, owner: str, limit: int = 15) -> list[Any]:
    """To which groups an ultimate owner of this name, with all it owns, brought most: group_name, documents."""
    documents = func.sum(_tally.c.submitted)
    query = (
        select(_tally.c.group_name, documents.label("documents"))
        .where(_tally.c.dimension == "organisation", _tally.c.name == owner)
        .group_by(_tally.c.group_name)
        .having(documents > 0)
        .order_by(documents.desc(), _tally.c.group_name)
        .limit(limit)
    )
    return list(connection.execute(query))
