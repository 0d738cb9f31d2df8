"""Source strings and who they name: resolved once per string and stretch of time, shared by all contributions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, func, select

from organisations import Attribution as Resolved
from organisations import Named, Resolver, Role
from store import marks
from store.bulk import insert_rows
from store.tables import Attribution, SourceText

_texts = SourceText.__table__  # type: ignore[attr-defined]
_attributions = Attribution.__table__  # type: ignore[attr-defined]


UNKNOWN = "unknown"
"""The kind of a name that the registry does not know."""


class Attributor:
    """Finds or writes the `source_text` of a contribution. One per transaction: it caches ids."""

    def __init__(self, connection: Connection, resolver: Resolver) -> None:
        self._connection = connection
        self._resolver = resolver
        self._ids: dict[tuple[str, str, str], int] = {}
        self._who: dict[int, str] = {}
        self._next: int | None = None
        self._new_texts: list[dict[str, Any]] = []
        self._new_attributions: list[dict[str, Any]] = []

    def prepare(self, sources: Iterable[tuple[str, str]]) -> None:
        """Look up in one go which of these `(source, body)` the archive knows already."""
        wanted = sorted({source for source, _ in sources})
        for start in range(0, len(wanted), 500):
            query = select(_texts.c.text, _texts.c.body, _texts.c.period, _texts.c.id, _texts.c.who)
            for row in self._connection.execute(query.where(_texts.c.text.in_(wanted[start : start + 500]))):
                self._ids[(row.text, row.body, row.period)] = row.id
                self._who[row.id] = row.who

    def id_of(self, source: str, body: str, group: str, on: str | None) -> int:
        """The id of the source text as of the document's date `on` (ISO date or None for the latest)."""
        period = period_of(self._resolver, on, group)
        known = self._ids.get((source, body, period))
        if known is not None:
            return known
        if self._next is None:
            self._next = (self._connection.execute(select(func.max(_texts.c.id))).scalar() or 0) + 1
        number = self._next
        self._next += 1
        resolved = self._resolver.attribute(source, body=body, group=group, on=on)
        self._new_texts.append(
            {
                "id": number,
                "text": source,
                "body": body,
                "period": period,
                "resolved": not resolved.unresolved,
                "who": self._who.setdefault(number, marks.of_source(resolved)),
            }
        )
        self._new_attributions.extend(rows_of(number, resolved))
        self._ids[(source, body, period)] = number
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
        for table, rows in ((_texts, self._new_texts), (_attributions, self._new_attributions)):
            if rows:
                insert_rows(self._connection, table, tuple(rows[0]), [tuple(row.values()) for row in rows])
        self._new_texts, self._new_attributions = [], []


def period_of(resolver: Resolver, on: str | None, group: str) -> str:
    """The first day (ISO) of the stretch of time around `on` in which no fact of the registry changes.

    Where a rule of the registry goes by groups, the group is part of it: the string may name others there.
    """
    day = resolver.registry.day(resolver.period(on)).isoformat()
    return f"{day} {group}" if resolver.by_group else day


def rows_of(source_text_id: int, resolved: Resolved) -> list[dict[str, Any]]:
    """The rows of the `attribution` table for one resolved string: what is known, then the unknown names.

    All have the columns of the table, in its order.
    """
    rows = [
        {
            "source_text_id": source_text_id,
            "position": position,
            "organisation": named.id,
            "name": named.name,
            "as_written": named.as_written,
            "role": str(named.role),
            "kind": named.kind,
            "parent": named.parent,
            "parent_id": named.parent_id,
            "home": named.home,
            "registered": named.registered,
            "joint_venture_homes": ",".join(named.joint_venture_homes) or None,
        }
        for position, named in enumerate(resolved.organisations)
    ]
    unknown = dict.fromkeys(column.name for column in _attributions.c)
    rows += [
        unknown
        | {"source_text_id": source_text_id, "position": position, "name": name, "as_written": name}
        | {"role": str(Role.SOURCE), "kind": UNKNOWN}
        for position, name in enumerate(resolved.unresolved, len(rows))
    ]
    return rows


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
