"""The one place that asks what time it is."""

from __future__ import annotations

import os
from datetime import UTC, datetime

VARIABLE = "NORMWATCH_NOW"
"""Environment variable that sets the time (ISO 8601 with a zone), for demonstrations and tests."""


def now() -> datetime:
    """The present moment, aware, in UTC. Raises ValueError if the variable holds no moment with a zone."""
    given = os.environ.get(VARIABLE)
    if not given:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(given)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise ValueError(f"{VARIABLE}={given}: a time with its zone is wanted, as 2026-11-21T06:00:00+00:00")
    return moment.astimezone(UTC)
