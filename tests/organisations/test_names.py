"""Slips of the pen put right: the commonest of the commonest words, and nothing that is a word of its own."""

from __future__ import annotations

import csv
import re

import pytest

from organisations import Registry
from organisations.names import DATA, fold, places, spellings, tokens, vocabulary


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Hawei", "huawei"),
        ("Huawwei", "huawei"),
        ("Hauwei", "huawei"),
        ("China Telecm", "china telecom"),
        ("Telkom", "telkom"),
        ("Auawei", "auawei"),
    ],
)
def test_a_letter_left_out_doubled_or_swapped_is_put_right_in_the_commonest_words(written: str, meant: str) -> None:
    assert tokens(written) == meant.split()


def test_no_word_that_a_name_is_made_of_is_taken_for_a_slip() -> None:
    names = (organisation.name for organisation in Registry.load().organisations.values())
    real = {word for name in names for word in re.findall(r"[^\W_]+", fold(name))}
    classes = {row["class"] for row in _rows("vocabulary")}
    real |= places().keys() | {word for class_ in classes for word in vocabulary(class_)}
    often = {row["word"] for row in _rows("slips")}
    by_hand = {row["written"] for row in _rows("spellings")}
    assert not real & spellings().keys() - by_hand
    assert often.isdisjoint(spellings().keys())


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / "words" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
