"""The registry: organisations, what holds about them and when, and how listings write them.

CSV files, one a theme, read and reviewed by people; an operator's files have the same form and extend or override.
"""

from __future__ import annotations

import csv
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from sys import intern
from typing import NamedTuple, NoReturn

from organisations.names import DATA, is_legal_form, key, outline, tokens, without_legal_form

KINDS = (
    "association",
    "company",
    "government",
    "group",
    "institute",
    "international",
    "operator",
    "standards-body",
    "administration",
    "state-owned",
    "university",
    "vendor",
)
COMPANIES = frozenset({"company", "operator", "state-owned", "vendor"})
_NO_FIRMS = frozenset({"administration", "university"})
"""What bears no company's legal form: `Jordan Ltd` is no state."""
COLUMNS = ("id", "name", "kind", "parent", "home", "registered", "owners", "from", "until", "aliases", "source")


class RegistryError(ValueError):
    """A registry file that cannot be used; says where and what would be right."""


class Fact(NamedTuple):
    """What holds about an organisation from one day until before another."""

    start: date
    end: date
    parent: str | None
    home: str | None
    registered: str | None
    owners: tuple[str, ...]
    source: str


@dataclass(slots=True)
class Organisation:
    """An organisation and everything that ever held about it, oldest first."""

    id: str
    name: str
    kind: str
    facts: list[Fact] = field(default_factory=list)
    aliases: list[str] = field(default_factory=list)

    def fact(self, on: date) -> Fact:
        """What held on a day: the nearest stretch where none is recorded for it."""
        for fact in self.facts:
            if on < fact.end:
                return fact
        return self.facts[-1]


@dataclass(frozen=True, slots=True)
class Rule:
    """One meaning of an ambiguous alias and when it is meant; an empty `organisation` leaves the name unresolved.

    `body` is one or several of 3gpp, iso, itu and none, or `place`: meant only where the place after it says so.
    """

    organisation: str
    body: str = ""
    group: str = ""
    beside: str = ""
    start: date = date.min
    end: date = date.max


class Registry:
    """Organisations by id, and ids by every way of writing them."""

    def __init__(self) -> None:
        self.organisations: dict[str, Organisation] = {}
        self.aliases: dict[str, str] = {}
        self.exact: set[str] = set()
        self.outlines: dict[str, str | None] = {}
        """Ids by long names without small words and plurals, None where two organisations share one."""
        self.rules: dict[str, list[Rule]] = {}
        self.commas: dict[str, int] = {}
        """Names that hold commas: how many pieces they span, by the first piece."""
        self.members: dict[str, str] = {}
        """ISO member bodies by acronym and by their id at ISO."""
        self.boundaries: list[date] = []

    @classmethod
    def load(cls, extra: Sequence[Path] = ()) -> Registry:
        """The shipped registry, extended or overridden by an operator's files. Raises RegistryError."""
        registry = cls()
        for path in sorted(DATA.glob("*.csv")):
            registry._read(path, shipped=True)
        registry._read_rules(DATA / "rules" / "ambiguous.csv")
        for line, row in _rows(DATA / "rules" / "iso_members.csv", ("acronym", "iso_id", "organisation")):
            if row["organisation"] not in registry.organisations:
                _fail(f"iso_members.csv, line {line}", f"{row['organisation']!r} is no organisation's id")
            registry.members[row["acronym"].lower()] = registry.members[row["iso_id"]] = row["organisation"]
        for path in extra:
            registry._read(Path(path), shipped=False)
        registry._check()
        return registry

    def lookup(self, words: list[str]) -> str | None:
        """The id behind a name, exact but for its legal form and, if long, small words and plurals.

        Ambiguous names have none: see `rules`.
        """
        if found := self.aliases.get(key(words)):
            return found
        proper = without_legal_form(words)
        found = self.aliases.get(key(proper))
        if found and (words[-len(proper) :] == proper or self.organisations[found].kind not in _NO_FIRMS):
            return found
        if "and" in proper and key(proper[: proper.index("and")]) in self.aliases:
            return None  # `Nokia and Shanghai Bell` are two
        return self.outlines.get(outline(proper))

    def ultimate(self, organisation: Organisation, on: date) -> Organisation:
        """The parent's parent and so on, as it was on a day; the organisation itself when it has none."""
        seen = {organisation.id}
        while (parent := organisation.fact(on).parent) and parent not in seen:
            seen.add(parent)
            organisation = self.organisations[parent]
        return organisation

    def period(self, on: date | None) -> int:
        """The stretch of time around a day in which nothing the registry knows changes; the last one for None."""
        return len(self.boundaries) if on is None else bisect_right(self.boundaries, on)

    def day(self, period: int) -> date:
        """A day within a period."""
        return self.boundaries[period - 1] if period else date.min

    def _read(self, path: Path, *, shipped: bool) -> None:
        replaced: set[str] = set()
        file = path.name
        for line, row in _rows(path, COLUMNS):
            where = f"{file}, line {line}"
            known = self.organisations.get(row["id"])
            if not row["id"] or not (row["name"] or known):
                _fail(where, "an entry needs an id and a name")
            if row["kind"] and row["kind"] not in KINDS:
                _fail(where, f"kind {row['kind']!r} is none of {', '.join(KINDS)}")
            if not known and not row["kind"]:
                _fail(where, f"{row['id']!r} is new and needs a kind: one of {', '.join(KINDS)}")
            if not known:
                known = self.organisations[row["id"]] = Organisation(row["id"], row["name"], row["kind"])
            elif not shipped and row["kind"] and row["id"] not in replaced:
                known.name, known.kind = row["name"] or known.name, row["kind"]
                known.facts.clear()
            if row["kind"]:
                replaced.add(row["id"])
                known.facts.append(_fact(row, where))
            names = [name for alias in row["aliases"].split("|") if (name := alias.strip())]
            known.aliases += [known.name, *names]
            for name in (known.name, *names):
                self._alias(name, known.id, where, shipped=shipped)

    def _alias(self, alias: str, organisation: str, where: str, *, shipped: bool) -> None:
        exact = alias[0] == "="
        words = tokens(alias[1:] if exact else alias)
        proper = words if exact else without_legal_form(words)
        name = key(proper)
        if not name:
            _fail(where, f"alias {alias!r} has no letters or digits")
        other = self.aliases.setdefault(name, organisation)
        if other != organisation:
            if shipped:
                _fail(where, f"{alias!r} already names {other!r}: give it a rule in rules/ambiguous.csv instead")
            self.aliases[name] = organisation
        if not shipped:
            self.rules.pop(name, None)
        if exact:
            self.exact.add(name)
        elif rough := outline(proper):
            self.outlines[rough] = organisation if self.outlines.get(rough, organisation) == organisation else None
        if "," in alias:
            parts = [tokens(part) for part in alias.split(",")]
            while is_legal_form(parts[-1]):
                parts.pop()
            if len(parts) > 1:
                self.commas[key(parts[0])] = max(len(parts), self.commas.get(key(parts[0]), 0))

    def _read_rules(self, path: Path) -> None:
        for line, row in _rows(path, ("alias", "organisation", "body", "group", "beside", "from", "until", "source")):
            where = f"{path.name}, line {line}"
            name = key(without_legal_form(tokens(row["alias"])))
            if name in self.aliases:
                _fail(where, f"{row['alias']!r} is also a plain alias of {self.aliases[name]!r}: remove it there")
            for named in filter(None, (row["organisation"], *row["beside"].split("|"))):
                if named not in self.organisations:
                    _fail(where, f"{named!r} is no organisation's id")
            rule = Rule(row["organisation"], row["body"], row["group"], row["beside"], *_dates(row, where))
            self.rules.setdefault(name, []).append(rule)

    def _check(self) -> None:
        days: set[date] = set()
        for organisation in self.organisations.values():
            organisation.facts.sort(key=lambda fact: fact.start)
            for fact in organisation.facts:
                days.update((fact.start, fact.end))
                if fact.parent and fact.parent not in self.organisations:
                    _fail(f"entry {organisation.id!r}", f"its parent {fact.parent!r} is no organisation's id")
            for before, after in zip(organisation.facts, organisation.facts[1:], strict=False):
                if before.end > after.start:
                    _fail(f"entry {organisation.id!r}", f"two rows hold on {after.start}: end the first with until")
        for rules in self.rules.values():
            days.update(day for rule in rules for day in (rule.start, rule.end))
        self.boundaries = sorted(days - {date.min, date.max})


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            header = next(reader, [])
            if unknown := [name for name in header if name not in columns]:
                _fail(f"{path.name}, line 1", f"unknown column {unknown[0]!r}; columns are {', '.join(columns)}")
            blank = dict.fromkeys(set(columns).difference(header), "")
            for values in reader:
                if values and not values[0].startswith("#"):
                    if len(values) != len(header):
                        _fail(
                            f"{path.name}, line {reader.line_num}",
                            f"{len(values)} cells under {len(header)} columns: quote a cell that holds a comma",
                        )
                    row = dict(zip(header, values, strict=True))
                    row.update(blank)
                    yield reader.line_num, row
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise RegistryError(
            f"{path}: cannot be read as a UTF-8 CSV file: {getattr(error, 'strerror', None) or error}"
        ) from error


def _fact(row: dict[str, str], where: str) -> Fact:
    owners = tuple(row["owners"].split("|")) if row["owners"] else ()
    for code in (row["home"], row["registered"], *owners):
        if code and not (len(code) == 2 and code.isascii() and code.isupper()):
            _fail(where, f"{code!r} is no ISO 3166 alpha-2 code such as CN or DE")
    return Fact(
        *_dates(row, where),
        row["parent"] or None,
        row["home"] or None,
        row["registered"] or None,
        owners,
        intern(row["source"]),  # thousands share one
    )


def _dates(row: dict[str, str], where: str) -> tuple[date, date]:
    if not row["from"] and not row["until"]:
        return date.min, date.max
    try:
        start = date.fromisoformat(row["from"]) if row["from"] else date.min
        end = date.fromisoformat(row["until"]) if row["until"] else date.max
    except ValueError:
        _fail(where, "from and until are days such as 2014-10-30")
    if start >= end:
        _fail(where, f"from {start} is not before until {end}")
    return start, end


def _fail(where: str, what: str) -> NoReturn:
    raise RegistryError(f"{where}: {what}")
