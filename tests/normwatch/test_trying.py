"""What a watchlist would have told, and how much a week that makes of the time that is known."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from alerts.watchlists import Watchlist
from normwatch.trying import try_on
from organisations import Registry, Resolver
from spiders.rows import ContributionRow, Reading
from store.archive import Archive
from store.incoming import Visit
from store.ingest import ingest

NOW = datetime(2026, 11, 21, 6, tzinfo=UTC)
EVERYWHERE = {"anybody": True, "recipients": ["officer@example.org"]}


@pytest.mark.parametrize(
    ("since", "days", "matches"),
    [
        (None, 11, 3),  # ISO was first read on the 10th
        ("2025-11-21T06:00:00Z", 11, 3),
        ("2026-11-14T06:00:00Z", 7, 3),
    ],
)
def test_a_week_s_rate_is_of_the_time_that_is_known(watched: Path, since: str | None, days: int, matches: int) -> None:
    lists = [Watchlist(name="ISO", whole_groups=["ISO/*"], **EVERYWHERE)]
    with Archive.open(f"sqlite:///{watched / 'archive.sqlite'}").read() as connection:
        (tried,) = try_on(connection, Resolver(Registry.load()), lists, NOW, since)
    assert tried.matches == matches
    assert tried.per_week == round(matches * 7 / days, 1)


def test_documents_that_a_list_dates_are_known_since_then(tmp_path: Path) -> None:
    resolver = Resolver(Registry.load())
    archive = Archive.open(f"sqlite:///{tmp_path / 'archive.sqlite'}", create=True)
    row = {"key": "R1-9900001", "body": "3GPP", "group": "RAN1", "meeting": "RAN1#999", "title": "INVENTED"}
    rows = [
        ContributionRow.model_validate(row | {"key": f"R1-990000{n}", "reserved_at": f"2026-11-{day:02}T06:00:00"})
        for n, day in enumerate((7, 8, 19))
    ]
    url = "https://www.3gpp.org/invented"
    visit = Visit("3gpp.tdocs:RAN1#999", "3gpp.tdocs", "3GPP", url, NOW, "RAN1", "RAN1#999", 200, content=b"INVENTED")
    with archive.write() as connection:
        ingest(connection, visit, Reading("3gpp.tdocs", rows=rows), resolver)
    with archive.read() as connection:
        lists = [
            Watchlist(name="RAN1", whole_groups=["RAN1"], **EVERYWHERE),
            Watchlist(name="SA2", whole_groups=["SA2"], **EVERYWHERE),
        ]
        tried, never = try_on(connection, resolver, lists, NOW)
    archive.close()
    assert (tried.since, tried.matches, tried.per_week) == ("2026-11-07T06:00:00Z", 3, 1.5)
    assert (never.since[:10], never.per_week) == ("2026-10-24", 0.0)
