"""Whose name a text is as a whole: an entry of the registry, an arm of a company, or a group."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from organisations.attribution import Role
from organisations.groups import group
from organisations.names import (
    arm,
    begins_with_place,
    country_in,
    is_legal_form,
    key,
    place_at,
    tokens,
    vocabulary,
    without_legal_form,
)
from organisations.people import is_short_person
from organisations.registry import COMPANIES, Organisation, Registry

_LONGEST_NAME = 9
_COMMITTEE = re.compile(r"(?:(?:tc|sc|wg|ag)\d+)+$")
# What states run, and name with the state before or after it: `UK Home Office`, `BSI Germany`.
_MEMBERS = ("standards-body", "government")
_OF = frozenset(["of", "de", "du", "des", "del", "d"])


@dataclass(frozen=True, slots=True)
class Found:
    """A name as written and what it stands for: an id, a group outside the registry, or an ambiguous alias."""

    written: str
    id: str = ""
    group: str = ""
    ambiguous: str = ""
    home: tuple[str, str] | None = None
    """Kind and home country of an organisation that only its own name speaks of."""
    registered: str | None = None
    role: Role | None = None

    @property
    def known(self) -> bool:
        """Whether a name was found."""
        return bool(self.id or self.group or self.ambiguous or self.home)


class Finder:
    """Finds names in the registry by the grammar companies name their arms in."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        # ISO's documents call members by their countries' codes: `KR NB`.
        states = ((known.facts[-1].home, known.id) for known in registry.organisations.values() if _is_state(known))
        self._states = {(home or "").lower(): id_ for home, id_ in states}

    def name(self, text: str, body: str | None) -> Found | None:
        """The one organisation or group this text names as a whole."""
        words = tokens(text)
        if not words or is_short_person(text):
            return None
        whole, words = words, _without_national_body(words)
        if found := self._registry.lookup(words):
            return Found(text, id=found, registered=country_in(words[1:]) if self.kind(found) in COMPANIES else None)
        name = key(without_legal_form(words))
        if any(
            not rule.body or (body or "none") in rule.body.split("|") for rule in self._registry.rules.get(name, ())
        ):
            return Found(text, ambiguous=name)
        if placed := self._meant_by_place(words):
            return Found(text, id=placed)
        if words != whole and (state := self._states.get(name)):
            return Found(text, id=state)
        if named := group(text.strip(), body):
            if known := self._registry.lookup(tokens(named)):
                return Found(text, id=known)
            return Found(text, group=named)
        if self.kind(state := self._registry.lookup(_without_style(words))) == "administration":
            return Found(text, id=state or "")
        committee = _COMMITTEE.search(key(words))
        if committee and self.kind(found := self._registry.aliases.get(key(words)[: committee.start()])) in _MEMBERS:
            return Found(text, id=found or "")
        return self._arm(text, words)

    def _meant_by_place(self, words: list[str]) -> str | None:
        """The one meaning of an ambiguous alias that is at home where the place after it is: `BSI, United Kingdom`."""
        for start in range(1, len(words)):
            width, country = place_at(words, start)
            if country and start + width == len(words):
                rules = self._registry.rules.get(key(words[:start]), ())
                meant = {rule.organisation for rule in rules if rule.organisation}
                here = [id_ for id_ in meant if self.home(id_) == country]
                return here[0] if len(here) == 1 else None
        return None

    def _arm(self, text: str, words: list[str]) -> Found | None:
        """The arm of a company: its name with nothing around it but places, legal forms and words of the trade."""
        size = len(words)
        for width in range(min(size - 1, _LONGEST_NAME), 0, -1):
            for start in range(size - width + 1):
                name = key(words[start : start + width])
                found = self._registry.aliases.get(name)
                kind = self.kind(found)
                if not found or kind not in (*COMPANIES, "institute", "university", *_MEMBERS):
                    continue
                plain = name not in self._registry.exact or begins_with_place(words[start + width :])
                generic = kind in COMPANIES and plain
                before, place = arm(words[:start], generic and words[start - 1] == "of")
                after, further = arm(words[start + width :], generic)
                country = further or place
                if kind not in COMPANIES and country != self.home(found):
                    continue  # a campus abroad is a body of its own
                rest = words[start + width :]
                if before and after and not self._names_another(rest) and not self._is_another(rest):
                    return Found(text, id=found, registered=country)
        return None

    def _names_another(self, words: list[str]) -> bool:
        """Whether words that could be of an arm hold a company's name: `China Telecom` in `Ericsson China Telecom`."""
        spans = (words[i:j] for i in range(len(words)) for j in range(i + 1, len(words) + 1))
        names = (key(span) for span in spans)
        return any(
            self.kind(self._registry.aliases.get(name)) in COMPANIES
            for name in names
            if name not in self._registry.exact
        )

    def _is_another(self, words: list[str]) -> bool:
        """Whether words that could be of an arm are an institution's name as a whole: `WILUS Inc. and ...`.

        `Electric Power Research Institute` right after a company's name is an arm of it, though also one's own name.
        """
        if all(word in vocabulary("arm") for word in words):
            return False
        while words and (words[0] == "and" or is_legal_form(words[:1])):
            words = words[1:]
        return len(words) > 1 and self.kind(self._registry.lookup(words)) in ("institute", "university", "association")

    def is_institution(self, found: tuple[Found, ...]) -> bool:
        """Whether one university, institute or ministry was found, which may have parts of its own names."""
        return len(found) == 1 and self.kind(found[0].id) in ("university", "institute", "government")

    def is_elsewhere(self, found: tuple[Found, ...], country: str) -> bool:
        """Whether a state's or a university was found, but another state's is meant: `National Authority (Ghana)`."""
        kinds = (*_MEMBERS, "university")
        return bool(found) and all(self.kind(one.id) in kinds and self.home(one.id) != country for one in found)

    def is_group(self, found: Found) -> bool:
        """Whether a group is named, in the registry or not."""
        meant = [rule.organisation for rule in self._registry.rules.get(found.ambiguous, ())]
        return bool(found.group) or any(self.kind(id_) == "group" for id_ in (found.id, *meant))

    def home(self, id_: str) -> str | None:
        """The home country of an organisation, today's."""
        organisation = self._registry.organisations[id_]
        return organisation.facts[-1].home or self._registry.ultimate(organisation, date.max).facts[-1].home

    def kind(self, id_: str | None) -> str:
        """The kind of an organisation; nothing for no organisation."""
        known = self._registry.organisations.get(id_ or "")
        return known.kind if known else ""


def _is_state(organisation: Organisation) -> bool:
    return organisation.kind == "administration"


def _without_national_body(words: list[str]) -> list[str]:
    """`China NB` and `NB of China`, as ISO's registers call a state's member, are the state."""
    for name in (["nb"], ["national", "body"]) if "nb" in words or "body" in words else ():
        if len(words) > len(name) and words[-len(name) :] == name:
            return words[: -len(name)]
        if words[: len(name) + 1] == [*name, "of"]:
            return words[len(name) + 1 :]
    return words


def _without_style(words: list[str]) -> list[str]:
    """`Republic of Kenya`, `Tanzania, United Republic of` and `Corée (République de)` are the states they name."""
    style = vocabulary("style")
    if _OF.isdisjoint(words):
        return words
    start, end = 0, len(words)
    while start < end and words[start] in style:
        start += 1
    while end > start and words[end - 1] in style:
        end -= 1
    return words[start:end]
