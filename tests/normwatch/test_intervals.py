"""How often a kind of listing is visited."""

from __future__ import annotations

from datetime import timedelta

import pytest

from normwatch.intervals import every


@pytest.mark.parametrize(
    ("text", "pause"),
    [
        ("every 30 min", timedelta(minutes=30)),
        ("every 2 h", timedelta(hours=2)),
        ("every 1 d", timedelta(days=1)),
        (" every 12h ", timedelta(hours=12)),
    ],
)
def test_an_interval_is_read(text: str, pause: timedelta) -> None:
    assert every(text) == pause


@pytest.mark.parametrize(
    "text",
    ["", "2 h", "every h", "every -1 h", "every 1.5 h", "every 2 weeks", "every 2 H", "daily 07:30", "every 0 d"],
)
def test_another_form_is_refused_with_what_would_be_right(text: str) -> None:
    with pytest.raises(ValueError, match=r"every 2 h|once a minute"):
        every(text)
