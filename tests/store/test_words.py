from __future__ import annotations

import sqlite3

from hypothesis import example, given, settings
from hypothesis import strategies as st

from store.words import words


def by_fts5(text: str) -> set[str]:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE one USING fts5(text, tokenize='unicode61 remove_diacritics 2')")
    connection.execute("CREATE VIRTUAL TABLE terms USING fts5vocab(one, 'row')")
    connection.execute("INSERT INTO one VALUES (?)", (text,))
    found = {row[0] for row in connection.execute("SELECT term FROM terms")}
    connection.close()
    return found


LETTERS = st.characters(max_codepoint=0x17F) | st.sampled_from("–—’“”…•°±µΩαβγ→≤ЖйёЁ中文株式会社한국ａＡ①ﬁ")


@given(st.text(LETTERS, max_size=40))
@example("Sécurité des RÉSEAUX: Télécom Zürich, Łódź, Ångström; ß, ﬁ, naïve")
@example("S2-2601234 NR_MIMO_Ph5-Core 38.214 v17.0.0 (Rel-20) R&D a/b")
@example("e\u0301te\u0301")
@settings(deadline=None)
def test_words_are_those_of_fts5(text: str) -> None:
    text = text.replace("\0", " ")
    assert set(words(text)) == by_fts5(text)
