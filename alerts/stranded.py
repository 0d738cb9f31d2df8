"""What is owed through watchlists that the configuration no longer has: renamed without saying so, or taken out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, func, select

from alerts import tables
from alerts.watchlists import Watchlist

_match = tables.Match.__table__  # type: ignore[attr-defined]
_alert = tables.Alert.__table__  # type: ignore[attr-defined]
_suppression = tables.Suppression.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Stranded:
    """Changes owed through a watchlist that is no more, and to how many."""

    watchlist: str
    changes: int
    recipients: int

    def __str__(self) -> str:
        owed = f"{self.changes} change{'s' if self.changes > 1 else ''}"
        whom = f"{self.recipients} recipient{'s' if self.recipients > 1 else ''}"
        return (
            f"{owed} owed to {whom} through “{self.watchlist}”, and no watchlist is called so: write it into "
            f"formerly = [...] of the one that took its place, or let them go with "
            f'`normwatch alerts forgo "{self.watchlist}"`'
        )


def stranded(connection: Connection, watchlists: Iterable[Watchlist]) -> Iterator[Stranded]:
    """By name that is no more, what waits under it and under no other."""
    owed = (
        select(
            _match.c.watchlist,
            func.count(_match.c.change_id.distinct()).label("changes"),
            func.count(_alert.c.recipient.distinct()).label("recipients"),
        )
        .join(_alert, _alert.c.change_id == _match.c.change_id)
        .where(_waits(watchlists), _alert.c.recipient.not_in(select(_suppression.c.recipient)))
        .group_by(_match.c.watchlist)
        .order_by(_match.c.watchlist)
    )
    for row in connection.execute(owed):
        yield Stranded(row.watchlist, row.changes, row.recipients)


def faults(connection: Connection, watchlists: Iterable[Watchlist]) -> dict[str, tuple[str, str]]:
    """The same for `alerts.operators.notify`: by topic, its state and why."""
    return {f"watchlist {one.watchlist}": ("no more", str(one)) for one in stranded(connection, watchlists)}


def forgo(connection: Connection, watchlists: Iterable[Watchlist], name: str) -> int:
    """Let go of what waits under a name that is no more; nobody is told it. Returns how many alerts that were."""
    under = select(_match.c.change_id).where(_match.c.watchlist == name)
    gone: Any = connection.execute(delete(_alert).where(_waits(watchlists), _alert.c.change_id.in_(under)))
    return int(gone.rowcount)


def _waits(watchlists: Iterable[Watchlist]) -> ColumnElement[bool]:
    known = [name for one in watchlists for name in one.names]
    told = select(_match.c.change_id).where(_match.c.watchlist.in_(known), _match.c.change_id == _alert.c.change_id)
    return and_(_alert.c.message_id.is_(None), ~told.correlate(_alert).exists())
