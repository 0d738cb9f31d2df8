"""The alerts' tables, in the archive's metadata: who matched what, who is to be told, the outbox, what became of it.

Their names and columns are a contract as those of `store.tables` are; times are the archive's stamps.
"""

from __future__ import annotations

from sqlalchemy import Index, LargeBinary, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

import store.tables  # noqa: F401 - the metadata's naming convention, and the tables that foreign keys name


class Match(SQLModel, table=True):
    """A change that meets a watchlist, with its reasons as they were when it did."""

    __table_args__ = (UniqueConstraint("change_id", "watchlist"),)

    id: int | None = Field(default=None, primary_key=True)
    change_id: int = Field(foreign_key="change.id")
    watchlist: str = Field(index=True)
    event: str
    reasons: str = Field(sa_type=Text)
    """JSON `[{"kind", "text", "where"}]`."""
    matched_at: str = Field(index=True)


class Message(SQLModel, table=True):
    """The outbox: one message to one recipient, its content frozen when it was made."""

    __table_args__ = (
        UniqueConstraint("recipient", "kind", "due_at"),
        Index("ix_message_state_next_attempt_at", "state", "next_attempt_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    message_id: str = Field(unique=True)
    """The Message-ID, the same in every attempt; for a webhook, what its receiver tells repetitions by."""
    channel: str
    """mail or webhook."""
    recipient: str
    """An address; for a webhook `webhook:NAME`."""
    kind: str
    """digest, quiet, operators, report or test."""
    due_at: str
    period_start: str
    created_at: str
    subject: str
    content: bytes | None = Field(default=None, sa_type=LargeBinary)
    """The message as it is sent, headers and all; None if it could not be made."""
    items: int = 0
    unsubscribe_token: str | None = Field(default=None, unique=True)
    state: str = "queued"
    """queued, sending, sent; rejected (5xx); held until a person says so; quarantined (it could not be made), then
    released (its changes wait for the next digest)."""
    reason: str | None = None
    attempts: int = 0
    handovers: int = 0
    """Attempts that may have delivered it although no answer came."""
    next_attempt_at: str
    lease: str | None = None
    """Who is sending it."""
    lease_until: str | None = None
    sent_at: str | None = None


class Alert(SQLModel, table=True):
    """One change that one recipient is to be told, once: the key is what keeps it to one message."""

    __table_args__ = (
        Index(
            "ix_alert_pending",
            "recipient",
            "matched_at",
            sqlite_where=text("message_id IS NULL"),
            postgresql_where=text("message_id IS NULL"),
        ),
    )

    recipient: str = Field(primary_key=True)
    change_id: int = Field(primary_key=True, foreign_key="change.id")
    matched_at: str
    message_id: int | None = Field(default=None, foreign_key="message.id", index=True)
    """The message that tells it; None while it waits."""


class Delivery(SQLModel, table=True):
    """One attempt to send a message, and its outcome."""

    id: int | None = Field(default=None, primary_key=True)
    message_id: int = Field(foreign_key="message.id", index=True)
    attempted_at: str = Field(index=True)
    transport: str
    outcome: str
    """accepted, deferred, rejected, unreachable, unanswered (it may have arrived)."""
    code: int | None = None
    """The SMTP or HTTP status."""
    response: str | None = None


class Suppression(SQLModel, table=True):
    """A recipient to whom nothing is sent."""

    recipient: str = Field(primary_key=True)
    cause: str
    """rejected (by their server, for good) or unsubscribed."""
    reason: str
    since: str


class Notice(SQLModel, table=True):
    """The last state of something that operators have been told, so that each change of it is told once."""

    topic: str = Field(primary_key=True)
    """`source KEY`, `recipient ADDRESS`, `message ID`, `watchlist NAME`, `brake`."""
    state: str
    since: str


class Outage(SQLModel, table=True):
    """A source of which a recipient was told that we are blind there, until they are told that we see again."""

    recipient: str = Field(primary_key=True)
    source: str = Field(primary_key=True)
    told_at: str


class Assessment(SQLModel, table=True):
    """What an expert made of a record. Rows are only added: the newest of a record holds."""

    id: int | None = Field(default=None, primary_key=True)
    record_id: int = Field(foreign_key="record.id", index=True)
    assessed_at: str
    who: str
    """The name of the expert's account."""
    status: str
    """new, seen, to act or closed."""
    tag: str = ""
    note: str = Field(default="", sa_type=Text)


class SavedSearch(SQLModel, table=True):
    """A search that somebody keeps a link to."""

    __tablename__ = "saved_search"
    __table_args__ = (UniqueConstraint("who", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    who: str
    name: str
    query: str
    """The query part of the search page's address."""
    saved_at: str
