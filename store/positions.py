"""Committee memberships, compared by member id: acronyms are renamed by the hundred, and that is no news."""

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
        for member in row.members:
            old = before.pop(member.id, None)
            if old is None:
                new.append(
                    {"committee_id": committee, "member_id": member.id, "acronym": member.acronym, "role": member.role}
                )
                if row.key not in added:
                    note(committee, "changed", "membership", subject=member.acronym or member.id, new=member.role)
            elif (old.role, old.acronym) != (member.role, member.acronym):
                changed.append(
                    {"committee": committee, "member": member.id, "acronym": member.acronym, "role": member.role}
                )
                if old.role != member.role:
                    subject = member.acronym or member.id
                    note(committee, "changed", "membership", subject=subject, old=old.role, new=member.role)
        for old in before.values():
            gone.append({"committee": committee, "member": old.member_id})
            note(committee, "changed", "membership", subject=old.acronym or old.member_id, old=old.role)
    this = (_position.c.committee_id == bindparam("committee")) & (_position.c.member_id == bindparam("member"))
    if new:
        connection.execute(insert(_position), new)
    if changed:
        connection.execute(update(_position).where(this), changed)
    if gone:
        connection.execute(delete(_position).where(this), gone)
