"""How things are said to people: texts made harmless, dates, what happened, in plain words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from alerts.events import accepted
from store.changes import Told
from store.order import natural
from store.times import moment

HOSTS = frozenset(
    [
        "www.3gpp.org",
        "portal.3gpp.org",
        "www.iso.org",
        "www.itu.int",
        "jvet-experts.org",
        "www.jvet-experts.org",
        "www.unicode.org",
    ]
)
"""The bodies' public hosts: the only ones a digest links to, besides the archive's own site."""

STAGES = {
    "00": "preliminary",
    "10": "proposal",
    "20": "preparation",
    "30": "committee draft",
    "40": "enquiry",
    "50": "approval",
    "60": "publication",
    "90": "review",
    "95": "withdrawal",
}
"""The international harmonized stages, by their first two digits (ISO Guide 69)."""

_WAY = ("00", "10", "20", "30", "40", "50", "60")
"""The stages that a project goes through to its publication."""

LABELS = {
    "reserved": "reserved",
    "uploaded": "uploaded",
    "source-added": "sources changed",
    "revised": "revised",
    "withdrawn": "withdrawn",
    "edited": "edited",
    "vanished": "no longer listed",
    "returned": "listed again",
    "project-new": "new project",
    "project-listed": "first listed",
    "stage-moved": "stage",
    "committee-new": "new committee",
    "secretariat-gained": "secretariat",
    "secretariat-lost": "secretariat",
    "membership": "membership",
    "meeting-new": "new meeting",
    "meeting-moved": "moved to",
    "meeting-cancelled": "meeting cancelled",
}
_FIELDS = {
    "agenda_item": "agenda item",
    "agenda_title": "agenda item",
    "work_items": "work items",
    "starts_on": "first day",
    "ends_on": "last day",
    "published_on": "published",
    "group": "committee",
    "spec": "specification",
}
_BREAKS = {"Cc", "Zl", "Zp"}
_UNSEEN = {"Cf", "Co", "Cs", "Cn"}
"""Unicode categories that a reader cannot see but that turn or hide text."""


@dataclass(frozen=True, slots=True)
class Happening:
    """What happened to a record: the new value, and the old one where there was one."""

    event: str
    text: str
    was: str | None = None
    on: str | None = None
    accepted: bool = False
    """Whether it is a decision that says yes."""


def plain(text: str | None, limit: int = 300) -> str:
    """One line without control, direction or other unseen characters, at most `limit` long."""
    if text is None or (text.isascii() and text.isprintable()):
        return _cut(" ".join((text or "").split()), limit)
    kinds = ((c, unicodedata.category(c)) for c in text)
    seen = "".join(" " if kind in _BREAKS else c for c, kind in kinds if kind not in _UNSEEN)
    return _cut(" ".join(seen.split()), limit)


def _cut(line: str, limit: int) -> str:
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def safe_link(url: str | None, hosts: Collection[str] = HOSTS) -> str | None:
    """The address, if it is https on one of these hosts and nothing else."""
    if not url or not url.isprintable() or any(c in url for c in " \"'<>\\"):
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    listed = parts.scheme == "https" and (parts.hostname or "") in hosts
    return url if listed and port in (None, 443) and "@" not in parts.netloc else None


def day(on: date, today: date) -> str:
    """`21 Nov`, with the year where it is another than today's."""
    return f"{on.day} {on:%b}" + ("" if on.year == today.year else f" {on.year}")


def span(first: str | None, last: str | None, today: date) -> str:
    """`17–21 Nov` from two ISO dates."""
    if not first:
        return ""
    start = date.fromisoformat(first[:10])
    end = date.fromisoformat(last[:10]) if last else start
    if end <= start:
        return day(start, today)
    if (start.year, start.month) == (end.year, end.month):
        return f"{start.day}–{day(end, today)}"
    return f"{day(start, today)} – {day(end, today)}"


def clock(stamp: str, zone: ZoneInfo, now: datetime) -> str:
    """`06:10` for a moment of today, `Tue 18 Nov 06:10` before, in the reader's zone."""
    then, today = moment(stamp).astimezone(zone), now.astimezone(zone).date()
    time = f"{then:%H:%M}"
    return time if then.date() == today else f"{then:%a} {day(then.date(), today)} {time}"


def listed(stamp: str | None, today: date) -> str | None:
    """The day of a listing's own date or time, or nothing where it is none."""
    try:
        return day(date.fromisoformat((stamp or "")[:10]), today)
    except ValueError:
        return None


def stage(code: str) -> str:
    """`30.20 committee draft`; a project at xx.98 is deleted."""
    said = "deleted" if code.endswith(".98") else STAGES.get(code[:2], "")
    return f"{code} {said}".strip()


def upcoming(code: str | None) -> str:
    """`next: 40 enquiry`, for a project that is not published yet nor given up."""
    if not code or code.endswith(".98") or code[:2] not in _WAY or code[:2] == _WAY[-1]:
        return ""
    following = _WAY[_WAY.index(code[:2]) + 1]
    return f"next: {following} {STAGES[following]}"


def happening(told: Told, event: str, today: date) -> Happening:
    """One change in words."""
    new, old = plain(told.new), plain(told.old) or None
    label = LABELS.get(event, event)
    if event in ("reserved", "uploaded"):
        on = listed(told.values.get(f"{event}_at"), today)
        if event == "reserved" and not on and told.values.get("status") not in (None, "reserved"):
            label = "first listed"  # nobody says when it was reserved, and it is past that
        return Happening(event, label, "reserved" if told.field and event == "uploaded" else None, on)
    if event == "decided":
        decision = new if told.field else plain(told.values.get("status"))
        said = f"{plain(told.subject)}: {decision}" if told.subject else decision
        return Happening(event, said, old, accepted=accepted(decision))
    if event == "revised":
        return Happening(event, f"revision {new}" if told.field == "revision" else "revised")
    if event == "project-new":
        return Happening(event, f"{label}, stage {stage(told.values['stage'])}")
    if event == "stage-moved":
        return Happening(event, f"stage {stage(new)}", old)
    if event in ("secretariat-gained", "secretariat-lost"):
        return Happening(event, f"secretariat {new or 'given up'}", old)
    if event == "membership":
        place = {"P": "participating member", "O": "observer"}
        return Happening(event, f"{plain(told.subject)} {place.get(new, 'left')}", place.get(old or ""))
    if event == "meeting-moved":
        if told.field == "place":
            return Happening(event, f"{label} {new}", old)
        return Happening(
            event, f"{label} {span(told.values['starts_on'], told.values['ends_on'], today)}", listed(told.old, today)
        )
    if event in ("source-added", "edited"):
        name = "sources" if event == "source-added" else _FIELDS.get(told.field, told.field.replace("_", " "))
        return Happening(event, f"{name} changed", old)
    return Happening(event, label)


def numbers(labels: Iterable[str], most: int) -> str:
    """Document numbers in order, those that follow each other as a span; at most so many of both."""
    spans: list[list[str]] = []
    for label in sorted(set(labels), key=natural):
        if spans and _next(spans[-1][-1]) == label:
            spans[-1].append(label)
        else:
            spans.append([label])
    shown = [f"{one[0]}–{one[-1]}" if len(one) > 2 else ", ".join(one) for one in spans[:most]]
    return ", ".join(shown) + (" …" if len(spans) > most else "")


def _next(label: str) -> str | None:
    """The number after `R1-2508101`; None for what is no document's number."""
    found = re.fullmatch(r"(.*-)(\d{4,})", label)
    return f"{found[1]}{int(found[2]) + 1:0{len(found[2])}}" if found else None


def some(names: Sequence[str], most: int = 3) -> str:
    """The first few, and how many more there are."""
    rest = len(names) - most
    return ", ".join(names[:most]) + (f" and {rest} more" if rest > 0 else "")
