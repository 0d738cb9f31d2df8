"""One record as a digest shows it: once, with all that happened to it and every reason for telling it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from alerts.assessments import Assessed
from alerts.events import events
from alerts.lineage import Lineage
from alerts.matching import Match, Reason, watched
from alerts.topics import Topics
from alerts.watchlists import Watchlist
from alerts.wording import Happening, happening, plain, safe_link, span, upcoming
from organisations import Named, Role, signing
from store.changes import Told
from store.order import natural

_FIRST_SAID = (
    "committee-new",
    "secretariat-gained",
    "secretariat-lost",
    "project-new",
    "uploaded",
    "reserved",
    "source-added",
    "stage-moved",
    "revised",
    "decided",
    "withdrawn",
    "membership",
)
"""Which items come first by what happened to them, after those that were accepted: what is new before what is over."""
_OUTCOMES = frozenset({"decided", "withdrawn", "revised"})
"""Of one document, what became of it is said before when it came."""
_NEW = frozenset({"reserved", "uploaded"})
_SAME_IF_SAID_THE_SAME = frozenset({"uploaded", "revised", "decided", "meeting-moved"})
_CORRECTIONS = frozenset({"CR", "draftCR"})
_UPKEEP = re.compile("maintenance|liaison statement", re.IGNORECASE)
_LINKS = 8
"""Links shown to what stands before or after an item."""


@dataclass(frozen=True, slots=True)
class Name:
    """An organisation as the document writes it; `role` where it does not simply bring the document."""

    text: str
    watched: bool
    role: str | None = None
    known: bool = True


@dataclass(frozen=True, slots=True)
class Link:
    """Another document or project by what a reader calls it; `url` None where the archive does not have it."""

    key: str
    url: str | None


@dataclass(frozen=True, slots=True)
class Why:
    """One watchlist's reasons for an item."""

    watchlist: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One record, once, with all that happened to it in the period and every reason for telling it."""

    body: str
    record: str
    key: str
    label: str
    """What a reader calls it: the TDoc number, an ISO reference, a meeting's name."""
    title: tuple[tuple[str, bool], ...]
    """Its title in parts, with whether a part is one that matched."""
    url: str | None
    names: tuple[Name, ...]
    signing: str
    """sole, joint…, or empty where nobody signs."""
    place: str
    """Agenda item, committee, place."""
    happenings: tuple[Happening, ...]
    why: tuple[Why, ...]
    earlier: tuple[Link, ...]
    """What it revises or replaces."""
    later: tuple[Link, ...]
    """What it was revised to or is replaced by."""
    unknown: bool
    """Whether it is told only because nobody knows a name in it."""
    order: tuple[tuple[int, int, str], ...] = ()
    """Agenda item and number, as people count them."""
    assessed: Assessed | None = None
    """What an expert made of it, or of the revision before it."""
    appeared: bool = True
    """Whether it was first seen in this period."""
    upkeep: bool = False
    """Whether it mends or answers, where others propose: a correction, maintenance, talk of a liaison statement."""

    @property
    def id(self) -> tuple[str, str, str]:
        """What it is told apart by: body, record and key."""
        return self.body, self.record, self.key

    @property
    def is_accepted(self) -> bool:
        """Whether it was agreed, approved or endorsed."""
        return any(one.accepted for one in self.happenings)

    @property
    def is_summary(self) -> bool:
        """Whether those watched only sum up what others brought."""
        return all(name.role in ("moderator", "chair") for name in self.names if name.watched)

    @property
    def is_new(self) -> bool:
        """Whether it is a contribution that was not known before this period."""
        return self.appeared and any(one.event in _NEW for one in self.happenings)

    @property
    def is_uploaded(self) -> bool:
        """Whether it is a contribution known before, of which there now is a document."""
        return not self.appeared and any(one.event == "uploaded" for one in self.happenings)

    @property
    def succession(self) -> tuple[tuple[str, tuple[Link, ...]], ...]:
        """What stands before and after it, with the word for it."""
        words = ("replaces", "replaced by") if self.record == "project" else ("revises", "revised to")
        return tuple((word, links) for word, links in zip(words, (self.earlier, self.later), strict=True) if links)

    @property
    def is_statement(self) -> bool:
        """Whether it is a liaison statement, which a group sends and somebody drafts."""
        return self.place.startswith("LS")

    @property
    def weight(self) -> tuple[int, bool, bool, bool, bool, int]:
        """What stands first: what weighs most, contributions before summaries, statements and upkeep.

        Then what is heard of for the first time, what is on topic by its title, and on several watchlists.
        """
        first = min((weight(one) for one in self.happenings), default=99)
        apart = self.is_summary or self.is_statement
        marked = any(marked for _, marked in self.title)
        return first, apart, self.upkeep, not self.appeared, not marked, -len(self.why)


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes items: what they all share."""

    watchlists: Mapping[str, Watchlist]
    lineage: Lineage
    hosts: Collection[str]
    today: date
    """The reader's."""
    assessed: Mapping[int, Assessed] = field(default_factory=dict)
    """By record id."""

    def item(self, each: Sequence[tuple[Told, Sequence[Match]]]) -> Item:
        """The item of one record from its changes, oldest first, and the matches of each."""
        told = each[-1][0]
        values = told.values
        reasons: dict[str, dict[Reason, None]] = defaultdict(dict)
        for _, met in each:
            for match in met:
                reasons[match.watchlist].update(dict.fromkeys(match.reasons))
        every = [reason for found in reasons.values() for reason in found]
        kinds = {reason.kind for reason in every}
        return Item(
            body=told.body,
            record=told.record,
            key=told.key,
            label=plain(_label(told), 80),
            title=()
            if told.record == "meeting" and _label(told) in told.title
            else _marked(plain(told.title), [reason.text for reason in every if reason.where == "title"]),
            url=safe_link(told.url, self.hosts),
            names=self._names(told, [self.watchlists[name] for name in reasons]),
            signing=_signing(told),
            place=self._place(told),
            happenings=_happenings(each, self.today),
            why=tuple(Why(name, tuple(found)) for name, found in reasons.items()),
            earlier=self._links(told, self.lineage.earlier(told)),
            later=self._links(told, self.lineage.later(told)),
            unknown="unknown" in kinds and "organisation" not in kinds,
            order=natural(values.get("agenda_item")) + natural(told.key),
            assessed=self.assessed.get(told.record_id),
            appeared=any(one.kind == "appeared" for one, _ in each),
            upkeep=values.get("type") in _CORRECTIONS or bool(_UPKEEP.search(values.get("agenda_title") or "")),
        )

    def link(self, told: Told) -> Link:
        """A link to the record."""
        return Link(plain(_label(told), 80), safe_link(told.url, self.hosts))

    def _names(self, told: Told, watchlists: Sequence[Watchlist]) -> tuple[Name, ...]:
        known = [
            Name(
                plain(one.as_written, 80),
                any(watched(each, one) for each in watchlists),
                _capacity(told, one),
            )
            for one in told.attribution.named()
        ]
        return (*known, *(Name(plain(name, 80), False, known=False) for name in told.attribution.unresolved))

    def _place(self, told: Told) -> str:
        values = told.values
        parts: tuple[str, ...]
        if told.record == "contribution":
            parts = (plain(values["type"], 40), plain(values["agenda_item"], 20))
        elif told.record == "project":
            parts = (upcoming(values["stage"]),)
        elif told.record == "meeting":
            parts = (plain(values["place"]), span(values["starts_on"], values["ends_on"], self.today))
        else:
            return ""
        return " · ".join(filter(None, parts))

    def _links(self, told: Told, keys: Iterable[str]) -> tuple[Link, ...]:
        named = [self.lineage.called.get((told.body, key), (key, None)) for key in keys]
        return tuple(Link(plain(label, 40), safe_link(url, self.hosts)) for label, url in named[:_LINKS])


def weight(happened: Happening) -> int:
    """What to say first: the lower, the sooner."""
    if happened.accepted:
        return -1
    return _FIRST_SAID.index(happened.event) if happened.event in _FIRST_SAID else len(_FIRST_SAID)


def _signing(told: Told) -> str:
    own = any(one.role is Role.SOURCE for one in told.attribution.organisations)
    return signing(told.attribution) if told.record == "contribution" and own else ""


def _capacity(told: Told, named: Named) -> str | None:
    """In which role somebody is named; of a secretariat that changed hands, both who has it and who had it are."""
    if told.field == "secretariat" and named.as_written == told.old:
        return f"{named.role} before"
    return None if named.role in (Role.SOURCE, Role.GROUP) else str(named.role)


def _label(told: Told) -> str:
    if told.record == "committee":
        return told.group
    return str(told.values.get("reference") or told.values.get("name") or told.key)


def _happenings(each: Sequence[tuple[Told, Sequence[Match]]], today: date) -> tuple[Happening, ...]:
    """What happened, the weightiest first; of a record that is new, only what it is now."""
    found: dict[tuple[str, str, str], Happening] = {}
    for told, met in each:
        meant = [event.name for event in events(told)] if told.kind == "appeared" else []
        for event in dict.fromkeys([*(match.event for match in met), *meant]):
            said = happening(told, event, today)
            key = (event, said.text if event in _SAME_IF_SAID_THE_SAME else told.field, told.subject)
            before = found.get(key)
            found[key] = replace(said, was=before.was or said.was) if before else said
    happened = sorted(found.values(), key=lambda one: (one.event not in _OUTCOMES, weight(one)))
    if any(one.event == "uploaded" for one in happened):
        happened = [one for one in happened if one.event != "reserved"]
    if any(told.kind == "appeared" for told, _ in each):
        happened = [one for one in happened if one.event not in ("edited", "source-added")]
    return tuple(happened)


def _marked(title: str, found: list[str]) -> tuple[tuple[str, bool], ...]:
    """The title in parts, those that matched marked."""
    texts = [plain(text) for text in found]
    hits = sorted((hit.start, -hit.end) for hit in Topics(text for text in texts if text).find(title))
    parts: list[tuple[str, bool]] = []
    at = 0
    for start, minus_end in hits:
        if start < at:
            continue
        end = -minus_end
        parts += [(title[at:start], False), (title[start:end], True)]
        at = end
    return tuple(part for part in (*parts, (title[at:], False)) if part[0])
