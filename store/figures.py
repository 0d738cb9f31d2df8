"""The published figures of this field, recomputed from the archive; each is one query, and says what it covers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection

By = Literal["country", "organisation"]
Per = Literal["year", "meeting", "release"]
Count = Literal["any", "first", "fractional"]
Measure = Literal["submitted", "agreed"]


@dataclass(frozen=True, slots=True)
class Figure:
    """A table with a title, its rows in the order to show them, all with the keys `columns`."""

    title: str
    columns: tuple[str, ...]
    rows: list[dict[str, Any]]
    covers: str
    """What it counts and what not, for people: belongs beside every table and chart of it."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Which contributions a figure is about. Years are those of the meeting, both included."""

    group: str | None = None
    meeting: str | None = None
    release: str | None = None
    first_year: int | None = None
    last_year: int | None = None


def shares(
    connection: Connection,
    scope: Scope,
    by: By = "country",
    per: Per = "year",
    measure: Measure = "submitted",
    count: Count = "any",
) -> Figure:
    """Columns period, name, count, share (0 to 1), of: who brought how much of each period's contributions."""
    raise NotImplementedError


def success(connection: Connection, scope: Scope, by: By = "country", count: Count = "any") -> Figure:
    """Columns name, submitted, agreed, rate, low, high: Wilson's 95 % interval of the rate of agreement."""
    raise NotImplementedError


def cosigning(connection: Connection, scope: Scope, limit: int = 100) -> Figure:
    """Columns one, other, documents: pairs of organisations by how many contributions they signed together."""
    raise NotImplementedError


def time_to_agreement(connection: Connection, scope: Scope, per: Per = "year") -> Figure:
    """Columns period, documents, median_days, p90_days: from a document's first version to the one agreed."""
    raise NotImplementedError


def secretariats(connection: Connection, first_year: int | None = None, last_year: int | None = None) -> Figure:
    """Columns year, member, secretariats, share: who holds ISO's committees at each year's end."""
    raise NotImplementedError


def memberships(connection: Connection) -> Figure:
    """Columns member, p, o, secretariats: ISO members by their places in committees now."""
    raise NotImplementedError
