"""Full text over contributions, projects, committees and meetings.

SQLite's FTS5 in one contentless table: its unicode61 tokenizer splits `S2-2601234`, `NR_MIMO_Ph5-Core` and `38.214` the
same way in text and in (quoted) query, and Chinese, Japanese and Korean characters are set apart on both sides, since
it takes 华为技术有限公司 for one word. PostgreSQL has a table of the same name, see `store.tsvectors`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, column, delete, func, select, table

from store import marks, tables
from store.bulk import insert_rows
from store.fields import RECORD, TABLES
from store.tsvectors import document
from store.words import COLUMNS, apart

_search = table("search", column("rowid"), column("document"))
_PLACES = ", ".join("?" * (1 + len(COLUMNS)))
_INSERT = f"INSERT INTO search (rowid, {', '.join(COLUMNS)}) VALUES ({_PLACES})"  # noqa: S608
_DELETE = f"INSERT INTO search (search, rowid, {', '.join(COLUMNS)}) VALUES ('delete', {_PLACES})"  # noqa: S608

Entry = tuple[Any, ...]
"""A record's id and its texts in the order of `COLUMNS`."""


def entry(record_id: int, record: str, row: Any, *, seen: str, who: str = "") -> Entry:
    """What is searched of a record, in the order of `COLUMNS` after its id.

    `row` has the record's fields, `seen` is when the archive first saw it, `who` the marks of its source.
    """
    texts: tuple[str | None, ...]
    if record == "contribution":
        agenda = f"{row.agenda_item or ''} {row.agenda_title or ''}"
        works = f"{row.work_items or ''} {row.spec or ''} {row.release or ''}"
        texts = (row.key, row.title, row.source, agenda, works, row.abstract)
    elif record == "project":
        texts = (row.key, row.title, None, None, f"{row.reference} {row.ics or ''}", row.scope)
    elif record == "committee":
        texts = (row.key, row.title, row.secretariat, None, None, row.scope)
    else:
        texts = (row.key, row.title, None, None, f"{row.name} {row.place or ''}", None)
    found = [text if text is None or text.isascii() else apart(text) for text in texts]
    return (record_id, *found, marks.of_record(record, row, seen, who))


def contributions(*which: ColumnElement[bool]) -> Select[Any]:
    """Contributions with all that `entry` reads, `first_seen_at`, and `who`."""
    own, texts = TABLES["contribution"], tables.SourceText.__table__  # type: ignore[attr-defined]
    return (
        select(
            RECORD.c.id,
            RECORD.c.key,
            RECORD.c.body,
            RECORD.c.group_name.label("group"),
            RECORD.c.title,
            RECORD.c.first_seen_at,
            own,
            texts.c.period,
            func.coalesce(texts.c.who, "").label("who"),
        )
        .join_from(RECORD, own, own.c.record_id == RECORD.c.id)
        .outerjoin(texts, texts.c.id == own.c.source_text_id)
        .where(*which)
    )


def add(connection: Connection, entries: Sequence[Entry]) -> None:
    """Index new records."""
    if entries and connection.dialect.name == "postgresql":
        rows = [(number, document(texts)) for number, *texts in entries]
        insert_rows(connection, _search, ("rowid", "document"), rows)
    elif entries:
        connection.exec_driver_sql(_INSERT, list(entries))


def replace(connection: Connection, entries: Iterable[tuple[Entry, Entry]]) -> None:
    """Index records anew; the first of two entries must be what was indexed, since the table keeps no text."""
    differing = [(old, new) for old, new in entries if old != new]
    if differing and connection.dialect.name == "postgresql":
        connection.execute(delete(_search).where(_search.c.rowid.in_([old[0] for old, _ in differing])))
    elif differing:
        connection.exec_driver_sql(_DELETE, [old for old, _ in differing])
    add(connection, [new for _, new in differing])
