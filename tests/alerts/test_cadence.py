from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.cadence import CadenceError, Period, busy_days, parse


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def due(cadence: str, zone: str, after: str, until: str) -> list[str]:
    return [f"{one:%m-%d %H:%M}" for one in parse(cadence, zone).due_times(utc(after), utc(until))]


@pytest.mark.parametrize(
    ("text", "zone", "named"),
    [
        ("dayly 07:30", "UTC", "weekly mon 07:30"),
        ("daily", "UTC", "daily 07:30"),
        ("daily 7.30", "UTC", "'7.30'"),
        ("daily 24:00", "UTC", "'24:00'"),
        ("weekly monday 07:30", "UTC", "mon, tue"),
        ("", "UTC", "immediate"),
        ("daily 07:30", "Europe/Nowhere", "Europe/Nowhere"),
        ("daily 07:30", "../../etc/passwd", "zone"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_would_be_right(text: str, zone: str, named: str) -> None:
    with pytest.raises(CadenceError, match=named.replace(".", r"\.")):
        parse(text, zone)


def test_a_time_of_day_is_local_and_follows_the_clocks() -> None:
    spring = due("daily 07:30", "Europe/Berlin", "2026-03-27T12:00", "2026-03-30T12:00")
    assert spring == ["03-28 06:30", "03-29 05:30", "03-30 05:30"]


def test_a_time_that_spring_skips_comes_an_hour_later_that_day() -> None:
    assert due("daily 02:30", "Europe/Berlin", "2026-03-28T12:00", "2026-03-29T12:00") == ["03-29 01:30"]


def test_a_time_that_autumn_repeats_comes_once() -> None:
    assert due("daily 02:30", "Europe/Berlin", "2026-10-24T12:00", "2026-10-25T12:00") == ["10-25 00:30"]


def test_weekly_comes_on_its_day_as_the_zone_counts_days() -> None:
    assert due("weekly mon 01:00", "Asia/Tokyo", "2026-11-01T00:00", "2026-11-16T00:00") == [
        "11-01 16:00",
        "11-08 16:00",
        "11-15 16:00",
    ]


def test_a_period_begins_where_the_one_before_it_ended() -> None:
    periods = parse("daily 07:30").periods(utc("2026-11-20T10:00"), utc("2026-11-22T10:00"))
    assert periods == [
        Period(utc("2026-11-20T07:30"), utc("2026-11-21T07:30")),
        Period(utc("2026-11-21T07:30"), utc("2026-11-22T07:30")),
    ]


def test_meeting_tells_by_the_hour_while_documents_come_in_and_daily_otherwise() -> None:
    cadence = parse("meeting", "Europe/Berlin")
    busy = busy_days([(date(2026, 11, 16), date(2026, 11, 20))])
    assert min(busy) == date(2026, 11, 6)
    assert max(busy) == date(2026, 11, 21)
    calm = list(cadence.due_times(utc("2026-11-02T12:00"), utc("2026-11-04T12:00"), busy))
    assert len(calm) == 2
    hours = list(cadence.due_times(utc("2026-11-16T12:00"), utc("2026-11-16T18:00"), busy))
    assert len(hours) == 6


def test_immediate_is_always_due() -> None:
    now = utc("2026-11-20T10:00")
    assert parse("immediate").latest(now) == now
    assert list(parse("immediate").due_times(now, now)) == []


MOMENTS = st.integers(0, 6 * 366 * 24 * 60).map(lambda minutes: utc("2024-01-01") + timedelta(minutes=minutes))
CADENCES = st.sampled_from(["daily 00:00", "daily 02:30", "weekly sun 02:30", "weekly mon 07:30", "meeting 23:59"])
ZONES = st.sampled_from(
    ["UTC", "Europe/Berlin", "America/Sao_Paulo", "Asia/Tehran", "Pacific/Apia", "Africa/Casablanca"]
)


@given(CADENCES, ZONES, MOMENTS, st.lists(st.integers(0, 10 * 24 * 60), min_size=1, max_size=5))
def test_looking_often_or_seldom_finds_the_same_due_times(
    text: str, zone: str, start: datetime, steps: list[int]
) -> None:
    cadence = parse(text, zone)
    looks = [start]
    for minutes in steps:
        looks.append(looks[-1] + timedelta(minutes=minutes))
    piecewise = [one for after, until in pairwise(looks) for one in cadence.due_times(after, until)]
    assert piecewise == list(cadence.due_times(start, looks[-1]))
    assert cadence.latest(looks[-1]) <= looks[-1]
