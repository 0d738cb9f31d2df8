from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from alerts.replay import replayed
from spiders.rows import ContributionRow
from store.changes import Told


def brought(number: int, reserved: str | None, uploaded: str | None, **other: Any) -> ContributionRow:
    key = f"R1-99{number:05}"
    row = {"key": key, "body": "3GPP", "group": "RAN1", "meeting": "RAN1#999", "title": "6G", "source": "Huawei"}
    dates = {"reserved_at": reserved, "uploaded_at": uploaded, "status": "noted" if uploaded else "reserved"}
    return ContributionRow.model_validate(row | dates | other)


def told(newsroom: Any, first: int, last: int) -> list[Told]:
    """What the days from `first` to before `last` of November 2025 would have told, in order."""
    since, until = (datetime(2025, 11, day, tzinfo=UTC) for day in (first, last))
    with newsroom.archive.read() as connection:
        found = list(replayed(connection, newsroom.resolver, since, until))
    return sorted(found, key=lambda one: (one.observed_at, one.key))


def test_a_baseline_is_told_by_its_own_dates(newsroom: Any) -> None:
    rows = [
        brought(1, "2025-11-03T10:00:00", "2025-11-05T11:00:00"),
        brought(2, "2025-11-04T10:00:00", None),
        brought(3, None, "2025-11-06"),
        brought(4, "2025-10-01T10:00:00", "2025-11-05T12:00:00"),
        brought(5, "2025-11-04T10:00:00", None, status="withdrawn"),
    ]
    newsroom.take("3gpp.tdocs", rows, scope="RAN1#999")
    assert [
        (one.observed_at, one.key[-1], one.kind, one.new or one.values["status"]) for one in told(newsroom, 1, 30)
    ] == [
        ("2025-11-03T10:00:00Z", "1", "appeared", "reserved"),
        ("2025-11-04T10:00:00Z", "2", "appeared", "reserved"),
        ("2025-11-05T11:00:00Z", "1", "changed", "available"),
        ("2025-11-05T12:00:00Z", "4", "changed", "available"),
        ("2025-11-06T00:00:00Z", "3", "appeared", "available"),
    ]
    days = [told(newsroom, day, day + 1) for day in range(1, 29)]
    assert sum(len(day) for day in days) == 5
    assert [one.as_written for one in days[2][0].attribution.organisations] == ["Huawei"]


def test_what_was_observed_is_not_told_again_by_its_dates(newsroom: Any) -> None:
    newsroom.take("3gpp.tdocs", [brought(1, "2025-11-03T10:00:00", None)], scope="RAN1#999")
    newsroom.now = datetime(2025, 11, 10, 6, tzinfo=UTC)
    newsroom.take("3gpp.tdocs", [brought(2, "2025-11-09T10:00:00", None)], scope="RAN1#999")
    found = told(newsroom, 1, 30)
    assert [(one.key[-1], one.observed_at[:10], one.id > 0) for one in found] == [
        ("1", "2025-11-03", False),
        ("2", "2025-11-10", True),
    ]
