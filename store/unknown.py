"""The review list: names in source strings that the registry does not know, by how many documents they are in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, func, select

from store import tables
from store.attributions import UNKNOWN
from store.fields import RECORD, TABLES

_attributions = tables.Attribution.__table__  # type: ignore[attr-defined]
PERSON = "(a person)"
"""What stands for a person, whose name is not stored: nothing to review."""


def unknown_names(connection: Connection, limit: int | None = None) -> Iterator[dict[str, Any]]:
    """Each unknown name with the documents it is in and when it was first seen; the commonest first.

    `home` is given where only the name itself says where its organisation is at home (`read_from_name`).
    """
    own = TABLES["contribution"]
    documents = func.count(own.c.record_id)
    query = (
        select(
            _attributions.c.name,
            (func.min(_attributions.c.kind) != UNKNOWN).label("read_from_name"),
            func.min(_attributions.c.home).label("home"),
            documents.label("documents"),
            func.min(RECORD.c.body).label("body"),
            func.min(RECORD.c.key).label("example"),
            func.min(RECORD.c.first_seen_at).label("first_seen_at"),
        )
        .join(own, own.c.source_text_id == _attributions.c.source_text_id)
        .join(RECORD, RECORD.c.id == own.c.record_id)
        .where(_attributions.c.organisation.is_(None), _attributions.c.name != PERSON)
        .group_by(_attributions.c.name)
        .order_by(documents.desc(), _attributions.c.name)
    )
    if limit is not None:
        query = query.limit(limit)
    for row in connection.execute(query).mappings():
        yield dict(row) | {"read_from_name": bool(row["read_from_name"])}
