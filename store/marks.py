"""What a record is filed under, as words of the full-text index: filters are answered as words are, in any mixture.

A mark is one word that no text can hold: a private character, a letter for what it tells, and the value in lower case,
in which all but letters and digits of ASCII are private characters too.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from organisations import Attribution, Role

COLUMN = "marks"
"""Of the full-text index."""
LETTERS = {
    "record": "k",
    "year": "y",
    "body": "b",
    "group": "g",
    "meeting": "m",
    "status": "s",
    "type": "t",
    "release": "r",
    "organisation": "o",
    "origin": "c",
}
"""What marks tell, by the name that a query's field has."""
UNKNOWN = "unknown"
"""The origin of a name that the registry does not know."""

_START = "\ue000"


class _Private(dict[int, int]):
    def __missing__(self, code: int) -> int:
        plain = chr(code).isascii() and chr(code).isalnum()
        self[code] = kept = code if plain else 0xF0000 + code % 0xFFFE
        return kept


_PRIVATE = _Private()


@lru_cache(maxsize=8192)
def mark(name: str, value: str) -> str:
    """The mark of a value; `name` is one of `LETTERS`."""
    return f"{_START}{LETTERS[name]}{value.lower().translate(_PRIVATE)}"


def of_record(record: str, row: Any, seen: str, who: str) -> str:
    """A record's marks. `row` has its fields, `seen` is when the archive first saw it, `who` the source's marks."""
    if record == "contribution":
        year = (row.reserved_at or row.uploaded_at or seen)[:4]
        filed = _filed(record, year, row.body, row.group, row.meeting, row.status, row.type, row.release)
    else:
        filed = _filed(record, seen[:4], row.body, row.group, row.name if record == "meeting" else None)
    return f"{filed} {who}"


@lru_cache(maxsize=8192)
def _filed(*values: str | None) -> str:
    """The marks of these values of the first of `LETTERS`; many documents of a list have the same ones."""
    return " ".join(mark(name, value) for name, value in zip(LETTERS, values, strict=False) if value)


def of_source(attribution: Attribution) -> str:
    """The marks of everybody whom a source string names, provenance apart: who it is, whose, and where at home."""
    named = [one for one in attribution.organisations if one.role != Role.PROVENANCE]
    whom = dict.fromkeys(
        mark(name, value)
        for one in named
        for name, value in (("organisation", one.id or one.name), ("organisation", one.parent_id), ("origin", one.home))
        if value
    )
    unknown: Iterable[str] = (mark("organisation", name) for name in attribution.unresolved)
    return " ".join((*whom, *unknown, *([mark("origin", UNKNOWN)] if attribution.unresolved else ())))
