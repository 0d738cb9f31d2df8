"""The operators' weekly report: what was read and what not, which watchlists are noisy or silent, who is unknown."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from html import escape
from typing import Any

from sqlalchemy import Connection, func, select

from alerts import tables
from alerts.cadence import Period, parse
from alerts.inert import inert, line
from alerts.matches import first_fetch
from alerts.mime import compose
from alerts.outbox import Draft, add, new_message_id
from alerts.rendering import Rendered
from alerts.settings import MailSettings
from store.listings import sources
from store.tables import Change, Fetch, Listing
from store.times import moment, stamp
from store.unknown import unknown_names

_listing = Listing.__table__  # type: ignore[attr-defined]
_fetch = Fetch.__table__  # type: ignore[attr-defined]
_change = Change.__table__  # type: ignore[attr-defined]
_match = tables.Match.__table__  # type: ignore[attr-defined]
_message = tables.Message.__table__  # type: ignore[attr-defined]
_suppression = tables.Suppression.__table__  # type: ignore[attr-defined]

KIND = "report"
"""The kind of its messages in the outbox."""
NOISY = 150
"""Matches a week above which nobody reads a watchlist's digests."""
SILENT = timedelta(weeks=4)
"""How long a watchlist may find nothing before it is doubted."""
MOST = 15
"""Lines of a list; the rest is counted."""
GOOD = ("ok", "unchanged", "not-modified", "absent")
"""Outcomes of a visit that are no fault."""


@dataclass(slots=True)
class Report:
    """One week."""

    start: str
    end: str
    read: list[dict[str, Any]] = field(default_factory=list)
    """By kind of listing: sources, visits, not modified, faults, changes told."""
    blind: list[dict[str, Any]] = field(default_factory=list)
    """Sources that cannot be read now, or were not visited when due."""
    outages: list[dict[str, Any]] = field(default_factory=list)
    """Sources that could not be read at some time of the week, the worst first."""
    columns: list[dict[str, Any]] = field(default_factory=list)
    """Sources with unknown or missing columns."""
    noisy: list[dict[str, Any]] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)
    """Watchlists that nothing met for long, where the archive is old enough to say so."""
    unknown: list[dict[str, Any]] = field(default_factory=list)
    """Names that the registry does not know, by the number of documents."""
    messages: dict[str, int] = field(default_factory=dict)
    """Messages made in the week, by state."""

    def as_json(self) -> dict[str, Any]:
        """As `normwatch alerts report --json` prints it."""
        return asdict(self)


def report(connection: Connection, watchlists: Sequence[str], period: Period) -> Report:
    """What happened in the period, and how things stand at its end."""
    start, end = stamp(period.start), stamp(period.end)
    found = Report(start, end)
    visits: dict[str, Counter[str]] = defaultdict(Counter)
    faults: Counter[str] = Counter()
    kinds = {row.key: row.kind for row in connection.execute(select(_listing.c.key, _listing.c.kind))}
    fetched = (
        select(_listing.c.key, _fetch.c.outcome, func.count().label("visits"))
        .join_from(_listing, _fetch, _fetch.c.listing_id == _listing.c.id)
        .where(_fetch.c.fetched_at >= start, _fetch.c.fetched_at < end, _listing.c.kind != "registry")
        .group_by(_listing.c.key, _fetch.c.outcome)
    )
    for row in connection.execute(fetched):
        counts = visits[kinds[row.key]]
        counts["sources"] += row.key not in counts
        counts[row.key] = 1
        counts["visits"] += row.visits
        counts["not_modified"] += row.visits * (row.outcome == "not-modified")
        if row.outcome not in GOOD:
            counts["faults"] += row.visits
            faults[row.key] += row.visits
    changed = (
        select(_listing.c.kind, func.count().label("changes"))
        .join_from(_change, _fetch, _change.c.fetch_id == _fetch.c.id)
        .join(_listing, _listing.c.id == _fetch.c.listing_id)
        .where(_change.c.observed_at >= start, _change.c.observed_at < end)
        .group_by(_listing.c.kind)
    )
    changes = {row.kind: row.changes for row in connection.execute(changed)}
    names = ("sources", "visits", "not_modified", "faults")
    found.read = [
        {"kind": kind} | {name: visits[kind][name] for name in names} | {"changes": changes.get(kind, 0)}
        for kind in sorted(visits)
    ]
    found.outages = [{"source": key, "faults": count} for key, count in faults.most_common()]
    _standing(connection, found, period.end)
    _heard(connection, found, watchlists, period)
    found.unknown = [
        {"name": one["name"], "documents": one["documents"], "example": one["example"]}
        for one in unknown_names(connection, limit=MOST)
    ]
    made = select(_message.c.state, func.count().label("messages")).where(
        _message.c.created_at >= start, _message.c.created_at < end
    )
    found.messages = {row.state: row.messages for row in connection.execute(made.group_by(_message.c.state))}
    return found


def _standing(connection: Connection, found: Report, now: datetime) -> None:
    for one in sources(connection, now):
        name, state = one["source"], one["state"]
        if state not in ("new", "ok"):
            found.blind.append({"source": name, "state": state, "since": one["since"], "reason": one["reason"]})
        elif one["overdue"]:
            due = one["next_visit_at"]
            why = f"not visited, though due since {due}"
            found.blind.append({"source": name, "state": "overdue", "since": due, "reason": why})
        if one["columns"] and one["next_visit_at"]:
            found.columns.append({"source": name, "columns": one["columns"]})


def _heard(connection: Connection, found: Report, watchlists: Sequence[str], period: Period) -> None:
    def matches(since: datetime) -> dict[str, int]:
        query = (
            select(_match.c.watchlist, func.count().label("matches"))
            .where(_match.c.matched_at >= stamp(since), _match.c.matched_at < stamp(period.end))
            .group_by(_match.c.watchlist)
        )
        return {row.watchlist: row.matches for row in connection.execute(query)}

    month_ago = period.end - SILENT
    week, month = matches(period.start), matches(month_ago)
    first = first_fetch(connection)
    known = first is not None and moment(first) <= month_ago
    found.noisy = [{"watchlist": name, "matches": week[name]} for name in watchlists if week.get(name, 0) > NOISY]
    found.silent = [name for name in watchlists if known and not month.get(name)]


def render(found: Report) -> Rendered:
    """The report as a person reads it."""
    subject = f"Normwatch: the week to {found.end[:10]}"
    if found.blind:
        subject += f", {len(found.blind)} source{'s' * (len(found.blind) > 1)} not read"
    text, html = [], []
    for title, lines in _sections(found):
        plain = [line(one) for one in lines]
        shown = plain[:MOST] + ([f"and {len(plain) - MOST} more"] if len(plain) > MOST else [])
        text.append(f"{title}\n" + "".join(f"- {one}\n" for one in shown or ["none"]))
        items = "".join(f"<li>{escape(one)}</li>" for one in shown or ["none"])
        html.append(f"<h2>{escape(title)}</h2><ul>{items}</ul>")
    return Rendered(
        subject,
        f'<!doctype html><html lang="en"><head><title>{escape(subject)}</title></head>'
        f"<body>{''.join(html)}</body></html>\n",
        "\n".join(text),
    )


def _sections(found: Report) -> Iterator[tuple[str, list[str]]]:
    yield (
        f"Read from {found.start} to {found.end}",
        [
            f"{one['kind']}: {one['sources']} sources, {one['visits']} visits ({one['not_modified']} not modified, "
            f"{one['faults']} faulty), {one['changes']} changes"
            for one in found.read
        ],
    )
    yield "Not read at present", [f"{one['source']}: {one['state']}. {inert(one['reason'])}" for one in found.blind]
    yield "Faults of the week", [f"{one['source']}: {one['faults']} visits" for one in found.outages]
    yield "Columns other than expected", [f"{one['source']}: {inert(one['columns'])}" for one in found.columns]
    yield f"Noisy watchlists, over {NOISY} matches", [f"{one['watchlist']}: {one['matches']}" for one in found.noisy]
    yield f"Silent watchlists, nothing for {SILENT.days} days", found.silent
    yield (
        "Organisations the registry does not know, by documents",
        [f"{inert(one['name'])}: {one['documents']}, such as {inert(one['example'])}" for one in found.unknown],
    )
    yield "Messages made", [f"{state}: {count}" for state, count in sorted(found.messages.items())]


def due(settings: MailSettings, now: datetime) -> Period | None:
    """The week whose report is the last that was due at `now`; None where none is wanted."""
    if settings.report is None:
        return None
    cadence = parse(settings.report)
    end = cadence.latest(now)
    return Period(cadence.before(end), end)


def prepare(connection: Connection, watchlists: Sequence[str], settings: MailSettings, now: datetime) -> list[int]:
    """Make the report that is due into messages to the operators, each once, in the caller's transaction."""
    period = due(settings, now)
    if period is None or not settings.operators:
        return []
    first = first_fetch(connection)
    if first is None or moment(first) >= period.end:
        return []
    told = select(_message.c.recipient).where(_message.c.kind == KIND, _message.c.due_at == stamp(period.end))
    done = {*connection.execute(told).scalars(), *connection.execute(select(_suppression.c.recipient)).scalars()}
    wanting = [address for address in settings.operators if address not in done]
    if not wanting:
        return []
    rendered = render(report(connection, watchlists, period))
    made = []
    for address in wanting:
        message_id = new_message_id(settings)
        content = compose(rendered, recipient=address, message_id=message_id, date=now, settings=settings)
        draft = Draft(address, KIND, period.end, period.start, rendered.subject, content, message_id=message_id)
        made.append(add(connection, draft, now))
    return made
