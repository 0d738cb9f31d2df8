"""What becomes of a visit, as spiders and imports hand it on: a listing that was read, one as before, or a fault."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from spiders.rows import Context, Reading
from store.incoming import Visit


@dataclass(frozen=True, slots=True)
class Read:
    """A listing that a reader could read."""

    visit: Visit
    reading: Reading
    context: Context = field(default_factory=Context)
    as_of: int = 0
    """The archive's newest fetch when it said what the context knows."""


@dataclass(frozen=True, slots=True)
class NotModified:
    """A listing that has not changed since its validators were given."""

    visit: Visit


@dataclass(frozen=True, slots=True)
class Unchanged:
    """A listing whose bytes are those of its last good fetch, read once already."""

    visit: Visit


@dataclass(frozen=True, slots=True)
class Faulty:
    """A visit from which nothing can be inferred. `outcome`: failed, suspect, refused, disallowed, absent."""

    visit: Visit
    reason: str
    outcome: str
    retry_after: datetime | None = None


Item = Read | NotModified | Unchanged | Faulty
