"""What becomes of a message in the outbox: claimed by one sender, handed over, settled; or left by one that died.

Each step is a transaction of its own, none is held while a server is spoken to. `handovers` is written before a message
is handed over and taken back by an answer that it was not taken: what is left are attempts that may have delivered it.
After two of those it is held for a person, so that nobody gets a message more than twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, and_, func, insert, or_, select, update

from alerts import tables
from alerts.settings import MailSettings
from store.times import stamp

_message = tables.Message.__table__  # type: ignore[attr-defined]
_delivery = tables.Delivery.__table__  # type: ignore[attr-defined]
_notice = tables.Notice.__table__  # type: ignore[attr-defined]
_suppression = tables.Suppression.__table__  # type: ignore[attr-defined]

LEASE = timedelta(minutes=30)
"""Longer than the slowest attempt: RFC 5321's 10 minutes for the answer to the message, and what leads up to it."""

BACK_OFF = (
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=2),
    timedelta(hours=4),
    timedelta(hours=8),
    timedelta(hours=12),
)
"""After each deferred attempt; the last for every further one."""
RELAY_PAUSE = timedelta(minutes=5)
"""Before a message is tried again that never came to an attempt, as the relay was not to be reached."""
HOLD_AFTER = 34
"""Attempts a server may defer before a person should look at it: 14 days of them, at BACK_OFF's pace.

Counted, not measured from when the message was made: it may have lain here while nothing was sent.
"""
MAX_HANDOVERS = 2
DOUBTFUL = "twice handed over without an answer: it may have arrived"
UNBRAKED = ("operators", "report", "test")
"""Kinds of messages that the volume brake neither counts nor stops."""


@dataclass(frozen=True, slots=True)
class Answer:
    """How an attempt ended.

    `deferred` and `rejected` say that the message was not taken; `unreachable`, that no message could be; `unanswered`,
    that it may have been.
    """

    outcome: Literal["accepted", "deferred", "rejected", "unreachable", "unanswered"]
    code: int | None = None
    text: str = ""
    bad_recipient: bool = False
    """It was the recipient that was rejected, for good."""

    @property
    def said(self) -> str:
        """The answer on a line."""
        return " ".join(filter(None, (str(self.code) if self.code else "", self.text))) or self.outcome

    @property
    def suppresses(self) -> bool:
        """Whether nothing more is to be sent to its recipient."""
        return self.outcome == "rejected" and self.bad_recipient


@dataclass(frozen=True, slots=True)
class Claim:
    """A message that is this sender's until `lease` runs out."""

    id: int
    lease: str
    recipient: str
    message_id: str
    kind: str
    due_at: str
    content: bytes
    handovers: int
    attempts: int


def claim(
    connection: Connection, channel: str, lease: str, now: datetime, settings: MailSettings, *, repeatable: bool
) -> Claim | None:
    """Take the next message that may be sent, in a transaction of the caller's; None if there is none.

    With `repeatable`, sending twice leaves one message, so doubts about earlier attempts do not matter.
    """
    waiting = and_(_message.c.state == "queued", _message.c.next_attempt_at <= stamp(now))
    abandoned = and_(_message.c.state == "sending", _message.c.lease_until < stamp(now))
    query = select(_message).where(
        _message.c.channel == channel,
        or_(waiting, abandoned),
        _message.c.recipient.notin_(select(_suppression.c.recipient)),
    )
    if _braked(connection, channel, now, settings):
        query = query.where(_message.c.kind.in_(UNBRAKED))
    query = query.order_by(_message.c.id).limit(1)
    while row := connection.execute(query).first():
        if row.state == "sending":
            _note(connection, row.id, now, "", Answer("unanswered", text="the sender was interrupted"))
        if not repeatable and row.handovers >= MAX_HANDOVERS:
            _set(connection, row.id, state="held", reason=DOUBTFUL, lease=None, lease_until=None)
            continue
        taken = {"state": "sending", "lease": lease, "lease_until": stamp(now + LEASE), "attempts": row.attempts + 1}
        _set(connection, row.id, **taken)
        return Claim(
            id=row.id,
            lease=lease,
            recipient=row.recipient,
            message_id=row.message_id,
            kind=row.kind,
            due_at=row.due_at,
            content=row.content,
            handovers=row.handovers,
            attempts=row.attempts + 1,
        )
    return None


def hand_over(connection: Connection, claim: Claim, now: datetime) -> bool:
    """Note that the message is about to be out of our hands; False if it is another sender's by now."""
    mine = _mine(claim)
    values = {"handovers": claim.handovers + 1, "lease_until": stamp(now + LEASE)}
    return connection.execute(update(_message).where(mine).values(values)).rowcount == 1


def settle(connection: Connection, claim: Claim, answer: Answer, transport: str, now: datetime) -> str:
    """Note how the attempt ended; returns the message's state."""
    _note(connection, claim.id, now, transport, answer)
    values = _after(claim, answer, now)
    connection.execute(update(_message).where(_mine(claim)).values(values | {"lease": None, "lease_until": None}))
    if answer.suppresses:
        suppress(connection, claim.recipient, "rejected", answer.said, now)
    return str(values["state"])


def _after(claim: Claim, answer: Answer, now: datetime) -> dict[str, Any]:
    said = answer.said
    pause = BACK_OFF[min(claim.attempts, len(BACK_OFF)) - 1]
    again = {"state": "queued", "reason": said, "next_attempt_at": stamp(now + pause)}
    match answer.outcome:
        case "accepted":
            return {"state": "sent", "sent_at": stamp(now), "reason": None, "handovers": claim.handovers}
        case "rejected":
            return {"state": "rejected", "reason": said, "handovers": claim.handovers}
        case "unreachable":
            return again | {
                "attempts": claim.attempts - 1,
                "handovers": claim.handovers,
                "next_attempt_at": stamp(now + RELAY_PAUSE),
            }
        case "deferred" if claim.attempts >= HOLD_AFTER:
            return {
                "state": "held",
                "reason": f"deferred {claim.attempts} times: {said}",
                "handovers": claim.handovers,
            }
        case "deferred":
            return again | {"handovers": claim.handovers}
        case _ if claim.handovers + 1 >= MAX_HANDOVERS:
            return {"state": "held", "reason": DOUBTFUL}
        case _:
            return again


def suppress(connection: Connection, recipient: str, cause: str, reason: str, now: datetime) -> None:
    """Send nothing more to this recipient. `cause`: rejected or unsubscribed."""
    if (
        connection.execute(select(_suppression.c.recipient).where(_suppression.c.recipient == recipient)).first()
        is None
    ):
        values = {"recipient": recipient, "cause": cause, "reason": reason, "since": stamp(now)}
        connection.execute(insert(_suppression).values(values))


def suppressed(connection: Connection, recipient: str) -> str | None:
    """Why nothing is sent to this recipient, and what changes that; None if something is."""
    row = connection.execute(select(_suppression).where(_suppression.c.recipient == recipient)).first()
    if row is None:
        return None
    return (
        f"nothing is sent to {recipient} since {row.since}, who {'is ' if row.cause == 'rejected' else ''}{row.cause} "
        f"({row.reason}): `normwatch alerts readmit {recipient}` first"
    )


def tell_anew(connection: Connection, topics: Sequence[str]) -> None:
    """Have operators told of these once more if they turn out as before: they are about to be tried again."""
    connection.execute(update(_notice).where(_notice.c.topic.in_(topics)).values(state="tried again"))


def lift(connection: Connection, recipient: str) -> int | None:
    """Send to this recipient again: first what their server refused, and in the next digest what has waited since.

    Returns how many messages were refused, None for somebody who is not suppressed. What operators were told of it is
    over only once a message was accepted, and told anew if it is not.
    """
    lifted: Any = connection.execute(_suppression.delete().where(_suppression.c.recipient == recipient))
    if not lifted.rowcount:
        return None
    refused = and_(_message.c.recipient == recipient, _message.c.state == "rejected")
    ids = connection.execute(select(_message.c.id).where(refused)).scalars().all()
    tell_anew(connection, [f"recipient {recipient}", *(f"message {number}" for number in ids)])
    connection.execute(update(_message).where(refused).values(state="queued", reason=None))
    return len(ids)


def unsubscribe(connection: Connection, token: str, now: datetime) -> str | None:
    """Take the recipient of the message with this token off; returns who it was, None for a token never given out."""
    recipient = connection.execute(select(_message.c.recipient).where(_message.c.unsubscribe_token == token)).scalar()
    if recipient is not None:
        suppress(connection, recipient, "unsubscribed", "by the link in a message", now)
    return recipient


def sent_within(connection: Connection, channel: str, since: datetime) -> int:
    """Messages accepted since then, but for those to operators."""
    query = (
        select(func.count())
        .select_from(_delivery)
        .join(_message, _message.c.id == _delivery.c.message_id)
        .where(
            _delivery.c.outcome == "accepted",
            _delivery.c.attempted_at > stamp(since),
            _message.c.channel == channel,
            _message.c.kind.notin_(UNBRAKED),
        )
    )
    return int(connection.execute(query).scalar_one())


def braked(connection: Connection, channel: str, now: datetime, settings: MailSettings) -> int:
    """Messages that the volume brake holds back at `now`."""
    if not _braked(connection, channel, now, settings):
        return 0
    waiting = select(func.count()).where(
        _message.c.state == "queued",
        _message.c.channel == channel,
        _message.c.next_attempt_at <= stamp(now),
        _message.c.kind.notin_(UNBRAKED),
    )
    return int(connection.execute(waiting).scalar_one())


def _braked(connection: Connection, channel: str, now: datetime, settings: MailSettings) -> bool:
    return sent_within(connection, channel, now - timedelta(hours=1)) >= settings.messages_per_hour


def _mine(claim: Claim) -> Any:
    return and_(_message.c.id == claim.id, _message.c.lease == claim.lease, _message.c.state == "sending")


def _set(connection: Connection, message: int, **values: object) -> None:
    connection.execute(update(_message).where(_message.c.id == message).values(values))


def _note(connection: Connection, message: int, now: datetime, transport: str, answer: Answer) -> None:
    values = {
        "message_id": message,
        "attempted_at": stamp(now),
        "transport": transport,
        "outcome": answer.outcome,
        "code": answer.code,
        "response": answer.text or None,
    }
    connection.execute(insert(_delivery).values(values))
