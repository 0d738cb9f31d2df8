"""Our own times: UTC, as ISO 8601 text with `Z` and whole seconds, which sorts as it reads."""

from __future__ import annotations

from datetime import UTC, date, datetime, time


def stamp(moment: datetime) -> str:
    """The archive's text for an aware moment. Raises ValueError for one without a zone."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment.isoformat()} has no time zone")
    return moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def moment(text: str) -> datetime:
    """The aware moment behind ISO 8601 `text`; a date is its midnight, and UTC is assumed where no zone is given."""
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        parsed = datetime.combine(date.fromisoformat(text), time())
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
