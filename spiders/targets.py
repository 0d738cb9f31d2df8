"""What to visit: one listing at one public address, with what the archive knows of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from store.folders import FolderPage


@dataclass(frozen=True, slots=True)
class Target:
    """One listing to visit."""

    listing: str
    """Its key, `3gpp.tdocs:RAN1#104-bis-e`."""
    kind: str
    body: str
    url: str
    group: str | None = None
    meeting: str | None = None
    last_url: str | None = None
    """Where the last good fetch came from, whose validators these are."""
    etag: str | None = None
    last_modified: str | None = None
    folder: str | None = None
    """3GPP: the meeting's folder on the file server, searched where the portal has no list, and for agenda pages."""
    pages: Mapping[str, FolderPage] = field(default_factory=dict)
    """The folder's pages, or those of a listing that has several, as they were last, by address."""
    last: bool = False
    """Visited after the others of its kind, which outrank it: what they know is then no news from it."""
    max_bytes: int = 64 * 1024 * 1024
    """A larger answer is refused: a TDoc list has 0.3 to 0.75 MB, ISO's deliverables about 100 MB."""

    @property
    def host(self) -> str:
        """The host to be asked."""
        return urlsplit(self.url).hostname or ""
