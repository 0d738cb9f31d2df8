"""What a text is about: words, phrases and wildcards found in it, and the standard synonyms of an area."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_WORD = re.compile(r"[^\W_]+")
_CJK = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]")


@cache
def _areas() -> dict[str, tuple[str, ...]]:
    with (Path(__file__).parent / "areas.toml").open("rb") as file:
        return {name: tuple(area["topics"]) for name, area in tomllib.load(file).items()}


AREAS = _areas()
"""The standard synonyms of each area, by its name: the one place where they are kept."""


def words(text: str) -> list[tuple[str, int, int]]:
    """The words of a text, folded in case and width, with where each starts and ends in it."""
    found = [(match.group(), *match.span()) for match in _WORD.finditer(text)]
    return [(unicodedata.normalize("NFKC", word).casefold(), start, end) for word, start, end in found]


@dataclass(frozen=True, slots=True)
class Hit:
    """A topic found in a text, and where."""

    topic: str
    start: int
    end: int


class Topics:
    """Topics made ready to be found in many texts at once.

    A topic is a run of words, whatever stands between them (`NB-IoT` finds `NB IoT` and `NB_IoT`); a `*` at the end or
    inside of a word stands for the rest of it. Case and width do not matter. Chinese is found inside longer words.
    Raises ValueError for a topic without a word in it, or one that begins with `*`.
    """

    def __init__(self, topics: Iterable[str]) -> None:
        self.topics = tuple(dict.fromkeys(topics))
        self._exact: dict[str, list[tuple[str, tuple[re.Pattern[str] | str, ...]]]] = {}
        self._prefixed: dict[str, list[tuple[str, tuple[re.Pattern[str] | str, ...]]]] = {}
        self._inside: list[tuple[str, str]] = []
        for topic in self.topics:
            self._add(topic)
        self._lengths = sorted({len(prefix) for prefix in self._prefixed})

    def _add(self, topic: str) -> None:
        folded = unicodedata.normalize("NFKC", topic).casefold().strip()
        if _CJK.search(folded):
            self._inside.append((topic, folded))
            return
        parts = re.findall(r"[^\W_*]+(?:\*[^\W_*]*)*|\*", folded)
        if not parts or any(part.startswith("*") for part in parts):
            raise ValueError(f'"{topic}" is no topic: a word, a phrase, or the start of a word and * is wanted')
        pattern = tuple(_part(part) for part in parts)
        head = parts[0]
        if "*" in head:
            self._prefixed.setdefault(head.split("*")[0], []).append((topic, pattern))
        else:
            self._exact.setdefault(head, []).append((topic, pattern))

    def find(self, text: str | None) -> list[Hit]:
        """Every topic in the text, each at its first place."""
        if not text:
            return []
        found: dict[str, Hit] = {}
        split = words(text)
        for place, (word, start, _) in enumerate(split):
            for topic, pattern in self._candidates(word):
                last = place + len(pattern) - 1
                if (
                    topic not in found
                    and last < len(split)
                    and all(_is(part, split[place + offset][0]) for offset, part in enumerate(pattern))
                ):
                    found[topic] = Hit(topic, start, split[last][2])
        if self._inside:
            folded = text.casefold()
            for topic, part in self._inside:
                if topic not in found and (at := folded.find(part)) >= 0:
                    found[topic] = Hit(topic, at, at + len(part))
        return list(found.values())

    def _candidates(self, word: str) -> Iterable[tuple[str, tuple[re.Pattern[str] | str, ...]]]:
        yield from self._exact.get(word, ())
        for length in self._lengths:
            if length > len(word):
                break
            yield from self._prefixed.get(word[:length], ())


def _part(part: str) -> re.Pattern[str] | str:
    return re.compile(r"\w*".join(map(re.escape, part.split("*")))) if "*" in part else part


def _is(part: re.Pattern[str] | str, word: str) -> bool:
    return part == word if isinstance(part, str) else part.fullmatch(word) is not None
