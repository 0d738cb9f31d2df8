"""Searching: exact identifiers first, then what has the words in its title, then the rest; newest first in each.

Newest is what the archive met last. No score is computed: over a million titles that would cost a second, and a reader
can see why one hit stands before another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select

from store.conditions import Place, Wanted, called, selected
from store.patience import TooLong, within
from store.query import Query, parse
from store.reading import Asking, in_order

_CURSOR = re.compile(r"([123])\.(\d{1,18})")
EXACT, TITLE, REST = 1, 2, 3


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the records a search finds."""

    records: list[dict[str, Any]]
    cursor: str | None
    """Give it back for the next page; None on the last one. Holds on while the archive grows."""
    left_out: tuple[str, ...] = ()
    """Parts of what was typed that could not be understood."""
    cut: bool = False
    """The search was given up: these are the hits found until then, and there may be more."""


def page(
    connection: Connection,
    typed: str,
    wanted: Wanted,
    asking: Asking,
    *,
    limit: int = 50,
    cursor: str | None = None,
    patience: float | None = None,
) -> Page:
    """One page of hits for what a person typed (`store.query`), within `wanted`.

    Nothing that is typed raises, nor a damaged cursor (it begins anew). Nothing typed finds all that is wanted. The
    search is given up after `patience` seconds.
    """
    query = parse(typed)
    search = _Search(connection, query, wanted)
    begun = _CURSOR.fullmatch(cursor or "")
    rank, before = (int(begun[1]), int(begun[2])) if begun else (EXACT, None)
    places: list[tuple[int, int]] = []
    cut = False
    try:
        with within(connection, patience):
            while rank <= REST and len(places) <= limit:
                for number in search.ids(rank, before, limit + 1 - len(places)):
                    places.append((rank, number))  # one by one: what was found is kept when time is up
                rank, before = rank + 1, None
    except TooLong:
        cut = True
    ids = [number for _, number in places[:limit]]
    following = "{}.{}".format(*places[limit - 1]) if len(places) > limit else None
    return Page(in_order(connection, ids, asking), following, query.left_out, cut)


def find(
    connection: Connection, typed: str, wanted: Wanted, asking: Asking, limit: int = 50
) -> Iterator[dict[str, Any]]:
    """The first hits; nothing typed finds nothing."""
    if not parse(typed).blank:
        yield from page(connection, typed, wanted, asking, limit=limit).records


def hits(connection: Connection, query: Query, wanted: Wanted, place: Place = Place.ANYWHERE) -> Select[Any]:
    """Ids of what a query finds, newest first, with its words in that place."""
    statement, number = selected(connection, query, wanted, place)
    return statement.order_by(number.desc())


@dataclass(slots=True)
class _Search:
    connection: Connection
    query: Query
    wanted: Wanted
    _exact: list[int] | None = None

    def ids(self, rank: int, before: int | None, limit: int) -> Iterator[int]:
        """The first `limit` hits of a rank, from before an id on."""
        if rank == EXACT:
            yield from (number for number in self.exact() if before is None or number < before)
            return
        query = self.query
        if query.text is None and (rank == TITLE or not (query.filters or query.blank)):
            return
        place = Place.ANYWHERE if query.text is None else Place.TITLE if rank == TITLE else Place.REST
        statement = hits(self.connection, query, self.wanted, place)
        (number,) = statement.selected_columns
        statement = statement.where(number.not_in(self.exact())).limit(limit)
        if before is not None:
            statement = statement.where(number < before)
        yield from self.connection.execute(statement).scalars()

    def exact(self) -> list[int]:
        """What has the typed word for its key, name or reference, whatever its case."""
        if self._exact is None:
            self._exact = identified(self.connection, self.query, self.wanted)
        return self._exact


def identified(connection: Connection, query: Query, wanted: Wanted) -> list[int]:
    """Ids of what has all that was typed for its key, name or reference, newest first."""
    if query.identifier is None:
        return []
    named = called(connection, {query.identifier, query.identifier.upper()})
    if not named:
        return []
    statement, number = selected(connection, Query(), wanted, Place.ANYWHERE)
    return sorted(connection.execute(statement.where(number.in_(named))).scalars(), reverse=True)
