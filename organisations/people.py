"""People in source strings: never attributed and never kept, but told apart from names of organisations."""

from __future__ import annotations

import re
from collections.abc import Callable

from organisations.names import tokens, vocabulary
from organisations.roles import is_filler

_INITIALS = re.compile(r"^(?:[A-Z][a-z]?\.[\s-]*)+[\w'’-]+(?:[\s-][\w'’-]+){0,2}$")
_SHORT = re.compile(r"^(?:[A-Z]\.[\s-]*)+\s[A-Z][a-z]{1,2}$")
_NAME_WORDS = re.compile(r"^[^\W\d_][\w'’-]+(?:[\s-]+[A-Z][\w.'’-]*){1,3}$")
_SURNAME_FIRST = re.compile(r"\b([A-Z]{2,}(?:-[A-Z]+)?), ([A-Z][a-z][\w-]*)(?=$|[;,])")
_EDGES = " \t\n\r.,:;-"
_OF_ORGANISATIONS = frozenset(
    [
        *("academy", "administration", "agency", "alliance", "association", "board", "bureau", "committee"),
        *("consortium", "council", "ministry", "project", "secretariat", "society", "universite", "university"),
    ]
)


def has_initials(text: str) -> bool:
    """Whether this is how author lists write people: `Y.-K. Example`."""
    return bool(_INITIALS.match(text))


def is_short_person(text: str) -> bool:
    """Whether this is an initial and a surname so short that both could be taken for an acronym: `L. Ge`."""
    return bool(_SHORT.match(text))


def given_name_first(source: str, is_name: Callable[[str], bool]) -> str:
    """`EXAMPLE, Ann` as ISO's registers write people, without the comma that would separate.

    `is_name` tells names of states and organisations, between which the comma stays: `TCA, Japan`.
    """
    return _SURNAME_FIRST.sub(lambda m: m[0] if is_name(m[1]) and is_name(m[2]) else f"{m[2]} {m[1]}", source)


def is_person(text: str, body: str | None) -> bool:
    """Whether this reads like a person: initials and a surname, or in ISO's registers two to four names alone."""
    text = text.strip(_EDGES)
    if has_initials(text):
        return True
    plain = bool(_NAME_WORDS.match(text)) and not any(_is_of_organisations(word) for word in tokens(text))
    return body == "iso" and plain


def _is_of_organisations(word: str) -> bool:
    return is_filler(word) or word in vocabulary("arm") or word in _OF_ORGANISATIONS
