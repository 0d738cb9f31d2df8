"""Which records are meant, as SQL: filters given as values, and those typed in a query."""

from __future__ import annotations

from collections.abc import Iterable
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

from store import marks, tables
from store.fields import RECORD, TABLES
from store.query import TITLE_COLUMNS, All, Either, Field, Node, Not, Query, Text, expression, is_text
from store.tsvectors import tsquery

_own = TABLES["contribution"]
_meeting = TABLES["meeting"]
_attribution = tables.Attribution.__table__  # type: ignore[attr-defined]
_search = table("search", column("rowid"))
MOST_CALLED = 100
BODIES = ("3GPP", "ISO", "ITU")
YEARS = range(1970, 2100)
"""That a record may be of."""

dated = func.coalesce(_own.c.reserved_at, _own.c.uploaded_at, RECORD.c.first_seen_at)
"""The time a record is of: a document's reservation, else its upload, else when the archive first saw it."""

RECORDS = RECORD.outerjoin(_own, _own.c.record_id == RECORD.c.id)
"""What conditions are about: select from this."""

FOUND = _search.join(RECORD, RECORD.c.id == _search.c.rowid).outerjoin(_own, _own.c.record_id == RECORD.c.id)
"""The same of what `matching` finds: led by the full-text index, however many records there are."""


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

    @property
    def fields(self) -> tuple[Field, ...]:
        """What is wanted, as a query would say it; without the times of being seen."""
        names = ("record", "body", "group", "meeting", "status", "type", "organisation", "origin")
        return tuple(Field(name, value) for name in names if (value := getattr(self, name)) is not None)


def selected(
    connection: Connection, query: Query, wanted: Wanted, place: Place
) -> tuple[Select[Any], ColumnElement[int]]:
    """Ids of the records that a query finds within what is wanted, and their column, by which to order them.

    All that the full-text index knows it is asked at once; only for the rest are records looked at one by one.
    """
    filters = (one for one in query.filters if not _is_year(one))
    nodes = [marked(connection, one) for one in (*filters, *wanted.fields, *_years(query.filters))]
    textual = [one for one in nodes if is_text(one)]
    others = [condition(connection, one) for one in nodes if one not in textual]
    others += [RECORD.c.first_seen_at >= wanted.since] if wanted.since is not None else []
    others += [RECORD.c.first_seen_at < wanted.until] if wanted.until is not None else []
    if query.text is None and not textual:
        return select(RECORD.c.id).select_from(RECORDS).where(*others), RECORD.c.id
    words = All(tuple(one for one in (query.text, *textual) if one is not None))
    if all(isinstance(one, Not) for one in words.nodes):
        words = All((_ANYTHING, *words.nodes))
    statement = select(_search.c.rowid).select_from(FOUND if others else _search)
    return statement.where(matching(connection, words, place), *others), _search.c.rowid


def called(connection: Connection, names: set[str]) -> set[int]:
    """Ids of records with such a key; meetings also by name, projects and committees by reference."""
    meeting, project = _meeting.c, TABLES["project"].c
    found: set[int] = set()
    for query in (  # one an index: in a single query all records would be looked through
        select(RECORD.c.id).where(RECORD.c.body.in_(BODIES), RECORD.c.key.in_(names)),
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
            return _field(node)


def _field(wanted: Field) -> ColumnElement[bool]:
    match wanted.name:
        case "from":
            return dated >= wanted.value
        case "to":
            return dated < wanted.value + "~"  # after everything that begins so: a whole year, a whole day
    named = _in(RECORD.c.key, {wanted.value, wanted.value.upper()}, prefix=wanted.prefix)
    return and_(RECORD.c.body.in_(BODIES), named)  # which leads the index of keys


def marked(connection: Connection, node: Node) -> Node:
    """A part of a query with the marks of `store.marks` in place of the fields that it has marks for."""
    match node:
        case All(nodes):
            return All(tuple(marked(connection, one) for one in nodes))
        case Either(nodes):
            return Either(tuple(marked(connection, one) for one in nodes))
        case Not(inner):
            return Not(marked(connection, inner))
        case Field(name, value, prefix) if name in marks.LETTERS:
            values = {value}
            if name in ("status", "type", "release"):
                values.add(value.replace("_", " "))
            if name == "organisation":
                values |= _numbers(connection, node)
            return filed_under(name, values, prefix=prefix)
    return node


def filed_under(name: str, values: Iterable[str], *, prefix: bool = False) -> Node:
    """That a record has the mark of one of these values; `name` is one of `marks.LETTERS`."""
    found = tuple(Text(marks.mark(name, value), prefix, marks.COLUMN) for value in sorted(values))
    return found[0] if len(found) == 1 else Either(found)


_ANYTHING = filed_under("record", TABLES)


def _years(filters: Iterable[Node]) -> tuple[Node, ...]:
    """The years between a query's `from:` and `to:`: the full-text index is led by them, and days looked at after."""
    given = [one for one in filters if isinstance(one, Field) and one.name in ("from", "to")]
    first = max((one.value[:4] for one in given if one.name == "from"), default=str(YEARS.start))
    last = min((one.value[:4] for one in given if one.name == "to"), default=str(YEARS.stop))
    between = {str(year) for year in YEARS if first <= str(year) <= last}
    return (filed_under("year", between or {"none"}),) if given else ()


def _is_year(node: Node) -> bool:
    return isinstance(node, Field) and node.name in ("from", "to") and len(node.value) == 4


def _in(stored: Column[Any] | ColumnElement[Any], values: set[str], *, prefix: bool) -> ColumnElement[bool]:
    if prefix:
        return or_(*(and_(stored >= value, stored < value + "\U0010ffff") for value in sorted(values)))
    return stored.in_(sorted(values))


def _numbers(connection: Connection, wanted: Field) -> set[str]:
    """The registry's ids of organisations that a query may mean by an id or a name."""
    named = _in(_attribution.c.name, {wanted.value}, prefix=wanted.prefix)
    known = select(_attribution.c.organisation).where(named, _attribution.c.organisation.is_not(None)).distinct()
    number = "".join(char if char.isalnum() else "-" for char in wanted.value.lower())
    return {number, *connection.execute(known.limit(MOST_CALLED)).scalars()}
