"""People whose address changed: what waits for the old one, or was refused there, goes to the new one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, delete, func, or_, select, update

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
    for old, new in moved(watchlists).items():
        if _unsubscribed(connection, old):
            continue
        passed: Any = connection.execute(update(_alert).where(passes(old, new)).values(recipient=new, message_id=None))
        handed += int(passed.rowcount)
        connection.execute(delete(_alert).where(_untold_at(old)))  # the new one knows these
        gone = {"state": "released", "reason": f"told to {new} instead", "content": None}
        connection.execute(update(_message).where(_stopped(old)).values(gone))
    return handed


def moved(watchlists: Iterable[Watchlist]) -> dict[str, str]:
    """By former address the one of now."""
    return {old: one.address for each in watchlists for one in each.recipients for old in one.formerly}


def ahead(connection: Connection, watchlists: Iterable[Watchlist]) -> dict[str, ColumnElement[bool]]:
    """What `follow` would hand over, by address of now: for a look ahead that changes nothing."""
    found: dict[str, list[ColumnElement[bool]]] = defaultdict(list)
    for old, new in moved(watchlists).items():
        if not _unsubscribed(connection, old):
            found[new].append(passes(old, new))
    return {new: or_(*each) for new, each in found.items()}


def passes(old: str, new: str) -> ColumnElement[bool]:
    """Whether an alert is one that goes from a former address to that of now."""
    known = select(_alert.c.change_id).where(_alert.c.recipient == new)
    return and_(_untold_at(old), _alert.c.change_id.not_in(known))


def departed(connection: Connection, watchlists: Iterable[Watchlist], known: Collection[str]) -> Iterator[Departed]:
    """Who is owed something by these watchlists and is not one of these known, but for those who unsubscribed.

    What their server refused is owed still. What other watchlists owed is told by `alerts.stranded`.
    """
    names = [name for one in watchlists for name in one.names]
    owing = select(_match.c.change_id).where(_match.c.watchlist.in_(names))
    owed = select(_alert.c.recipient, func.count().label("changes")).where(
        _waits(known), _alert.c.recipient.not_in(_left()), _alert.c.change_id.in_(owing)
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


def _unsubscribed(connection: Connection, recipient: str) -> bool:
    return connection.execute(_left().where(_suppression.c.recipient == recipient)).first() is not None


def _left() -> Select[tuple[str]]:
    return select(_suppression.c.recipient).where(_suppression.c.cause == "unsubscribed")


def _untold_at(old: str) -> ColumnElement[bool]:
    stopped = select(_message.c.id).where(_stopped(old))
    return and_(_alert.c.recipient == old, or_(_alert.c.message_id.is_(None), _alert.c.message_id.in_(stopped)))


def _stopped(old: str) -> ColumnElement[bool]:
    """The messages to an address that certainly did not arrive."""
    return and_(
        _message.c.recipient == old,
        _message.c.kind.in_(("digest", "quiet")),
        _message.c.state.in_(_STOPPED),
        _message.c.handovers == 0,
    )


def _waits(known: Collection[str]) -> ColumnElement[bool]:
    refused = select(_message.c.id).where(_message.c.state == "rejected", _message.c.channel == "mail")
    untold = or_(_alert.c.message_id.is_(None), _alert.c.message_id.in_(refused))
    return and_(untold, _alert.c.recipient.not_in(sorted(known)))
