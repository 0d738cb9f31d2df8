"""Fixtures every test may use: where the real captures and the gold strings are, if they are there at all."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"


def _shared(name: str) -> Path:
    folder = SHARED / name
    if not folder.is_dir():
        pytest.skip(f"no ../shared/{name} beside this checkout: tests on real captures are left out")
    return folder


@pytest.fixture(scope="session")
def captures() -> Path:
    """The folder of real listings as the bodies publish them."""
    return _shared("captures")


@pytest.fixture(scope="session")
def gold() -> Path:
    """The folder of real source strings labelled with the organisations behind them."""
    return _shared("gold")
