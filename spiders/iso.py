"""Visiting ISO: its open data, and the document registers of JTC 1/SC 2 and JVET."""

from __future__ import annotations

from collections.abc import Iterator

from spiders import urls
from spiders.archive_view import ArchiveView
from spiders.sources import IsoSources
from spiders.targets import Target

JVET = "ISO/IEC JTC 1/SC 29/WG 5"
_REGISTERS: dict[str, tuple[urls.Register, str]] = {
    "IRG": ("irg", "ISO/IEC JTC 1/SC 2/IRG"),
    "WG2": ("wg2", "ISO/IEC JTC 1/SC 2/WG 2"),
}
_DELIVERABLES_BYTES = 512 * 1024 * 1024


def committee_targets(sources: IsoSources, view: ArchiveView) -> Iterator[Target]:
    """The committees' file."""
    if sources.committees:
        yield view.target("iso.committees", "iso.committees", "ISO", urls.iso_committees())


def project_targets(sources: IsoSources, view: ArchiveView) -> Iterator[Target]:
    """The deliverables' file."""
    if sources.projects:
        yield view.target("iso.projects", "iso.projects", "ISO", urls.iso_projects(), max_bytes=_DELIVERABLES_BYTES)


def register_targets(sources: IsoSources, view: ArchiveView) -> Iterator[Target]:
    """The registers' newest pages, JVET's meetings, and the documents of those in the window."""
    for name in sources.registers:
        if name in _REGISTERS:
            register, group = _REGISTERS[name]
            url = urls.register(register)
            yield view.target(f"iso.registers:{name}", "iso.registers", "ISO", url, group=group)
            continue
        yield view.target("iso.registers:JVET", "iso.registers", "ISO", urls.jvet_meetings(), group=JVET)
        for meeting in view.meetings("ISO", [JVET]):
            listing = f"iso.registers:{meeting.name}"
            url = urls.jvet_meeting(meeting.key)
            yield view.target(listing, "iso.registers", "ISO", url, group=JVET, meeting=meeting.name)
