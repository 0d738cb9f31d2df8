"""Telling machines: what matches a watchlist as signed JSON to an address, or as lines of text into a chat.

The body is made once and lies in the outbox as mail does. It is signed when it is sent:
`Normwatch-Signature: t=UNIX,v1=HEX`, the HMAC-SHA256 of `UNIX.BODY` with the shared secret, as `verify` checks it.
`Normwatch-Delivery` is the same in every attempt: receivers tell repetitions by it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from sqlalchemy import Connection

from alerts import cadence
from alerts.inert import inert
from alerts.matches import Audience, Due, due
from alerts.matches import audience as people
from alerts.matching import Match
from alerts.outbox import Draft, add, assign, new_message_id
from alerts.settings import MailSettings, Secret
from alerts.watchlists import Cadence, Watchlist, Zone
from alerts.wording import HOSTS, happening, plain, safe_link
from organisations import Resolver
from store.changes import changes
from store.times import stamp

SKEW = timedelta(minutes=5)
"""How old a signature may be, against a delivery that somebody recorded and plays back."""
CHAT_LINES = 20
_CHAT = str.maketrans("<>@[]`", "‹›＠()'")


def _url(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("https", "http") or not parts.hostname or "@" in parts.netloc or not url.isprintable():
        raise ValueError(
            f'"{url}" is no address of a webhook: one such as https://hooks.example.org/normwatch is wanted'
        )
    return url


class WebhookSettings(BaseModel):
    """One of `[[webhooks]]`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$", max_length=60)
    """What it is called in the outbox, as `webhook:NAME`."""
    url: Annotated[str, AfterValidator(_url)]
    """Where to."""
    secret: Secret | None = None
    """What deliveries are signed with; chats know none."""
    format: Literal["json", "chat"] = "json"
    """`chat` posts `{"text": …}`, which Mattermost, Rocket.Chat, Slack and others show as a message."""
    watchlists: tuple[str, ...] = Field(min_length=1)
    """The watchlists it is told of."""
    cadence: Cadence = "immediate"
    """As a watchlist's."""
    zone: Zone = "UTC"
    """In which the cadence's times are."""
    private: bool = False
    """Whether the address may be one of the own network, and http."""

    @model_validator(mode="after")
    def _safe(self) -> Self:
        if self.format == "json" and self.secret is None:
            raise ValueError('a webhook needs a secret to sign with: secret = { env = "NAME" }')
        if not self.private and not self.url.startswith("https://"):
            raise ValueError("a webhook outside the own network is https")
        return self

    @property
    def recipient(self) -> str:
        """What it is called in the outbox."""
        return f"webhook:{self.name}"


def audience(
    hooks: Iterable[WebhookSettings], watchlists: Iterable[Watchlist]
) -> dict[str, list[tuple[Watchlist, cadence.Cadence]]]:
    """The webhooks as recipients, for `record_matches` and `prepare`. Raises ValueError for an unknown watchlist."""
    known = {one.name: one for one in watchlists}
    found = {}
    for hook in hooks:
        if unknown := [name for name in hook.watchlists if name not in known]:
            raise ValueError(f'webhook "{hook.name}": there is no watchlist "{unknown[0]}"')
        often = cadence.parse(hook.cadence, hook.zone)
        found[hook.recipient] = [(known[name], often) for name in dict.fromkeys(hook.watchlists)]
    return found


def everybody(watchlists: Sequence[Watchlist], hooks: Iterable[WebhookSettings]) -> Audience:
    """Whoever is told: people, and webhooks. Raises ValueError for an unknown watchlist."""
    return people(watchlists) | audience(hooks, watchlists)


def prepare(
    connection: Connection,
    resolver: Resolver,
    *,
    hooks: Sequence[WebhookSettings],
    watchlists: Iterable[Watchlist],
    settings: MailSettings,
    now: datetime,
) -> list[int]:
    """Make what is due to webhooks into messages, in the caller's transaction; returns their ids."""
    by_recipient = {hook.recipient: hook for hook in hooks}
    made = []
    for one in due(connection, audience(hooks, watchlists), now, quiet="never"):
        hook = by_recipient[one.recipient]
        message_id = new_message_id(settings)
        body = (
            _chat(connection, resolver, one) if hook.format == "chat" else _json(connection, resolver, one, message_id)
        )
        draft = Draft(
            recipient=one.recipient,
            kind="digest",
            due_at=one.period.end,
            period_start=one.period.start,
            subject=f"{len(one.change_ids)} changes",
            content=json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode(),
            items=len(one.change_ids),
            channel="webhook",
            message_id=message_id,
        )
        made.append(add(connection, draft, now))
        assign(connection, made[-1], one)
    return made


def _json(connection: Connection, resolver: Resolver, one: Due, message_id: str) -> dict[str, Any]:
    """Changes as `normwatch changes --json` gives them, each with the watchlists it matched and why."""
    met = _by_change(one.matches)
    return {
        "delivery": message_id,
        "period": {"start": stamp(one.period.start), "end": stamp(one.period.end)},
        "changes": [
            told.as_json()
            | {
                "matches": [
                    {
                        "watchlist": match.watchlist,
                        "event": match.event,
                        "reasons": [{"kind": why.kind, "text": why.text, "where": why.where} for why in match.reasons],
                    }
                    for match in met[told.id]
                ]
            }
            for told in changes(connection, resolver, one.change_ids)
        ],
    }


def _chat(connection: Connection, resolver: Resolver, one: Due) -> dict[str, str]:
    met = _by_change(one.matches)
    lines: dict[int, str] = {}
    for told in changes(connection, resolver, one.change_ids):
        event = met[told.id][0].event
        who = ", ".join(dict.fromkeys(plain(each.as_written, 60) for each in told.attribution.organisations))
        said = happening(told, event, one.period.end.date()).text
        parts = [f"{told.group} {told.key}", plain(told.title, 160), who, said]
        line = _inert(" · ".join(part for part in parts if part))
        link = safe_link(told.url, HOSTS)
        lines[told.record_id] = f"{line} · {link.translate(_CHAT)}" if link else line
    shown = list(lines.values())[:CHAT_LINES]
    rest = [f"… and {len(lines) - len(shown)} more"] if len(lines) > len(shown) else []
    names = ", ".join(dict.fromkeys(match.watchlist for match in one.matches))
    return {"text": "\n".join([f"Normwatch: {len(lines)} new in {_inert(names)}", *shown, *rest])}


def _inert(text: str) -> str:
    """Without what chats take for mentions or links: `@channel`, `<!here>`, `[text](address)`, `evil.example`."""
    return str(inert(text.translate(_CHAT)))


def _by_change(matches: Iterable[Match]) -> dict[int, list[Match]]:
    found: dict[int, list[Match]] = defaultdict(list)
    for match in matches:
        found[match.change_id].append(match)
    return found


def sign(secret: str, body: bytes, now: datetime) -> str:
    """The signature's header for a delivery sent at `now`."""
    time = str(int(now.timestamp()))
    return f"t={time},v1={_mac(secret, time, body)}"


def verify(secret: str, body: bytes, header: str, now: datetime) -> bool:
    """Whether a delivery was signed with this secret, not longer than `SKEW` ago: what a receiver does."""
    fields = dict(part.partition("=")[::2] for part in header.split(","))
    time = fields.get("t", "")
    if not time.isdecimal() or abs(now.timestamp() - int(time)) > SKEW.total_seconds():
        return False
    return hmac.compare_digest(_mac(secret, time, body), fields.get("v1", ""))


def _mac(secret: str, time: str, body: bytes) -> str:
    return hmac.new(secret.encode(), time.encode() + b"." + body, hashlib.sha256).hexdigest()
