"""What time it is, or is said to be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from normwatch import clock


def test_the_time_is_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(clock.VARIABLE, raising=False)
    assert clock.now().utcoffset() == timedelta(0)
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1)


def test_the_time_can_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(clock.VARIABLE, "2026-11-21T07:30:00+01:00")
    assert clock.now() == datetime(2026, 11, 21, 6, 30, tzinfo=UTC)
    assert clock.now().utcoffset() == timedelta(0)


@pytest.mark.parametrize("text", ["noon", "2026-11-21T07:30:00"])
def test_a_time_without_its_zone_is_refused(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(clock.VARIABLE, text)
    with pytest.raises(ValueError, match=f"NORMWATCH_NOW={text}: a time with its zone"):
        clock.now()
