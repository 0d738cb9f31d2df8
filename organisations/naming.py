"""Organisations that the registry does not know but whose own name says where they are at home.

A public institution named after a place is of that place's country: `Hunan Normal University`, `Ministry of Transport,
Kenya`. So is a company where the law makes every company's name begin with the place it is registered in
(`rules/place_led.csv`): `Suzhou Example Electronics Co., Ltd.` A name that holds places of two countries, or a foreign
company's name, says nothing.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from functools import cache

from organisations.names import DATA, arm, is_legal_form, key, place_at, places, tokens, vocabulary, without_legal_form
from organisations.registry import COMPANIES, Registry


@cache
def place_led() -> frozenset[str]:
    """Countries where a company's registered name begins with a place of the country."""
    with (DATA / "rules" / "place_led.csv").open(encoding="utf-8", newline="") as file:
        return frozenset(row["country"] for row in csv.DictReader(file))


def at_home(text: str, registry: Registry) -> tuple[str, str] | None:
    """The kind and the home country (alpha-2) that a name speaks of by itself."""
    words = tokens(text)
    if len(words) == 1 and not words[0].isascii():
        return _in_chinese(words[0], registry)
    while words[:1] in (["the"], ["national"], ["royal"]):
        words = words[1:]
    found = list(_places(words))
    countries = {country for _, _, country in found}
    if len(countries) != 1:
        return None
    [country] = countries
    proper = without_legal_form(words)
    leads, ends = found[0][0] == 0, found[-1][1] == len(proper)
    if kind := next((kind for word in words if (kind := vocabulary("institution").get(word))), ""):
        named = leads or ends or any(_names_institution(words[:start]) for start, _, _ in found)
        return (kind, country) if named and not _of_another(words, country, registry) else None
    if not leads or country not in place_led() or len(words) < 3:
        return None
    rest = words[found[0][1] :]
    named = not arm(rest, generic=True)[0]  # more than an office of somebody's
    formal = is_legal_form(words[-1:]) and not is_legal_form(rest)
    trading = named and words[-1] in vocabulary("arm")
    return ("company", country) if (formal or trading) and not _of_another(words, country, registry) else None


def _in_chinese(name: str, registry: Registry) -> tuple[str, str] | None:
    """The same of a name in Chinese, which has no spaces: a place first, its kind last."""
    kind = next((kind for ending, kind in vocabulary("ending").items() if name.endswith(ending)), "")
    country = next((found for width in range(len(name) - 1, 1, -1) if (found := places().get(name[:width]))), "")
    if not kind or not country or (kind == "company" and country not in place_led()):
        return None
    inside = (name[at:end] for at in range(len(name)) for end in range(at + 2, len(name) + 1))
    return None if any(_is_of_another(part, country, registry) for part in inside) else (kind, country)


def _names_institution(before: list[str]) -> bool:
    """Whether what stands before a place makes it an institution's: `University of`."""
    return is_institution(before[-2:] if before[-1:] == ["of"] else before[-1:])


def is_list_of_tasks(words: list[str]) -> bool:
    """Whether these words may begin a list of an institution's tasks: `Ministry of Example`, `Communications`."""
    return bool(words) and (is_institution(words[:-2]) or all(word in vocabulary("arm") for word in words))


def is_institution(words: list[str]) -> bool:
    """Whether a word among these is an institution's: `ministry`, `university`."""
    return any(word in vocabulary("institution") for word in words)


def is_part(text: str) -> bool:
    """Whether this may be a part of the institution named after it: `School of Software, Example University`."""
    words = tokens(text)
    return is_institution(words) or any(word in ("faculty", "dept", "division") for word in words)


def _places(words: list[str]) -> Iterator[tuple[int, int, str]]:
    """Where places stand among words, and their countries; regions that are of no country are left out."""
    at = 0
    while at < len(words):
        width, country = place_at(words, at)
        if country:
            yield at, at + width, country
        at += width or 1


def _of_another(words: list[str], country: str, registry: Registry) -> bool:
    """Whether a company of another country is named among these words."""
    for start in range(len(words)):
        for end in range(start + 1, len(words) + 1):
            if _is_of_another(key(words[start:end]), country, registry):
                return True
    return False


def _is_of_another(name: str, country: str, registry: Registry) -> bool:
    """Whether this squashed name is a company's of another country."""
    organisation = registry.organisations.get(registry.aliases.get(name, ""))
    if not organisation or organisation.kind not in COMPANIES:
        return False
    fact, owner = organisation.facts[-1], registry.ultimate(organisation, date.max)
    return (fact.home or owner.facts[-1].home) != country or bool(fact.owners)
