"""People whose address changed: what waits for the old one, or was refused there, goes to the new one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, func, or_, select, update

from alerts import tables
from alerts.watchlists import Watchlist

_alert = tables.Alert.__table__  # type: ignore[attr-defined]
_match = tables.Match.__table__  # type: ignore[attr-defined]
_message = tables.Message.__table__  # type: ignore[attr-defined]
_suppression = tables.Suppression.__table__  # type: ignore[attr-defined]

_STOPPED = ("queued", "rejected", "held", "quarantined")


@dataclass(frozen=True, slots=True)
class Departed:
    """Changes owed to somebody whom the configuration no longer has."""

    recipient: str
    changes: int

    def __str__(self) -> str:
        owed = f"{self.changes} change{'s' if self.changes > 1 else ''}"
        return (
            f"{owed} owed to {self.recipient}, whom nothing tells any more: write it into formerly = [...] of the "
            f"recipient who has another address now, or let them go with `normwatch alerts forgo {self.recipient}`"
        )


def follow(connection: Connection, watchlists: Iterable[Watchlist]) -> int:
    """Hand what is owed to former addresses to those of now, in the caller's transaction. Returns how many changes.

    So are the changes of messages that certainly did not arrive: these are not sent any more. What may have arrived
    stays where it is, and so does what was owed to somebody who unsubscribed.
    """
    handed = 0
    for old, new in _moved(watchlists).items():
        left = select(_suppression.c.recipient).where(_suppression.c.cause == "unsubscribed")
        if connection.execute(left.where(_suppression.c.recipient == old)).first():
            continue
        stopped = and_(
            _message.c.recipient == old,
            _message.c.kind.in_(("digest", "quiet")),
            _message.c.state.in_(_STOPPED),
            _message.c.handovers == 0,
        )
        freed = _alert.c.message_id.in_(select(_message.c.id).where(stopped))
        connection.execute(update(_alert).where(freed).values(message_id=None))
        gone = {"state": "released", "reason": f"told to {new} instead", "content": None}
        connection.execute(update(_message).where(stopped).values(gone))
        waits = and_(_alert.c.recipient == old, _alert.c.message_id.is_(None))
        known = select(_alert.c.change_id).where(_alert.c.recipient == new)
        connection.execute(delete(_alert).where(waits, _alert.c.change_id.in_(known)))
        moved: Any = connection.execute(update(_alert).where(waits).values(recipient=new))
        handed += int(moved.rowcount)
    return handed


def departed(connection: Connection, watchlists: Iterable[Watchlist], known: Collection[str]) -> Iterator[Departed]:
    """Who is owed something by these watchlists and is not one of these known, but for those who unsubscribed.

    What their server refused is owed still. What other watchlists owed is told by `alerts.stranded`.
    """
    names = [name for one in watchlists for name in one.names]
    owing = select(_match.c.change_id).where(_match.c.watchlist.in_(names))
    left = select(_suppression.c.recipient).where(_suppression.c.cause == "unsubscribed")
    owed = select(_alert.c.recipient, func.count().label("changes")).where(
        _waits(known), _alert.c.recipient.not_in(left), _alert.c.change_id.in_(owing)
    )
    for row in connection.execute(owed.group_by(_alert.c.recipient).order_by(_alert.c.recipient)):
        yield Departed(row.recipient, row.changes)


def faults(
    connection: Connection, watchlists: Iterable[Watchlist], known: Collection[str]
) -> dict[str, tuple[str, str]]:
    """The same for `alerts.operators.notify`: by topic, its state and why."""
    return {f"owed to {one.recipient}": ("told nothing", str(one)) for one in departed(connection, watchlists, known)}


def forgo(connection: Connection, known: Collection[str], recipient: str) -> int:
    """Let go of what is owed to somebody who is not one of these. Returns how many alerts that were."""
    gone: Any = connection.execute(
        delete(_alert).where(_waits(known), func.lower(_alert.c.recipient) == recipient.lower())
    )
    return int(gone.rowcount)


def _moved(watchlists: Iterable[Watchlist]) -> dict[str, str]:
    return {old: one.address for each in watchlists for one in each.recipients for old in one.formerly}


def _waits(known: Collection[str]) -> ColumnElement[bool]:
    refused = select(_message.c.id).where(_message.c.state == "rejected", _message.c.channel == "mail")
    untold = or_(_alert.c.message_id.is_(None), _alert.c.message_id.in_(refused))
    return and_(untold, _alert.c.recipient.not_in(sorted(known)))
