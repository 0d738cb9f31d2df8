"""ITU's document and meeting ids: `T25-SG13-C-0123`, `T25-SG12-250909-TD-GEN-0292`, `R23-WP5D-C-1031!R1!MSW-E`.

`<sector><yy>-<group>[-<yymmdd>]-<type>[-<subgroup>]-<nnnn>[!<part>!<format>-<language>]`: yy is the first year of the
study period, yymmdd the first day of the meeting. Contributions are numbered through a period, TDs by meeting.
A part is a revision (`R1`), an annex of the document (`N02`), or a document of its own: an addendum (`A2`), a
corrigendum (`C1`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_ID = re.compile(
    r"(?P<sector>[TRDS])(?P<period>\d\d)-(?P<group>[A-Z][A-Z0-9.]*)(?:-(?P<date>\d{6}))?"
    r"(?:-(?P<kind>[A-Z]{1,6})(?:-(?P<subgroup>[A-Z]+\d?[A-Z]?))?(?:-(?P<number>\d{1,4}))?"
    r"(?:!(?P<part>[A-Z0-9-]*)(?:!(?P<format>[A-Z0-9]+-[A-Z]))?)?)?"
)
_PADDING = re.compile(r"(?<=[A-Z])0+(?=[1-9])")
_ADDED = re.compile(r"[AC]\d+(?:-[AC]\d+)*")
_REVISION = re.compile(r"R(\d+)$")


@dataclass(frozen=True, slots=True)
class ItuId:
    """An id in its parts; a group, a meeting or a listing where the later parts are None."""

    sector: str
    period: str
    group: str
    date: str | None = None
    kind: str | None = None
    subgroup: str | None = None
    number: int | None = None
    part: str | None = None

    def __str__(self) -> str:
        """The id without revision, annex and format: what stays the same through revisions."""
        number = None if self.number is None else f"{self.number:04}"
        parts = (f"{self.sector}{self.period}", self.group, self.date, self.kind, self.subgroup, number)
        added = _ADDED.match(self.part or "")
        return "-".join(part for part in parts if part) + (f"!{added[0]}" if added else "")

    @property
    def group_name(self) -> str:
        """The group as ITU writes it: `ITU-T SG2` of `SG02`, `ITU-R WP5D`, `ITU-T TSAG`."""
        name = _PADDING.sub("", self.group)
        return name if self.sector == "S" else f"ITU-{self.sector} {name}"

    @property
    def meeting(self) -> str | None:
        """The meeting it is of: `T25-SG12-250909`; None for what is numbered through a period."""
        return f"{self.sector}{self.period}-{self.group}-{self.date}" if self.date else None

    @property
    def revision(self) -> str | None:
        """`1` of the parts `R1` and `A2-R1`."""
        found = _REVISION.search(self.part or "")
        return found[1] if found else None


def parse(text: str | None) -> ItuId | None:
    """The id that `text` is; None if it is none."""
    found = _ID.fullmatch((text or "").strip().upper())
    if not found:
        return None
    parts = found.groupdict()
    number = parts.pop("number")
    parts.pop("format")
    return ItuId(**parts, number=int(number) if number else None)
