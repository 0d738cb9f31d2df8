"""What figures of all groups read: sums over every meeting, kept up to date as each is counted (`store.tallies`).

Both tables are derived. What a meeting adds is taken off before it is counted anew, and added after; sums of parts may
differ from `tally`'s in the seventh decimal, where figures show three.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import Any, ClassVar

from sqlalchemy import Connection, text
from sqlmodel import Field, SQLModel

import store.tables  # noqa: F401 - the naming of constraints
from store.bulk import insert_rows

DIMENSIONS = ("country", "organisation", "office_country", "office_organisation")
"""Of `tally`, those that are summed up."""


class Total(SQLModel, table=True):
    """`tally` summed over groups and meetings, but for documents as such; derived, see `totals`."""

    __table_args__: ClassVar[dict[str, bool]] = {"sqlite_with_rowid": False}

    dimension: str = Field(primary_key=True)
    """country, organisation, office_country, office_organisation."""
    body: str = Field(primary_key=True)
    year: str = Field(primary_key=True)
    release: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    """As in `tally`."""
    submitted: int
    submitted_first: int
    submitted_fractional: float
    agreed: int
    agreed_first: int
    agreed_fractional: float


class Pair(SQLModel, table=True):
    """How many documents of all groups two organisations signed together; derived, see `totals`."""

    __table_args__: ClassVar[dict[str, bool]] = {"sqlite_with_rowid": False}

    one: str = Field(primary_key=True)
    """Ultimate parent's name, before the other's by code point."""
    other: str = Field(primary_key=True)
    documents: int


_KEYS = ("dimension", "body", "year", "release", "name")
_SUMS = ("submitted", "submitted_first", "submitted_fractional", "agreed", "agreed_first", "agreed_fractional")
_ADDED_UP = ", ".join(
    f"{one} = ROUND(CAST(total.{one} + excluded.{one} AS NUMERIC), 9) + 0"
    if one.endswith("fractional")
    else f"{one} = total.{one} + excluded.{one}"
    for one in _SUMS
)
"""Rounded, so that nothing is left of parts that are all taken off; + 0 makes 0 of -0."""
_SIGNERS = text("""
    SELECT tally.name, tally.year, tally.release, tally.submitted, signer.name AS signer
    FROM tally CROSS JOIN signer
    WHERE tally.dimension = 'joint' AND tally.group_name = :group_name AND tally.meeting = :meeting
        AND signer.source_text_id = CAST(tally.name AS INTEGER) AND signer.dimension = 'organisation'
        AND signer.name NOT IN ('unknown', 'group')
""")
_total, _pair = Total.__table__, Pair.__table__  # type: ignore[attr-defined]
_ADDING = (
    (_total, f"({', '.join(_KEYS)}) DO UPDATE SET {_ADDED_UP}"),
    (_pair, "(one, other) DO UPDATE SET documents = pair.documents + excluded.documents"),
)
_NOTHING_LEFT = ("DELETE FROM total WHERE submitted = 0", "DELETE FROM pair WHERE documents = 0")

Sums = dict[tuple[Any, ...], tuple[Any, ...]]
"""By the key of a table's row, what is summed."""


def of_meeting(connection: Connection, group: str, meeting: str, counts: Iterable[Any]) -> tuple[Sums, Sums]:
    """What a meeting adds to `total` and to `pair`. `counts` are its rows of `tally`, which stand there."""
    totals = {
        (dimension, body, year, release, name): tuple(sums)
        for dimension, _, _, year, release, name, body, *sums in counts
        if dimension in DIMENSIONS
    }
    signers: dict[tuple[Any, ...], list[str]] = defaultdict(list)
    if totals:
        for *source, signer in connection.execute(_SIGNERS, {"group_name": group, "meeting": meeting}):
            signers[tuple(source)].append(signer)
    pairs: Counter[tuple[str, str]] = Counter()
    for (*_, documents), names in signers.items():  # in a query of its own, the database takes twice as long
        for pair in combinations(sorted(names), 2):
            pairs[pair] += documents
    return totals, {pair: (documents,) for pair, documents in pairs.items()}


def move(connection: Connection, before: tuple[Sums, Sums], after: tuple[Sums, Sums]) -> None:
    """Put what a meeting adds now in the place of what it added before."""
    for (table, adding), was, now in zip(_ADDING, before, after, strict=True):
        insert_rows(connection, table, table.c.keys(), list(_differences(was, now)), on_conflict=adding)
    if any(before):
        for statement in _NOTHING_LEFT:
            connection.exec_driver_sql(statement)


def _differences(before: Sums, after: Sums) -> Iterator[tuple[Any, ...]]:
    for key in sorted(before.keys() | after.keys()):
        was, now = before.get(key), after.get(key)
        if was is None:
            yield key + after[key]
        elif now is None:
            yield (*key, *(-value for value in was))
        elif was != now:
            yield (*key, *(new - old for new, old in zip(now, was, strict=True)))


def forget(connection: Connection) -> None:
    """Begin anew."""
    for table in ("total", "pair"):
        connection.exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608
