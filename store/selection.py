"""Everything that a search finds, for exports: each record once, in constant memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from heapq import merge
from itertools import islice
from typing import Any

from sqlalchemy import Connection, select

from store.conditions import Wanted
from store.fields import RECORD, TABLES
from store.finding import hits, identified
from store.query import Query, parse
from store.reading import Asking, complete

CHUNK = 500


def records(connection: Connection, wanted: Wanted, asking: Asking, typed: str = "") -> Iterator[dict[str, Any]]:
    """All records that `store.finding.page` finds page by page, in the order the archive met them."""
    ids = _ids(connection, parse(typed), wanted)
    while chunk := list(islice(ids, CHUNK)):
        query = select(RECORD).where(RECORD.c.id.in_(chunk)).order_by(RECORD.c.id)
        yield from complete(connection, list(connection.execute(query).mappings()), asking)


def kinds(connection: Connection, wanted: Wanted, typed: str = "") -> list[str]:
    """The kinds of record among them."""
    if wanted.record is not None:
        return [wanted.record]
    query = parse(typed)
    return [kind for kind in TABLES if next(_ids(connection, query, replace(wanted, record=kind)), None) is not None]


def holds_group(connection: Connection, group: str) -> bool:
    """Whether there are records of a group of this name."""
    query = select(RECORD.c.id).where(RECORD.c.record.in_(TABLES), RECORD.c.group_name == group).limit(1)
    return connection.execute(query).first() is not None


def _ids(connection: Connection, query: Query, wanted: Wanted) -> Iterator[int]:
    exact = sorted(identified(connection, query, wanted))
    return merge(exact, _others(connection, query, wanted, exact))


def _others(connection: Connection, query: Query, wanted: Wanted, exact: list[int]) -> Iterator[int]:
    if query.text is None and not (query.filters or query.blank):
        return
    statement = hits(connection, query, wanted)
    (number,) = statement.selected_columns
    statement = statement.where(number.not_in(exact)).order_by(None).order_by(number)
    after = 0
    while found := list(connection.execute(statement.where(number > after).limit(CHUNK)).scalars()):
        yield from found
        after = found[-1]
