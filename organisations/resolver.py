"""Who a source string names: exact names from the registry, read by the grammar that listings are written in."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from organisations.attribution import Attribution, Named, Role
from organisations.finding import Finder, Found
from organisations.names import key, tokens, without_legal_form
from organisations.people import is_person
from organisations.reading import Reader
from organisations.registry import COMPANIES, Registry

_REMEMBERED = 250_000
PERSON = "(a person)"
"""Stands in `unresolved` for people whose organisation a string does not say: their names are not kept."""


class Resolver:
    """Attributes source strings, and remembers those it has seen."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        self.by_group = any(rule.group for rules in registry.rules.values() for rule in rules)
        """Whether any rule goes by groups: what a string names may then differ from group to group."""
        self._reader = Reader(registry)
        self._periods: dict[date | str | None, int] = {None: registry.period(None)}
        self._seen: dict[tuple[str | None, str | None, str | None, int], Attribution] = {}
        self._named: dict[tuple[str, int], Named] = {}

    def attribute(
        self, source: str | None, *, body: str | None = None, group: str | None = None, on: date | str | None = None
    ) -> Attribution:
        """Who the source field of a listing names, by what held on the document's date (ISO if text; None: today).

        `body` (3gpp, iso, itu) and `group` decide what an acronym means that two bodies use differently.
        """
        period = self._periods.get(on)
        if period is None:
            period = self.period(on)
        asked = (source, body, group, period)
        attribution = self._seen.get(asked)
        if attribution is None:
            if len(self._seen) >= _REMEMBERED:
                self._seen.clear()
            attribution = self._seen[asked] = self._attribute(source or "", body and body.lower(), group, period)
        return attribution

    def period(self, on: date | str | None) -> int:
        """The stretch of time around a day within which an attribution cannot differ: a key to remember one by."""
        period = self._periods.get(on)
        if period is None:
            if len(self._periods) >= _REMEMBERED:
                self._periods = {None: self.registry.period(None)}
            day = date.fromisoformat(on[:10]) if isinstance(on, str) else on
            period = self._periods[on] = self.registry.period(day)
        return period

    def member_body(self, acronym_or_id: str | int) -> Named | None:
        """An ISO member body by its acronym or its id at ISO; the caller says whether secretariat or member."""
        written = str(acronym_or_id)
        found = self.registry.members.get(written.lower())
        if found is None:
            reading = Finder(self.registry).name(written, "iso")
            if reading is None:
                return None
            found = reading.id or self._decide(reading.ambiguous, "iso", None, self.registry.period(None), "")
        return self._build(Found(written, id=found), Role.MEMBER, self.registry.period(None)) if found else None

    def suggest(self, name: str, limit: int = 3) -> list[tuple[str, float]]:
        """Known organisations written much like `name`, scored 0 to 100: for a person to accept, never used."""
        from rapidfuzz import fuzz, process  # noqa: PLC0415 - only a person who asks waits for it

        wanted = key(without_legal_form(tokens(name)))
        best: dict[str, float] = {}
        for _, score, alias in process.extract(
            wanted, {a: a for a in self.registry.aliases}, scorer=fuzz.ratio, limit=8 * limit
        ):
            canonical = self.registry.organisations[self.registry.aliases[alias]].name
            best[canonical] = max(score, best.get(canonical, 0.0))
        return sorted(best.items(), key=lambda item: -item[1])[:limit]

    def _attribute(self, source: str, body: str | None, group: str | None, period: int) -> Attribution:
        named: dict[tuple[str, Role], Named] = {}
        unresolved: dict[str, None] = {}
        before: Named | None = None
        authors = False
        for reading in self._reader.read(source, body):
            if reading.author:
                authors = True
                continue
            if authors and reading.found:
                if not (reading.closes or (body == "iso" and any(found.known for found in reading.found))):
                    unresolved[PERSON] = None
                authors = False
            if reading.role and before:
                named.pop((before.name, before.role))
                before = replace(before, role=reading.role)
                named[before.name, before.role] = before
                continue
            if reading.country and before and _places(before, reading.country, body):
                if before.kind in COMPANIES and not before.registered and before.home != reading.country:
                    before = replace(before, registered=reading.country)
                    named[before.name, before.role] = before
                continue
            last = next(reversed(unresolved), "")
            if reading.office and is_person(last, "iso"):
                del unresolved[last]
                unresolved[PERSON] = None
            for found in reading.found:
                one = self._resolve(found, body, group, period, before)
                if one is None:
                    unresolved[found.written] = None
                else:
                    before = named.setdefault((one.name, one.role), one)
        if authors:
            unresolved[PERSON] = None
        return Attribution(source, tuple(named.values()), tuple(unresolved))

    def _resolve(
        self, found: Found, body: str | None, group: str | None, period: int, before: Named | None
    ) -> Named | None:
        if found.home:
            kind, home = found.home
            return Named(found.written, None, found.written, found.role or Role.SOURCE, kind, home=home)
        if found.group:
            return Named(found.group, _slug(found.group), found.written, found.role or Role.GROUP, "group")
        organisation = found.id or self._decide(found.ambiguous, body, group, period, before.id or "" if before else "")
        if not organisation:
            return None
        return self._build(found if found.id else replace(found, id=organisation), found.role, period)

    def _decide(self, alias: str, body: str | None, group: str | None, period: int, before: str) -> str:
        """Which organisation an ambiguous alias means here: the first rule that holds, or none."""
        day = self.registry.day(period)
        for rule in self.registry.rules.get(alias, ()):
            if (
                (not rule.body or (body or "none") in rule.body.split("|"))
                and (not rule.group or (group or "") in rule.group.split("|"))
                and (not rule.beside or before in rule.beside.split("|"))
                and rule.start <= day < rule.end
            ):
                return rule.organisation
        return ""

    def _build(self, found: Found, role: Role | None, period: int) -> Named:
        known = self._named.get((found.id, period))
        if known is None:
            known = self._named[found.id, period] = self._facts(found.id, period)
        registered = found.registered or known.registered
        return Named(  # `replace` would take four times as long, and a backfill names 30,000
            known.name,
            known.id,
            found.written,
            role or known.role,
            known.kind,
            known.parent,
            known.parent_id,
            known.home,
            registered if registered != known.home else None,
            known.joint_venture_homes,
        )

    def _facts(self, id_: str, period: int) -> Named:
        organisation = self.registry.organisations[id_]
        day = self.registry.day(period)
        fact = organisation.fact(day)
        ultimate = self.registry.ultimate(organisation, day)
        own = ultimate is organisation
        return Named(
            name=organisation.name,
            id=organisation.id,
            as_written="",
            role=Role.GROUP if organisation.kind == "group" else Role.SOURCE,
            kind=organisation.kind,
            parent=None if own else ultimate.name,
            parent_id=None if own else ultimate.id,
            home=fact.home or ultimate.fact(day).home,
            registered=fact.registered,
            joint_venture_homes=fact.owners,
        )


def _places(organisation: Named, country: str, body: str | None) -> bool:
    """Whether a country after an organisation says where that is, and does not name the state as another source."""
    if organisation.kind in ("administration", "group", "international"):
        return False
    return body not in ("itu", "iso") or country in (organisation.home, organisation.registered)


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
