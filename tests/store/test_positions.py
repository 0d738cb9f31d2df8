from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from spiders.rows import Member

Row = Callable[..., Any]
LIST = "iso.committees"


@pytest.fixture
def take(keeper: Any) -> Callable[..., list[tuple[str, ...]]]:
    """What a fetch of the committees tells."""
    return lambda *rows: keeper.told(keeper.take(rows, LIST))


def members(keeper: Any, key: str, as_of: str | None = None) -> list[tuple[str, str]]:
    return [(one["member"], one["role"]) for one in keeper.show(key, as_of)["members"]]


def test_members_that_join_leave_and_change_their_role_are_told(take: Any, keeper: Any, committee: Row) -> None:
    take(committee("1", ("10", "SAC", "O"), ("20", "DIN", "P")))
    before = keeper.source(LIST)["last_visit_at"]
    told = take(committee("1", ("10", "SAC", "P"), ("30", "JISC", "O")))
    assert sorted(told) == [
        ("changed", "1", "membership", "DIN", "P", None),
        ("changed", "1", "membership", "JISC", None, "O"),
        ("changed", "1", "membership", "SAC", "O", "P"),
    ]
    assert members(keeper, "1") == [("JISC", "O"), ("SAC", "P")]
    assert members(keeper, "1", before) == [("DIN", "P"), ("SAC", "O")]


def test_renamed_acronyms_are_no_news(take: Any, keeper: Any, committee: Row) -> None:
    bodies = [(str(number), f"OLD{number}", "P") for number in range(50)]
    renamed = [(number, acronym.replace("OLD", "NEW"), role) for number, acronym, role in bodies]
    committees = [str(number) for number in range(1, 20)]
    take(*(committee(key, *bodies) for key in committees))
    assert take(*(committee(key, *renamed) for key in committees)) == []
    assert members(keeper, "7")[0] == ("NEW0", "P")


def test_a_member_body_under_a_new_id_has_not_moved(take: Any, keeper: Any, committee: Row) -> None:
    take(committee("1", ("10", "SAC", "P"), ("20", "DIN", "P")))
    assert take(committee("1", ("11", "SAC", "P"), ("21", "DIN", "O"))) == [
        ("changed", "1", "membership", "DIN", "P", "O")
    ]
    assert members(keeper, "1") == [("DIN", "O"), ("SAC", "P")]


def test_a_member_that_is_listed_in_both_roles_participates(take: Any, keeper: Any, committee: Row) -> None:
    take(committee("1", ("10", "SAC", "P"), ("10", "SAC", "O")))
    assert members(keeper, "1") == [("SAC", "P")]
    assert take(committee("1", ("10", "SAC", "P"), ("10", "SAC", "O"), ("20", "DIN", "O"))) == [
        ("changed", "1", "membership", "DIN", None, "O")
    ]


def test_the_members_of_a_new_committee_are_no_changes_of_their_own(take: Any, committee: Row) -> None:
    take(committee("1"))
    assert take(committee("1"), committee("2", ("10", "SAC", "P"))) == [("appeared", "2")]


def test_a_committee_without_members_says_nothing_about_them(take: Any, keeper: Any, committee: Row) -> None:
    take(committee("1", ("10", "SAC", "P")))
    assert take(committee("1", title="Without members")) == [("changed", "1", "title", "Invented 1", "Without members")]
    assert members(keeper, "1") == [("SAC", "P")]


def test_a_secretariat_that_moves_is_told(take: Any, committee: Row) -> None:
    take(committee("1", secretariat_id="20", secretariat="DIN"), committee("2"))
    told = take(
        committee("1", secretariat_id="10", secretariat="SAC"), committee("2", secretariat_id="10", secretariat="SAC")
    )
    assert told == [
        ("changed", "1", "secretariat", "DIN", "SAC"),
        ("changed", "2", "secretariat", None, "SAC"),
    ]


def test_a_renamed_secretariat_is_no_news_and_is_found_by_its_new_name(take: Any, keeper: Any, committee: Row) -> None:
    take(committee("1", secretariat_id="10", secretariat="OLDNAME"))
    assert take(committee("1", secretariat_id="10", secretariat="NEWNAME")) == []
    take(committee("1", secretariat_id="10", secretariat="NEWNAME", title="Something else"))
    assert keeper.show("1")["secretariat"] == "NEWNAME"
    assert (keeper.find("NEWNAME"), keeper.find("OLDNAME")) == (["1"], [])


def test_a_secretariat_without_an_id_is_compared_by_its_name(take: Any, committee: Row) -> None:
    take(committee("1", secretariat_id=None, secretariat="DIN"))
    assert take(committee("1", secretariat_id=None, secretariat="SAC")) == [
        ("changed", "1", "secretariat", "DIN", "SAC")
    ]


def test_a_committee_keeps_its_history_under_a_new_reference(take: Any, keeper: Any, committee: Row) -> None:
    take(committee("1", ("10", "SAC", "P"), group="ISO/TC 999"))
    assert take(committee("1", ("10", "SAC", "P"), group="ISO/IEC JTC 99")) == [
        ("changed", "1", "group", "ISO/TC 999", "ISO/IEC JTC 99")
    ]
    assert keeper.show("ISO/IEC JTC 99")["key"] == "1"


def test_members_without_acronyms_are_told_by_id(take: Any, keeper: Any, committee: Row) -> None:
    nameless = committee("1").model_copy(update={"members": (Member(id="77", role="P"),)})
    take(committee("1", ("10", "SAC", "P")))
    assert take(nameless) == [
        ("changed", "1", "membership", "77", None, "P"),
        ("changed", "1", "membership", "SAC", "P", None),
    ]
