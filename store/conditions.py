"""Which records are meant, as SQL: filters given as values, and those typed in a query."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    cast,
    column,
    false,
    func,
    literal_column,
    not_,
    or_,
    select,
    table,
    true,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from store import tables
from store.fields import RECORD, TABLES
from store.query import TITLE_COLUMNS, All, Either, Field, Node, Not, Text, expression
from store.tsvectors import tsquery

_own = TABLES["contribution"]
_meeting = TABLES["meeting"]
_attribution = tables.Attribution.__table__  # type: ignore[attr-defined]
_search = table("search", column("rowid"))
RARE = 20_000
"""Up to so many attributions are looked up first; with more, records are looked through until enough are found."""
MOST_CALLED = 100

dated = func.coalesce(_own.c.reserved_at, _own.c.uploaded_at, RECORD.c.first_seen_at)
"""The time a record is of: a document's reservation, else its upload, else when the archive first saw it."""

RECORDS = RECORD.outerjoin(_own, _own.c.record_id == RECORD.c.id)
"""What conditions are about: select from this."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which records. `origin` is a country (alpha-2) that an organisation named, provenance apart, is at home in."""

    record: str | None = None
    body: str | None = None
    group: str | None = None
    meeting: str | None = None
    status: str | None = None
    type: str | None = None
    organisation: str | None = None
    """Its name or id in the registry; those it owns count with it."""
    origin: str | None = None
    since: str | None = None
    """First seen at or after this stamp or date."""
    until: str | None = None


def narrowed(connection: Connection, query: Select[Any], wanted: Wanted) -> Select[Any]:
    """A query over `RECORDS`, narrowed to what is wanted."""
    for name in ("record", "body", "group", "meeting", "status", "type", "organisation", "origin"):
        value = getattr(wanted, name)
        if value is not None:
            query = query.where(condition(connection, Field(name, value)))
    if wanted.since is not None:
        query = query.where(RECORD.c.first_seen_at >= wanted.since)
    if wanted.until is not None:
        query = query.where(RECORD.c.first_seen_at < wanted.until)
    return query


def called(connection: Connection, names: set[str]) -> set[int]:
    """Ids of records with such a key; meetings also by name, projects and committees by reference."""
    meeting, project = _meeting.c, TABLES["project"].c
    found: set[int] = set()
    for query in (  # one an index: in a single query all records would be looked through
        select(RECORD.c.id).where(RECORD.c.body.in_(("3GPP", "ISO", "ITU")), RECORD.c.key.in_(names)),
        select(RECORD.c.id).where(RECORD.c.record == "committee", RECORD.c.group_name.in_(names)),
        select(meeting.record_id).where(meeting.name.in_(names)),
        select(project.record_id).where(project.reference.in_(names)),
    ):
        found.update(connection.execute(query.limit(MOST_CALLED)).scalars())
    return found


class Place(Enum):
    """Where words are wanted that name no field."""

    ANYWHERE = auto()
    TITLE = auto()
    REST = auto()
    """Anywhere, but not all in the title."""


def matching(connection: Connection, text: Node, place: Place = Place.ANYWHERE) -> ColumnElement[bool]:
    """The condition of the table `search`, whose `rowid` is the record's id."""
    if connection.dialect.name == "postgresql":
        anywhere, in_title = tsquery(text), tsquery(text, TITLE_COLUMNS)
        rest = f"({anywhere}) & !({in_title})" if in_title else anywhere
        words = {Place.ANYWHERE: anywhere, Place.TITLE: in_title, Place.REST: rest}[place]
        return literal_column("search.document").op("@@", is_comparison=True)(cast(bindparam(None, words), TSQUERY))
    anywhere, in_title = expression(text), expression(text, f"{{{' '.join(TITLE_COLUMNS)}}}")
    rest = f"({anywhere}) NOT ({in_title})"
    words = {Place.ANYWHERE: anywhere, Place.TITLE: in_title, Place.REST: rest}[place]
    return literal_column("search").op("MATCH", is_comparison=True)(bindparam(None, words))


def condition(connection: Connection, node: Node) -> ColumnElement[bool]:
    """What a part of a query demands of a record."""
    match node:
        case All(nodes):
            return and_(true(), *(condition(connection, one) for one in nodes))
        case Either(nodes):
            return or_(*(condition(connection, one) for one in nodes))
        case Not(inner):
            return not_(func.coalesce(condition(connection, inner), false()))
        case Text():
            return RECORD.c.id.in_(select(_search.c.rowid).select_from(_search).where(matching(connection, node)))
        case Field():
            return _field(connection, node)


def _field(connection: Connection, wanted: Field) -> ColumnElement[bool]:
    match wanted.name:
        case "record" | "body" | "group" | "key":
            kept = RECORD.c["group_name" if wanted.name == "group" else wanted.name]
            as_kept = wanted.value.lower() if wanted.name == "record" else wanted.value
            return _in(kept, {as_kept, wanted.value.upper()}, prefix=wanted.prefix)
        case "meeting":
            names = {wanted.value, wanted.value.upper()}
            named = select(_meeting.c.record_id).where(_in(_meeting.c.name, names, prefix=wanted.prefix))
            return or_(_in(_own.c.meeting, names, prefix=wanted.prefix), RECORD.c.id.in_(named))
        case "status" | "type" | "release":
            lowered = func.lower(_own.c[wanted.name])
            return _in(lowered, {wanted.value.lower(), wanted.value.lower().replace("_", " ")}, prefix=wanted.prefix)
        case "from":
            return dated >= wanted.value
        case "to":
            return dated < wanted.value + "~"  # after everything that begins so: a whole year, a whole day
        case "organisation":
            return _naming(connection, _organisation(connection, wanted))
        case _:
            return _naming(connection, _origin(wanted.value))


def _in(stored: Column[Any] | ColumnElement[Any], values: set[str], *, prefix: bool) -> ColumnElement[bool]:
    if prefix:
        return or_(*(and_(stored >= value, stored < value + "\U0010ffff") for value in sorted(values)))
    return stored.in_(sorted(values))


Whom = Callable[[Callable[[Any], Any]], ColumnElement[bool]]
"""A condition on attributions, given what to make of each column in it."""


def _naming(connection: Connection, whom: Whom) -> ColumnElement[bool]:
    """Contributions that name somebody, whose provenance it is not."""
    naming = _attribution.c.source_text_id
    named = select(naming).where(_attribution.c.role != "provenance")
    rare = named.where(whom(lambda stored: stored))
    if (connection.execute(select(func.count()).select_from(rare.limit(RARE).subquery())).scalar() or 0) < RARE:
        return _own.c.source_text_id.in_(rare)
    # Expressions instead of columns keep the database from looking through all that are named for each contribution.
    return named.where(naming == _own.c.source_text_id, whom(lambda stored: stored.concat(""))).exists()


def _origin(country: str) -> Whom:
    if country == "unknown":
        return lambda of: of(_attribution.c.kind) == country
    return lambda of: of(_attribution.c.home) == country


def _organisation(connection: Connection, wanted: Field) -> Whom:
    number = "".join(char if char.isalnum() else "-" for char in wanted.value.lower())
    named = _in(_attribution.c.name, {wanted.value}, prefix=wanted.prefix)
    known = select(_attribution.c.organisation).where(named, _attribution.c.organisation.is_not(None)).distinct()
    numbers = {number, *connection.execute(known.limit(MOST_CALLED)).scalars()}
    return lambda of: or_(
        _in(of(_attribution.c.organisation), numbers, prefix=wanted.prefix),
        _in(of(_attribution.c.parent_id), numbers, prefix=wanted.prefix),
        _in(of(_attribution.c.name), {wanted.value}, prefix=wanted.prefix),
    )
