"""Full text on PostgreSQL: an index, and expressions that find on it what FTS5 finds.

PostgreSQL's own parser takes identifiers, versions and paths apart otherwise than FTS5 does: words are told apart by
`store.words`. Each is indexed with a letter before it that names its column, since a tsvector knows four kinds of words
and the archive has seven columns.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from store.query import All, Either, Node, Not, Text
from store.words import COLUMNS, TEXTS, apart, words

LETTERS = dict(zip(COLUMNS, "ktsawxm", strict=True))
"""What a word of each column begins with in the index. The letter alone stands before a column's first word."""


def document(texts: Sequence[str | None]) -> str:
    """A record's texts, in the order of `store.words.COLUMNS`, as a tsvector in PostgreSQL's notation."""
    places: dict[str, list[str]] = defaultdict(list)
    for letter, text in zip(LETTERS.values(), texts, strict=True):
        found = words(text or "")
        for place, word in enumerate(["", *found] if found else [], 1):
            places[letter + word].append(str(place))
    return " ".join(f"{word}:{','.join(at)}" for word, at in places.items())


def tsquery(node: Node, default: Iterable[str] = TEXTS) -> str:
    """Words as a tsquery in PostgreSQL's notation, to find what `store.query.expression` finds on SQLite.

    `default` are the columns of words that name no field. Empty if there is no word in it. Raises ValueError for a tree
    that full text alone cannot answer.
    """
    match node:
        case Text(text, prefix, column):
            wanted = words(apart(text))
            if not wanted:
                return ""
            first = [""] if node.leading else []
            columns = [column] if column else default
            phrases = (
                " <-> ".join(f"'{LETTERS[one]}{word}'" for word in (*first, *wanted)) + (":*" if prefix else "")
                for one in columns
            )
            return " | ".join(f"({phrase})" for phrase in phrases)
        case All(nodes) if positive := [one for one in nodes if not isinstance(one, Not)]:
            parts = [f"({found})" for one in positive if (found := tsquery(one, default))]
            barred = [f"!({found})" for one in nodes if isinstance(one, Not) and (found := tsquery(one.node))]
            return " & ".join([*parts, *barred]) if parts else ""
        case Either(nodes):
            return " | ".join(f"({found})" for one in nodes if (found := tsquery(one, default)))
    raise ValueError(f"not a matter of full text: {node}")
