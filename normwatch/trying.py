"""Trying watchlists on the past: what they would have told as of each day, of what was observed or is only dated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from alerts.matching import Matcher
from alerts.replay import replayed
from alerts.watchlists import Watchlist
from organisations import Resolver
from store.times import moment

WEEKS = 4
"""How far back is looked unless something else is asked for."""
EXAMPLES = 5


@dataclass(slots=True)
class Tried:
    """What a watchlist would have told: items (records, not changes), and how many a week."""

    name: str
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
    weeks = max((now - start) / timedelta(weeks=1), 1 / 7)
    matcher = Matcher(watchlists)
    tried = {one.name: Tried(one.name) for one in watchlists}
    seen: set[tuple[str, int]] = set()
    for told in replayed(connection, resolver, start, now + timedelta(seconds=1)):
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
    for one in tried.values():
        one.per_week = round(one.matches / weeks, 1)
    return list(tried.values())
