"""The published figures of this field, made from the archive: who brings how much, and how much is agreed.

Each figure is one query over the `tally` table, and says what it covers.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from math import sqrt
from typing import Any, Literal

from sqlalchemy import Connection, text

from store.order import natural
from store.tallies import ACCEPTED, NOT_SUBMITTED

By = Literal["country", "organisation"]
Per = Literal["year", "meeting", "release"]
Count = Literal["any", "first", "fractional"]
Measure = Literal["submitted", "agreed"]

Z_95 = 1.959964
"""Of a standard normal distribution, 95 % lie within so many deviations."""

COUNTS = {
    "any": "Any: a document counts in full for everyone it names, so that shares add up to more than 100 %.",
    "first": "First: it counts for the first-named alone; where that name is not known, as unknown.",
    "fractional": "Fractional: it counts one in all, in equal parts to each ultimate parent it names.",
}


@dataclass(frozen=True, slots=True)
class Figure:
    """A table with a title, its rows in the order to show them, all with the keys `columns`."""

    title: str
    columns: tuple[str, ...]
    rows: list[dict[str, Any]]
    covers: str
    """What it counts and what not, for people: belongs beside every table and chart of it."""


_GROUPS = "SELECT DISTINCT group_name FROM tally AS of_group WHERE of_group.dimension = 'all'"
"""All of them: by group and meeting, the table's key finds what by meeting alone would be looked for in all of it."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Which contributions a figure is about. Years are those of the meeting, both included."""

    body: str | None = None
    group: str | None = None
    meeting: str | None = None
    release: str | None = None
    first_year: int | None = None
    last_year: int | None = None

    def where(self) -> str:
        """Its conditions on `tally`, as SQL with the names of `values`."""
        conditions = [
            condition
            for value, condition in (
                (self.body, "tally.body = :body"),
                (self.group, "tally.group_name = :group"),
                (self.meeting, "tally.meeting = :meeting"),
                (self.meeting and not self.group, f"tally.group_name IN ({_GROUPS})"),
                (self.release, "tally.release = :release"),
                (self.first_year, "tally.year >= :first_year"),
                (self.last_year, "tally.year <= :last_year"),
            )
            if value
        ]
        return " AND ".join(["TRUE", *conditions])

    def counts(self, per: Per = "year") -> str:
        """Where to count countries and organisations, as `tally`: all groups are added up in a table of their own."""
        wide = not self.group and not self.meeting and per != "meeting"
        return "total AS tally" if wide else "tally"

    def values(self) -> dict[str, str]:
        """What `where` asks for."""
        names = ("body", "group", "meeting", "release", "first_year", "last_year")
        return {name: str(value) for name in names if (value := getattr(self, name)) is not None}

    def __str__(self) -> str:
        """As a title names it."""
        years = [str(year) for year in (self.first_year, self.last_year) if year is not None]
        what = [self.body, self.group, self.meeting, self.release, " to ".join(dict.fromkeys(years))]
        return ", ".join(filter(None, what)) or "all groups"


def shares(
    connection: Connection,
    scope: Scope,
    by: By = "country",
    *,
    per: Per = "year",
    measure: Measure = "submitted",
    count: Count = "any",
    most: int | None = None,
) -> Figure:
    """Who brought how much of each period's contributions; with `most`, only so many who brought most in all.

    Columns: period, name (a country's alpha-2, an organisation's name, `unknown`, `group`), count, share (0 to 1), any,
    first and fractional (the share by each way of counting, whichever is chosen for count, share and order), of (all
    documents of the period), meetings (of the period, in the archive).
    """
    period = {"year": "year", "meeting": "meeting", "release": "release"}[per]
    column = measure if count == "any" else f"{measure}_{count}"
    leading = f"""
        SELECT name FROM {scope.counts()} WHERE dimension = :dimension AND {scope.where()}
        GROUP BY name ORDER BY ROUND(CAST(SUM({column}) AS NUMERIC), 6) DESC, name LIMIT :most
    """  # noqa: S608
    documents = f"""
        SELECT {period} AS period, MIN(year) AS year, SUM({measure}) AS documents, COUNT(DISTINCT meeting) AS meetings
        FROM tally WHERE dimension = 'all' AND {scope.where()} GROUP BY {period}
    """  # noqa: S608 - columns of ours, values are bound
    named = f"""
        SELECT {period} AS period, name, SUM({measure}) AS in_any, SUM({measure}_first) AS in_first,
            SUM({measure}_fractional) AS in_parts
        FROM {scope.counts(per)} WHERE dimension = :dimension AND {scope.where()}
            {f"AND name IN ({leading})" if most else ""}
        GROUP BY {period}, name HAVING SUM({column}) > 0
    """  # noqa: S608
    values = scope.values() | {"dimension": by, "most": most}
    periods = {row.period: row for row in connection.execute(text(documents), values)}
    brought: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for one, name, in_any, in_first, in_parts in connection.execute(text(named), values):
        brought[one].append((name, in_any, in_first, _exact(in_parts)))
    chosen = 1 + list(COUNTS).index(count)
    names: dict[str, str] = {}  # a string each, not one a row: answers are kept
    rows = []
    for one in sorted(brought, key=lambda one: (periods[one].year if per == "meeting" else "", natural(one))):
        _, _, of, meetings = periods[one]
        for row in sorted(brought[one], key=lambda row: (-row[chosen], row[0])):
            name, in_any, in_first, in_parts = row
            rows.append(
                {
                    "period": one,
                    "name": names.setdefault(name, name),
                    "count": round(row[chosen], 3),
                    "share": round(row[chosen] / of, 4),
                    "any": round(in_any / of, 4),
                    "first": round(in_first / of, 4),
                    "fractional": round(in_parts / of, 4),
                    "of": of,
                    "meetings": meetings,
                }
            )
    less = f"Only the {most} who brought most in all are shown." if most and len(names) == most else ""
    what = "contributions" if measure == "submitted" else "agreed contributions"
    return Figure(
        f"Share of {what} by {by} and {per}, {scope}",
        ("period", "name", "count", "share", *COUNTS, "of", "meetings"),
        rows,
        covers(connection, scope, *COUNTS.values(), *filter(None, [less])),
    )


def success(connection: Connection, scope: Scope, by: By = "country", *, count: Count = "any") -> Figure:
    """How much of what each brought was agreed.

    Columns: name, submitted, agreed, rate, low, high: the rate's 95 % interval (Wilson's, 1927).
    """
    suffix = "" if count == "any" else f"_{count}"
    query = f"""
        SELECT name, SUM(submitted{suffix}) AS submitted, SUM(agreed{suffix}) AS agreed
        FROM {scope.counts()} WHERE dimension = :dimension AND {scope.where()}
        GROUP BY name HAVING SUM(submitted{suffix}) > 0
    """  # noqa: S608
    rows = []
    for row in connection.execute(text(query), scope.values() | {"dimension": by}):
        submitted, agreed = _exact(row.submitted), _exact(row.agreed)
        low, high = wilson(agreed, submitted)
        numbers = {"submitted": round(submitted, 3), "agreed": round(agreed, 3)}
        rate = round(agreed / submitted, 4)
        rows.append({"name": row.name, **numbers, "rate": rate, "low": round(low, 4), "high": round(high, 4)})
    rows.sort(key=lambda row: (-row["submitted"], row["name"]))
    return Figure(
        f"Rate of agreement by {by}, {scope}",
        ("name", "submitted", "agreed", "rate", "low", "high"),
        rows,
        covers(
            connection,
            scope,
            COUNTS[count],
            "The interval takes documents for independent of each other, which revisions and packs are not: the true "
            "one is wider. A document that an agreed one was revised from counts as not agreed.",
        ),
    )


def _exact(number: float) -> float:
    """A sum of parts without what its order makes of it: the same, whether added up here or kept as `store.totals`."""
    return round(number, 6)


def wilson(agreed: float, submitted: float) -> tuple[float, float]:
    """The 95 % interval of a rate (E. B. Wilson, 1927): sensible for few documents and for rates near 0 and 1."""
    if submitted <= 0:
        return 0.0, 1.0
    rate, square = agreed / submitted, Z_95**2 / submitted
    middle = rate + square / 2
    spread = Z_95 * sqrt(rate * (1 - rate) / submitted + square / (4 * submitted))
    return max(0.0, (middle - spread) / (1 + square)), min(1.0, (middle + spread) / (1 + square))


def covers(connection: Connection, scope: Scope, *more: str) -> str:
    """What a figure over the documents of `scope` counts, and what it leaves out."""
    query = f"""
        SELECT SUM(submitted) AS documents, COUNT(DISTINCT meeting) AS meetings, MIN(year) AS first, MAX(year) AS last,
            (SELECT SUM(submitted) FROM tally WHERE dimension = 'country' AND name = 'unknown' AND {scope.where()})
                AS unknown
        FROM tally WHERE dimension = 'all' AND {scope.where()}
    """  # noqa: S608
    row = connection.execute(text(query), scope.values()).one()
    if not row.documents:
        return f"The archive holds no contributions{f' of {scope}' if scope != Scope() else ''}."
    return " ".join(
        (
            f"{row.documents:,} documents of {row.meetings:,} meeting{'s' * (row.meetings != 1)} in the archive,",
            f"{row.first};" if row.first == row.last else f"{row.first} to {row.last};",
            "meetings it lacks are missing here too.",
            f"Documents are not counted while {' or '.join(reversed(NOT_SUBMITTED))}; every revision is a document.",
            f"Agreed is what the list says is {', '.join(ACCEPTED[:-1])} or {ACCEPTED[-1]}; RAN1 left many agreed",
            "documents as available until its 94th meeting.",
            f"{row.unknown or 0:,} documents name somebody whose country is not known.",
            *more,
            "Organisations are counted with their ultimate owner of the day; proposed co-signers and authors of",
            "earlier versions are not. Hong Kong, Macao and Taiwan are coded apart from China.",
            "A year is that of most of a meeting's reservations or uploads; where a list gives no days, as 3GPP's",
            "agenda pages do not, that in which it was first read here.",
        )
    )
