"""How a search's hits spread over groups, years, statuses, types and countries: what to narrow it by next."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from store.conditions import Wanted

FACETS = ("record", "body", "group", "status", "type", "origin", "year")


@dataclass(frozen=True, slots=True)
class Facets:
    """Values with how many hits have them, most frequent first, by facet of `FACETS`."""

    counts: dict[str, list[tuple[str, int]]]
    of: int
    """The hits that were counted."""
    complete: bool
    """False where there are more hits than are counted: the newest `COUNTED` then."""


def facets(connection: Connection, typed: str, wanted: Wanted) -> Facets:
    """Counts over what `store.finding.page` finds for the same arguments."""
    raise NotImplementedError
