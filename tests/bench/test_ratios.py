"""What CI keeps of our speed: small work beside its limit, as ratios of processor time in one process."""

from __future__ import annotations

import pytest

from bench import ratios


@pytest.fixture(scope="module")
def measured() -> dict[str, float]:
    return ratios.ratios()


@pytest.mark.parametrize("name", ratios.USUAL)
def test_no_ratio_is_worse_than_usual_by_more_than_the_margin(measured: dict[str, float], name: str) -> None:
    usual = ratios.USUAL[name]
    assert measured[name] < usual * ratios.MARGIN, f"{name}: {measured[name]:.2f}, usually {usual:.2f}"
