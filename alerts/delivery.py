"""Sending what lies in the outbox: message by message, any number of senders at once, none of them trusted to live."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from alerts.outbox import forget
from alerts.sending import Answer, Claim, claim, hand_over, settle
from alerts.settings import MailSettings
from alerts.transports import Transport
from store.archive import Archive

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Failure:
    """An attempt that did not end well."""

    message: int
    recipient: str
    outcome: str
    """As an `Answer`'s."""
    state: str
    """The message's after it."""
    said: str
    suppressed: bool
    """Whether nothing more is sent to this recipient."""


@dataclass(slots=True)
class Run:
    """What a run of the sender did."""

    outcomes: Counter[str] = field(default_factory=Counter)
    """Attempts by outcome."""
    sent: list[int] = field(default_factory=list)
    """Ids of the messages that were accepted."""
    failures: list[Failure] = field(default_factory=list)
    """What was not accepted."""
    fault: str | None = None
    """Why the run ended before the outbox was empty."""


def deliver(archive: Archive, transport: Transport, clock: Callable[[], datetime], settings: MailSettings) -> Run:
    """Send every message of the transport's channel that may be sent now. May be stopped, or killed, anywhere."""
    run = Run()
    lease = uuid.uuid4().hex
    with archive.write() as connection:
        forget(connection, settings, clock())
    with transport:
        while run.fault is None:
            with archive.write() as connection:
                one = claim(connection, transport.channel, lease, clock(), settings, repeatable=transport.repeatable)
            if one is None:
                break
            answer = transport.send(one, lambda one=one: _hand_over(archive, one, clock()))  # type: ignore[misc]
            with archive.write() as connection:
                state = settle(connection, one, answer, transport.name, clock())
            _report(run, one, answer, state)
    return run


def _hand_over(archive: Archive, one: Claim, now: datetime) -> bool:
    with archive.write() as connection:
        return hand_over(connection, one, now)


def _report(run: Run, one: Claim, answer: Answer, state: str) -> None:
    run.outcomes[answer.outcome] += 1
    if answer.outcome == "accepted":
        run.sent.append(one.id)
    else:
        run.failures.append(Failure(one.id, one.recipient, answer.outcome, state, answer.said, answer.suppresses))
    if answer.outcome == "unreachable":
        run.fault = answer.text
    _log.info(
        "delivery", message=one.id, recipient=one.recipient, outcome=answer.outcome, state=state, said=answer.text
    )
