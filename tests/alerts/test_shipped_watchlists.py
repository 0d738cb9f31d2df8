"""The shipped watchlists on three years of RAN1, as its lists' own dates say they grew (`bench.replay_alerts`)."""

from __future__ import annotations

from pathlib import Path

import pytest

from alerts.rendering import MAX_BYTES
from bench.replay_alerts import Replay, replay, watchlists

CONFIG = Path(__file__).resolve().parents[2] / "config.toml"
RIGHT = (
    "First time: Quectel in RAN1, 1 contribution. None by it among the ",
    "First time: Zhejiang Lab in RAN1",
    "First time: CEPRI in RAN1",
    "First together: BUPT and Huawei in RAN1",
    "Surge: CBN on “NR_MBS-Core” at RAN1#110-bis-e",
    "Surge: Spreadtrum Communications at RAN1#109-e: 112 contributions. 17 to 43 at each of the 5 meetings before",
)
"""Warnings that a reader of the archive calls right (docs/officer/early-warnings.md); two weeks at once count more."""


def lists(captures: Path) -> Path:
    folder = captures / "3gpp" / "tdoc_lists"
    if not folder.is_dir():
        pytest.skip("no ../shared/captures/3gpp/tdoc_lists")
    return folder


def test_slow_one_meeting_of_ran1_day_by_day(captures: Path, tmp_path: Path) -> None:
    """From the first number reserved to the last document after the meeting: a digest each morning."""
    found = replay(Replay(tmp_path, watchlists(CONFIG), days=1), lists(captures), first=112, last=112, since=110)
    assert len(found.appeared) == 2_254
    assert len(found.sizes) > 25  # mornings
    assert found.faults() == []  # nobody told twice, later than the next morning, or not at all
    assert found.untold() == []
    assert max(found.items) > 400  # the day of the deadline
    assert max(found.sizes) < MAX_BYTES


def test_slow_three_years_of_ran1_two_weeks_at_a_time(captures: Path, tmp_path: Path) -> None:
    """To end within a minute; day by day, on a baseline of 50,000, takes two: `python -m bench.replay_alerts`."""
    folder = lists(captures)
    found = replay(Replay(tmp_path, watchlists(CONFIG), days=14), folder, since=95)
    assert len(found.appeared) == 36_002
    assert found.faults() == []  # nobody told twice, late, or not at all; every digest under the cap
    assert max(found.sizes) < MAX_BYTES
    assert found.first_told.keys() <= found.appeared.keys()  # nothing of the baseline
    assert len(found.told_of("CN")) > 15_000
    assert found.untold() == []  # radio groups are watched whole
    warnings = [text for _, text in found.warnings]
    assert [right for right in RIGHT if not any(text.startswith(right) for text in warnings)] == []
    assert len(warnings) < 300  # two a week: a person reads them
