"""Searching: exact identifiers first, then what has the words in its title, then the rest; newest first in each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from store.reading import Asking, Wanted


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the records a search finds."""

    records: list[dict[str, Any]]
    cursor: str | None
    """Give it back for the next page; None on the last one. Holds on while the archive grows."""


def page(
    connection: Connection, typed: str, wanted: Wanted, asking: Asking, limit: int = 50, cursor: str | None = None
) -> Page:
    """One page of hits for what a person typed (`store.query`), within `wanted`.

    Nothing that is typed raises, nor a damaged cursor (it begins anew). Nothing typed finds all that is wanted.
    """
    raise NotImplementedError
