"""The CRs inside 3GPP's CR packs: which working group's CR a plenary decided how."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from store import tables
from store.bulk import insert_rows
from store.fields import RECORD

_entry = tables.PackEntry.__table__  # type: ignore[attr-defined]
_KEY = ("pack_id", "document", "spec", "cr", "cr_revision")
_DETAILS = ("group_decision", "tsg_decision", "cr_category", "release", "version", "title")
_details: Callable[[Any], tuple[str | None, ...]] = attrgetter(*_DETAILS)


def subject(entry: Mapping[str, Any]) -> str:
    """What a change of an entry says it is about: the document and the CR."""
    return " ".join(filter(None, (entry[name] for name in _KEY[1:])))


def take(connection: Connection, listing_id: int, packs: Sequence[Any], note: Callable[..., None]) -> None:
    """Write the entries of the packs that this listing's records name; a new decision on a known one is a change."""
    query = select(RECORD.c.key, RECORD.c.id).where(RECORD.c.listing_id == listing_id)
    ids = dict(iter(connection.execute(query)))
    mine = select(*(_entry.c[name] for name in (*_KEY, *_DETAILS)))
    mine = mine.join(RECORD, RECORD.c.id == _entry.c.pack_id).where(RECORD.c.listing_id == listing_id)
    known = {tuple(row[: len(_KEY)]): tuple(row[len(_KEY) :]) for row in connection.execute(mine).all()}
    listed = {
        (ids[pack.pack], pack.document, pack.spec or "", pack.cr or "", pack.cr_revision or ""): _details(pack)
        for pack in packs
        if pack.pack in ids
    }
    insert_rows(connection, _entry, (*_KEY, *_DETAILS), [key + new for key, new in listed.items() if key not in known])
    changed = {key: new for key, new in listed.items() if known.get(key, new) != new}
    for key, new in changed.items():
        (_, was, *_), (_, now, *_) = known[key], new
        if was != now:
            about = subject(dict(zip(_KEY, key, strict=True)))
            note(key[0], "changed", "tsg_decision", subject=about, old=was, new=now)
    if changed:
        this = [_entry.c[name] == bindparam(f"of_{name}") for name in _KEY]
        named = (*(f"of_{name}" for name in _KEY), *_DETAILS)
        values = [dict(zip(named, key + new, strict=True)) for key, new in changed.items()]
        connection.execute(update(_entry).where(*this), values)
