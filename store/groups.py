"""The groups of the three bodies, as the bodies write them: which names are possible, and what they mean."""

from __future__ import annotations

import re

THREEGPP = (
    *("RAN", "RAN1", "RAN2", "RAN3", "RAN4", "RAN5"),
    *("SA", "SA1", "SA2", "SA3", "SA4", "SA5", "SA6"),
    *("CT", "CT1", "CT3", "CT4", "CT6"),
)
"""3GPP's TSGs and working groups that have a meetings page."""

_ISO = re.compile(
    r"ISO/(?:TC|PC) \d+(?:/SC \d+)?(?:/WG \d+)?|(?:ISO/IEC|IEC/ISO) JTC \d+(?:/SC \d+)?(?:/(?:WG \d+|IRG))?"
    r"|ISO/(?:IEC )?[A-Z]{2,}(?: [A-Z0-9/]+)*|IEC/ISO JSyC [A-Z]+"
)
_ITU = re.compile(
    r"ITU-(?:T (?:SG\d{1,2}|TSAG|WTSA)|R (?:SG\d{1,2}|WP\d[A-D]|TG\d{1,2}\.\d|RAG|CPM|WRC)|D (?:SG\d|TDAG|WTDC))|ITU"
)

PERIODS = {"T": "25", "R": "23", "D": "22"}
"""First year of each ITU sector's study period, where no meeting of a later one is known."""


def known(body: str, group: str) -> bool:
    """Whether `group` is a possible name of a group of `body` (3GPP, ISO, ITU)."""
    if body == "3GPP":
        return group in THREEGPP
    return bool((_ISO if body == "ISO" else _ITU).fullmatch(group))


def body_of(group: str) -> str | None:
    """The body that a group's name belongs to, None if it is no possible name."""
    return next((body for body in ("3GPP", "ISO", "ITU") if known(body, group)), None)


def itu_listing_prefix(group: str) -> tuple[str, str, str]:
    """Sector, study period and group as ITU's listings write them: `ITU-T SG2` is `("T", "25", "SG02")`.

    Raises ValueError for a name that is no ITU group's.
    """
    if not _ITU.fullmatch(group) or " " not in group:
        raise ValueError(
            f"unknown group {group!r}: ITU groups are written ITU-T SG13, ITU-T TSAG, ITU-R WP5D, ITU-D SG1"
        )
    sector, name = group[4], group.split(" ", 1)[1]
    if name.startswith("SG"):
        name = f"SG{int(name[2:]):02}"
    return sector, PERIODS[sector], name
