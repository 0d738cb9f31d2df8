"""What figures of all groups read: sums over every meeting, kept up to date as each is counted (`store.tallies`).

Both tables are derived. What a meeting adds is taken off before it is counted anew, and added after; sums of parts may
differ from `tally`'s in the seventh decimal, where figures show three.
"""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy import Connection, text
from sqlmodel import Field, SQLModel

import store.tables  # noqa: F401 - the naming of constraints


class Total(SQLModel, table=True):
    """`tally` summed over groups and meetings, for its dimensions country and organisation; derived, see `totals`."""

    __table_args__: ClassVar[dict[str, bool]] = {"sqlite_with_rowid": False}

    dimension: str = Field(primary_key=True)
    """country, organisation."""
    body: str = Field(primary_key=True)
    year: str = Field(primary_key=True)
    release: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    """Country (alpha-2) or ultimate parent's name."""
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


_SUMS = ("submitted", "submitted_first", "submitted_fractional", "agreed", "agreed_first", "agreed_fractional")
_ADDED_UP = ", ".join(
    f"{one} = ROUND(CAST(total.{one} + excluded.{one} AS NUMERIC), 9) + 0"
    if one.endswith("fractional")
    else f"{one} = total.{one} + excluded.{one}"
    for one in _SUMS
)
"""Rounded, so that nothing is left of parts that are all taken off; + 0 makes 0 of -0."""
_HERE = "tally.group_name = :group_name AND tally.meeting = :meeting"


def _putting(sign: str) -> tuple[str, str]:
    """What adds (sign empty) or takes off (`-`) what `tally` says of a meeting."""
    totals = f"""
    INSERT INTO total (dimension, body, year, release, name, {", ".join(_SUMS)})
    SELECT dimension, body, year, release, name, {", ".join(sign + one for one in _SUMS)}
    FROM tally WHERE dimension IN ('country', 'organisation') AND {_HERE}
    ON CONFLICT (dimension, body, year, release, name)
    DO UPDATE SET {_ADDED_UP}
    """  # noqa: S608 - constants of ours
    pairs = f"""
    INSERT INTO pair (one, other, documents)
    SELECT one.name, other.name, {sign}SUM(tally.submitted)
    FROM tally CROSS JOIN signer AS one CROSS JOIN signer AS other
    WHERE tally.dimension = 'joint' AND {_HERE}
        AND one.source_text_id = CAST(tally.name AS INTEGER) AND other.source_text_id = one.source_text_id
        AND one.dimension = 'organisation' AND other.dimension = 'organisation' AND other.name > one.name
        AND one.name NOT IN ('unknown', 'group') AND other.name NOT IN ('unknown', 'group')
    GROUP BY one.name, other.name
    ON CONFLICT (one, other) DO UPDATE SET documents = pair.documents + excluded.documents
    """  # noqa: S608
    return totals, pairs


_ADDING, _TAKING_OFF = _putting(""), _putting("-")
_NOTHING_LEFT = ("DELETE FROM total WHERE submitted = 0", "DELETE FROM pair WHERE documents = 0")


def add(connection: Connection, group: str, meeting: str) -> None:
    """Add what `tally` says of a meeting."""
    for statement in _ADDING:
        connection.execute(text(statement), {"group_name": group, "meeting": meeting})


def take_off(connection: Connection, group: str, meeting: str) -> None:
    """Take off what `tally` says of a meeting, before it says something else."""
    for statement in _TAKING_OFF:
        connection.execute(text(statement), {"group_name": group, "meeting": meeting})


def tidy(connection: Connection) -> None:
    """Forget what no document is left of."""
    for statement in _NOTHING_LEFT:
        connection.exec_driver_sql(statement)


def forget(connection: Connection) -> None:
    """Begin anew."""
    for table in ("total", "pair"):
        connection.exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608
