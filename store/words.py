"""What is searched as text, and how texts are taken apart into words."""

from __future__ import annotations

import re
import unicodedata

COLUMNS = ("key", "title", "source", "agenda", "work_items", "abstract", "marks")
"""Of the full-text index; the last holds what `store.marks` says."""
TEXTS = COLUMNS[:-1]
"""Those of words that people write."""
LONGEST = 500
"""Characters of a word that `words` gives: PostgreSQL refuses words of 2 KB."""

_CJK = re.compile("([\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff])")


def apart(text: str) -> str:
    """Chinese, Japanese and Korean characters as words of their own."""
    return _CJK.sub(r" \1 ", text)


class _Folding(dict[int, str]):
    """Characters as FTS5's `unicode61 remove_diacritics 2` folds them; what parts words becomes a space."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        category = unicodedata.category(char)
        if 768 <= code <= 817:  # accents after their letter
            folded = ""
        elif category[0] in "LN" or category == "Co":
            base = unicodedata.normalize("NFD", char)[0]
            lower = (base if base.isascii() else char).casefold()
            folded = lower if len(lower) == 1 else char
        else:
            folded = " "
        self[code] = folded
        return folded


_FOLDING = _Folding()


def words(text: str) -> list[str]:
    """The words of a text, as FTS5 tells them apart and folds them."""
    return [word[:LONGEST] for word in text.translate(_FOLDING).split(" ") if word]
