"""Source strings and who they name: resolved once per string and stretch of time, shared by all contributions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, func, select

from organisations import Attribution as Resolved
from organisations import Named, Resolver, Role, shares
from store import marks
from store.bulk import among, insert_rows
from store.tables import Attribution, Signer, SourceText

_texts = SourceText.__table__  # type: ignore[attr-defined]
_attributions = Attribution.__table__  # type: ignore[attr-defined]
_signers = Signer.__table__  # type: ignore[attr-defined]


UNKNOWN = "unknown"
"""The kind of a name that the registry does not know."""


class Attributor:
    """Finds or writes the `source_text` of a contribution. One per transaction: it caches ids."""

    def __init__(self, connection: Connection, resolver: Resolver) -> None:
        self._connection = connection
        self._resolver = resolver
        self._ids: dict[tuple[str, str, str], int] = {}
        self._who: dict[int, str] = {}
        self._periods: dict[tuple[str | None, str], str] = {}
        self._next: int | None = None
        self._new: list[tuple[Any, ...]] = []
        self._resolved: list[tuple[int, Resolved]] = []

    def prepare(self, sources: Iterable[str]) -> None:
        """Look up in one go which of these the archive knows already."""
        query = select(_texts.c.text, _texts.c.body, _texts.c.period, _texts.c.id, _texts.c.who)
        wanted = among(self._connection, _texts.c.text, set(sources))
        for text, body, period, number, who in self._connection.execute(query.where(wanted)).all():
            self._ids[text, body, period] = number
            self._who[number] = who

    def id_of(self, source: str, body: str, group: str, on: str | None) -> int:
        """The id of the source text as of the document's date `on` (ISO date or None for the latest)."""
        period = self._periods.get((on, group))
        if period is None:
            period = self._periods[on, group] = period_of(self._resolver, on, group)
        known = self._ids.get((source, body, period))
        if known is not None:
            return known
        if self._next is None:
            self._next = (self._connection.execute(select(func.max(_texts.c.id))).scalar() or 0) + 1
        number = self._next
        self._next += 1
        resolved = self._resolver.attribute(source, body=body, group=group, on=on)
        who = self._who[number] = marks.of_source(resolved)
        self._new.append((number, source, body, period, not resolved.unresolved, who))
        self._resolved.append((number, resolved))
        self._ids[source, body, period] = number
        return number

    def who(self, number: int | None) -> str:
        """The marks of whom a source text names."""
        if number is None:
            return ""
        if number not in self._who:
            query = select(_texts.c.who).where(_texts.c.id == number)
            self._who[number] = self._connection.execute(query).scalar_one()
        return self._who[number]

    def flush(self) -> None:
        """Write what `id_of` promised."""
        if not self._new:
            return
        insert_rows(self._connection, _texts, ("id", "text", "body", "period", "resolved", "who"), self._new)
        rows = [row for number, resolved in self._resolved for row in rows_of(number, resolved)]
        insert_rows(self._connection, _attributions, _attributions.c.keys(), rows)
        write_signers(self._connection, self._resolved)
        self._new, self._resolved = [], []


def write_signers(connection: Connection, resolved: Iterable[tuple[int, Resolved]]) -> None:
    """Write what each new source text adds to the counts of countries and organisations (`Signer`)."""
    rows: list[tuple[object, ...]] = []
    for number, attribution in resolved:
        for dimension in ("country", "organisation"):
            parts = shares(attribution, "fractional", dimension)
            first = next(iter(shares(attribution, "first", dimension)), None)
            rows += [(number, dimension, name, name == first, part) for name, part in parts.items()]
    insert_rows(connection, _signers, ("source_text_id", "dimension", "name", "first", "part"), rows)


def period_of(resolver: Resolver, on: str | None, group: str) -> str:
    """The first day (ISO) of the stretch of time around `on` in which no fact of the registry changes.

    Where a rule of the registry goes by groups, the group is part of it: the string may name others there.
    """
    day = resolver.registry.day(resolver.period(on)).isoformat()
    return f"{day} {group}" if resolver.by_group else day


def rows_of(source_text_id: int, resolved: Resolved) -> list[tuple[Any, ...]]:
    """The rows of the `attribution` table for one resolved string: what is known, then the unknown names.

    Each has the columns of the table, in its order.
    """
    known = [
        (
            source_text_id,
            position,
            named.id,
            named.name,
            named.as_written,
            named.role.value,
            named.kind,
            named.parent,
            named.parent_id,
            named.home,
            named.registered,
            ",".join(named.joint_venture_homes) or None,
        )
        for position, named in enumerate(resolved.organisations)
    ]
    return known + [
        (source_text_id, position, None, name, name, Role.SOURCE.value, UNKNOWN, None, None, None, None, None)
        for position, name in enumerate(resolved.unresolved, len(known))
    ]


def named(row: Any) -> Named:
    """An `attribution` row as `organisations` speaks of it."""
    return Named(
        name=row.name,
        id=row.organisation,
        as_written=row.as_written,
        role=Role(row.role),
        kind=row.kind,
        parent=row.parent,
        parent_id=row.parent_id,
        home=row.home,
        registered=row.registered,
        joint_venture_homes=tuple((row.joint_venture_homes or "").split(",")) if row.joint_venture_homes else (),
    )


def attributions(connection: Connection, source_text_ids: Iterable[int]) -> dict[int, Resolved]:
    """Who each source text names."""
    wanted = sorted(set(source_text_ids))
    texts: dict[int, str] = {}
    found: dict[int, list[Named]] = {}
    for start in range(0, len(wanted), 500):
        chunk = wanted[start : start + 500]
        for row in connection.execute(select(_texts.c.id, _texts.c.text).where(_texts.c.id.in_(chunk))):
            texts[row.id] = row.text
            found[row.id] = []
        query = select(_attributions).where(_attributions.c.source_text_id.in_(chunk))
        for row in connection.execute(query.order_by(_attributions.c.source_text_id, _attributions.c.position)):
            found[row.source_text_id].append(named(row))
    return {
        number: Resolved(
            source_string=texts[number],
            organisations=tuple(one for one in names if one.kind != UNKNOWN),
            unresolved=tuple(one.as_written for one in names if one.kind == UNKNOWN),
        )
        for number, names in found.items()
    }
