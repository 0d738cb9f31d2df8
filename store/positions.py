"""Committee memberships, compared by member id: acronyms are renamed by the hundred, and that is no news.

A change's subject is the member's acronym, or its id where it has none or another member of that name moved too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from store import tables
from store.fields import RECORD

_position = tables.Position.__table__  # type: ignore[attr-defined]


def take(connection: Connection, rows: Sequence[Any], added: set[str], note: Callable[..., None]) -> None:
    """Write the members of these committees; `added` are new, so that their members are no changes of their own.

    A row without members says nothing about them: committees administered by IEC come without.
    """
    query = select(RECORD.c.key, RECORD.c.id).where(RECORD.c.record == "committee")
    ids = {row.key: row.id for row in connection.execute(query)}
    known: dict[int, dict[str, Any]] = defaultdict(dict)
    for position in connection.execute(select(_position)):
        known[position.committee_id][position.member_id] = position
    new: list[dict[str, Any]] = []
    changed: list[dict[str, Any]] = []
    gone: list[dict[str, Any]] = []
    for row in rows:
        if not row.members:
            continue
        committee = ids[row.key]
        before = known[committee]
        listed = {member.id: member for member in reversed(row.members)}  # who is listed as both participates
        left = {old.acronym: number for number, old in before.items() if old.acronym and number not in listed}
        moves: list[tuple[str | None, str, str | None, str | None]] = []
        for number, member in listed.items():
            old = before.pop(number, None)
            if old is None and member.acronym in left:  # the same body under a new id
                old = before.pop(left.pop(member.acronym))
            now = {"member_id": number, "acronym": member.acronym, "role": member.role}
            if old is None:
                new.append({"committee_id": committee} | now)
                moves.append((member.acronym, number, None, member.role))
            elif (old.member_id, old.acronym, old.role) != tuple(now.values()):
                changed.append({"committee": committee, "member": old.member_id} | now)
                if old.role != member.role:
                    moves.append((member.acronym, number, old.role, member.role))
        for old in before.values():
            gone.append({"committee": committee, "member": old.member_id})
            moves.append((old.acronym, old.member_id, old.role, None))
        if row.key not in added:
            told: set[str] = set()
            for acronym, number, role, new_role in moves:
                subject = acronym if acronym and acronym not in told else number
                told.add(subject)
                note(committee, "changed", "membership", subject=subject, old=role, new=new_role)
    this = (_position.c.committee_id == bindparam("committee")) & (_position.c.member_id == bindparam("member"))
    if new:
        connection.execute(insert(_position), new)
    if changed:
        connection.execute(update(_position).where(this), changed)
    if gone:
        connection.execute(delete(_position).where(this), gone)
