"""The bytes of fetches, kept once per hash: what may be kept of them, for they name no persons."""

from __future__ import annotations

import hashlib
import zlib

from isal import isal_zlib
from sqlalchemy import Connection, insert, select

from store import tables
from store.incoming import Visit

_content = tables.Content.__table__  # type: ignore[attr-defined]

LEVEL = 3
"""A fifth of the time that zlib takes by default, for a sixth more bytes of the captures."""


def keep(connection: Connection, sha256: str, visit: Visit) -> None:
    """Keep what may be kept of the bytes, once per hash. ZIP-based files are compressed already."""
    if visit.kept is None or connection.execute(select(_content.c.sha256).where(_content.c.sha256 == sha256)).first():
        return
    content, left_out = visit.kept
    packed = content if content.startswith(b"PK") else isal_zlib.compress(content, LEVEL)
    row = {
        "sha256": sha256,
        "codec": "none" if packed is content else "zlib",
        "size": len(visit.content or b""),
        "left_out": left_out or None,
        "kept_sha256": hashlib.sha256(content).hexdigest() if left_out else sha256,
        "data": packed,
    }
    connection.execute(insert(_content).values(row))


def kept(connection: Connection, sha256: str) -> bytes | None:
    """The bytes kept of a fetch, None if there are none; `content.left_out` says what they lack."""
    row = connection.execute(select(_content.c.codec, _content.c.data).where(_content.c.sha256 == sha256)).first()
    if row is None:
        return None
    return zlib.decompress(row.data) if row.codec == "zlib" else bytes(row.data)
