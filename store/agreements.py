"""How long documents took from their first version to the one agreed: measured when one of them comes in or changes.

Both tables are derived. A document is measured anew with its meeting, and when an earlier version of another meeting
comes in or changes: `Step` tells which those are.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Index, delete, text
from sqlmodel import Field, SQLModel

from store.bulk import insert_rows
from store.tables import REVISED_AND_AGREED

DEEPEST = 12
"""Revisions that a chain is followed back; the longest seen has ten."""


class Agreement(SQLModel, table=True):
    """A document that was agreed and revises another; derived."""

    __table_args__ = (Index("ix_agreement_group_name_meeting", "group_name", "meeting"),)

    record_id: int = Field(primary_key=True, foreign_key="record.id")
    group_name: str
    meeting: str
    release: str
    """Empty where none is listed."""
    days: float | None = None
    """From the first version's reservation to that of the agreed one; None where no earlier version is known."""


class Step(SQLModel, table=True):
    """An earlier version that the measure of an agreed document hangs on, and is not in the same meeting; derived."""

    __tablename__ = "agreement_step"
    __table_args__ = (Index("ix_agreement_step_group_name_meeting", "group_name", "meeting"),)

    record_id: int = Field(primary_key=True, foreign_key="record.id")
    """The document agreed."""
    place: int = Field(primary_key=True)
    """How many revisions before it."""
    body: str
    key: str
    group_name: str | None = None
    """None while the archive does not have it."""
    meeting: str | None = None
    """Empty for a document without one."""


_agreement = Agreement.__table__  # type: ignore[attr-defined]
_step = Step.__table__  # type: ignore[attr-defined]

_OWN = f"""
    SELECT record_id FROM agreement WHERE group_name = :group_name AND meeting = :meeting
    UNION
    SELECT contribution.record_id FROM contribution CROSS JOIN record
    WHERE contribution.meeting = :meeting AND {REVISED_AND_AGREED}
        AND record.id = contribution.record_id AND record.group_name = :group_name
"""  # noqa: S608 - constants of ours
_ELSEWHERE = """
    SELECT record_id FROM agreement_step WHERE group_name = :group_name AND meeting = :meeting
"""
_FOUND = """
    SELECT step.record_id FROM agreement_step AS step CROSS JOIN record
    WHERE step.group_name IS NULL AND record.body = step.body AND record.key = step.key
        AND record.record = 'contribution'
"""
_TOUCHED = tuple(text(query) for query in (_OWN, _ELSEWHERE, _FOUND))
_CHAINS = f"""
    WITH RECURSIVE chain AS (
        SELECT contribution.record_id, 0 AS place, record.body, record.key, record.group_name,
            COALESCE(contribution.meeting, '') AS meeting, COALESCE(contribution.release, '') AS release,
            contribution.reserved_at, contribution.revision_of
        FROM contribution CROSS JOIN record
        WHERE contribution.record_id IN ({{}}) AND {REVISED_AND_AGREED} AND contribution.meeting IS NOT NULL
            AND contribution.reserved_at IS NOT NULL AND record.id = contribution.record_id
        UNION ALL
        SELECT chain.record_id, chain.place + 1, record.body, record.key, record.group_name,
            COALESCE(earlier.meeting, ''), chain.release, earlier.reserved_at, earlier.revision_of
        FROM chain CROSS JOIN record CROSS JOIN contribution AS earlier
        WHERE record.body = chain.body AND record.key = chain.revision_of AND record.record = 'contribution'
            AND earlier.record_id = record.id AND chain.place < {DEEPEST}
    )
    SELECT * FROM chain ORDER BY record_id, place
"""  # noqa: S608


def count(connection: Connection, group: str, meeting: str) -> None:
    """Measure anew what hangs on a group's meeting ('' for documents without one): its own, and what revises its."""
    here = {"group_name": group, "meeting": meeting}
    touched = {number for query in _TOUCHED for number in connection.execute(query, here).scalars()}
    if touched:
        _measure(connection, sorted(touched))


def forget(connection: Connection) -> None:
    """Begin anew."""
    for table in (_agreement, _step):
        connection.execute(delete(table))


def _measure(connection: Connection, numbers: list[int]) -> None:
    these = ", ".join(map(str, numbers))  # hundreds of bound values cost more to write than all the rest
    for table in (_agreement, _step):
        connection.exec_driver_sql(f"DELETE FROM {table.name} WHERE record_id IN ({these})")  # noqa: S608
    chains: dict[int, list[Any]] = defaultdict(list)
    for row in connection.exec_driver_sql(_CHAINS.format(these)):
        chains[row.record_id].append(row)
    measured, steps = [], []
    for number, (agreed, *earlier) in chains.items():
        first = min(one.reserved_at or agreed.reserved_at for one in (agreed, *earlier))
        days = _days(first, agreed.reserved_at) if earlier else None
        measured.append((number, agreed.group_name, agreed.meeting, agreed.release, days))
        steps += [
            (number, one.place, one.body, one.key, one.group_name, one.meeting)
            for one in earlier
            if (one.group_name, one.meeting) != (agreed.group_name, agreed.meeting)
        ]
        last = (agreed, *earlier)[-1]
        if last.revision_of and last.place < DEEPEST:
            steps.append((number, last.place + 1, last.body, last.revision_of, None, None))
    insert_rows(connection, _agreement, _agreement.c.keys(), measured)
    insert_rows(connection, _step, _step.c.keys(), steps)


def _days(first: str, last: str) -> float:
    """Days between two times of a listing; 0 where the first is the later one."""
    first_at, last_at = (datetime.fromisoformat(one[:19]) for one in (first, last))
    return max(0.0, (last_at - first_at).total_seconds() / 86_400)
