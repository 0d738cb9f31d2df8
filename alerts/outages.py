"""Who has been told of which outage: each is told once, and that it is over too, at the recipient's own times.

A digest that is due anyway tells all it knows of. Where nothing else is due, an outage is worth a message of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, insert, select

from alerts import tables
from alerts.cadence import Cadence
from alerts.sight import Sight, Source
from alerts.watchlists import Watchlist
from store.tables import Fetch, Listing
from store.times import stamp

_fetch = Fetch.__table__  # type: ignore[attr-defined]
_listing = Listing.__table__  # type: ignore[attr-defined]
_outage = tables.Outage.__table__  # type: ignore[attr-defined]

GOOD = ("ok", "unchanged", "not-modified")
"""Outcomes of a fetch that was read."""
SETTLED = timedelta(hours=2)
"""How long a source has been lost or back before somebody is told who is told at once or by the hour: servers hiccup,
and the sources of one are lost one after the other."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What one message says of our sight."""

    sight: Sight
    """Of what its watchlists look at."""
    again: tuple[Source, ...] = ()
    """What can be seen again, since its recipient was told that it could not."""


def told(connection: Connection) -> dict[str, dict[str, str]]:
    """By recipient, the sources they know to be out of sight, and since when they know."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for row in connection.execute(select(_outage)):
        found[row.recipient][row.source] = row.told_at
    return found


def outlook(sight: Sight, watchlists: Collection[Watchlist], known: Collection[str]) -> Outlook:
    """What a message for these watchlists says; `known` are the outages its recipient was told of."""
    of_these = sight.of(list(watchlists))
    return Outlook(of_these, tuple(one for one in of_these.read if one.source in known))


def news(
    connection: Connection,
    sight: Sight,
    lists: Iterable[tuple[Watchlist, Cadence, datetime]],
    known: Mapping[str, str],
    now: datetime,
) -> bool:
    """Whether what these watchlists see changed enough, since their recipient was last told, to be told by itself.

    `lists` are those whose time has come, each with that time: what changed later waits for the next, as items do.
    """
    for watchlist, cadence, due in lists:
        before = stamp(min(due, now - SETTLED) if cadence.kind in ("immediate", "meeting") else due)
        seen = sight.of([watchlist])
        lost = (one.since or "" for one in seen.blind if _lost(one) and one.source not in known)
        back = (_back(connection, one, known[one.source]) for one in seen.read if one.source in known)
        if any(since <= before for since in (*lost, *back)):
            return True
    return False


def _back(connection: Connection, one: Source, told_at: str) -> str:
    """Since when a source is read again that was told to be lost."""
    query = (
        select(func.min(_fetch.c.fetched_at))
        .join(_listing, _listing.c.id == _fetch.c.listing_id)
        .where(_listing.c.key == one.source, _fetch.c.fetched_at > told_at, _fetch.c.outcome.in_(GOOD))
    )
    return max(one.since or "", connection.execute(query).scalar() or "")


def note(connection: Connection, recipient: str, told: Outlook, now: datetime) -> None:
    """Write down what a message to this recipient tells, in the caller's transaction: that of the message."""
    looked_at = [one.source for one in told.sight.sources]
    known = set(
        connection.execute(select(_outage.c.source).where(_outage.c.recipient == recipient)).scalars()
    ).intersection(looked_at)
    lost = {one.source for one in told.sight.blind if _lost(one)}
    over = known - {one.source for one in told.sight.blind}
    connection.execute(delete(_outage).where(_outage.c.recipient == recipient, _outage.c.source.in_(over)))
    if new := sorted(lost - known):
        rows = [{"recipient": recipient, "source": source, "told_at": stamp(now)} for source in new]
        connection.execute(insert(_outage), rows)


def _lost(one: Source) -> bool:
    """One fault is in every digest, but neither it nor its end is worth a message: most are over by the next visit."""
    return one.blind and (one.state != "suspect" or one.overdue)
