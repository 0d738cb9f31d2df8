"""Names as token sequences: case, width, accents, punctuation, spacing and legal forms do not tell two names apart."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "registry"

_WIDEST_PLACE = 3
_LONG = 3
"""Words of a name, or letters of a word, from which on it is still the same without one."""
_SMALL = frozenset(["and", "of", "the", "for", "on", "in"])
_WORD = re.compile(r"[^\W_]+")
_DOTTED = re.compile(r"\b(?:[a-z][./])+[a-z]\b\.?")
_CHINESE_LEGAL_FORM = re.compile(r"(?:股份|集团|控股)?(?:有限|总)?(?:责任)?公司$")


@cache
def vocabulary(kind: str) -> dict[str, str]:
    """The words of one class in `vocabulary.csv`, and what each means.

    `legal form` (with the country of registration where only one country has it), `arm` (what an arm of a company adds
    to its name), `role`, `role or word` (a role only beside other words of an office), `office`, `institution` (of what
    kind it is), `style` (of a state: `Republic of`), `short` (for which word of a name), `ending` (of
    a name in Chinese, and of what kind it is) and `nobody` (`and others`, `to be added`).
    """
    return _vocabulary().get(kind, {})


@cache
def _vocabulary() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    with (DATA / "words" / "vocabulary.csv").open(encoding="utf-8", newline="") as file:
        for word, class_, means in list(csv.reader(file))[1:]:
            found.setdefault(class_, {})[word] = means
    return found


@cache
def spellings() -> dict[str, str]:
    """Slips of the pen, and what was meant: those accepted by a person, and the commonest of the commonest words."""
    found: dict[str, str] = {}
    with (DATA / "words" / "slips.csv").open(encoding="utf-8", newline="") as file:
        for word, real in list(csv.reader(file))[1:]:
            found.update(dict.fromkeys(_slips(word), word))
            for one in (word, *real.split()):
                found.pop(one, None)
    with (DATA / "words" / "spellings.csv").open(encoding="utf-8", newline="") as file:
        return found | dict(list(csv.reader(file))[1:])


def _slips(word: str) -> Iterator[str]:
    """A word with one letter but its first left out, one doubled, or two neighbours swapped."""
    for at in range(1, len(word)):
        before, last, this, after = word[: at - 1], word[at - 1], word[at], word[at + 1 :]
        yield before + last + after
        yield before + this + last + after
        yield before + last + last + this + after
    yield word + word[-1]


@cache
def places() -> dict[str, str]:
    """Squashed names of places that companies carry in theirs, with the country (alpha-2), none for a region."""
    found = {}
    with (DATA / "states.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            for name in (row["name"], *row["aliases"].split("|")):
                found["".join(tokens(name))] = row["home"]
    with (DATA / "words" / "places.csv").open(encoding="utf-8", newline="") as file:
        found |= {"".join(tokens(name)): code for name, code in list(csv.reader(file))[1:]}
    found.pop("", None)
    return found


def fold(text: str) -> str:
    """Lower case, without accents, typographic or full-width forms."""
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in text if not unicodedata.combining(c)).replace("’", "'")


def tokens(text: str) -> list[str]:
    """The words of a name, folded, with reviewed misspellings put right: `S.A.` is one, `AT&T` is `at and t`."""
    right = spellings()
    words: list[str]
    if text.isascii() and text.replace(" ", "").isalnum():  # most names, in a third of the time
        words = text.lower().split()
    else:
        folded = fold(text).replace("&", " and ").replace("'", "")
        if "." in folded or "/" in folded:
            folded = folded.replace("sp. z o.o", "spzoo")
            folded = _DOTTED.sub(lambda m: m[0].replace(".", "").replace("/", ""), folded)
        words = _WORD.findall(folded)
    if right.keys().isdisjoint(words):
        return words
    return " ".join(right.get(word, word) for word in words).split()


def key(words: list[str]) -> str:
    """What two writings of one name share: their words without spaces."""
    return "".join(words)


def outline(words: list[str]) -> str:
    """What two writings of a long name share though small words, plurals or abbreviations differ; else nothing.

    `University of Science and Technology of Example` is `Univ. Sci. & Tech. Example`; a name of few words has none.
    """
    if len(words) < _LONG:
        return ""
    short = vocabulary("short")
    told = [
        short[word] if word in short else word.removesuffix("s") if len(word) > _LONG else word
        for word in words
        if word not in _SMALL
    ]
    return "".join(told).replace("ie", "y") if len(told) >= _LONG else ""


def without_legal_form(words: list[str]) -> list[str]:
    """The name proper: `huawei technologies co ltd` is `huawei technologies`; never nothing."""
    forms = vocabulary("legal form")
    if words and words[-1] not in forms and words[0] != "the" and words[-1].isascii():
        return words  # most of them
    end, start = len(words), 1 if len(words) > 1 and words[0] == "the" else 0
    while end > start + 1 and words[end - 1] in forms:
        end -= 1
    if end == start + 1 and not words[start].isascii():
        return [_CHINESE_LEGAL_FORM.sub("", words[start]) or words[start]]
    return words[start:end]


def is_legal_form(words: list[str]) -> bool:
    """Whether these words only end a name: `Inc.`, `Co., Ltd`."""
    return bool(words) and all(word in vocabulary("legal form") for word in words)


def arm(words: list[str], generic: bool) -> tuple[bool, str | None]:
    """Whether words around a company's name only say which arm of it: (yes, the country they point to if any).

    Places and legal forms always do; `generic` admits words such as Technologies or R&D as well.
    """
    country: str | None = None
    by_form: str | None = None
    at = 0
    forms, trade = vocabulary("legal form"), vocabulary("arm")
    while at < len(words):
        width, found = place_at(words, at)
        if width:
            country, at = found or country, at + width
        else:
            word = words[at]
            if word in forms:
                by_form = forms[word] or by_form
            elif not (generic and word in trade):
                return False, None
            at += 1
    return True, country or by_form


def country_in(words: list[str]) -> str | None:
    """The country that the last place among words is in, or that their legal form is of."""
    country, at = "", 0
    while at < len(words):
        width, found = place_at(words, at)
        country, at = found or country, at + (width or 1)
    forms = vocabulary("legal form")
    while not country and words and words[-1] in forms:
        country, words = forms[words[-1]], words[:-1]
    return country or None


def begins_with_place(words: list[str]) -> bool:
    """Whether a place comes first."""
    return bool(place_at(words, 0)[0])


def place_at(words: list[str], at: int) -> tuple[int, str]:
    """How many words from here on name a place (the most that do, else 0), and its country if it is in one."""
    known = places()
    for width in range(min(_WIDEST_PLACE, len(words) - at), 0, -1):
        country = known.get("".join(words[at : at + width]))
        if country is not None:
            return width, country
    return 0, ""
