from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from alerts.matches import audience, due
from alerts.sight import Sight
from alerts.upcoming import upcoming
from alerts.watchlists import Watchlist

OFFICER = "officer@example.org"


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def watchlist(name: str, cadence: str) -> Watchlist:
    return Watchlist(name=name, cadence=cadence, recipients=(OFFICER,))


def ahead(desk: Any, lists: list[Watchlist], now: str) -> list[tuple[str, list[int]]]:
    with desk.archive.read() as connection:
        at_once = list(due(connection, audience(lists), utc(now), "never"))
        found = upcoming(connection, audience(lists), utc(now), Sight(()), at_once)
        return [(f"{one.period.end:%a %H:%M}", one.change_ids) for one in found]


def test_what_waits_is_told_once_at_the_first_time_that_is_due(desk: Any) -> None:
    daily, weekly, at_once = (
        watchlist("6G", "daily 07:30"),
        watchlist("AI", "weekly mon 07:30"),
        watchlist("x", "immediate"),
    )
    lists = [daily, weekly, at_once]
    for one in (daily, weekly, at_once):
        desk.tell(lists, utc("2026-11-20T09:00"), named=one.name)
    both = desk.tell([daily, weekly], utc("2026-11-20T09:05"))
    assert ahead(desk, lists, "2026-11-20T10:00") == [("Sat 07:30", [1, both]), ("Mon 07:30", [2])]
    assert ahead(desk, [at_once], "2026-11-20T10:00") == []
    assert ahead(desk, lists, "2026-11-21T08:00") == [("Mon 07:30", [2])]
