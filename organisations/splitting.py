"""From a source string to the pieces between its separators, with what brackets and question marks say about each."""

from __future__ import annotations

import re
from dataclasses import dataclass

_MARKS = re.compile(r"[,;\n\r\[\]()?|、，；？（）]|\bet\.? al\b\.?|\betc\b\.?|…|\.{3,}")
_CLOSERS = {")": "(", "）": "("}


@dataclass(frozen=True, slots=True)
class Piece:
    """The text between two separators; parentheses stay inside it."""

    text: str
    proposed: bool = False
    """Bracketed or with a question mark: a co-signer hoped for."""


def pieces(source: str) -> list[Piece]:
    """Splits at commas, semicolons, line breaks and question marks outside parentheses; brackets mark theirs."""
    if not _MARKS.search(source):
        return [Piece(source)]
    found: list[Piece] = []
    depth, bracket, start = 0, False, 0

    def end(at: int, *, proposed: bool = False) -> None:
        text = source[start:at]
        if text.strip():
            found.append(Piece(text, proposed or bracket))
        elif proposed and bracket and found:  # `X [?]`
            found[-1] = Piece(found[-1].text, proposed=True)

    for mark in _MARKS.finditer(source):
        sign = mark[0]
        if sign in "(（":
            depth += 1
        elif sign in _CLOSERS:
            depth = max(0, depth - 1)
        elif sign in "[]":
            end(mark.start())
            bracket, start = sign == "[", mark.end()
        elif depth:
            continue
        elif sign in "?？":
            end(mark.start(), proposed=True)
            start = mark.end()
        elif sign in ",;\n\r|、，；":
            end(mark.start())
            start = mark.end()
        else:
            end(mark.start())
            start = mark.end()
    end(len(source))
    return found


def parentheses(text: str) -> tuple[str, list[str], str]:
    """The text before the first parenthesis, what each holds, and the text after; an open one is closed."""
    head, inside, tail = "", [], ""
    depth = 0
    current = ""
    for sign in text:
        if sign in "(（":
            depth += 1
            if depth == 1:
                current = ""
                continue
        elif sign in ")）":
            depth = max(0, depth - 1)
            if depth == 0:
                inside.append(current)
                current = ""
                continue
        if depth:
            current += sign
        elif inside:
            tail += sign
        else:
            head += sign
    if depth:
        inside.append(current)
    return head, inside, tail
