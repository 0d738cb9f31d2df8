"""The CRs inside 3GPP's CR packs: which working group's CR a plenary decided how."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from store import tables
from store.fields import RECORD

_entry = tables.PackEntry.__table__  # type: ignore[attr-defined]
_KEY = ("pack_id", "document", "spec", "cr", "cr_revision")
_DETAILS = ("group_decision", "tsg_decision", "cr_category", "release", "version", "title")


def subject(entry: Mapping[str, Any]) -> str:
    """What a change of an entry says it is about: the document and the CR."""
    return " ".join(filter(None, (entry[name] for name in _KEY[1:])))


def take(connection: Connection, listing_id: int, packs: Sequence[Any], note: Callable[..., None]) -> None:
    """Write the entries of the packs that this listing's records name; a new decision on a known one is a change."""
    query = select(RECORD.c.key, RECORD.c.id).where(RECORD.c.listing_id == listing_id)
    ids = {row.key: row.id for row in connection.execute(query)}
    mine = select(_entry).join(RECORD, RECORD.c.id == _entry.c.pack_id).where(RECORD.c.listing_id == listing_id)
    known = {tuple(row[name] for name in _KEY): row for row in connection.execute(mine).mappings()}
    new: list[dict[str, Any]] = []
    changed: list[dict[str, Any]] = []
    listed = {
        (ids[pack.pack], pack.document, pack.spec or "", pack.cr or "", pack.cr_revision or ""): pack
        for pack in packs
        if pack.pack in ids
    }
    for key, pack in listed.items():
        details = {name: getattr(pack, name) for name in _DETAILS}
        old = known.get(key)
        if old is None:
            new.append(dict(zip(_KEY, key, strict=True)) | details)
        elif any(old[name] != value for name, value in details.items()):
            changed.append({f"old_{name}": value for name, value in zip(_KEY, key, strict=True)} | details)
            if old["tsg_decision"] != pack.tsg_decision:
                note(
                    key[0],
                    "changed",
                    "tsg_decision",
                    subject=subject(dict(zip(_KEY, key, strict=True))),
                    old=old["tsg_decision"],
                    new=pack.tsg_decision,
                )
    if new:
        connection.execute(insert(_entry), new)
    if changed:
        this = [_entry.c[name] == bindparam(f"old_{name}") for name in _KEY]
        connection.execute(update(_entry).where(*this), changed)
