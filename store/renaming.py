"""A meeting under a new name: the lists of its documents, and the documents, go by that name too."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace

from sqlalchemy import Connection, case, select, update

from store import search, tables
from store.fields import RECORD, TABLES

_listing = tables.Listing.__table__  # type: ignore[attr-defined]


def rename_meetings(connection: Connection, body: str, names: Mapping[str, str]) -> set[tuple[str, str]]:
    """Carry meetings' new names, by their old ones, to listings and contributions: RAN1#124 may turn into RAN1#124-e.

    Gives the groups and meetings that lost or gained contributions.

    All at once, since a meeting may take the name that another one gives up. Its listings are keyed by the name;
    without this, its list would come as another meeting's that names documents of the old one. The history of the name
    is the meeting's own.
    """
    _rename_listings(connection, body, names)
    own = TABLES["contribution"]
    documents = connection.execute(search.contributions(own.c.meeting.in_(names), RECORD.c.body == body)).all()
    its = select(RECORD.c.id).where(RECORD.c.body == body, RECORD.c.record == "contribution")
    statement = update(own).where(own.c.meeting.in_(names), own.c.record_id.in_(its))
    connection.execute(statement.values(meeting=case(dict(names), value=own.c.meeting)))
    entries = []
    for document in documents:
        renamed = SimpleNamespace(**document._asdict() | {"meeting": names[document.meeting]})
        before, after = (
            search.entry(document.id, "contribution", fields, seen=document.first_seen_at, who=document.who)
            for fields in (document, renamed)
        )
        entries.append((before, after))
    search.replace(connection, entries)
    return {(document.group, name) for document in documents for name in (document.meeting, names[document.meeting])}


def _rename_listings(connection: Connection, body: str, names: Mapping[str, str]) -> None:
    """Key listings by the new names, where no listing that stays has that key."""
    staying = set(connection.execute(select(_listing.c.key)).scalars())
    query = select(_listing.c.id, _listing.c.key, _listing.c.meeting)
    rows = connection.execute(query.where(_listing.c.body == body, _listing.c.meeting.in_(names))).all()
    moving = {row: row.key.replace(f":{row.meeting}", f":{names[row.meeting]}", 1) for row in rows}
    staying -= {row.key for row in moving}
    while kept := [row for row, key in moving.items() if key in staying]:
        for row in kept:
            del moving[row]
            staying.add(row.key)
    for row in moving:  # so that none is in another one's way
        connection.execute(update(_listing).where(_listing.c.id == row.id).values(key=f"renamed:{row.id}"))
    for row, key in moving.items():
        values = {"key": key, "meeting": names[row.meeting]}
        connection.execute(update(_listing).where(_listing.c.id == row.id).values(values))
