"""Pages on the way to a listing, or of it: what they said last, so that none is sent twice unchanged."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, or_, select

from store import tables

_page = tables.FolderPage.__table__  # type: ignore[attr-defined]
_listing = tables.Listing.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class FolderPage:
    """A page as `store.tables.FolderPage` has it."""

    listing: str
    url: str
    etag: str | None
    last_modified: str | None
    leads_to: str | None


def passed(connection: Connection, listing: str) -> dict[str, FolderPage]:
    """The pages on the way to a listing, by address."""
    query = select(_page).where(_page.c.listing == listing)
    return {row.url: FolderPage(*row) for row in connection.execute(query)}


def of_several(connection: Connection, listing: str) -> dict[str, FolderPage]:
    """The pages of a listing that has several, each a listing of its own, by address."""
    names = ("key", "url", "etag", "last_modified", "leads_to")
    query = select(*(_listing.c[name] for name in names)).where(
        or_(_listing.c.key == listing, _listing.c.key.startswith(f"{listing}?", autoescape=True))
    )
    return {row.url: FolderPage(*row) for row in connection.execute(query) if row.etag or row.last_modified}


def remember(connection: Connection, page: FolderPage) -> None:
    """Remember what a page said; one without validators is forgotten."""
    connection.execute(delete(_page).where(_page.c.listing == page.listing, _page.c.url == page.url))
    if page.etag or page.last_modified:
        values = {"etag": page.etag, "last_modified": page.last_modified, "leads_to": page.leads_to}
        connection.execute(insert(_page).values(listing=page.listing, url=page.url, **values))
