"""Changes as people and watchlists see them: with their record, who is behind it, and the fetch they come from."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from operator import eq, ge, lt
from typing import Any

from sqlalchemy import Connection, Select, select

from organisations import DEFAULT_POLICY, Attribution, Policy, Resolver, Role, explain
from store import tables
from store.attributions import attributions
from store.fields import RECORD, TABLES

_change = tables.Change.__table__  # type: ignore[attr-defined]
_fetch = tables.Fetch.__table__  # type: ignore[attr-defined]
CHUNK = 500


@dataclass(frozen=True, slots=True)
class Filter:
    """Which changes: times are the archive's stamps (`2026-11-21T06:00:00Z`), from `since` on and before `until`."""

    since: str | None = None
    until: str | None = None
    body: str | None = None
    group: str | None = None
    kind: str | None = None
    after_id: int = 0


@dataclass(slots=True)
class Told:
    """One change, its record as it is now, and whom it names."""

    id: int
    observed_at: str
    kind: str
    """appeared, changed, vanished, returned."""
    field: str
    subject: str
    old: str | None
    new: str | None
    record_id: int
    record: str
    """meeting, contribution, project, committee."""
    body: str
    group: str
    key: str
    title: str
    url: str | None
    listing_id: int
    fetch_id: int
    fetch_url: str
    fetched_at: str
    sha256: str | None
    values: dict[str, Any] = dataclasses.field(default_factory=dict)
    """The record's own columns (`store.tables.Contribution` and the like)."""
    attribution: Attribution = dataclasses.field(default_factory=lambda: Attribution("", ()))
    """Contribution: its source. Committee: its secretariat, or the member a change is about. Project: the secretariat
    of the committee that owns it."""
    before: Attribution | None = None
    """For a change of a contribution's source: whom the old one names."""

    def as_json(self, country: str = "CN", policy: Policy = DEFAULT_POLICY) -> dict[str, Any]:
        """The object of `normwatch changes --json`."""
        return {
            "id": self.id,
            "observed_at": self.observed_at,
            "body": self.body,
            "group": self.group,
            "record": self.record,
            "key": self.key,
            "title": self.title,
            "kind": self.kind,
            "field": self.field or None,
            "subject": self.subject or None,
            "old": self.old,
            "new": self.new,
            "organisations": explain(self.attribution, country, policy)["organisations"],
            "url": self.url,
            "fetch": {"id": self.fetch_id, "url": self.fetch_url, "at": self.fetched_at, "sha256": self.sha256},
        }


def changes(connection: Connection, resolver: Resolver, wanted: Filter | Iterable[int]) -> Iterator[Told]:
    """The changes that a filter selects, or those with these ids, oldest first, in constant memory."""
    if isinstance(wanted, Filter):
        after = wanted.after_id
        while batch := _rows(connection, _query(wanted).where(_change.c.id > after).limit(CHUNK)):
            after = batch[-1].id
            yield from _complete(connection, resolver, batch)
    else:
        ids = sorted(wanted)
        for start in range(0, len(ids), CHUNK):
            query = _query(Filter()).where(_change.c.id.in_(ids[start : start + CHUNK]))
            yield from _complete(connection, resolver, _rows(connection, query))


def changes_of(connection: Connection, record_id: int) -> Iterator[dict[str, Any]]:
    """The history of one record, oldest first: each change with the fetch it comes from."""
    query = (
        select(_change, _fetch.c.url, _fetch.c.sha256)
        .join(_fetch, _fetch.c.id == _change.c.fetch_id)
        .where(_change.c.record_id == record_id)
        .order_by(_change.c.id)
    )
    for row in connection.execute(query):
        yield {
            "id": row.id,
            "observed_at": row.observed_at,
            "kind": row.kind,
            "field": row.field,
            "subject": row.subject,
            "old": row.old,
            "new": row.new,
            "fetch": {"id": row.fetch_id, "url": row.url, "at": row.observed_at, "sha256": row.sha256},
        }


def _query(wanted: Filter) -> Select[Any]:
    query = (
        select(
            _change,
            RECORD.c.record,
            RECORD.c.body,
            RECORD.c.group_name,
            RECORD.c.key,
            RECORD.c.title,
            RECORD.c.url,
            RECORD.c.listing_id,
            _fetch.c.url.label("fetch_url"),
            _fetch.c.fetched_at,
            _fetch.c.sha256,
        )
        .join(RECORD, RECORD.c.id == _change.c.record_id)
        .join(_fetch, _fetch.c.id == _change.c.fetch_id)
        .order_by(_change.c.id)
    )
    for column, compare, value in (
        (_change.c.observed_at, ge, wanted.since),
        (_change.c.observed_at, lt, wanted.until),
        (RECORD.c.body, eq, wanted.body),
        (RECORD.c.group_name, eq, wanted.group),
        (_change.c.kind, eq, wanted.kind),
    ):
        if value is not None:
            query = query.where(compare(column, value))
    return query


def _rows(connection: Connection, query: Select[Any]) -> list[Any]:
    return list(connection.execute(query))


def _complete(connection: Connection, resolver: Resolver, rows: list[Any]) -> list[Told]:
    told = [
        Told(
            id=row.id,
            observed_at=row.observed_at,
            kind=row.kind,
            field=row.field,
            subject=row.subject,
            old=row.old,
            new=row.new,
            record_id=row.record_id,
            record=row.record,
            body=row.body,
            group=row.group_name,
            key=row.key,
            title=row.title,
            url=row.url,
            listing_id=row.listing_id,
            fetch_id=row.fetch_id,
            fetch_url=row.fetch_url,
            fetched_at=row.fetched_at,
            sha256=row.sha256,
        )
        for row in rows
    ]
    own = record_values(connection, ((one.record, one.record_id) for one in told))
    named = record_attributions(connection, resolver, {(one.record, one.record_id): one.group for one in told}, own)
    for one in told:
        one.values = own[one.record_id]
        one.attribution = _about(one, resolver) or named[one.record_id]
        if one.field == "source":
            on = one.values["reserved_at"] or one.values["uploaded_at"] or one.observed_at
            one.before = resolver.attribute(one.old, body=one.body, group=one.group, on=on[:10])
    return told


def record_values(connection: Connection, records: Iterable[tuple[str, int]]) -> dict[int, dict[str, Any]]:
    """By record id, the columns of its own table; `records` are `(record, id)` pairs."""
    found: dict[int, dict[str, Any]] = {}
    wanted = set(records)
    for record, table in TABLES.items():
        ids = sorted(number for kind, number in wanted if kind == record)
        for start in range(0, len(ids), CHUNK):
            query = select(table).where(table.c.record_id.in_(ids[start : start + CHUNK]))
            found.update((row["record_id"], dict(row)) for row in connection.execute(query).mappings())
    return found


def record_attributions(
    connection: Connection,
    resolver: Resolver,
    groups: dict[tuple[str, int], str],
    values: dict[int, dict[str, Any]],
) -> dict[int, Attribution]:
    """By record id, who is behind it. `groups` gives the group of each `(record, id)`, `values` its columns."""
    texts = {
        number: values[number]["source_text_id"]
        for record, number in groups
        if record == "contribution" and values[number]["source_text_id"] is not None
    }
    by_text = attributions(connection, texts.values())
    secretariats = _secretariats(connection, {group for (record, _), group in groups.items() if record == "project"})
    found = {}
    for (record, number), group in groups.items():
        if record == "contribution" and number in texts:
            found[number] = by_text[texts[number]]
        elif record == "committee":
            found[number] = held_by(resolver, values[number]["secretariat"], Role.SECRETARIAT)
        elif record == "project":
            found[number] = held_by(resolver, secretariats.get(group), Role.SECRETARIAT)
        else:
            found[number] = Attribution("", ())
    return found


def _secretariats(connection: Connection, committees: set[str]) -> dict[str, str | None]:
    if not committees:
        return {}
    own = TABLES["committee"]
    query = (
        select(RECORD.c.group_name, own.c.secretariat)
        .join_from(RECORD, own, own.c.record_id == RECORD.c.id)
        .where(RECORD.c.record == "committee", RECORD.c.group_name.in_(sorted(committees)))
    )
    return {row.group_name: row.secretariat for row in connection.execute(query)}


def held_by(resolver: Resolver, acronym: str | None, role: Role) -> Attribution:
    """The member body with this acronym in this role, as an attribution; unresolved if the registry lacks it."""
    if not acronym:
        return Attribution("", ())
    body = resolver.member_body(acronym)
    if body is None:
        return Attribution(acronym, (), (acronym,))
    return Attribution(acronym, (replace(body, as_written=acronym, role=role),))


def _about(one: Told, resolver: Resolver) -> Attribution | None:
    """Whom a committee's change is about, where that is another than its secretariat of today."""
    if one.record != "committee":
        return None
    if one.field == "membership":
        return held_by(resolver, one.subject, Role.MEMBER)
    if one.field == "secretariat":
        both = [held_by(resolver, acronym, Role.SECRETARIAT) for acronym in (one.new, one.old)]
        named = tuple(body for attribution in both for body in attribution.organisations)
        unresolved = tuple(name for attribution in both for name in attribution.unresolved)
        return Attribution(", ".join(filter(None, (one.new, one.old))), named, unresolved)
    return None
