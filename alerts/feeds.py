"""A watchlist's matches as an Atom feed (RFC 4287): one entry a record, which comes up again when more happens."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import quote

from lxml import etree
from sqlalchemy import Connection, func, select

from alerts import tables
from alerts.inert import inert
from alerts.watchlists import Watchlist
from alerts.wording import HOSTS, happening, plain, safe_link
from organisations import Resolver
from store.changes import Told, changes
from store.tables import Change

ATOM = "http://www.w3.org/2005/Atom"
ENTRIES = 100
"""Records in a feed; readers keep what they have seen."""
NEVER = "1970-01-01T00:00:00Z"
"""When a feed with nothing in it changed last: it must not look new each time it is asked for."""

_match = tables.Match.__table__  # type: ignore[attr-defined]
_change = Change.__table__  # type: ignore[attr-defined]


def feed(
    connection: Connection, resolver: Resolver, watchlist: Watchlist, *, domain: str, address: str | None = None
) -> bytes:
    """The feed as XML, the same bytes until something more matches.

    `domain` is the installation's own, in which entries have their ids; `address` where the feed can be fetched.
    """
    rows = _latest(connection, watchlist.names)
    by_record: dict[int, list[Told]] = defaultdict(list)
    for told in changes(connection, resolver, rows):
        by_record[told.record_id].append(told)
    newest = sorted(by_record.values(), key=lambda each: max(rows[told.id].id for told in each), reverse=True)
    root = etree.Element(f"{{{ATOM}}}feed", nsmap={None: ATOM})  # type: ignore[dict-item]
    _add(root, "id", f"tag:{domain},2026:watchlists/{quote(watchlist.name, safe='')}")
    _add(root, "title", f"Normwatch: {watchlist.name}")
    if watchlist.context:
        _add(root, "subtitle", plain(watchlist.context, 1000))
    _add(root, "updated", max((row.matched_at for row in rows.values()), default=NEVER))
    _add(root, "generator", "Normwatch")
    author = _add(root, "author")
    _add(author, "name", "Normwatch")
    if address is not None:
        _add(root, "link", rel="self", type="application/atom+xml", href=address)
    for each in newest:
        _add_entry(root, domain, each, rows)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True))


def _latest(connection: Connection, names: Sequence[str]) -> dict[int, Any]:
    """By change id, the matches of the records that were matched last."""
    latest = (
        select(_change.c.record_id)
        .join(_match, _match.c.change_id == _change.c.id)
        .where(_match.c.watchlist.in_(names))
        .group_by(_change.c.record_id)
        .order_by(func.max(_match.c.id).desc())
        .limit(ENTRIES)
    )
    query = (
        select(_match)
        .join(_change, _change.c.id == _match.c.change_id)
        .where(_match.c.watchlist.in_(names), _change.c.record_id.in_(latest))
    )
    return {row.change_id: row for row in connection.execute(query)}


def _add_entry(root: Any, domain: str, each: Sequence[Told], rows: Mapping[int, Any]) -> None:
    """One record; its changes are oldest first."""
    told = each[-1]
    entry = _add(root, "entry")
    _add(entry, "id", f"tag:{domain},2026:{told.body}/{told.record}/{quote(told.key, safe='')}")
    _add(entry, "title", inert(plain(f"{told.key} {told.title}")))
    _add(entry, "published", rows[each[0].id].matched_at)
    _add(entry, "updated", max(rows[one.id].matched_at for one in each))
    for name in dict.fromkeys(inert(plain(one.as_written, 80)) for one in told.attribution.organisations):
        _add(_add(entry, "author"), "name", name)
    _add(entry, "category", term=told.group)
    if url := safe_link(told.url, HOSTS):
        _add(entry, "link", rel="alternate", href=url)
    _add(entry, "content", "\n".join(map(inert, _lines(each, rows))), type="text")


def _lines(each: Sequence[Told], rows: Mapping[int, Any]) -> list[str]:
    """What happened, the newest first, and why it is in the feed."""
    lines = []
    for told in reversed(each):
        row = rows[told.id]
        said = happening(told, row.event, date.fromisoformat(row.matched_at[:10]))
        lines.append(f"{told.observed_at}: {said.text}" + (f" (was {said.was})" if said.was else ""))
    reasons = [reason for told in each for reason in json.loads(rows[told.id].reasons)]
    why = dict.fromkeys(plain(f"{one['text']} ({one['where'] or one['kind']})", 120) for one in reasons)
    return [*lines, f"Matched: {'; '.join(why)}"] if why else lines


def _add(parent: Any, name: str, text: str | None = None, **attributes: str) -> Any:
    child = etree.SubElement(parent, f"{{{ATOM}}}{name}", attributes)
    child.text = text
    return child
