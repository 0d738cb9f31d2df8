from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from alerts.wording import HOSTS
from web import news

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


@pytest.mark.parametrize(("days", "expected"), [(2, ["R1-9990003"]), (1, [])])
def test_what_a_watchlist_met_since_then(served: Any, days: int, expected: list[str]) -> None:
    archive = served.archive()
    since = news.since_days(NOW, days)
    with archive.read() as connection:
        given = {"since": since, "now": NOW, "hosts": HOSTS}
        found = news.news(connection, served.resolver, served.watchlist, limit=5, **given)
        later = news.news(connection, served.resolver, served.watchlist, limit=5, offset=1, **given)
        counted = news.counts(connection, [served.watchlist], since)
    archive.close()
    assert [one.item.key for one in found] == expected
    assert later == []
    assert counted == ({"Sun & dials": 1} if expected else {})
    for one in found:
        assert (one.body, one.group, one.at) == ("3GPP", "RAN1", "2026-11-21T06:00:00Z")
