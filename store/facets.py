"""How a search's hits spread over groups, years, statuses, types and countries: what to narrow it by next."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import Connection, func, literal, select, union_all

from store import tables
from store.conditions import Wanted, dated
from store.fields import RECORD, TABLES
from store.finding import hits
from store.patience import TooLong, within
from store.query import parse

FACETS = ("record", "body", "group", "year", "status", "type", "origin")
"""Each value narrows a search by `NAME:value`; `year` by `from:` and `to:`."""
COUNTED = 2_000
"""Of more hits than these, the newest are counted."""

_own = TABLES["contribution"]
_signer = tables.Signer.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Facets:
    """Values with how many hits have them, most frequent first, by facet of `FACETS`."""

    counts: dict[str, list[tuple[str, int]]]
    of: int
    """The hits that were counted."""
    complete: bool
    """False where there are more hits than `COUNTED`."""


def facets(connection: Connection, typed: str, wanted: Wanted, patience: float | None = None) -> Facets:
    """Counts over what `store.finding.page` finds for the same arguments; none if they take longer than `patience`."""
    query = parse(typed)
    if query.text is None and not (query.filters or query.blank):
        return Facets({name: [] for name in FACETS}, 0, complete=True)
    ids = hits(connection, query, wanted).limit(COUNTED).subquery()
    found = (
        select(
            RECORD.c.record,
            RECORD.c.body,
            RECORD.c.group_name.label("group"),
            func.substr(dated, 1, 4).label("year"),
            _own.c.status,
            _own.c.type,
            _own.c.source_text_id,
        )
        .join_from(RECORD, _own, _own.c.record_id == RECORD.c.id, isouter=True)
        .where(RECORD.c.id.in_(select(ids)))
        .cte("found")
        .prefix_with("MATERIALIZED")
    )
    plain = [select(literal(name), found.c[name], func.count()).group_by(found.c[name]) for name in FACETS[:-1]]
    home = (
        select(literal("origin"), _signer.c.name, func.count())
        .join_from(found, _signer, _signer.c.source_text_id == found.c.source_text_id)
        .where(_signer.c.dimension == "country", _signer.c.name != "group")
        .group_by(_signer.c.name)
    )
    counts: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
    of = 0
    try:
        with within(connection, patience):
            rows = connection.execute(union_all(*plain, home)).all()
    except TooLong:
        return Facets({name: [] for name in FACETS}, 0, complete=False)
    for facet, value, count in rows:
        of += count if facet == "record" else 0
        if value is not None:
            counts[facet].append((value, count))
    return Facets(
        {name: sorted(counts[name], key=lambda pair: (-pair[1], pair[0])) for name in FACETS}, of, of < COUNTED
    )
