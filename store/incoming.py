"""What the archive takes in: the fetch, and the shape a reading must have (`spiders.rows.Reading` has it)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Visit:
    """One retrieval of a listing: what was asked, when, and what came back.

    `content` is None where nothing usable came (304, an error, no answer). `fetched_at` is aware.
    """

    listing: str
    """The listing's key, `3gpp.tdocs:RAN1#104-bis-e`."""
    kind: str
    body: str
    url: str
    fetched_at: datetime
    group: str | None = None
    meeting: str | None = None
    status: int | None = None
    etag: str | None = None
    last_modified: str | None = None
    content_type: str | None = None
    content: bytes | None = None
    kept: tuple[bytes, str] | None = None
    """The bytes that may be kept of `content`, and what was left out of them; None if none may."""
    crawled: bool = True
    """False for a saved file."""


class Row(Protocol):
    """A record as its listing shows it; its other fields are those of its table in `store.tables`."""

    @property
    def record(self) -> str: ...  # noqa: D102
    @property
    def key(self) -> str: ...  # noqa: D102
    @property
    def body(self) -> str: ...  # noqa: D102
    @property
    def group(self) -> str: ...  # noqa: D102
    @property
    def title(self) -> str: ...  # noqa: D102
    @property
    def url(self) -> str | None: ...  # noqa: D102


class RejectedRow(Protocol):
    """A row that could not be read."""

    @property
    def row(self) -> int: ...  # noqa: D102
    @property
    def reason(self) -> str: ...  # noqa: D102
    @property
    def excerpt(self) -> str: ...  # noqa: D102
    @property
    def fault(self) -> bool: ...  # noqa: D102


class Reading(Protocol):
    """All that a reader found in a fetch; `spiders.rows.Reading` says what each means."""

    @property
    def rows(self) -> Sequence[Any]: ...  # noqa: D102
    @property
    def same(self) -> Mapping[str, int]: ...  # noqa: D102
    @property
    def gone(self) -> Sequence[str]: ...  # noqa: D102
    @property
    def digests(self) -> Mapping[str, int]: ...  # noqa: D102
    @property
    def rows_read(self) -> int: ...  # noqa: D102
    @property
    def rows_seen(self) -> int: ...  # noqa: D102
    @property
    def rejects(self) -> Sequence[RejectedRow]: ...  # noqa: D102
    @property
    def packs(self) -> Sequence[Any]: ...  # noqa: D102
    @property
    def layout(self) -> str: ...  # noqa: D102
    @property
    def group(self) -> str | None: ...  # noqa: D102
    @property
    def claimed(self) -> int | None: ...  # noqa: D102
    @property
    def partial(self) -> bool: ...  # noqa: D102
    @property
    def supplement(self) -> bool: ...  # noqa: D102
    @property
    def unknown_columns(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def missing_columns(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def unread(self) -> int: ...  # noqa: D102
    @property
    def next_urls(self) -> Sequence[str]: ...  # noqa: D102
    @property
    def broken_off(self) -> bool: ...  # noqa: D102
    @property
    def notes(self) -> Sequence[str]: ...  # noqa: D102


Values = Mapping[str, Any]
"""A row of a table, by column."""
