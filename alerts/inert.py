r"""Strangers' text of which no mail program, chat or reader of feeds makes a link.

Mail programs link what looks like an address, in HTML and in text: `evil.example`, `a@evil.example`, `http:`, `\\host`.
What a stranger wrote into a title would so become a link of ours. A zero-width non-joiner before the dot, the at sign
or the colon ends that: it is not seen, does not part the words, and stays when the text is copied, so that a pasted
address leads nowhere either. It is not the word joiner or the zero-width space, since browsers drop those from a host
name and would go there (UTS 46); one with a stray non-joiner they refuse (RFC 5892, A.1). Elements around the dot would
leave nothing behind in copies, but mean nothing to programs that look for addresses across elements, nor in text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

_JOINT = "\u200c"
_BEFORE = re.compile(
    r"(?<=\w)(?=[.．。｡][\w-]*[^\W\d_])"  # a host's dots; numbers such as 38.214 stay as they are
    r"|(?<=[^\s\u200c])(?=[@＠]\w)"
    r"|(?<=[^\W\d_]{2})(?=:\S)"  # schemes
    r"|(?<=[/\\])(?=[/\\]\w)"  # hosts after two slashes, which need no scheme
)


def line(text: str) -> str:
    """A line as it is printed: no control, direction or other unseen characters but what `inert` put in."""
    return "".join(char if char.isprintable() or char == _JOINT else " " for char in text)


class Address(str):
    """An address that is meant to be one: a checked link, or our own."""

    __slots__ = ()


def inert(value: Any) -> Any:
    """A template's value with nothing left in it to make a link of, unless it is an `Address` or markup already."""
    if not isinstance(value, str) or isinstance(value, Address) or hasattr(value, "__html__"):
        return value
    return _BEFORE.sub(_JOINT, value)


def inert_parts(parts: Iterable[tuple[str, bool]]) -> Iterator[tuple[str, bool]]:
    """A text in parts likewise: an address may begin in one and end in the next."""
    parts = list(parts)
    cuts = [found.start() for found in _BEFORE.finditer("".join(text for text, _ in parts))]
    start = 0
    for text, marked in parts:
        own = [cut - start for cut in cuts if start <= cut < start + len(text)]
        edges = zip([0, *own], [*own, len(text)], strict=True)
        yield _JOINT.join(text[first:last] for first, last in edges), marked
        start += len(text)
