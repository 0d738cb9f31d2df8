from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from store.changes import Filter, changes
from store.conditions import Wanted
from store.reading import Asking
from store.selection import records

Row = Callable[..., Any]


def keys(keeper: Any, **wanted: Any) -> list[str]:
    with keeper.archive.read() as connection:
        return [one["key"] for one in records(connection, Wanted(**wanted), Asking(keeper.resolver))]


@pytest.fixture
def history(keeper: Any, tdoc: Row) -> Any:
    """One document at 7:00, 8:00 and 9:00 of 20 November, and on the 21st."""
    keeper.take([tdoc("R1-1", title="First", source="Nokia")])
    keeper.take([tdoc("R1-1", title="Second", source="Nokia")])
    keeper.take([tdoc("R1-1", title="Third", source="Huawei"), tdoc("R1-2")])
    keeper.take([tdoc("R1-1", title="Third", source="Huawei", status="agreed"), tdoc("R1-2")], hours=24)
    return keeper


@pytest.mark.parametrize(
    ("as_of", "values", "changed"),
    [
        ("2026-11-20T07:00:00Z", ("First", "Nokia", None), 0),
        ("2026-11-20T07:59:59Z", ("First", "Nokia", None), 0),
        ("2026-11-20T08:00:00Z", ("Second", "Nokia", None), 1),
        ("2026-11-20", ("Third", "Huawei", None), 3),  # a day is its end
        ("2026-11-21", ("Third", "Huawei", "agreed"), 4),
        ("2030-01-01", ("Third", "Huawei", "agreed"), 4),
    ],
)
def test_a_record_is_shown_as_it_was_known_then(
    history: Any, as_of: str, values: tuple[str | None, ...], changed: int
) -> None:
    found = history.show("R1-1", as_of)
    assert (found["title"], found["source"], found["status"]) == values
    assert [one["name"] for one in found["organisations"]] == [values[1]]
    assert len(found["history"]) == changed
    last = found["history"][-1]["observed_at"] if changed else found["first_seen_at"]
    assert found["last_changed_at"] == last


def test_what_was_not_known_then_is_not_shown(history: Any) -> None:
    from store.reading import show

    with history.archive.read() as connection:
        assert show(connection, "R1-2", Asking(history.resolver), "2026-11-20T08:00:00Z") == []
        assert show(connection, "R1-404", Asking(history.resolver)) == []


def test_a_committees_secretariat_is_shown_as_it_was(keeper: Any, committee: Row) -> None:
    members = ("1511", "DIN", "P"), ("1635", "SAC", "P")
    keeper.take([committee("1", *members, secretariat_id="1511", secretariat="DIN")], "iso.committees")
    then = keeper.source("iso.committees")["last_visit_at"]
    keeper.take([committee("1", *members, secretariat_id="1635", secretariat="SAC")], "iso.committees")
    found = keeper.show("1", then)
    assert (found["secretariat"], found["organisations"][0]["home"]) == ("DIN", "DE")
    assert found["secretariat_id"] == "1511"
    assert keeper.show("1")["organisations"][0]["home"] == "CN"


def test_a_packs_decisions_are_shown_as_they_were(keeper: Any, tdoc: Row) -> None:
    from spiders.rows import PackEntry

    def take(decision: str | None) -> None:
        blank = dict.fromkeys(("group_decision", "cr_revision", "cr_category", "release", "version", "title"))
        entry = PackEntry(pack="RP-1", document="R1-1", tsg_decision=decision, spec="38.214", cr="1", **blank)
        keeper.take([tdoc("RP-1", type="CR pack")], packs=[entry])

    take(None)
    take("approved")
    assert keeper.show("RP-1", "2026-11-20T07:00:00Z")["pack"][0]["tsg_decision"] is None
    assert keeper.show("RP-1")["pack"][0]["tsg_decision"] == "approved"


def test_meetings_projects_and_committees_are_shown_by_their_names_too(
    keeper: Any, meeting: Row, committee: Row
) -> None:
    keeper.take([meeting("60999", "RAN1#999")], "3gpp.meetings:RAN1")
    keeper.take([committee("1")], "iso.committees")
    assert keeper.show("RAN1#999")["key"] == "60999"
    assert keeper.show("ISO/TC 1")["key"] == "1"


def test_records_are_selected_by_what_they_are(history: Any, tdoc: Row, committee: Row) -> None:
    rows = [
        tdoc("R2-1", group="RAN2", meeting="RAN2#9", type="CR", status="agreed", source="HiSilicon"),
        tdoc("R2-2", group="RAN2", meeting="RAN2#9", source="Nokia, Honor"),
    ]
    history.take(rows, "3gpp.tdocs:RAN2#9")
    history.take([committee("1")], "iso.committees")
    assert keys(history) == ["R1-1", "R1-2", "R2-1", "R2-2", "1"]
    assert keys(history, body="ISO") == keys(history, record="committee") == ["1"]
    assert keys(history, group="RAN2") == keys(history, meeting="RAN2#9") == ["R2-1", "R2-2"]
    assert keys(history, type="CR") == ["R2-1"]
    assert keys(history, status="agreed") == ["R1-1", "R2-1"]
    assert keys(history, organisation="Huawei") == ["R1-1", "R2-1"]  # its subsidiaries count
    assert keys(history, organisation="HiSilicon") == ["R2-1"]
    assert keys(history, origin="CN") == ["R1-1", "R2-1", "R2-2"]
    assert keys(history, origin="CN", meeting="RAN2#9", status="agreed") == ["R2-1"]
    assert keys(history, since="2026-11-20T09:00:00Z", until="2026-11-21") == ["R1-2"]


def test_more_records_than_one_batch_come_once_each_and_in_order(keeper: Any, tdoc: Row) -> None:
    keeper.take([tdoc(f"R1-{number}") for number in range(1203)])
    assert keys(keeper) == [f"R1-{number}" for number in range(1203)]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Filter(), 5),
        (Filter(since="2026-11-21"), 1),
        (Filter(until="2026-11-20T08:30:00Z"), 1),
        (Filter(kind="appeared"), 1),
        (Filter(body="ISO"), 0),
        (Filter(group="RAN1", after_id=2), 3),
    ],
)
def test_changes_are_selected(history: Any, wanted: Filter, found: int) -> None:
    with history.archive.read() as connection:
        told = [one.as_json() for one in changes(connection, history.resolver, wanted)]
    assert len(told) == found
    assert [one["id"] for one in told] == sorted(one["id"] for one in told)
    json.dumps(told)


def test_a_change_of_source_knows_whom_the_old_one_named(history: Any) -> None:
    with history.archive.read() as connection:
        (told,) = (one for one in changes(connection, history.resolver, Filter()) if one.field == "source")
    assert told.before is not None
    assert [one.name for one in told.before.organisations] == ["Nokia"]
    assert [one.name for one in told.attribution.organisations] == ["Huawei"]
    assert told.as_json()["organisations"][0]["chinese"] == "yes"
