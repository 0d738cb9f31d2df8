from __future__ import annotations

import re

import idna
import pytest
from markupsafe import Markup

from alerts.inert import Address, inert, inert_parts

LINKED = re.compile(
    r"[\w-]+[.．。][^\W\d_]{2,}|\bwww\.|[a-z]{2,}://|[\w.]+@[\w-]+|\\\\\\\\\w|//\w|\b(mailto|tel|file|news):\S",
    re.IGNORECASE,
)
"""What mail programs make links of, taken widely."""
HOSTILE = [
    "http://evil.example/login",
    "https://192.0.2.7/x",
    "www.evil.example",
    "evil.example/6G",
    "Update at 3gpp-docs.com now",
    "urgent@evil.example",
    "\\\\\\\\evil\\\\share",
    "//evil/share",
    "file://evil/share",
    "mailto:officer",
    "tel:+49301234567",
    "evil．example",
    "evil。example",
    "пример.рф",
    "a.b.c.evil.example",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_what_looks_like_an_address_is_none_to_a_program_and_unchanged_to_the_eye(text: str) -> None:
    assert LINKED.search(text)
    assert not LINKED.search(inert(text))
    assert inert(text).replace("\u200c", "") == text
    assert inert(inert(text)) == inert(text)


def test_a_copied_host_leads_nowhere() -> None:
    assert idna.encode("evil\u2060.example", uts46=True) == b"evil.example"  # why it is no word joiner
    with pytest.raises(idna.IDNAError):
        idna.encode(inert("evil.example"), uts46=True)


@pytest.mark.parametrize("text", ["CR to 38.214, 13.5 %, 07:30", "RAN1#104-bis-e: 6 contributions.", "9.1.2 · v17.1.0"])
def test_what_is_no_address_stays_as_it_is(text: str) -> None:
    assert inert(text) == text


def test_an_address_across_marked_words_is_none_either() -> None:
    parts = list(inert_parts([("see evil", False), (".", True), ("example", False), (" 6G", True)]))
    assert parts == [("see evil", False), ("\u200c.", True), ("example", False), (" 6G", True)]


def test_our_own_links_and_markup_stay() -> None:
    assert inert(Address("https://www.3gpp.org/a.zip")) == "https://www.3gpp.org/a.zip"
    assert inert(Markup("<a>a.example</a>")) == "<a>a.example</a>"
    assert inert(7) == 7
