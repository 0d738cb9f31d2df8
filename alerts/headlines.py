"""The lines of a mail that say what is in it: the subject, the headline, and that there is nothing new."""

from __future__ import annotations

import re
from collections import Counter

from alerts import wording
from alerts.blindness import unseen
from alerts.digests import Digest
from alerts.sections import Section

_SUBJECT = 140
_NAMED = 2
"""Areas that a subject names; of more it gives the number."""


def subject(digest: Digest) -> str:
    """One printable line, at most 140 characters long."""
    on = wording.day(digest.now.astimezone(digest.zone).date(), digest.now.astimezone(digest.zone).date())
    if digest.quiet:
        return wording.plain(f"{quiet(digest)} · {on}", _SUBJECT)
    return wording.plain(f"{', '.join(_news(digest)[:3])}{_within(digest)} · {_where(digest)} · {on}", _SUBJECT)


def headline(digest: Digest) -> str:
    """`3 firsts, 14 new from China in 6G radio, AI`."""
    return "Nothing new" if digest.quiet else f"{', '.join(_news(digest))}{_within(digest)}"


def _within(digest: Digest) -> str:
    """The areas by name, or how many."""
    names = [area.name for area in digest.areas]
    return f" in {', '.join(names)}" if len(names) <= _NAMED else f" in {len(names)} areas"


def _where(digest: Digest) -> str:
    """The groups by name, or their bodies."""
    sections = [section for area in digest.areas for section in area.sections]
    groups = list(dict.fromkeys(_short(section) for section in sections))
    return ", ".join(groups if len(groups) <= _NAMED + 1 else dict.fromkeys(section.body for section in sections))


def _news(digest: Digest) -> list[str]:
    """What there is to tell, in numbers that count nothing twice: what stands out, what is new, then the rest."""
    warned: Counter[str] = Counter()
    covered: set[tuple[str, str, str]] = set()
    for signal in digest.signals:
        warned[signal.kind] += signal.count
        covered |= signal.about if signal.kind in _WHOLE else set()
    items = [item for area in digest.areas for item in area.items if item.id not in covered]
    brought = [item for item in items if not (item.is_summary or item.is_statement)]
    new, uploaded = sum(item.is_new for item in brought), sum(item.is_uploaded for item in brought)
    others = len(items) - new - uploaded
    parts = [counted(number, *SIGNALS[kind]) for kind, number in warned.items()]
    whose = f" from {' or '.join(digest.countries)}" if digest.countries else ""
    came = [f"{new} new{whose}"] if new else []
    if uploaded:
        came.append(f"{uploaded} now uploaded" + ("" if new else whose))
    parts[2:2] = came
    if others:
        parts.append(
            counted(others, "other change", "other changes") if parts else counted(others, "change", "changes")
        )
    if not parts:
        unknown = sum(len(section.unknown) for area in digest.areas for section in area.sections)
        parts.append(counted(unknown, "unknown name", "unknown names"))
    return parts


SIGNALS = {
    "first": ("first", "firsts"),
    "surge": ("surge", "surges"),
    "project": ("new project", "new projects"),
    "committee": ("new committee", "new committees"),
    "secretariat": ("secretariat moved", "secretariats moved"),
    "together": ("first together", "firsts together"),
    "agreed": ("agreed", "agreed"),
}

_WHOLE = frozenset({"project", "committee", "secretariat", "agreed"})
"""The warnings that count items: these are not counted again as new or changed."""


def counted(number: int, one: str, many: str) -> str:
    """`1 first`, `2 firsts`."""
    return f"{number} {one if number == 1 else many}"


def quiet(digest: Digest) -> str:
    """That there is nothing new, and whether everything was read."""
    if digest.blind:
        return f"Nothing new in what could be read; {unseen(digest.blind)} could not be"
    if not digest.read:
        return "Nothing new, but nothing was read either"
    if digest.again:
        return f"Nothing new; {' and '.join(body for body, _ in digest.again)} can be read again"
    return "Nothing new, all sources read" if digest.watched else "Nothing new in what was imported"


def _short(section: Section) -> str:
    """`ISO TC 22/SC 1`, `JTC 1/SC 42`; the others write their groups short themselves."""
    return re.sub(r"^(?:ISO/IEC|IEC/ISO) |^(ISO)/", lambda found: "ISO " if found[1] else "", section.group)
