"""Which watchlists a change meets, and why. Pure: no database, no clock."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reason:
    """One ground for a match, in the document's own words.

    `kind`: organisation, unknown, topic, work item, specification, group, event. `text`: the organisation or the words
    as written. `where`: the field they were found in; for an organisation, its role.
    """

    kind: str
    text: str
    where: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """A change that meets a watchlist."""

    change_id: int
    watchlist: str
    event: str
    reasons: tuple[Reason, ...]
