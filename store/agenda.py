"""What a search finds in the order of meetings and their agendas, 20.6.2 before 20.6.11."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from store.conditions import Wanted
from store.fields import RECORD, TABLES
from store.finding import Page, hits, identified
from store.order import natural
from store.patience import TooLong, within
from store.query import parse
from store.reading import Asking, in_order

MOST = 5_000
"""Hits that are put in order; of more, the newest."""
_own = TABLES["contribution"]


@dataclass(frozen=True, slots=True)
class Ordered(Page):
    """Some of the records a search finds, in the order of agendas. Its cursor holds while the archive stands still."""

    complete: bool = True
    """False where there are more than `MOST`, of which the newest were put in order."""


def by_agenda(
    connection: Connection,
    typed: str,
    wanted: Wanted,
    asking: Asking,
    *,
    limit: int = 50,
    cursor: str | None = None,
    patience: float | None = None,
) -> Ordered:
    """One page of the hits of `store.finding.page` for the same arguments. What has no agenda item comes first."""
    query = parse(typed)
    found, cut = identified(connection, query, wanted), False
    if query.text is not None or query.filters or query.blank:
        try:
            with within(connection, patience):
                newest = list(connection.execute(hits(connection, query, wanted).limit(MOST + 1)).scalars())
        except TooLong:
            newest, cut = [], True
        found = list(dict.fromkeys([*found, *newest]))
    ids = _ordered(connection, found[:MOST])
    start = int(cursor) if cursor and cursor.isdecimal() and len(cursor) < 10 else 0
    return Ordered(
        in_order(connection, ids[start : start + limit], asking),
        str(start + limit) if start + limit < len(ids) else None,
        query.left_out,
        cut,
        complete=len(found) <= MOST,
    )


def _ordered(connection: Connection, ids: list[int]) -> list[int]:
    items: dict[str | None, Any] = {}
    found: list[tuple[Any, ...]] = []
    for start in range(0, len(ids), 500):
        query = (
            select(RECORD.c.id, RECORD.c.group_name, RECORD.c.key, _own.c.meeting, _own.c.agenda_item)
            .select_from(RECORD.outerjoin(_own, _own.c.record_id == RECORD.c.id))
            .where(RECORD.c.id.in_(ids[start : start + 500]))
        )
        for row in connection.execute(query):
            meeting, item = (items.setdefault(one, natural(one)) for one in (row.meeting, row.agenda_item))
            found.append((row.group_name, meeting, item, natural(row.key), row.id))
    return [each[-1] for each in sorted(found)]
