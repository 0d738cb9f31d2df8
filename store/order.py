"""The order in which people read numbers: of meetings, agenda items, documents."""

from __future__ import annotations

import re


def natural(text: str | None) -> tuple[tuple[int, int, str], ...]:
    """A sort key by which 20.6.2 comes before 20.6.11, and RAN1#104-e before RAN1#104-bis-e."""
    parts = re.findall(r"\d+|[a-z]+", (text or "").casefold())
    return tuple((0, int(part), "") if part.isdecimal() else (1, int(part == "bis"), part) for part in parts)
