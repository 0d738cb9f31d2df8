"""What experts make of records: said once, it holds for the revisions that follow until one is assessed itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy import Connection, func, insert, select

from alerts import tables
from alerts.wording import plain
from store.fields import RECORD, TABLES
from store.times import stamp

Status = Literal["new", "seen", "to act", "closed"]
STATUSES: tuple[Status, ...] = get_args(Status)
TAG = 40
NOTE = 1000
"""Characters kept of a tag and of a note."""
_CHAIN = 20
"""Revisions followed back; chains in the bodies' lists are shorter."""
_CHUNK = 500

_assessment = tables.Assessment.__table__  # type: ignore[attr-defined]
_contribution = TABLES["contribution"]


@dataclass(frozen=True, slots=True)
class Assessed:
    """One assessment; `carried_from` is the earlier revision that it was made of, None for the record itself."""

    status: str
    tag: str
    note: str
    who: str
    at: str
    carried_from: str | None = None


def assess(
    connection: Connection, record_id: int, *, who: str, status: Status, tag: str, note: str, now: datetime
) -> None:
    """Write down an assessment. Tag and note become one line each, cut to what is kept."""
    values = {
        "record_id": record_id,
        "assessed_at": stamp(now),
        "who": who,
        "status": status,
        "tag": plain(tag, TAG),
        "note": plain(note, NOTE),
    }
    connection.execute(insert(_assessment).values(values))


def said_of(connection: Connection, record_id: int) -> list[Assessed]:
    """Every assessment made of this very record, the newest first."""
    query = select(_assessment).where(_assessment.c.record_id == record_id).order_by(_assessment.c.id.desc())
    return [_assessed(row) for row in connection.execute(query)]


def assessments(connection: Connection, records: Iterable[int]) -> dict[int, Assessed]:
    """By record id, the assessment that holds: its own newest, else that of the nearest revision before it."""
    found: dict[int, Assessed] = {}
    asked = {record: record for record in records}
    """By record id, the revision looked at for it."""
    keys: dict[int, str] = {}
    for _ in range(_CHAIN):
        if not asked:
            break
        own = _newest(connection, set(asked.values()))
        for record, looked_at in asked.items():
            if looked_at in own:
                carried = keys[looked_at] if looked_at != record else None
                found[record] = replace(own[looked_at], carried_from=carried)
        before = _revised(connection, {at for record, at in asked.items() if record not in found})
        keys.update(before.values())
        asked = {record: before[at][0] for record, at in asked.items() if record not in found and at in before}
    return found


def _newest(connection: Connection, records: set[int]) -> dict[int, Assessed]:
    found = {}
    for chunk in _chunks(records):
        newest = select(func.max(_assessment.c.id)).where(_assessment.c.record_id.in_(chunk))
        query = select(_assessment).where(_assessment.c.id.in_(newest.group_by(_assessment.c.record_id)))
        found.update({row.record_id: _assessed(row) for row in connection.execute(query)})
    return found


def _revised(connection: Connection, records: set[int]) -> Mapping[int, tuple[int, str]]:
    """By record id, id and key of the document that it says it is a revision of."""
    named: dict[int, tuple[str, str]] = {}
    for chunk in _chunks(records):
        query = (
            select(_contribution.c.record_id, RECORD.c.body, _contribution.c.revision_of)
            .join(RECORD, RECORD.c.id == _contribution.c.record_id)
            .where(_contribution.c.record_id.in_(chunk), _contribution.c.revision_of.is_not(None))
        )
        named.update({row.record_id: (row.body, row.revision_of) for row in connection.execute(query)})
    ids = _document_ids(connection, named.values())
    return {
        record: (ids[body, key], key) for record, (body, key) in named.items() if ids.get((body, key), record) != record
    }


def _document_ids(connection: Connection, documents: Iterable[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """The ids of contributions, by body and number."""
    numbers: dict[str, list[str]] = defaultdict(list)
    for body, key in documents:
        numbers[body].append(key)
    found: dict[tuple[str, str], int] = {}
    for body, keys in numbers.items():
        for start in range(0, len(keys), _CHUNK):
            query = select(RECORD.c.id, RECORD.c.key).where(
                RECORD.c.body == body,
                RECORD.c.key.in_(keys[start : start + _CHUNK]),
                RECORD.c.record == "contribution",
            )
            found.update({(body, row.key): row.id for row in connection.execute(query)})
    return found


def _chunks(records: set[int]) -> Iterable[list[int]]:
    ordered = sorted(records)
    return (ordered[start : start + _CHUNK] for start in range(0, len(ordered), _CHUNK))


def _assessed(row: Any) -> Assessed:
    return Assessed(row.status, row.tag, row.note, row.who, row.assessed_at)
