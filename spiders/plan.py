"""What to visit now: the targets of each kind of listing, and the spider that visits them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from spiders import iso, itu, threegpp
from spiders.archive_view import ArchiveView
from spiders.listing import ListingSpider
from spiders.sources import Sources
from spiders.targets import Target

_TARGETS: dict[str, Callable[[Any, ArchiveView], Iterator[Target]]] = {
    "3gpp.meetings": threegpp.meeting_targets,
    "3gpp.tdocs": threegpp.tdoc_targets,
    "iso.committees": iso.committee_targets,
    "iso.projects": iso.project_targets,
    "iso.registers": iso.register_targets,
    "itu.meetings": itu.meeting_targets,
    "itu.documents": itu.document_targets,
}
SPIDERS: dict[str, type[ListingSpider]] = {"3gpp.tdocs": threegpp.TdocsSpider}
"""The spiders of kinds that need more than one request a listing; the others share `ListingSpider`."""


def targets(kind: str, sources: Sources, view: ArchiveView) -> list[Target]:
    """The targets of `kind`, given what the archive knows now: new meetings bring new lists."""
    settings = {"3gpp": sources.threegpp, "iso": sources.iso, "itu": sources.itu}[kind.split(".", maxsplit=1)[0]]
    return list(_TARGETS[kind](settings, view))
