"""How often Python looks for garbage that holds itself in cycles."""

from __future__ import annotations

import gc

_OBJECTS = 100_000
"""More than a listing's rows are, which hold no cycles: at Python's own 700, looking them through over and over took
a twentieth of a backfill."""


def collect_seldom() -> None:
    """Look for it once in so many new objects; for a process of ours, at its start. What is there by then stays."""
    gc.freeze()
    gc.set_threshold(_OBJECTS, 20, 20)
