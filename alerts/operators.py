"""What the people who run Normwatch are told: each fault once when it begins and once when it is over.

A topic's state is compared with what was last told about it, so neither a crash nor a fault that lasts tells it twice,
and one that came and went between two looks is not told at all. Sources of one host that are alike in what is wrong
with them are one line. Nothing that a server or a listing says is made a link of (`alerts.inert`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape
from urllib.parse import urlsplit

from sqlalchemy import Connection, delete, insert, select

from alerts import tables
from alerts.inert import inert, line
from alerts.mime import compose
from alerts.outbox import Draft, add, new_message_id
from alerts.rendering import Rendered
from alerts.sending import sent_within
from alerts.settings import MailSettings
from alerts.sight import OVERDUE, UNREAD, look
from store.tables import Listing, Planned
from store.times import stamp

_listing = Listing.__table__  # type: ignore[attr-defined]
_message = tables.Message.__table__  # type: ignore[attr-defined]
_suppression = tables.Suppression.__table__  # type: ignore[attr-defined]
_delivery = tables.Delivery.__table__  # type: ignore[attr-defined]
_planned = Planned.__table__  # type: ignore[attr-defined]
_notice = tables.Notice.__table__  # type: ignore[attr-defined]

STUCK = timedelta(hours=24)
"""How long a message may wait for its delivery before operators hear of it."""


GATHER = timedelta(hours=1)
"""How long a source is overdue before operators hear of it: those of one crawl become so within the time it takes."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is wrong now."""

    state: str
    why: str
    host: str = ""
    """Of a source, the server it is visited at."""
    since: str = ""
    """Of a source, when that state began, and when it was last read."""
    ripe: bool = True
    """Whether it is worth a message by itself."""


def notify(
    connection: Connection, settings: MailSettings, now: datetime, more: Mapping[str, tuple[str, str]] | None = None
) -> list[int]:
    """Tell the operators what changed since they were last told, in the caller's transaction; returns message ids.

    `more`: further faults by topic, each with its state and why, such as `alerts.stranded.faults`.
    """
    suppressed = set(connection.execute(select(_suppression.c.recipient)).scalars())
    reachable = [address for address in settings.operators if address not in suppressed]
    told = {row.topic: row.state for row in connection.execute(select(_notice))}
    faults = dict(_faults(connection, now, suppressed)) | {topic: Fault(*said) for topic, said in (more or {}).items()}
    if brake := _brake(connection, settings, now, engaged="brake" in told):
        faults["brake"] = Fault("engaged", brake)
    begun = {topic: fault for topic, fault in faults.items() if told.get(topic) != fault.state}
    waiting = _tried_again(connection)
    over = [topic for topic in told if topic not in faults and topic not in waiting]
    told_now = select(_message.c.id).where(_message.c.kind == "operators", _message.c.due_at == stamp(now))
    ripe = over or any(fault.ripe for fault in begun.values())
    if not ripe or not reachable or connection.execute(told_now).first():
        return []
    rendered = _write(begun, _by_host(connection, over), now)
    made = []
    for address in reachable:
        message_id = new_message_id(settings)
        content = compose(rendered, recipient=address, message_id=message_id, date=now, settings=settings)
        draft = Draft(address, "operators", now, now, rendered.subject, content, message_id=message_id)
        made.append(add(connection, draft, now))
    connection.execute(delete(_notice).where(_notice.c.topic.in_([*begun, *over])))
    if begun:
        rows = [{"topic": topic, "state": fault.state, "since": stamp(now)} for topic, fault in begun.items()]
        connection.execute(insert(_notice), rows)
    return made


def _faults(connection: Connection, now: datetime, suppressed: set[str]) -> Iterator[tuple[str, Fault]]:
    """By topic, what is wrong now."""
    for row in connection.execute(select(_listing).where(_listing.c.state.notin_(("new", "ok")))):
        since = f"since {row.state_since}; last read {row.last_good_at or 'never'}"
        yield f"source {row.key}", Fault(row.state, inert(row.reason) or "no reason known", _host(row.url), since)
    for one in look(connection, now).blind:
        if one.state in (OVERDUE, UNREAD):
            since = f"since {one.since}; last read {one.last or 'never'}"
            ripe = (one.since or "") <= stamp(now - GATHER)
            yield f"source {one.source}", Fault(one.state, inert(one.reason) or "", _host(one.url), since, ripe)
    yield from _drift(connection)
    for row in connection.execute(select(_suppression)):
        yield f"recipient {row.recipient}", Fault(row.cause, inert(row.reason))
    columns = [_message.c[name] for name in ("id", "recipient", "kind", "state", "reason", "created_at")]
    for row in connection.execute(select(*columns).where(_message.c.state.notin_(("sent", "released")))):
        what = f"{row.kind} for {row.recipient}"
        if row.state not in ("queued", "sending"):
            yield f"message {row.id}", Fault(row.state, f"{what}: {inert(row.reason)}")
        elif row.created_at < stamp(now - STUCK) and row.recipient not in suppressed:
            yield f"message {row.id}", Fault("waiting", f"{what}: {inert(row.reason) or 'not tried'}")


def _tried_again(connection: Connection) -> set[str]:
    """What was refused or held and is to be sent once more: nothing is known of it until that is answered."""
    tried = select(_delivery.c.message_id).where(_delivery.c.outcome != "accepted")
    waits = select(_message.c.id, _message.c.recipient).where(
        _message.c.state.in_(("queued", "sending")), _message.c.id.in_(tried)
    )
    return {topic for row in connection.execute(waits) for topic in (f"message {row.id}", f"recipient {row.recipient}")}


def _by_host(connection: Connection, topics: Iterable[str]) -> dict[str, str]:
    """What is over, with the server of each source."""
    urls: dict[str, str] = {}
    for query in (select(_planned.c.source, _planned.c.url), select(_listing.c.key, _listing.c.url)):
        urls |= {key: url for key, url in connection.execute(query) if url}
    return {topic: _host(urls.get(topic.removeprefix("source "))) for topic in topics}


def _host(url: str | None) -> str:
    return urlsplit(url or "").hostname or ""


def _drift(connection: Connection) -> Iterator[tuple[str, Fault]]:
    """What was read although its layout is not all known: columns, once for all listings that have them, and rows."""
    for row in connection.execute(
        select(_listing).where(_listing.c.state == "ok", _listing.c.watched_since.is_not(None))
    ):
        if row.columns:
            why = f"its readers do not know this layout, the rest is read; met in {row.key}"
            yield f"columns of {row.kind} ({row.layout}), {inert(row.columns)}", Fault("changed", why)
        if row.faulty:
            yield (
                f"rows of {row.key}",
                Fault("rejected", f"{row.faulty} could not be read; `normwatch sources` says more"),
            )


def _brake(connection: Connection, settings: MailSettings, now: datetime, *, engaged: bool) -> str | None:
    """What the volume brake does. It lets go for a moment every hour while there is more to send: that is not over."""
    sent = sent_within(connection, "mail", now - timedelta(hours=2 if engaged else 1))
    if sent < settings.messages_per_hour:
        return None
    return f"{sent} messages within an hour, where {settings.messages_per_hour} are sent at most; the rest wait"


def _write(begun: dict[str, Fault], over: dict[str, str], now: datetime) -> Rendered:
    counts = [f"{len(begun)} new" if begun else "", f"{len(over)} over" if over else ""]
    subject = f"Normwatch: faults, {', '.join(filter(None, counts))}"
    lines = [*_begun(begun), *_over(over)]
    plain = [line(one) for one in lines]
    closing = (
        "Each of these is told once, and once more when it is over. `normwatch sources` and `normwatch alerts log`"
    )
    closing += f" show how things stand. As of {stamp(now)}."
    html = "".join(f"<li>{escape(one)}</li>" for one in plain)
    return Rendered(
        subject,
        f'<!doctype html><html lang="en"><head><title>{subject}</title></head>'
        f"<body><ul>{html}</ul><p>{closing}</p></body></html>\n",
        "\n".join(f"- {one}" for one in plain) + f"\n\n{closing}\n",
    )


def _begun(faults: dict[str, Fault]) -> Iterator[str]:
    """A line a fault; those of one host that are alike in one, with the earliest of their times."""
    alike: dict[tuple[str, ...], list[tuple[str, Fault]]] = defaultdict(list)
    for topic, fault in sorted(faults.items()):
        why = fault.why.partition(", wait until")[0]
        alike[(fault.host, fault.state, why) if fault.host else (topic,)].append((topic, fault))
    for each in alike.values():
        topic, fault = min(each, key=lambda one: one[1].since)
        since = f" ({fault.since})" if fault.since else ""
        if len(each) == 1:
            yield f"{topic}: {fault.state}. {fault.why}{since}"
        else:
            names = ", ".join(topic.removeprefix("source ") for topic, _ in each)
            yield f"{fault.host}, {len(each)} sources {fault.state}: {fault.why}{since}: {names}"


def _over(topics: dict[str, str]) -> Iterator[str]:
    hosts: dict[str, list[str]] = defaultdict(list)
    for topic, host in sorted(topics.items()):
        hosts[host or topic].append(topic)
    for host, each in hosts.items():
        names = ", ".join(topic.removeprefix("source ") for topic in each)
        yield f"{each[0]}: over" if len(each) == 1 else f"{host}, {len(each)} sources: over: {names}"
