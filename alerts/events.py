"""What a change means to a person: something was reserved, uploaded, agreed, moved. A no-op means nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from store.changes import Told

Significance = Literal["significant", "all"]

EVENTS = (
    "reserved",
    "uploaded",
    "source-added",
    "revised",
    "decided",
    "accepted",
    "withdrawn",
    "edited",
    "vanished",
    "returned",
    "project-new",
    "project-listed",
    "stage-moved",
    "committee-new",
    "secretariat-gained",
    "secretariat-lost",
    "membership",
    "meeting-new",
    "meeting-moved",
    "meeting-cancelled",
)
"""All events, by the words that `events = [...]` of a watchlist uses; `accepted` asks for decisions that say yes."""

_MINOR = frozenset({"edited", "returned", "project-listed"})
"""Told only to a watchlist with `significance = "all"` or one that names them."""

_OPEN = frozenset({None, "reserved", "available"})
_NO_NEWS = frozenset({"url", "flags", "supplements", "first_document", "last_document", "documents_url", "languages"})
"""Fields whose change says nothing by itself: a link appears with an upload, whose own field is told."""
_WITHDRAWN = frozenset({"withdrawn"})
_YES = ("agreed", "approved", "endorsed")


@dataclass(frozen=True, slots=True)
class Event:
    """One meaning of a change. `about` is the member a committee's change concerns, where it concerns just one."""

    name: str
    significant: bool
    about: str | None = None
    accepted: bool = False
    """Whether it is a decision that says yes."""

    @property
    def words(self) -> tuple[str, ...]:
        """What a watchlist may ask for it by."""
        return (self.name, "accepted") if self.accepted else (self.name,)


def events(told: Told) -> tuple[Event, ...]:
    """What this change means; a secretariat that changes hands is gained by one member and lost by another."""
    if told.kind == "vanished":
        return (_event("vanished"),)
    if told.kind == "returned":
        return (_event("returned"),)
    read = {"contribution": _contribution, "project": _project, "committee": _committee, "meeting": _meeting}
    return read[told.record](told)


def _event(name: str, about: str | None = None) -> Event:
    return Event(name, name not in _MINOR, about)


def _contribution(told: Told) -> tuple[Event, ...]:
    if told.kind == "appeared":
        status = told.values.get("status")
        if status in _WITHDRAWN:
            return ()
        listed_only = status == "reserved" or (told.values.get("uploaded_at") is None and told.url is None)
        return (*_status(None, status, upload=False), _event("reserved" if listed_only else "uploaded"))
    if told.field == "status":
        return _status(told.old, told.new)
    if told.field == "uploaded_at":
        return (_event("uploaded"),) if told.old is None else ()
    if told.field in ("revised_to", "revision"):
        return (_event("revised"),) if told.new else ()
    if told.field == "source":
        return (_event("source-added"),) if told.new else (_event("edited"),)
    if told.field == "tsg_decision":
        return (_decided(told.new),) if told.new else ()
    return _edited(told)


def accepted(status: str | None) -> bool:
    """Whether a status or decision says yes, be it in part or on conditions."""
    said = (status or "").lower()
    return said.endswith(_YES) and not said.startswith("not ")


def _status(old: str | None, new: str | None, *, upload: bool = True) -> tuple[Event, ...]:
    if new == "available":
        return (_event("uploaded"),) if upload and old in (None, "reserved") else ()
    if new in _OPEN:
        return ()
    if new == "revised":
        return (_event("revised"),)
    return (_event("withdrawn") if new in _WITHDRAWN else _decided(new),)


def _decided(status: str | None) -> Event:
    return Event("decided", significant=True, accepted=accepted(status))


def _project(told: Told) -> tuple[Event, ...]:
    if told.kind == "appeared":
        stage = told.values.get("stage") or ""
        return (_event("project-new" if "00" <= stage[:2] <= "20" and stage else "project-listed"),)
    if told.field == "stage" and told.new:
        step = (told.old or "")[:2] != told.new[:2] or told.new.endswith((".98", ".99")) or told.new == "60.60"
        return (Event("stage-moved", step),)
    return _edited(told)


def _committee(told: Told) -> tuple[Event, ...]:
    if told.kind == "appeared":
        return (_event("committee-new"),)
    if told.field == "secretariat":
        gained = (_event("secretariat-gained", told.new),) if told.new else ()
        lost = (_event("secretariat-lost", told.old),) if told.old else ()
        return gained + lost
    if told.field == "membership":
        return (_event("membership", told.subject),)
    return _edited(told)


def _meeting(told: Told) -> tuple[Event, ...]:
    if told.kind == "appeared":
        return (_event("meeting-new"),)
    if told.field == "status":
        return (_event("meeting-cancelled"),) if told.new == "cancelled" else ()
    if told.field in ("starts_on", "ends_on", "place"):
        return (_event("meeting-moved"),) if told.old is not None else (_event("edited"),)
    return _edited(told)


def _edited(told: Told) -> tuple[Event, ...]:
    same = (told.old or "").split() == (told.new or "").split()
    return () if same or told.field in _NO_NEWS else (_event("edited"),)
