from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from store.query import LONGEST, All, Field, Not, Text, expression, parse

WORDS = st.sampled_from(
    [
        *("OR", "AND", "NOT", "NOT(", "(", ")", '"', "*", ":", "^", "+", "-", "NEAR", "{title}", "\0", "\udcff"),
        *("a", "a*", '"b c"', "华为", "title:", "source:x", "group:RAN1", "status:"),
        *("from:2020", "from:never", "origin:CN"),
    ]
)


@pytest.fixture(scope="module")
def index() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE search USING fts5(key, title, source, agenda, work_items, abstract)")
    connection.execute("INSERT INTO search (key, title) VALUES ('INV-1', 'a b c')")
    yield connection
    connection.close()


@pytest.mark.parametrize(
    ("typed", "filters"),
    [
        ("group:RAN1", (Field("group", "RAN1"),)),
        ('group:"ISO/TC 307"', (Field("group", "ISO/TC 307"),)),
        ("key:R1-26*", (Field("key", "R1-26", prefix=True),)),
        ("NOT group:RAN1", (Not(Field("group", "RAN1")),)),
        ("NOT NOT group:RAN1", (Field("group", "RAN1"),)),
        ("origin:cn", (Field("origin", "CN"),)),
        ("organization:Huawei", (Field("organisation", "Huawei"),)),
        ("since:2020 until:2021-05", (Field("from", "2020"), Field("to", "2021-05"))),
        ("NOT beam", (Not(Text("beam")),)),
    ],
)
def test_fields_become_filters(typed: str, filters: tuple[object, ...]) -> None:
    assert parse(typed).filters == filters
    assert parse(typed).text is None


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("beam", '("beam")'),
        ("mimo group:RAN1", '("mimo")'),
        ("source:Huawei", '(source : "Huawei")'),
        ("Re: beam", '("Re:") AND ("beam")'),
        ("note:beam", '("note beam")'),
        ("a NOT b", '(("a")) NOT ("b")'),
        ("华为", '(" 华  为 ")'),
        ('say "go', '("say") AND ("go")'),
    ],
)
def test_words_become_a_quoted_expression(typed: str, wanted: str) -> None:
    found = parse(typed).text
    assert found is not None
    assert expression(found).replace("  ", " ") == wanted.replace("  ", " ")


def test_either_of_words_and_fields_is_one_filter() -> None:
    (either,) = parse("mimo OR group:RAN1").filters
    assert parse("mimo OR group:RAN1").text is None
    assert set(either.nodes) == {Text("mimo"), Field("group", "RAN1")}  # type: ignore[union-attr]


def test_an_agenda_item_is_found_by_its_number_from_the_start_and_by_words_of_its_title() -> None:
    assert expression(Text("9.1", column="agenda")) == 'agenda : ^"9.1"'
    assert expression(Text("uplink", column="agenda")) == 'agenda : "uplink"'


def test_a_meeting_is_its_documents_too() -> None:
    (found,) = parse("RAN1#104-bis-e").filters
    assert set(found.nodes) == {Text("RAN1#104-bis-e"), Field("meeting", "RAN1#104-bis-e")}  # type: ignore[union-attr]
    assert parse("C# beam").filters == ()


@pytest.mark.parametrize(
    ("typed", "left_out"),
    [
        ("from:never beam", ("from:never",)),
        ("origin:China", ("origin:China",)),
        ("to:2020-1", ("to:2020-1",)),
        ("x" * (LONGEST + 1), ("…",)),
        ("beam", ()),
    ],
)
def test_what_is_not_understood_is_named(typed: str, left_out: tuple[str, ...]) -> None:
    assert parse(typed).left_out == left_out


@pytest.mark.parametrize(("typed", "blank"), [("", True), ("  \0 ", True), ("-", False), ("from:never", False)])
def test_only_nothing_means_everything(typed: str, blank: bool) -> None:
    assert parse(typed).blank is blank


@given(st.one_of(st.text(max_size=60), st.lists(WORDS, max_size=12).map(" ".join), st.lists(WORDS).map("".join)))
@example("(" * 5000 + "a" + ")" * 5000)
@example("NOT " * 300 + "a")
@example("a NOT (b NOT (c NOT (d)))")
@example("(NOT a) OR b")
@example("(NOT a NOT b) c")
@example('"\x00"')
@settings(max_examples=500, deadline=None)
def test_every_expression_is_one_that_fts5_takes(index: sqlite3.Connection, typed: str) -> None:
    text = parse(typed).text
    for words in (expression(text), expression(text, "{key title}")) if text else ():
        index.execute("SELECT rowid FROM search WHERE search MATCH ?", (words,)).fetchall()


def test_a_tree_beyond_full_text_is_refused() -> None:
    with pytest.raises(ValueError, match="full text"):
        expression(All((Not(Text("a")),)))
