"""Early warnings: what a reader of the whole archive would notice first, each with its evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from alerts.items import Link
from alerts.matching import Match
from alerts.watchlists import Watchlist
from store.changes import Told


@dataclass(frozen=True, slots=True)
class Signal:
    """One early warning. `kind`: first, surge, project, committee, secretariat, together, agreed."""

    kind: str
    label: str
    text: str
    evidence: str
    links: tuple[Link, ...]


def signals(
    connection: Connection, records: Sequence[Sequence[tuple[Told, Sequence[Match]]]], watchlists: Sequence[Watchlist]
) -> list[Signal]:
    """The early warnings in these records' changes, the weightiest first."""
    return []
