"""On which line of a TOML file a key stands. The standard parser says what is in a file, not where."""

from __future__ import annotations

import re
from collections.abc import Sequence

_HEADER = re.compile(r"^\s*(\[\[?)\s*(.+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""^\s*((?:"[^"]*"|'[^']*'|[A-Za-z0-9_-]+)(?:\s*\.\s*(?:"[^"]*"|'[^']*'|[A-Za-z0-9_-]+))*)\s*=""")
_MULTILINE = re.compile(r'''"""(?:\\.|[^\\])*?"""|\'{3}.*?\'{3}''', re.DOTALL)
_PART = re.compile(r""""([^"]*)"|'([^']*)'|([A-Za-z0-9_-]+)""")

Path = Sequence[str | int]


def line_of(text: str, path: Path) -> int:
    """The 1-based line of the key at `path` (`("watchlists", 2, "cadence")`), or of the nearest table around it."""
    wanted = list(path)
    best, best_length = 1, 0
    for number, found in _places(text):
        length = 0
        while length < min(len(found), len(wanted)) and found[length] == wanted[length]:
            length += 1
        if length == len(found) and length > best_length:
            best, best_length = number, length
    return best


def _places(text: str) -> list[tuple[int, list[str | int]]]:
    """Every table header and key with its line and full path; array tables count from 0."""
    places: list[tuple[int, list[str | int]]] = []
    counts: dict[tuple[str | int, ...], int] = {}
    table: list[str | int] = []
    text = _MULTILINE.sub(lambda found: '""' + "\n" * found[0].count("\n"), text)
    for number, line in enumerate(text.split("\n"), 1):
        if header := _HEADER.match(line):
            table = _under(_parts(header[2]), counts)
            if header[1] == "[[":
                counts[tuple(table)] = counts.get(tuple(table), -1) + 1
                table = [*table, counts[tuple(table)]]
            places.append((number, table))
        elif key := _KEY.match(line):
            places.append((number, [*table, *_parts(key[1])]))
    return places


def _under(names: list[str], counts: dict[tuple[str | int, ...], int]) -> list[str | int]:
    """The path of a header: each array of tables it passes through stands for its latest member."""
    path: list[str | int] = []
    for position, name in enumerate(names):
        path.append(name)
        if position < len(names) - 1 and tuple(path) in counts:
            path.append(counts[tuple(path)])
    return path


def _parts(dotted: str) -> list[str]:
    return ["".join(groups) for groups in _PART.findall(dotted)]
