"""What the people who run Normwatch are told: each fault once when it begins and once when it is over.

A topic's state is compared with what was last told about it, so neither a crash nor a fault that lasts tells it twice,
and one that came and went between two looks is not told at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from html import escape

from sqlalchemy import Connection, delete, insert, select

from alerts import tables
from alerts.mime import compose
from alerts.outbox import Draft, add, new_message_id
from alerts.rendering import Rendered
from alerts.sending import sent_within
from alerts.settings import MailSettings
from store.tables import Listing
from store.times import stamp

_listing = Listing.__table__  # type: ignore[attr-defined]
_message = tables.Message.__table__  # type: ignore[attr-defined]
_suppression = tables.Suppression.__table__  # type: ignore[attr-defined]
_notice = tables.Notice.__table__  # type: ignore[attr-defined]

STUCK = timedelta(hours=24)
"""How long a message may wait for its delivery before operators hear of it."""


def notify(
    connection: Connection, settings: MailSettings, now: datetime, more: Mapping[str, tuple[str, str]] | None = None
) -> list[int]:
    """Tell the operators what changed since they were last told, in the caller's transaction; returns message ids.

    `more`: further faults by topic, each with its state and why, such as `alerts.stranded.faults`.
    """
    suppressed = set(connection.execute(select(_suppression.c.recipient)).scalars())
    reachable = [address for address in settings.operators if address not in suppressed]
    told = {row.topic: row.state for row in connection.execute(select(_notice))}
    faults = dict(_faults(connection, now, suppressed)) | dict(more or {})
    if brake := _brake(connection, settings, now, engaged="brake" in told):
        faults["brake"] = ("engaged", brake)
    begun = {topic: (state, why) for topic, (state, why) in faults.items() if told.get(topic) != state}
    over = [topic for topic in told if topic not in faults]
    told_now = select(_message.c.id).where(_message.c.kind == "operators", _message.c.due_at == stamp(now))
    if not (begun or over) or not reachable or connection.execute(told_now).first():
        return []
    rendered = _write(begun, over, now)
    made = []
    for address in reachable:
        message_id = new_message_id(settings)
        content = compose(rendered, recipient=address, message_id=message_id, date=now, settings=settings)
        draft = Draft(address, "operators", now, now, rendered.subject, content, message_id=message_id)
        made.append(add(connection, draft, now))
    connection.execute(delete(_notice).where(_notice.c.topic.in_([*begun, *over])))
    if begun:
        rows = [{"topic": topic, "state": state, "since": stamp(now)} for topic, (state, _) in begun.items()]
        connection.execute(insert(_notice), rows)
    return made


def _faults(connection: Connection, now: datetime, suppressed: set[str]) -> Iterator[tuple[str, tuple[str, str]]]:
    """By topic, the state of what is wrong now, and why."""
    for row in connection.execute(select(_listing).where(_listing.c.state.notin_(("new", "ok")))):
        since = f"since {row.state_since}; last read {row.last_good_at or 'never'}"
        yield f"source {row.key}", (row.state, f"{row.reason or 'no reason known'} ({since})")
    for row in connection.execute(select(_suppression)):
        yield f"recipient {row.recipient}", (row.cause, row.reason)
    columns = [_message.c[name] for name in ("id", "recipient", "kind", "state", "reason", "created_at")]
    for row in connection.execute(select(*columns).where(_message.c.state.notin_(("sent", "released")))):
        what = f"{row.kind} for {row.recipient}"
        if row.state not in ("queued", "sending"):
            yield f"message {row.id}", (row.state, f"{what}: {row.reason}")
        elif row.created_at < stamp(now - STUCK) and row.recipient not in suppressed:
            yield f"message {row.id}", ("waiting", f"{what}: {row.reason or 'not tried'}")


def _brake(connection: Connection, settings: MailSettings, now: datetime, *, engaged: bool) -> str | None:
    """What the volume brake does. It lets go for a moment every hour while there is more to send: that is not over."""
    sent = sent_within(connection, "mail", now - timedelta(hours=2 if engaged else 1))
    if sent < settings.messages_per_hour:
        return None
    return f"{sent} messages within an hour, where {settings.messages_per_hour} are sent at most; the rest wait"


def _write(begun: dict[str, tuple[str, str]], over: list[str], now: datetime) -> Rendered:
    counts = [f"{len(begun)} new" if begun else "", f"{len(over)} over" if over else ""]
    subject = f"Normwatch: faults, {', '.join(filter(None, counts))}"
    lines = [f"{topic}: {state}. {why}" for topic, (state, why) in sorted(begun.items())]
    lines += [f"{topic}: over" for topic in sorted(over)]
    plain = ["".join(char if char.isprintable() else " " for char in line) for line in lines]
    closing = (
        "Each of these is told once, and once more when it is over. `normwatch sources` and `normwatch alerts log`"
    )
    closing += f" show how things stand. As of {stamp(now)}."
    html = "".join(f"<li>{escape(line)}</li>" for line in plain)
    return Rendered(
        subject,
        f'<!doctype html><html lang="en"><head><title>{subject}</title></head>'
        f"<body><ul>{html}</ul><p>{closing}</p></body></html>\n",
        "\n".join(f"- {line}" for line in plain) + f"\n\n{closing}\n",
    )
