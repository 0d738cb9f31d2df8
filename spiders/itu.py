"""Visiting ITU: the meeting catalogues, and the groups' document indexes and listings."""

from __future__ import annotations

from collections.abc import Iterator

from spiders import urls
from spiders.archive_view import ArchiveView
from spiders.readers.itu_ids import parse
from spiders.sources import ItuSources
from spiders.targets import Target
from store.groups import itu_listing_prefix

_SECTORS: dict[str, urls.ItuSector | None] = {"T": "T", "R": "R", "D": "D", "general": None}


def meeting_targets(sources: ItuSources, view: ArchiveView) -> Iterator[Target]:
    """The catalogues of the sectors."""
    for name in sources.meetings:
        url = urls.itu_meetings(_SECTORS[name])
        yield view.target(f"itu.meetings:{name}", "itu.meetings", "ITU", url)


def document_targets(sources: ItuSources, view: ArchiveView) -> Iterator[Target]:
    """By group the contributions of its study period, by meeting in the window the temporary documents.

    Contributions stand in an index and, with their co-signers and what is only reserved, in listings for people.
    """
    for group in sources.groups:
        sector, period, name = itu_listing_prefix(group)
        newest = parse(view.newest_meeting("ITU", group))
        if newest is not None:
            period = max(period, newest.period)  # a new one begins with the meetings that the catalogue announces
        prefix = f"{sector}{period}-{name}"
        if "C" in sources.documents:
            url = urls.itu_index(sector, period, name, "C")  # type: ignore[arg-type]
            yield view.target(f"itu.documents:{prefix}-C", "itu.documents", "ITU", url, group=group)
            if sources.pages:
                listing = f"itu.documents:{prefix}-C:listing"
                url = urls.itu_listing(f"{prefix}-C")
                yield view.target(listing, "itu.documents", "ITU", url, group=group)
                listing = f"itu.documents:{prefix}:new"
                yield view.target(listing, "itu.documents", "ITU", urls.itu_new(prefix), group=group)
        if "TD" not in sources.documents:
            continue
        for meeting in view.meetings("ITU", [group]):
            held = parse(meeting.key)
            if held is not None and held.date:
                listing = f"itu.documents:{meeting.key}-TD"
                url = urls.itu_index(sector, held.period, name, "TD", held.date)  # type: ignore[arg-type]
                yield view.target(listing, "itu.documents", "ITU", url, group=group, meeting=meeting.name)
