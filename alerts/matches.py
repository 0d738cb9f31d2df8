"""Who is to be told what, written down with the change itself; and what of it is due now."""

from __future__ import annotations

import json
import secrets
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, insert, or_, select

from alerts import outages, tables
from alerts.cadence import Cadence, Period, busy_days, parse
from alerts.matching import Match, Matcher, Reason
from alerts.outages import Outlook
from alerts.sight import Sight
from alerts.watchlists import Watchlist
from store.changes import Told
from store.tables import Fetch, Listing, Meeting, Record
from store.times import moment, stamp

_match = tables.Match.__table__  # type: ignore[attr-defined]
_alert = tables.Alert.__table__  # type: ignore[attr-defined]
_message = tables.Message.__table__  # type: ignore[attr-defined]
_suppression = tables.Suppression.__table__  # type: ignore[attr-defined]
_fetch = Fetch.__table__  # type: ignore[attr-defined]
_listing = Listing.__table__  # type: ignore[attr-defined]
_meeting = Meeting.__table__  # type: ignore[attr-defined]
_record = Record.__table__  # type: ignore[attr-defined]

CHUNK = 500
QUIET = {"daily": timedelta(hours=22), "weekly": timedelta(days=7, hours=-2)}
"""How long nothing was sent to somebody before `nothing new` is; two hours less, for the nights that clocks change."""

Audience = Mapping[str, Sequence[tuple[Watchlist, Cadence]]]
"""By recipient, the watchlists they are on and how often each tells them."""


@dataclass(frozen=True, slots=True)
class Due:
    """What one recipient is to be told now; nothing, if `matches` is empty: then that is what they are told."""

    recipient: str
    watchlists: tuple[Watchlist, ...]
    """Those whose time has come, and those that speak to the same changes."""
    matches: tuple[Match, ...]
    """By change, oldest first; of every watchlist that this recipient is on."""
    period: Period
    outlook: Outlook | None = None
    """What is to be said of our sight; None: nothing."""
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    """What the message lets its recipient unsubscribe with (`alerts.mime.stop_link`)."""

    @property
    def change_ids(self) -> list[int]:
        """The changes told, each once."""
        return list(dict.fromkeys(one.change_id for one in self.matches))


def audience(watchlists: Iterable[Watchlist]) -> dict[str, list[tuple[Watchlist, Cadence]]]:
    """Who is on which watchlist, how often."""
    found: dict[str, list[tuple[Watchlist, Cadence]]] = defaultdict(list)
    for one in watchlists:
        for address in one.addresses:
            found[address].append((one, parse(*one.timing(address))))
    return dict(found)


def record_matches(
    connection: Connection, told: Iterable[Told], matcher: Matcher, audience: Audience, now: datetime
) -> list[int]:
    """Match changes and note who is to be told, in the caller's transaction: that of the fetch. Returns match ids."""
    return record(connection, (one for change in told for one in matcher.matches(change)), audience, now)


def record(connection: Connection, found: Iterable[Match], audience: Audience, now: datetime) -> list[int]:
    """Write matches and what they make due to whom; what is already written stays as it was."""
    recipients: dict[str, set[str]] = defaultdict(set)
    left = {
        row.recipient for row in connection.execute(select(_suppression).where(_suppression.c.cause == "unsubscribed"))
    }
    for recipient, lists in audience.items():
        for watchlist, _ in lists:
            if recipient not in left:
                recipients[watchlist.name].add(recipient)
    written: list[int] = []
    for batch in _batches(found):
        changes = sorted({one.change_id for one in batch})
        known = set(
            connection.execute(select(_match.c.change_id, _match.c.watchlist).where(_match.c.change_id.in_(changes)))
        )
        owed = set(
            connection.execute(select(_alert.c.recipient, _alert.c.change_id).where(_alert.c.change_id.in_(changes)))
        )
        new = [one for one in batch if (one.change_id, one.watchlist) not in known]
        if not new:
            continue
        first = (connection.execute(select(func.max(_match.c.id))).scalar() or 0) + 1
        rows = [
            {
                "id": number,
                "change_id": one.change_id,
                "watchlist": one.watchlist,
                "event": one.event,
                "reasons": json.dumps([asdict(reason) for reason in one.reasons], ensure_ascii=False),
                "matched_at": stamp(now),
            }
            for number, one in enumerate(new, first)
        ]
        connection.execute(insert(_match), rows)
        written += range(first, first + len(rows))
        pairs = {(recipient, one.change_id) for one in new for recipient in recipients[one.watchlist]} - owed
        if pairs:
            alerts = [{"recipient": who, "change_id": what, "matched_at": stamp(now)} for who, what in sorted(pairs)]
            connection.execute(insert(_alert), alerts)
    return written


def _batches(found: Iterable[Match]) -> Iterator[list[Match]]:
    """In hundreds, a change's matches never apart: whether somebody is told it already is asked once a batch."""
    batch: list[Match] = []
    for one in found:
        if len(batch) >= CHUNK and batch[-1].change_id != one.change_id:
            yield batch
            batch = []
        batch.append(one)
    if batch:
        yield batch


def due(
    connection: Connection,
    audience: Audience,
    now: datetime,
    quiet: str = "weekly",
    sight: Sight | None = None,
    *,
    ahead: Mapping[str, ColumnElement[bool]] | None = None,
) -> Iterator[Due]:
    """What is due to whom at `now`, by recipient.

    A change is due through a watchlist once a due time of it has come since it was matched: a time that was missed,
    for however long, is made up by the next run, in one message. `quiet` is `MailSettings.quiet`. With `sight`, an
    outage and its end are due likewise. `ahead`: by recipient, which alerts of others are about to be theirs
    (`alerts.moving.ahead`).
    """
    now = moment(stamp(now))  # as messages have their times: two within a second would be one time
    suppressed = set(connection.execute(select(_suppression.c.recipient)).scalars())
    served = {
        row.recipient: moment(row.due_at)
        for row in connection.execute(
            select(_message.c.recipient, func.max(_message.c.due_at).label("due_at"))
            .where(_message.c.kind.in_(("digest", "quiet")))
            .group_by(_message.c.recipient)
        )
    }
    began = _began(connection)
    known = outages.told(connection)
    meetings = Meetings(connection, now)
    for recipient, lists in sorted(audience.items()):
        if recipient in suppressed:
            continue
        last = served.get(recipient)
        times = {one.name: cadence.latest(now, meetings.busy(one, cadence)) for one, cadence in lists}
        ripe = {name: time for name, time in times.items() if last is None or time > last}
        called = {name: one.name for one, _ in reversed(lists) for name in one.names}
        matches, oldest = _ripe_matches(connection, _waiting(recipient, ahead or {}), called, ripe)
        since = last or (moment(began) if began else None)
        in_time = [(one, cadence, ripe[one.name]) for one, cadence in lists if one.name in ripe]
        changed = sight is not None and outages.news(connection, sight, in_time, known.get(recipient, {}), now)
        if not matches and not changed and not _quiet_due(lists, ripe, since, quiet):
            continue
        named = {one.watchlist for one in matches}
        told = [(one, cadence) for one, cadence in lists if one.name in ripe or one.name in named]
        timely = [(one, cadence) for one, cadence in told if one.name in ripe and (one.name in named or not matches)]
        end = max(ripe[one.name] for one, _ in timely)
        start = min(cadence.before(ripe[one.name], meetings.busy(one, cadence)) for one, cadence in timely)
        period = Period(min(start, oldest or start), end)
        speaking = tuple(one for one, _ in told)
        seen = outages.outlook(sight, speaking, known.get(recipient, {})) if sight is not None else None
        yield Due(recipient, speaking, matches, period, seen)


def _began(connection: Connection) -> str | None:
    """When there was first something to tell of: since the watch began, or else since something was imported."""
    watched = connection.execute(select(func.min(_listing.c.watched_since))).scalar()
    return watched or first_fetch(connection)


def first_fetch(connection: Connection) -> str | None:
    """When the archive began to know anything."""
    return connection.execute(select(_fetch.c.fetched_at).order_by(_fetch.c.id).limit(1)).scalar()


def _ripe_matches(
    connection: Connection, waiting: ColumnElement[bool], called: Mapping[str, str], ripe: Mapping[str, datetime]
) -> tuple[tuple[Match, ...], datetime | None]:
    """Of the changes that wait for a recipient, those that are due, with all that matched them; and since when.

    `called`: by the name that a match has, what the watchlist is called now.
    """
    query = (
        select(_match, func.min(_alert.c.matched_at).label("owed_at"))
        .join(_alert, _alert.c.change_id == _match.c.change_id)
        .where(waiting)
        .group_by(_match.c.id)
        .order_by(_match.c.change_id, _match.c.id)
    )
    latest = {name: stamp(time) for name, time in ripe.items()}
    found: dict[int, list[Any]] = defaultdict(list)
    for row in connection.execute(query):
        if row.watchlist in called:
            found[row.change_id].append(row)
    told = [
        row
        for rows in found.values()
        if any(row.owed_at <= latest.get(called[row.watchlist], "") for row in rows)
        for row in rows
    ]
    oldest = min((row.owed_at for row in told), default=None)
    return tuple(as_match(row, called[row.watchlist]) for row in told), moment(oldest) if oldest else None


def _waiting(recipient: str, ahead: Mapping[str, ColumnElement[bool]]) -> ColumnElement[bool]:
    own = and_(_alert.c.recipient == recipient, _alert.c.message_id.is_(None))
    return or_(own, ahead[recipient]) if recipient in ahead else own


def as_match(row: Any, watchlist: str) -> Match:
    """A match from its row, under what its watchlist is called now."""
    reasons = tuple(Reason(**reason) for reason in json.loads(row.reasons))
    return Match(row.change_id, watchlist, row.event, reasons)


def _quiet_due(
    lists: Sequence[tuple[Watchlist, Cadence]], ripe: Mapping[str, datetime], since: datetime | None, quiet: str
) -> bool:
    """Whether it is time to say that there is nothing new; immediate watchlists have no time at which to say it."""
    times = [ripe[one.name] for one, cadence in lists if one.name in ripe and cadence.kind != "immediate"]
    return bool(times) and since is not None and quiet in QUIET and max(times) - since >= QUIET[quiet]


class Meetings:
    """The meetings about now, looked up once and only where a watchlist goes by them."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection = connection
        self._today = now.date()
        self._rows: list[Any] | None = None

    def busy(self, watchlist: Watchlist, cadence: Cadence) -> frozenset[date]:
        """The days on which this watchlist is told by the hour."""
        if cadence.kind != "meeting":
            return frozenset()
        if self._rows is None:
            self._rows = self._near()
        return busy_days(
            [
                (date.fromisoformat(row.starts_on[:10]), date.fromisoformat((row.ends_on or row.starts_on)[:10]))
                for row in self._rows
                if watchlist.watches(row.body, row.group_name)
            ]
        )

    def _near(self) -> list[Any]:
        early, late = ((self._today + timedelta(days=days)).isoformat() for days in (-40, 30))
        query = (
            select(_record.c.body, _record.c.group_name, _meeting.c.starts_on, _meeting.c.ends_on)
            .join_from(_meeting, _record, _record.c.id == _meeting.c.record_id)
            .where(
                _meeting.c.starts_on.between(early, late),
                _record.c.vanished_at.is_(None),
                func.coalesce(_meeting.c.status, "") != "cancelled",
            )
        )
        return list(self._connection.execute(query))
