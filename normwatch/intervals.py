"""How often a kind of listing is visited: `every 30 min`, `every 2 h`, `every 1 d`."""

from __future__ import annotations

import re
from datetime import timedelta

_FORM = re.compile(r"every (\d{1,4}) ?(min|h|d)")
_UNITS = {"min": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
SHORTEST = timedelta(minutes=1)


def every(text: str) -> timedelta:
    """The time between two visits. Raises ValueError for another form or less than a minute."""
    found = _FORM.fullmatch(text.strip())
    if not found:
        raise ValueError(f"{text!r} is no cadence: `every 30 min`, `every 2 h` or `every 1 d` is")
    pause = int(found[1]) * _UNITS[found[2]]
    if pause < SHORTEST:
        raise ValueError(f"{text!r} is too often: once a minute at most")
    return pause
