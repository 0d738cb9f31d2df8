"""What is new by watchlist: the matches of the last days, worded as the digests word them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from alerts import tables
from alerts.assessments import assessments
from alerts.items import Item, Maker
from alerts.lineage import lineage
from alerts.matches import as_match
from alerts.matching import Match
from alerts.watchlists import Watchlist
from organisations import Resolver
from store.changes import Told, changes
from store.tables import Change
from store.times import stamp

_match = tables.Match.__table__  # type: ignore[attr-defined]
_change = Change.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class New:
    """One record on a watchlist, with what happened to it in the period."""

    item: Item
    body: str
    group: str
    at: str
    """The archive's stamp of the last of it."""


def news(
    connection: Connection,
    resolver: Resolver,
    watchlist: Watchlist,
    *,
    since: datetime,
    now: datetime,
    hosts: frozenset[str],
    limit: int,
    offset: int = 0,
) -> list[New]:
    """The records that this watchlist matched since then, those that something happened to last first."""
    latest = (
        select(_change.c.record_id)
        .join_from(_match, _change, _change.c.id == _match.c.change_id)
        .where(_match.c.watchlist.in_(watchlist.names), _match.c.matched_at >= stamp(since))
        .group_by(_change.c.record_id)
        .order_by(func.max(_match.c.id).desc())
        .limit(limit)
        .offset(offset)
    )
    records = list(connection.execute(latest).scalars())
    query = (
        select(_match, _change.c.record_id)
        .join_from(_match, _change, _change.c.id == _match.c.change_id)
        .where(
            _match.c.watchlist.in_(watchlist.names),
            _match.c.matched_at >= stamp(since),
            _change.c.record_id.in_(records),
        )
    )
    met = {row.change_id: as_match(row, watchlist.name) for row in connection.execute(query)}
    by_record: dict[int, list[tuple[Told, Sequence[Match]]]] = defaultdict(list)
    for told in changes(connection, resolver, met):
        by_record[told.record_id].append((told, (met[told.id],)))
    maker = Maker(
        watchlists={watchlist.name: watchlist},
        lineage=lineage(connection, (each[-1][0] for each in by_record.values())),
        hosts=hosts,
        today=now.date(),
        assessed=assessments(connection, records),
    )
    return [
        New(maker.item(each), each[-1][0].body, each[-1][0].group, each[-1][0].observed_at)
        for number in records
        if (each := by_record.get(number))
    ]


def counts(connection: Connection, watchlists: Iterable[Watchlist], since: datetime) -> Counter[str]:
    """By watchlist, how many records it matched since then, under this name or a former one."""
    query = (
        select(_match.c.watchlist, func.count(_change.c.record_id.distinct()))
        .join_from(_match, _change, _change.c.id == _match.c.change_id)
        .where(_match.c.matched_at >= stamp(since))
        .group_by(_match.c.watchlist)
    )
    called = {name: one.name for one in watchlists for name in one.names}
    found: Counter[str] = Counter()
    for name, count in connection.execute(query):
        found[called.get(name, name)] += count
    return found


def since_days(now: datetime, days: int) -> datetime:
    """The moment so many days ago."""
    return now - timedelta(days=days)
