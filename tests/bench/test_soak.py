"""Six simulated days with faults of the servers and mishaps of our own machine: every promise is kept."""

from __future__ import annotations

from datetime import date

import pytest

from bench.soak import judge
from bench.soaking import Soak
from demo.month import Month
from demo.month_days import APART


@pytest.fixture(scope="module")
def soak(tmp_path_factory: pytest.TempPathFactory) -> Soak:
    """Clocks go back on the fourth of its days; `python -m bench.soak` runs thirty."""
    soak = Soak(tmp_path_factory.mktemp("soak"), first=date(2026, 10, 22), days=2, mishaps_a_day=4)
    soak.run()
    return soak


def test_nothing_is_lost_invented_or_told_twice_and_outages_are_told_once(soak: Soak) -> None:
    figures = judge(soak)
    assert figures.broken == []
    assert figures.counts["of them found"] == figures.counts["changes in the truth"] > 40
    assert figures.counts["mails"] > 10
    assert set(soak.mishaps) >= {"a crawl killed", "the sender killed", "the disk full in a crawl", "the clock ahead"}


def test_the_judge_sees_what_was_lost_told_twice_or_never(soak: Soak) -> None:
    mails = soak.folder / "mails"
    told = max(mails.glob("*all-example*"), key=lambda path: path.stat().st_size)
    number = int(told.stem.rpartition("_")[2])
    again = told.with_name(f"{told.stem.rpartition('_')[0]}_{number + 1000}.eml")
    content = told.read_bytes()
    again.write_bytes(content)
    assert "a message was sent under two names" in judge(soak).broken
    again.unlink()
    told.unlink()
    assert any("is not in the mail" in line for line in judge(soak).broken)
    told.write_bytes(content)
    last = soak.seen.pop()
    assert any("never told to be over" in line for line in judge(soak).broken)
    soak.seen.append(last)


def test_a_month_is_the_same_for_a_seed_and_no_field_changes_twice_within_a_week() -> None:
    first = date(2026, 10, 12)
    truth = Month(first).truth
    assert truth == Month(first).truth != Month(first, seed=2).truth
    last: dict[tuple[str, ...], int] = {}
    for one in truth:
        place = (one.body, one.record, one.key, one.field)
        assert one.day - last.get(place, -APART) >= APART, one
        last[place] = one.day
    assert {one.day for one in truth} == set(range(1, 31)), "something on every day"
    assert {one.kind for one in truth} == {"appeared", "changed", "vanished", "returned"}
