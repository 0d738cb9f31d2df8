from __future__ import annotations

import pytest

from alerts.topics import AREAS, Topics


def found(topic: str, text: str) -> list[str]:
    return [text[hit.start : hit.end] for hit in Topics([topic]).find(text)]


@pytest.mark.parametrize(
    ("topic", "text", "expected"),
    [
        ("AI", "Views on AI/ML for the air interface", ["AI"]),
        ("AI", "Said again: chairs and maintenance", []),
        ("ai/ml", "AI-ML, AI ML", ["AI-ML"]),
        ("NB-IoT", "Paging for nb_iot devices", ["nb_iot"]),
        ("FS_6G*", "FS_6GRAN-Core", ["FS_6GRAN"]),
        ("intelligen* computing", "On Intelligence Computing nodes", ["Intelligence Computing"]),
        ("lithium*", "Lithium", ["Lithium"]),
        ("G.65*", "Revision of G.654.E", ["G.654"]),
        ("submarine cable", "cable of a submarine", []),
        ("量子", "面向量子通信的要求", ["量子"]),
        ("6G", "Full-width ６Ｇ radio", ["６Ｇ"]),
        ("data centre*", "Data\u00a0centres", ["Data\u00a0centres"]),
    ],
)
def test_finds_words_phrases_and_wildcards(topic: str, text: str, expected: list[str]) -> None:
    assert found(topic, text) == expected


@pytest.mark.parametrize("topic", ["", "*", "-", "*radio", "***"])
def test_refuses_what_finds_everything_or_nothing(topic: str) -> None:
    with pytest.raises(ValueError, match="is no topic"):
        Topics([topic])


def test_each_topic_once_at_its_first_place() -> None:
    hits = Topics(["6G", "radio"]).find("6G radio, 6G core")
    assert [(hit.topic, hit.start) for hit in hits] == [("6G", 0), ("radio", 3)]


def test_the_shipped_synonyms_can_all_be_found() -> None:
    for area, topics in AREAS.items():
        for topic in topics:
            assert Topics(topics).find(topic.replace("*", "")), (area, topic)
