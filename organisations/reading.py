"""Reads the pieces of a source string: whose name each is, in which role, and what of it no name was found for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

from organisations.attribution import Role
from organisations.finding import Finder, Found
from organisations.groups import inner_group, is_number
from organisations.names import arm, is_legal_form, key, tokens, vocabulary
from organisations.naming import at_home, is_institution, is_list_of_tasks, is_part
from organisations.people import given_name_first, has_initials, is_person
from organisations.registry import Registry
from organisations.roles import acting_for, is_bare_role, is_filler, is_office, provenance, role_before, role_in
from organisations.splitting import Piece, parentheses, pieces

_EDGES = " \t\n\r\xa0\u200b.,:;*'\"“”‘’|=-–—/\\"
_DOCUMENT = re.compile(r"^[\s(]*(?:LS\b.*|[A-Z0-9#/_ -]*\d[\w./ -]*|rev\.?\s*\d*|\W*)[\s)]*$", re.IGNORECASE)
_WEAK = (
    re.compile(r"\s*/\s*"),
    re.compile(r"\s+(?:and|with|on behalf of|&)\s+", re.IGNORECASE),
    re.compile(r"\s*\+\s*"),
    re.compile(r"(?<=\w)&(?=\w)"),
    re.compile(r"\.\s+|\s+[-–]\s+|:\s+"),
)
_JOINTS = re.compile(r"[-–_·•.]+|(?<=[a-z])(?=[A-Z])")
# `nn` is the placeholder of 3GPP's forms, which may stay before a name.
_LEAD = re.compile(
    r"^\s*(?:(?-i:nn)(?=[A-Z])|(?:and|(?:with )?support(?:ed)? (?:from|by|of)|with|by|for|on behalf of"
    r"|(?:reply )?LS (?:from|by)|co-?s(?:ign|ourc)(?:ed|e|ers?|ing|s)?(?: by|:)"
    r"|liaison(?: statement)? from)\b|&)\s*",
    re.IGNORECASE,
)
_OWNED = re.compile(r"an?\s.+\scompany", re.IGNORECASE)
_LONGEST_NAME = 9


@dataclass(frozen=True, slots=True)
class Reading:
    """What one piece says."""

    found: tuple[Found, ...] = ()
    role: Role | None = None
    """A role that stands alone and goes with the name before: `..., Chairman`."""
    author: bool = False
    """A person's name, who belongs to the next affiliation in parentheses."""
    closes: bool = False
    """An affiliation that covers the authors before it."""
    office: bool = False
    """An office without a company, which after a name says that it is a person's: `Ann Example, RAN1 Chair`."""
    country: str | None = None
    """A state's name, which after an organisation of that state only says where it is: `MIIT, China`."""


NOTHING = Reading()


class Reader:
    """Pure but for its memory of pieces already read."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._finder = Finder(registry)
        self._read: dict[tuple[str, str | None], Reading] = {}

    def read(self, source: str, body: str | None) -> Iterator[Reading]:
        """The readings of a source string's pieces, in order."""
        source = source.replace("(s)", "s").replace("&amp;", "&")
        parts = pieces(given_name_first(source, self._is_name) if body == "iso" else source)
        at = 0
        while at < len(parts):
            reading, proposed, at = self._next(parts, at, body)
            if proposed:
                found = tuple(replace(f, role=f.role or Role.PROPOSED) for f in reading.found)
                reading = replace(reading, found=found)
            yield reading

    def _is_name(self, text: str) -> bool:
        return self._finder.name(text, "iso") is not None

    def _next(self, parts: list[Piece], at: int, body: str | None) -> tuple[Reading, bool, int]:
        """What the piece at a place says with those after it that belong to it, and where the next one stands."""
        piece, at = self._whole(parts, at)
        reading = self._piece(piece.text, body)
        if at == len(parts):
            return reading, piece.proposed, at
        if _unregistered(reading) and (whole := self._across_commas(piece.text, parts[at : at + 4], body)):
            piece, at = Piece(", ".join(whole), piece.proposed), at + len(whole) - 1
            reading = self._piece(piece.text, body)
        following = self._piece(parts[at].text, body) if at < len(parts) else NOTHING
        unknown = _unknown(reading)
        if (country := following.country) and (unknown or self._finder.is_elsewhere(reading.found, country)):
            joined = f"{unknown.written if unknown else piece.text.strip()}, {parts[at].text.strip(_EDGES)}"
            if home := at_home(joined, self._registry):
                reading, at = Reading((Found(joined, home=home),)), at + 1
        elif following.country and (meant := self._meant_by(reading.found, parts[at].text, body)):
            reading, at = Reading((meant,)), at + 1
        elif unknown and is_part(unknown.written) and self._finder.is_institution(following.found):
            return self._next(parts, at, body)
        elif self._finder.is_institution(reading.found) and self._is_part(following.found, reading.found):
            at += 1  # `State Key Laboratory of Example, Example University`
        elif reading.role and at == 1 and following.found and all(map(self._finder.is_group, following.found)):
            found = tuple(replace(f, role=reading.role) for f in following.found)  # `Chair, WP 4A`
            reading, at = Reading(found), at + 1
        return reading, piece.proposed, at

    def _meant_by(self, found: tuple[Found, ...], place: str, body: str | None) -> Found | None:
        """What an ambiguous alias means for the state after it: `UPC, Spain`."""
        if len(found) != 1 or not found[0].ambiguous:
            return None
        meant = self._finder.name(f"{found[0].written} {place}", body)
        return meant if meant and meant.id else None

    def _whole(self, parts: list[Piece], at: int) -> tuple[Piece, int]:
        """The piece at a place with those that belong to its name: `NTT DOCOMO, INC.`, `IIT, Kharagpur`."""
        piece, at = parts[at], at + 1
        if at < len(parts) and (named := self._with_commas([part.text.strip() for part in parts[at - 1 :]])):
            piece, at = Piece(", ".join(named), piece.proposed), at - 1 + len(named)
        while at < len(parts) and self._continues(parts[at].text):
            piece = Piece(f"{piece.text},{parts[at].text}", piece.proposed or parts[at].proposed)
            at += 1
        return piece, at

    def _with_commas(self, parts: list[str]) -> list[str]:
        """The first pieces, if together they are a known name that holds commas."""
        for width in range(self._registry.commas.get(key(tokens(parts[0])), 0), 1, -1):
            if self._registry.lookup(tokens(", ".join(parts[:width]))):
                return parts[:width]
        return []

    def _across_commas(self, first: str, further: list[Piece], body: str | None) -> list[str]:
        """The pieces of an institution whose name lists what it is for: `Ministry of Example, Trade and Industry`."""
        if not is_list_of_tasks(tokens(first)):
            return []
        whole = [first.strip()]
        for piece in further:
            words = tokens(piece.text)
            if not _unregistered(self._piece(piece.text, body)) or is_institution(words[:1]):
                return []
            whole.append(piece.text.strip())
            if {"and", "et", "y", "e", "und"} & set(words[:-1]):
                return whole
        return []

    def _continues(self, text: str) -> bool:
        """Whether a piece only ends the name before it: `Inc.`, `Co., Ltd`, `Europe`, `Bangalore`."""
        words = tokens(text.partition("(")[0])
        if words[-1:] == ["of"] and all(word in vocabulary("style") for word in words):
            return True  # `Tanzania, United Republic of`
        return bool(words) and arm(words, generic=is_legal_form(words[:1]))[0] and not self._registry.lookup(words)

    def _piece(self, text: str, body: str | None) -> Reading:
        asked = (text, body)
        reading = self._read.get(asked)
        if reading is None:
            if len(self._read) > 100_000:
                self._read.clear()
            reading = self._parse(" ".join(text.split()), body)
            if not (reading.author or reading.role or reading.office):
                found = (f if f.known else replace(f, home=at_home(f.written, self._registry)) for f in reading.found)
                reading = replace(reading, found=tuple(found))
            self._read[asked] = reading
        return reading

    def _parse(self, text: str, body: str | None) -> Reading:
        text = text.strip(_EDGES)
        text = _LEAD.sub("", text)
        words = tokens(text)
        if not words or all(word in vocabulary("nobody") for word in words) or _OWNED.fullmatch(text):
            return NOTHING
        doubtful = "?" in text or "？" in text  # in parentheses: elsewhere it has separated
        if not doubtful and (whole := self._finder.name(text, body)):
            is_state = self._finder.kind(whole.id) == "administration"
            country = self._finder.home(whole.id) if is_state else None
            return Reading((whole,), country=country)
        if is_bare_role(words):
            return Reading((Found(text),), role=role_in(words, weak=True))
        if is_office(words):
            return Reading((Found(text),), office=True)
        if "(" in text or "（" in text:
            return self._with_parentheses(text, body)
        if has_initials(text):
            return Reading((Found(text),), author=True)
        if role := role_in(words) or role_before(text):
            return self._in_role(text, role, body)
        joined = self._joined(text, body)
        if joined and all(f.known for f in joined.found):
            return joined
        inner = inner_group(text)
        if inner and not any(self._registry.lookup([word]) for word in tokens(inner[1])):
            return Reading((Found(text, group=inner[0]),))
        return joined or Reading((Found(text),), author=is_person(text, body))

    def _joined(self, text: str, body: str | None) -> Reading | None:
        """Several names with a weak separator between them, or none."""
        for separator in _WEAK:
            parts = self._parts(text, separator, body)
            if len(parts) > 1:
                readings = [self._parse(part, body) for part in parts]
                if all(reading.author for reading in readings):
                    return Reading(readings[0].found, author=True)
                found = tuple(f for reading in readings if not reading.author for f in reading.found)
                known = sum(f.known for f in found)
                if known == len(found) or (known and separator is not _WEAK[-1]):
                    return Reading(found)
        for spaced in (text, _JOINTS.sub(" ", text)):
            if side_by_side := self._side_by_side(spaced.split(), body):
                return Reading(tuple(side_by_side))
        return None

    def _parts(self, text: str, separator: re.Pattern[str], body: str | None) -> list[str]:
        """The text cut at a separator, but for where it stands inside a known name."""
        starts = [0, *(found.end() for found in separator.finditer(text))]
        ends = [*(found.start() for found in separator.finditer(text)), len(text)]
        parts, at = [], 0
        while at < len(starts):
            to = len(starts)
            while to > at + 1 and not self._finder.name(text[starts[at] : ends[to - 1]], body):
                to -= 1
            if part := text[starts[at] : ends[to - 1]].strip(_EDGES):
                parts.append(part)
            at = to
        return parts

    def _side_by_side(self, words: list[str], body: str | None) -> list[Found] | None:
        """Names that follow each other without a separator, every word accounted for: `Nokia Nokia Shanghai Bell`."""
        while words and is_legal_form(tokens(words[0])):
            words = words[1:]
        if not words:
            return []
        for width in range(min(len(words), _LONGEST_NAME), 0, -1):
            text = " ".join(words[:width])
            first = self._finder.name(text, body)
            if first and self._finder.kind(first.id) != "administration":
                rest = self._side_by_side(words[width:], body)
                if rest is not None:
                    return [first, *rest]
        return None

    def _in_role(self, text: str, role: Role, body: str | None) -> Reading:
        """A role beside a name without parentheses: `Moderator: X`, `X moderator`, `RAN1 Chair - X`."""
        words = text.split()
        start, end = 0, len(words)
        while start < end and _fills(words[start]):
            start += 1
        while end > start and _fills(words[end - 1]):
            end -= 1
        # As much as can be: `Chair WP 1/13` and `WP 5D Chairman` hold words of an office that are the group's.
        for first, last in product(range(start + 1), range(len(words), end - 1, -1)):
            rest = " ".join(words[first:last]).strip(_EDGES)
            if rest and rest != text:
                inner = self._parse(rest, body)
                if any(f.known for f in inner.found):
                    return Reading(tuple(replace(f, role=f.role or role) for f in inner.found))
        return Reading((Found(text),))

    def _with_parentheses(self, text: str, body: str | None) -> Reading:
        head, inside, tail = parentheses(text)
        head_words = tokens(head)
        if role := role_in(head_words, weak=is_office(head_words)):
            inner = [f for content in inside for reading in self.read(content, body) for f in reading.found]
            if any(f.known for f in inner):
                after = self._parse(tail, body).found if tail.strip(_EDGES) else ()
                return Reading((*(replace(f, role=role) for f in inner), *after))
        base, after = self._base(head, tail, body)
        known = any(f.known for f in base)
        place = arm(tokens(inside[0]), generic=False)[1]
        in_place = not tail and place
        elsewhere = in_place and (not known or self._finder.is_elsewhere(base, in_place))
        if elsewhere and (home := at_home(f"{head}, {inside[0]}", self._registry)):
            return Reading((Found(text, home=home),))
        closes = not known and is_person(head, body)
        found = [] if closes else [replace(f, registered=f.registered or place) for f in base]
        for content in inside:
            words = tokens(content)
            role = role_in(words, weak=True)
            if role and all(is_filler(word) or word.isdigit() for word in words):
                found = [replace(f, role=f.role or role) for f in found]
            elif "?" in content or "？" in content or key(words) in ("tbc", "tobeconfirmed"):
                found = [replace(f, role=f.role or Role.PROPOSED) for f in found]
            elif sources := provenance(content):
                named = (self._finder.name(part, body) for part in sources if not is_number(part))
                found += [replace(f, role=Role.PROVENANCE) for f in named if f]
            elif _DOCUMENT.match(content) and (
                (known and is_number(content)) or not self._finder.name(content.strip(), body)
            ):
                continue
            else:
                read = [r for r in self.read(acting_for(content), body) if not (r.country and base and not closes)]
                inner = [f for r in read for f in r.found if f.known]
                if not inner:
                    if closes and has_initials(head.strip()):  # an affiliation nobody knows is still one
                        found += [f for r in read if not r.author for f in r.found]
                elif not known and not closes and _stands_for(content, head):
                    found = [replace(inner[0], written=text)]
                else:
                    if len(base) == 1 and self._is_of_state(inner[0], base[0]):  # `China (SAC)`
                        found = [f for f in found if f.id != base[0].id]
                    found += [f for f in inner if not self._is_inside(f, base)]
        if closes and not found:
            return Reading((Found(text),), author=True)
        return Reading((*found, *after), closes=closes or not base)

    def _base(self, head: str, tail: str, body: str | None) -> tuple[tuple[Found, ...], tuple[Found, ...]]:
        """What stands outside the parentheses: one name, or one before and more after."""
        outside = f"{head} {tail}".strip(_EDGES)
        if not outside:
            return (), ()
        if whole := self._finder.name(outside, body):
            return (whole,), ()
        before = self._parse(head, body).found if head.strip(_EDGES) else ()
        ending = tail.strip()[:1].isalnum() and arm(tokens(tail), generic=True)[0]  # `... (Shenzhen) Co., Ltd.`
        after = self._parse(tail, body).found if tail.strip(_EDGES) and not ending else ()
        return before, after

    def _is_of_state(self, body: Found, state: Found) -> bool:
        """Whether this speaks for the state named before it."""
        if self._finder.kind(state.id) != "administration" or not body.id:
            return False
        return self._finder.home(body.id) == self._finder.home(state.id)

    def _is_part(self, whole: tuple[Found, ...], part: tuple[Found, ...]) -> bool:
        """Whether an institution is named after a part of it."""
        return self._finder.is_institution(whole) and self._is_inside(whole[0], part)

    def _is_inside(self, inner: Found, outer: tuple[Found, ...]) -> bool:
        """Whether a name in parentheses only repeats the one before, or its owner's: `Futurewei (Huawei)`."""
        for named in outer:
            if inner.id and inner.id == named.id:
                return True
            organisation = self._registry.organisations.get(named.id)
            if organisation and any(fact.parent == inner.id for fact in organisation.facts if inner.id):
                return True
        return False


def _unknown(reading: Reading) -> Found | None:
    """The only name of a piece, if nobody was found for it."""
    if len(reading.found) != 1 or reading.found[0].known or reading.author or reading.role or reading.office:
        return None
    return reading.found[0]


def _unregistered(reading: Reading) -> bool:
    """Whether a piece is one name that is nobody's in the registry, though it may say where it is at home."""
    return len(reading.found) == 1 and not (reading.found[0].id or reading.found[0].group or reading.author)


def _fills(word: str) -> bool:
    return all(is_filler(part) for part in tokens(word))


def _stands_for(acronym: str, name: str) -> bool:
    """Whether an acronym is made of a name's initials."""
    initials = "".join(word[0] for word in tokens(name) if word not in ("of", "the", "and", "for"))
    return len(initials) > 2 and key(tokens(acronym)) == initials
