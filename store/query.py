"""The search language: what a person typed, as a tree and as an FTS5 expression that cannot be misread.

    mimo beam           both words                  "beam failure"      the words side by side
    beam*               words that begin so         38.214, S2-2601234  identifiers, as written
    mimo OR csi         either                      mimo NOT csi        the first without the second
    (mimo OR csi) codebook                          source:Huawei       only where a field says so

Every text is a query: what cannot be understood is searched for as words, or left out and named in `Query.left_out`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from store.words import apart

TEXT_FIELDS = {
    "title": "title",
    "source": "source",
    "agenda": "agenda",
    "work": "work_items",
    "spec": "work_items",
    "abstract": "abstract",
}
"""Fields searched as text, with their column of the full-text index."""
TITLE_COLUMNS = ("key", "title")
"""Columns of the full-text index whose words rank before those of the rest."""

FIELDS = {
    **{name: name for name in ("record", "body", "group", "meeting", "status", "type", "release", "key")},
    **{name: name for name in ("organisation", "origin", "from", "to")},
    "organization": "organisation",
    "kind": "record",
    "since": "from",
    "until": "to",
}
"""Fields compared as a whole (with `*`, by their beginning), and other names for them."""

LONGEST = 1000
"""Characters of a query that are read."""
MOST_TERMS = 64
DEEPEST = 16

_TOKEN = re.compile(r'(?:([A-Za-z]+):)?(?:"([^"]*)"?(\*)?|([^\s()"]+))|([()])')
_DATE = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d(:\d\d(:\d\d)?)?)?)?)?Z?")
_COUNTRY = re.compile("[A-Za-z]{2}|unknown", re.IGNORECASE)
_MEETING = re.compile(r"[A-Za-z]+\d?#\d\S*")


@dataclass(frozen=True, slots=True)
class Text:
    """Words side by side; `column` is one of the full-text index, None for any."""

    words: str
    prefix: bool = False
    column: str | None = None

    @property
    def leading(self) -> bool:
        """Whether it must stand first in its column: the number of an agenda item, which stands before its title."""
        return self.column == "agenda" and self.words[:1].isdigit()


@dataclass(frozen=True, slots=True)
class Field:
    """A value that a field must have, or begin with."""

    name: str
    value: str
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Not:
    """What must not be."""

    node: Node


@dataclass(frozen=True, slots=True)
class All:
    """Every one of them."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """At least one of them."""

    nodes: tuple[Node, ...]


Node = Text | Field | Not | All | Either


@dataclass(frozen=True, slots=True)
class Query:
    """What was understood. `expression` and every one of `filters` must hold."""

    text: Node | None = None
    """For full text; None if no words are searched for."""
    filters: tuple[Node, ...] = ()
    """What full text alone cannot say."""
    identifier: str | None = None
    """All that was typed, which may be a key, a meeting's name or a reference."""
    blank: bool = False
    """Nothing was typed: everything is meant."""
    left_out: tuple[str, ...] = ()
    """Parts that could not be understood, to be shown to whoever typed them."""


def parse(typed: str) -> Query:
    """Understand what was typed. Raises nothing."""
    typed = typed.encode("utf-8", "ignore").decode().replace("\0", " ").strip()
    reading = _Reading(list(_tokens(typed[:LONGEST])))
    tree = reading.either(0)
    while reading.more():  # a parenthesis closed too often
        reading.position += 1
        tree = _all([tree, reading.either(0)])
    left_out = (*reading.left_out, *(("…",) if len(typed) > LONGEST else ()))
    whole = typed.strip('"')
    identifier = whole if 0 < len(whole) <= LONGEST else None
    if tree is None:
        return Query(identifier=identifier, blank=not typed, left_out=left_out)
    parts = tree.nodes if isinstance(tree, All) else (tree,)
    textual = [one for one in parts if is_text(one)]
    wanted = [one for one in textual if not isinstance(one, Not)]
    if not wanted:
        return Query(filters=parts, identifier=identifier, left_out=left_out)
    return Query(
        text=All(tuple(textual)),
        filters=tuple(one for one in parts if one not in textual),
        identifier=identifier,
        left_out=left_out,
    )


def expression(node: Node, default: str | None = None) -> str:
    """Words in FTS5's language, every one quoted; `default` is the column filter of words that name no field.

    Raises ValueError for a tree that full text alone cannot answer.
    """
    match node:
        case Text(words, prefix, column):
            where = column or default
            text = apart(words).replace('"', " ")
            first = "^" if node.leading else ""
            return (f"{where} : " if where else "") + f'{first}"{text}"' + (" *" if prefix else "")
        case All(nodes) if wanted := [one for one in nodes if not isinstance(one, Not)]:
            found = " AND ".join(f"({expression(one, default)})" for one in wanted)
            for one in nodes:
                if isinstance(one, Not):
                    found = f"({found}) NOT ({expression(one.node)})"
            return found
        case Either(nodes):
            return " OR ".join(f"({expression(one, default)})" for one in nodes)
    raise ValueError(f"not a matter of full text: {node}")


def is_text(node: Node) -> bool:
    """Whether full text alone can answer it, at least together with words that are wanted."""
    match node:
        case Text():
            return True
        case Not(inner):
            return is_text(inner) and not isinstance(inner, Not)
        case All(nodes):
            return all(map(is_text, nodes)) and not all(isinstance(one, Not) for one in nodes)
        case Either(nodes):
            return all(is_text(one) and not isinstance(one, Not) for one in nodes)
    return False


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    name: str | None = None
    quoted: bool = False
    prefix: bool = False

    def is_(self, *words: str) -> bool:
        return not self.quoted and self.name is None and self.text in words


def _tokens(typed: str) -> Iterator[_Token]:
    for name, quoted, star, word, bracket in _TOKEN.findall(typed):
        if bracket:
            yield _Token(bracket)
        elif word:
            yield _Token(word.rstrip("*"), name or None, prefix=word.endswith("*"))
        else:
            yield _Token(quoted, name or None, quoted=True, prefix=bool(star))


@dataclass(slots=True)
class _Reading:
    """Reads tokens from the left; every way through it moves on, so that it ends."""

    tokens: list[_Token]
    position: int = 0
    left_out: list[str] = field(default_factory=list)
    terms: int = 0

    def more(self) -> bool:
        return self.position < len(self.tokens)

    def either(self, depth: int) -> Node | None:
        nodes = [self.all(depth)]
        while self.more() and self.tokens[self.position].is_("OR"):
            self.position += 1
            nodes.append(self.all(depth))
        found = tuple(node for node in nodes if node is not None)
        return Either(found) if len(found) > 1 else found[0] if found else None

    def all(self, depth: int) -> Node | None:
        nodes: list[Node | None] = []
        while self.more() and not self.tokens[self.position].is_("OR", ")"):
            nodes.append(self.one(depth))
        return _all(nodes)

    def one(self, depth: int) -> Node | None:
        token = self.tokens[self.position]
        self.position += 1
        if token.is_("NOT"):
            negated = True
            while self.more() and self.tokens[self.position].is_("NOT", "AND"):
                negated ^= self.tokens[self.position].is_("NOT")
                self.position += 1
            node = self.one(depth) if self.more() and not self.tokens[self.position].is_("OR", ")") else None
            if node is None or not negated:
                return node
            return node.node if isinstance(node, Not) else Not(node)
        if token.is_("("):
            if depth >= DEEPEST:
                return None
            node = self.either(depth + 1)
            self.position += 1  # the closing one, which may be missing
            return node
        return None if token.is_("AND") else self.term(token)

    def term(self, token: _Token) -> Node | None:
        self.terms += 1
        name = (token.name or "").lower()
        text = token.text.strip()
        if self.terms > MOST_TERMS:
            self.left_out.append(text)
            return None
        if name in FIELDS and text:
            return self.field(Field(FIELDS[name], text, token.prefix))
        if name and name not in TEXT_FIELDS and name not in FIELDS:
            text = f"{token.name} {text}"  # a colon in a title: `Re: beam`
        if not any(letter.isalnum() for letter in text):
            return None
        if not name and _MEETING.fullmatch(text):  # its documents too: the list of meetings may not be watched
            return Either((Text(text, token.prefix), Field("meeting", text, token.prefix)))
        return Text(text, token.prefix, TEXT_FIELDS.get(name))

    def field(self, wanted: Field) -> Field | None:
        valid = {"from": _DATE, "to": _DATE, "origin": _COUNTRY}.get(wanted.name)
        if valid and not valid.fullmatch(wanted.value):
            self.left_out.append(f"{wanted.name}:{wanted.value}")
            return None
        if wanted.name == "origin":
            return replace(wanted, value="unknown" if len(wanted.value) > 2 else wanted.value.upper())
        return wanted


def _all(nodes: list[Node | None]) -> Node | None:
    found: list[Node] = []
    for node in nodes:
        if isinstance(node, All):
            found += node.nodes
        elif node is not None:
            found.append(node)
    return All(tuple(found)) if len(found) > 1 else found[0] if found else None
