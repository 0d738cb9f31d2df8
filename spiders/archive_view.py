"""What the archive knows that decides where to go next: listings visited before, and meetings in the window."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, or_, select

from spiders.settings import CrawlSettings
from spiders.targets import Target
from store import tables
from store.folders import of_several, passed

_listing = tables.Listing.__table__  # type: ignore[attr-defined]
_record = tables.Record.__table__  # type: ignore[attr-defined]
_meeting = tables.Meeting.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class KnownMeeting:
    """A meeting of the archive. Dates are ISO text, local to the meeting."""

    key: str
    group: str
    name: str
    starts_on: str | None
    ends_on: str | None
    documents_url: str | None


class ArchiveView:
    """A reader's view of the archive at one moment, for planning visits."""

    def __init__(
        self, connection: Connection, crawl: CrawlSettings, now: datetime, *, everything: bool = False
    ) -> None:
        """`everything` opens the window: every meeting the archive knows."""
        self._everything = everything
        self._connection = connection
        self._crawl = crawl
        self._now = now

    def target(self, listing: str, kind: str, body: str, url: str, **more: Any) -> Target:
        """A target with the validators of the listing's last good fetch, and of its further pages'."""
        names = ("url", "etag", "last_modified", "leads_to")
        query = select(*(_listing.c[name] for name in names)).where(_listing.c.key == listing)
        known = self._connection.execute(query).first()
        if known is not None:
            more |= {"last_url": known.url, "etag": known.etag, "last_modified": known.last_modified}
        if more.get("folder"):
            more["pages"] = passed(self._connection, listing)
        elif known is not None and known.leads_to:
            more["pages"] = of_several(self._connection, listing)
        return Target(listing=listing, kind=kind, body=body, url=url, **more)

    def _window(self) -> tuple[str, str]:
        """First and last day (ISO) of the meetings that are visited."""
        if self._everything:
            return date.min.isoformat(), date.max.isoformat()
        first, last = (timedelta(days=days) for days in (self._crawl.days_back, self._crawl.days_ahead))
        return (self._now - first).date().isoformat(), (self._now + last).date().isoformat()

    def newest_meeting(self, body: str, group: str) -> str | None:
        """The key of the group's last meeting that begins in the window or before; None if the archive knows none."""
        last = (self._now + timedelta(days=self._crawl.days_ahead)).date().isoformat()
        query = (
            select(_record.c.key)
            .join_from(_record, _meeting, _meeting.c.record_id == _record.c.id)
            .where(_record.c.body == body, _record.c.group_name == group, _meeting.c.starts_on <= last)
            .order_by(_meeting.c.starts_on.desc(), _record.c.key)
        )
        return self._connection.execute(query.limit(1)).scalar()

    def meetings(self, body: str, groups: list[str]) -> list[KnownMeeting]:
        """The groups' meetings whose documents are worth a visit now, the next ones first.

        A cancelled meeting still has a list; one without dates is left out, and so is a pseudo meeting of over 60 days.
        """
        first, last = self._window()
        ends = _meeting.c.ends_on
        query = (
            select(_record.c.key, _record.c.group_name, _meeting)
            .join_from(_record, _meeting, _meeting.c.record_id == _record.c.id)
            .where(
                _record.c.body == body,
                _record.c.group_name.in_(groups),
                _record.c.vanished_at.is_(None),
                _meeting.c.starts_on <= last,
                or_(ends >= first, ends.is_(None) & (_meeting.c.starts_on >= first)),
            )
            .order_by(_meeting.c.starts_on.desc(), _record.c.key)
        )
        return [
            KnownMeeting(row.key, row.group_name, row.name, row.starts_on, row.ends_on, row.documents_url)
            for row in self._connection.execute(query)
            if not _is_long(row.starts_on, row.ends_on)
        ]


def _is_long(starts_on: str, ends_on: str | None) -> bool:
    """A year-long e-mail "meeting" of a group lists nothing of its own."""
    if ends_on is None:
        return False
    return datetime.fromisoformat(ends_on) - datetime.fromisoformat(starts_on) > timedelta(days=60)
