"""Offices and roles in source strings: `Moderator (X)`, `RAN3 Vice-Chair (X)`, `X (moderator)`, `Rapporteur`."""

from __future__ import annotations

import re

from organisations.attribution import Role
from organisations.names import tokens, vocabulary

_PROVENANCE = re.compile(
    r"\b(?:based on|rev(?:ision)?\.? \d* ?of|revised from|revision of|was|were|from|merge[rd]?|merging|mirror|formerly|"
    r"originally|replac\w+|resubmission|(?<!co-)source[ds]?:?)\b",
    re.IGNORECASE,
)
_ACTING_FOR = re.compile(
    r"^\s*(?:(?:co-?source[ds]?(?:\s+by)?:?|for|representing|consult\w*\s+(?:to|for)|contract\w*\s+(?:to|for|by)|on\s+behalf\s+of|supported\s+by|employed\s+by)\s+)",
    re.IGNORECASE,
)
_OFFICE_FIRST = re.compile(r"([\w\s-]+?)\s*(?::|\s[-–])\s")


def role_in(words: list[str], *, weak: bool = False) -> Role | None:
    """The first role among words; `weak` admits words that companies' names hold too."""
    for word in words:
        role = vocabulary("role").get(word) or (vocabulary("role or word").get(word) if weak else None)
        if role:
            return Role(role)
    return None


def role_before(text: str) -> Role | None:
    """The role in an office before a colon or a dash, even by words that companies' names hold: `Feature lead - X`."""
    office = _OFFICE_FIRST.match(text)
    words = tokens(office[1]) if office else []
    return role_in(words, weak=True) if is_office(words) else None


def is_office(words: list[str]) -> bool:
    """Whether nothing is left of these words but an office: `ran1 vice chair`, `moderator`."""
    return role_in(words, weak=True) is not None and all(is_filler(word) for word in words)


def is_bare_role(words: list[str]) -> bool:
    """A role without a group, which goes with the name before it: `..., Chairman`."""
    return all(role_in([word], weak=True) or word in ("vice", "co", "and") for word in words)


def is_filler(word: str) -> bool:
    """A word that belongs to an office beside a role: `ran1`, `ad`, `hoc`, `moderator`."""
    return word.isdigit() or word in vocabulary("office") or role_in([word], weak=True) is not None


def provenance(text: str) -> list[str]:
    """The parts of a parenthesis that say where a document came from, or nothing: `rev 2 of this CR was X, Y`."""
    if not _PROVENANCE.search(text):
        return []
    rest = _PROVENANCE.split(text)[-1]
    return [part.strip() for part in re.split(r"[,;/]", re.sub(r"\bin \S+$", "", rest.strip())) if part.strip()]


def acting_for(text: str) -> str:
    """Without `for` or `consulting to`: the client of a consultant."""
    return _ACTING_FOR.sub("", text)
