"""The outbox: messages made once, frozen, and given a Message-ID that every attempt to send them carries."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Connection, and_, insert, select, update

from alerts import outages, tables
from alerts.matches import CHUNK, Audience, Due, due
from alerts.mime import compose
from alerts.rendering import Rendered
from alerts.sending import suppressed, tell_anew
from alerts.settings import MailSettings
from alerts.sight import look
from store.times import stamp

_alert = tables.Alert.__table__  # type: ignore[attr-defined]
_message = tables.Message.__table__  # type: ignore[attr-defined]
_delivery = tables.Delivery.__table__  # type: ignore[attr-defined]

_log = structlog.get_logger()

Write = Callable[[Due], Rendered]
"""Builds and renders a digest: `alerts.digests` and `alerts.rendering`, put together by the application."""


class OutboxError(Exception):
    """What was asked of a message cannot be done; the text says why."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A message before it lies in the outbox; fields as in `tables.Message`."""

    recipient: str
    kind: str
    due_at: datetime
    period_start: datetime
    subject: str = ""
    content: bytes | None = None
    items: int = 0
    channel: str = "mail"
    message_id: str = ""
    unsubscribe_token: str | None = None
    state: str = "queued"
    reason: str | None = None


def prepare(
    connection: Connection, audience: Audience, write: Write, settings: MailSettings, now: datetime
) -> list[int]:
    """Make what is due at `now` into messages, in the caller's transaction; returns their ids. A dry run rolls it back.

    A digest that cannot be written is put aside with its changes, so that the next one goes out; operators hear of it.
    """
    made = []
    for one in due(connection, audience, now, settings.quiet, look(connection, now)):
        made.append(add(connection, _draft(connection, one, write, settings, now), now))
        assign(connection, made[-1], one)
        if one.outlook is not None:
            outages.note(connection, one.recipient, one.outlook, now)
    return made


def _draft(connection: Connection, one: Due, write: Write, settings: MailSettings, now: datetime) -> Draft:
    message_id = new_message_id(settings)
    items = len(one.change_ids)
    subject, content, state, reason = "", None, "queued", None
    try:
        with connection.begin_nested():
            rendered = write(one)
        content = compose(
            rendered,
            recipient=one.recipient,
            message_id=message_id,
            date=now,
            settings=settings,
            thread=(watchlist.name for watchlist in one.watchlists),
            unsubscribe_token=one.token,
        )
        subject = rendered.subject
    except Exception as error:  # one recipient's digest must not stop the others', whatever is wrong with it
        _log.exception("digest put aside", recipient=one.recipient)
        state, reason = "quarantined", f"{type(error).__name__}: {error}"
    else:
        if items > settings.items_per_message:
            state, reason = "held", f"{items} changes, where at most {settings.items_per_message} are sent unasked"
    return Draft(
        recipient=one.recipient,
        kind="digest" if one.matches else "quiet",
        due_at=one.period.end,
        period_start=one.period.start,
        subject=subject,
        content=content,
        items=items,
        message_id=message_id,
        unsubscribe_token=one.token,
        state=state,
        reason=reason,
    )


def new_message_id(settings: MailSettings) -> str:
    """A Message-ID in the sender's domain."""
    return f"<{uuid.uuid4().hex}@{settings.domain}>"


def add(connection: Connection, draft: Draft, now: datetime) -> int:
    """Put a message into the outbox."""
    values = {
        "message_id": draft.message_id,
        "channel": draft.channel,
        "recipient": draft.recipient,
        "kind": draft.kind,
        "due_at": stamp(draft.due_at),
        "period_start": stamp(draft.period_start),
        "created_at": stamp(now),
        "subject": draft.subject,
        "content": draft.content,
        "items": draft.items,
        "unsubscribe_token": draft.unsubscribe_token,
        "state": draft.state,
        "reason": draft.reason,
        "next_attempt_at": stamp(now),
    }
    return int(connection.execute(insert(_message).values(values)).inserted_primary_key[0])  # type: ignore[index]


def assign(connection: Connection, message: int, one: Due) -> None:
    """Note that this message tells these changes; that no other does already is the point of it."""
    ids = one.change_ids
    for start in range(0, len(ids), CHUNK):
        batch = ids[start : start + CHUNK]
        told = connection.execute(
            update(_alert)
            .where(_alert.c.recipient == one.recipient, _alert.c.change_id.in_(batch), _alert.c.message_id.is_(None))
            .values(message_id=message)
        )
        if told.rowcount != len(batch):
            raise OutboxError(f"changes for {one.recipient} are in another message already")


def add_test(connection: Connection, recipient: str, settings: MailSettings, now: datetime) -> int:
    """A message that says no more than that mail arrives."""
    message_id = new_message_id(settings)
    text = f"This is a test of Normwatch's mail, made at {stamp(now)}. If you read it, mail arrives.\n"
    rendered = Rendered("Normwatch: a test message", f'<!doctype html><html lang="en"><p>{text}</p></html>', text)
    content = compose(rendered, recipient=recipient, message_id=message_id, date=now, settings=settings)
    draft = Draft(recipient, "test", now, now, rendered.subject, content, message_id=message_id)
    return add(connection, draft, now)


def resend(connection: Connection, message: int, now: datetime) -> str:
    """Send a message again, or one that was held or refused: the same bytes, the same Message-ID.

    What could not be made into a message waits for the next digest instead. Returns the new state. Raises OutboxError.
    """
    row = connection.execute(select(_message).where(_message.c.id == message)).first()
    if row is None:
        raise OutboxError(f"there is no message {message}")
    if row.state == "sending":
        raise OutboxError(f"message {message} is being sent")
    if row.content is None and row.state != "quarantined":
        raise OutboxError(f"what message {message} said is no longer kept")
    if why := suppressed(connection, row.recipient):
        raise OutboxError(why)
    if row.content is None:
        connection.execute(update(_alert).where(_alert.c.message_id == message).values(message_id=None))
        state = "released"
    else:
        state = "queued"
    values = {"state": state, "reason": None, "next_attempt_at": stamp(now), "attempts": 0, "handovers": 0}
    connection.execute(update(_message).where(_message.c.id == message).values(values))
    tell_anew(connection, [f"message {message}"])
    return state


def forget(connection: Connection, settings: MailSettings, now: datetime) -> int:
    """Drop what messages said that were sent long ago; that they were stays. Returns how many."""
    old = and_(_message.c.state == "sent", _message.c.next_attempt_at < stamp(now - timedelta(days=settings.keep_days)))
    return connection.execute(
        update(_message).where(old, _message.c.content.is_not(None)).values(content=None)
    ).rowcount


def entries(connection: Connection, *, recipient: str | None = None, limit: int = 100) -> Iterator[dict[str, Any]]:
    """The log: messages, the newest first, each with its attempts. Contents are left out."""
    columns = [column for column in _message.c if column.name not in ("content", "unsubscribe_token", "lease")]
    query = select(*columns).order_by(_message.c.id.desc()).limit(limit)
    if recipient is not None:
        query = query.where(_message.c.recipient == recipient)
    for row in connection.execute(query).mappings().all():
        attempts = select(_delivery).where(_delivery.c.message_id == row["id"]).order_by(_delivery.c.id)
        yield dict(row) | {"deliveries": [dict(one) for one in connection.execute(attempts).mappings()]}


def content(connection: Connection, message: int) -> bytes | None:
    """A message as it is sent."""
    found: bytes | None = connection.execute(select(_message.c.content).where(_message.c.id == message)).scalar()
    return found
