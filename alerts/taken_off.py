"""People taken off a watchlist who are told by others still: what they were owed through it, which nothing tells them.

Nobody is told what they are no longer to be told; but nor is it let go in silence, as a name may be gone by mistake.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, select, update

from alerts import tables
from alerts.matches import Audience
from alerts.watchlists import Watchlist

_alert = tables.Alert.__table__  # type: ignore[attr-defined]
_match = tables.Match.__table__  # type: ignore[attr-defined]
_suppression = tables.Suppression.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class TakenOff:
    """Changes owed to somebody through a watchlist that they are not on any more."""

    recipient: str
    watchlist: str
    changes: int

    def __str__(self) -> str:
        owed = f"{self.changes} change{'s' if self.changes > 1 else ''}"
        which = f'{self.recipient} --watchlist "{self.watchlist}"'
        return (
            f"{owed} owed to {self.recipient} through “{self.watchlist}”, which tells them nothing any more: "
            f"put them back on it, hand this to one who is on it with `normwatch alerts hand-over {which} "
            f"--to ADDRESS`, or let it go with `normwatch alerts forgo {which}`"
        )


def taken_off(connection: Connection, watchlists: Iterable[Watchlist], audience: Audience) -> Iterator[TakenOff]:
    """Who is owed what that way, but for those who unsubscribed. A change that two watchlists met counts for both.

    `audience` is everybody who is told, webhooks too. Who is told nothing at all is told of by `alerts.moving`.
    """
    called = {name: one.name for one in watchlists for name in one.names}
    left = select(_suppression.c.recipient).where(_suppression.c.cause == "unsubscribed")
    waiting = select(_alert.c.recipient).where(_alert.c.message_id.is_(None), _alert.c.recipient.not_in(left))
    for recipient in sorted(audience.keys() & set(connection.execute(waiting.distinct()).scalars())):
        owed = (
            select(_match.c.change_id, _match.c.watchlist)
            .join(_alert, _alert.c.change_id == _match.c.change_id)
            .where(_untold(audience, recipient))
        )
        through = {
            (row.change_id, called[row.watchlist]) for row in connection.execute(owed) if row.watchlist in called
        }
        for name, changes in sorted(Counter(name for _, name in through).items()):
            yield TakenOff(recipient, name, changes)


def faults(connection: Connection, watchlists: Iterable[Watchlist], audience: Audience) -> dict[str, tuple[str, str]]:
    """The same for `alerts.operators.notify`: by topic, its state and why."""
    return {
        f"owed to {one.recipient} through {one.watchlist}": ("taken off", str(one))
        for one in taken_off(connection, watchlists, audience)
    }


def forgo(connection: Connection, audience: Audience, recipient: str, watchlist: Watchlist) -> int:
    """Let go of what is owed to somebody through a watchlist that they are not on. Returns how many alerts."""
    gone: Any = connection.execute(delete(_alert).where(_through(audience, recipient, watchlist)))
    return int(gone.rowcount)


def hand_over(connection: Connection, audience: Audience, recipient: str, watchlist: Watchlist, to: str) -> int:
    """Have somebody who is on the watchlist told it instead, but for what they know. Returns how many alerts.

    Raises ValueError if `to` is not on it.
    """
    if watchlist.name not in {one.name for one, _ in audience.get(to, ())}:
        raise ValueError(f'{to} is not told by "{watchlist.name}"')
    owed = _through(audience, recipient, watchlist)
    known = select(_alert.c.change_id).where(_alert.c.recipient == to)
    handed: Any = connection.execute(update(_alert).where(owed, _alert.c.change_id.not_in(known)).values(recipient=to))
    told: Any = connection.execute(delete(_alert).where(owed))
    return int(handed.rowcount + told.rowcount)


def _through(audience: Audience, recipient: str, watchlist: Watchlist) -> ColumnElement[bool]:
    under = select(_match.c.change_id).where(_match.c.watchlist.in_(watchlist.names))
    return and_(_untold(audience, recipient), _alert.c.change_id.in_(under))


def _untold(audience: Audience, recipient: str) -> ColumnElement[bool]:
    """What waits for a recipient and met none of the watchlists that tell them."""
    own = [name for one, _ in audience.get(recipient, ()) for name in one.names]
    told = select(_match.c.change_id).where(_match.c.watchlist.in_(own), _match.c.change_id == _alert.c.change_id)
    return and_(_alert.c.recipient == recipient, _alert.c.message_id.is_(None), ~told.correlate(_alert).exists())
