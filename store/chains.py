"""A document's revisions, before and after it, across meetings."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, select

from store.fields import RECORD, TABLES

LONGEST = 50
"""Documents followed; the longest chains in 3GPP's lists have about a dozen."""

_own = TABLES["contribution"]


def chain(connection: Connection, body: str, key: str) -> list[dict[str, Any]]:
    """Every document that revises this one or that this one revises, directly or not, with itself, oldest first.

    Documents that only are named, and not in the archive, have no `title`.
    """
    found: dict[str, dict[str, Any]] = {}
    asked = {key}
    while asked and len(found) < LONGEST:
        rows = {row.key: row for row in _rows(connection, body, asked)}
        for number in sorted(asked):
            found[number] = _shown(number, rows.get(number))
        named = {other for row in rows.values() for field in (row.revision_of, row.revised_to) for other in _in(field)}
        asked = named - found.keys()
    return sorted(found.values(), key=lambda one: (one["reserved_at"] or one["uploaded_at"] or "", one["key"]))


def _rows(connection: Connection, body: str, keys: Iterable[str]) -> list[Any]:
    query = (
        select(
            RECORD.c.key,
            RECORD.c.title,
            _own.c.meeting,
            _own.c.status,
            _own.c.reserved_at,
            _own.c.uploaded_at,
            _own.c.revision_of,
            _own.c.revised_to,
        )
        .join_from(RECORD, _own, _own.c.record_id == RECORD.c.id)
        .where(RECORD.c.body == body, RECORD.c.record == "contribution", RECORD.c.key.in_(sorted(keys)))
    )
    return list(connection.execute(query))


def _in(numbers: str | None) -> set[str]:
    return {number for number in (numbers or "").split(", ") if number not in ("", "-")}


def _shown(key: str, row: Any) -> dict[str, Any]:
    names = ("title", "meeting", "status", "reserved_at", "uploaded_at")
    return {"key": key} | {name: getattr(row, name, None) for name in names}
