"""Trying watchlists on the past: what they would have told as of each day, of what was observed or is only dated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from alerts.matching import Matcher
from alerts.replay import known_since, replayed
from alerts.watchlists import Watchlist
from organisations import Resolver
from store.times import moment, stamp

WEEKS = 4
"""How far back is looked unless something else is asked for."""
EXAMPLES = 5
SHORTEST = 1 / 7
"""Weeks that are taken for a week's rate at least: a day."""


@dataclass(slots=True)
class Tried:
    """What a watchlist would have told: items (records, not changes), and how many a week of the time that is known."""

    name: str
    since: str = ""
    """From when on anything it watches is known, but not from before what was asked for: the stamp of it."""
    matches: int = 0
    per_week: float = 0.0
    examples: list[dict[str, Any]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The object of `normwatch watchlists --try --json`."""
        return asdict(self)


def try_on(
    connection: Connection,
    resolver: Resolver,
    watchlists: Sequence[Watchlist],
    now: datetime,
    since: str | None = None,
) -> list[Tried]:
    """Match what came from `since` (a stamp or date; else the last 4 weeks) up to `now`, an item once a watchlist."""
    start = moment(since) if since else now - timedelta(weeks=WEEKS)
    matcher = Matcher(watchlists)
    tried = {one.name: Tried(one.name) for one in watchlists}
    seen: set[tuple[str, int]] = set()
    known = known_since(connection)
    for told in replayed(connection, resolver, start, now + timedelta(seconds=1)):
        place = (told.body, told.group)
        known[place] = min(known.get(place, told.observed_at), told.observed_at)
        for match in matcher.matches(told):
            if (match.watchlist, told.record_id) in seen:
                continue
            seen.add((match.watchlist, told.record_id))
            one = tried[match.watchlist]
            one.matches += 1
            if len(one.examples) < EXAMPLES:
                one.examples.append(
                    {
                        "key": told.key,
                        "group": told.group,
                        "title": told.title,
                        "event": match.event,
                        "observed_at": told.observed_at,
                        "reasons": [asdict(reason) for reason in match.reasons],
                    }
                )
    for watchlist in watchlists:
        one = tried[watchlist.name]
        first = min((at for place, at in known.items() if watchlist.watches(*place)), default=stamp(start))
        one.since = max(first, stamp(start))
        one.per_week = round(one.matches / max((now - moment(one.since)) / timedelta(weeks=1), SHORTEST), 1)
    return list(tried.values())
