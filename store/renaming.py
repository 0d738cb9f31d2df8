"""A meeting under a new name: the lists of its documents, and the documents, go by that name too."""

from __future__ import annotations

from types import SimpleNamespace

from sqlalchemy import Connection, select, update

from store import search, tables
from store.fields import RECORD, TABLES

_listing = tables.Listing.__table__  # type: ignore[attr-defined]


def rename_meeting(connection: Connection, body: str, old: str, new: str) -> set[tuple[str, str]]:
    """Carry a meeting's new name to its listings and contributions: RAN1#124 may turn into RAN1#124-e.

    Gives the groups and meetings that lost or gained contributions.

    Its listings are keyed by the name; without this, its list would come as another meeting's that names documents of
    the old one. The history of the name is the meeting's own.
    """
    taken = set(connection.execute(select(_listing.c.key)).scalars())
    query = select(_listing.c.id, _listing.c.key).where(_listing.c.body == body, _listing.c.meeting == old)
    for row in connection.execute(query).all():
        key = row.key.replace(f":{old}", f":{new}", 1)
        if key not in taken:
            connection.execute(update(_listing).where(_listing.c.id == row.id).values(key=key, meeting=new))
    own = TABLES["contribution"]
    documents = connection.execute(search.contributions(own.c.meeting == old, RECORD.c.body == body)).all()
    its = select(RECORD.c.id).where(RECORD.c.body == body, RECORD.c.record == "contribution")
    statement = update(own).where(own.c.meeting == old, own.c.record_id.in_(its))
    connection.execute(statement.values(meeting=new))
    entries = []
    for document in documents:
        renamed = SimpleNamespace(**document._asdict() | {"meeting": new})
        before, after = (
            search.entry(document.id, "contribution", fields, seen=document.first_seen_at, who=document.who)
            for fields in (document, renamed)
        )
        entries.append((before, after))
    search.replace(connection, entries)
    return {(document.group, name) for document in documents for name in (old, new)}
