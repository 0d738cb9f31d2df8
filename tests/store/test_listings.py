from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from store.listings import resting, sources, waiting_hosts
from store.times import stamp

Row = Callable[..., Any]
LIST = "3gpp.tdocs:RAN1#999"


def at_rest(keeper: Any, after: timedelta, *, own: bool) -> set[str]:
    with keeper.archive.read() as connection:
        return resting(connection, stamp(keeper.now + after), own=own)


def listed(keeper: Any) -> dict[str, Any]:
    with keeper.archive.read() as connection:
        (one,) = sources(connection, {"3gpp.tdocs": timedelta(hours=2)})
        return one


def test_a_host_that_asked_us_to_wait_is_left_alone_until_then(keeper: Any) -> None:
    keeper.fail("HTTP 429", outcome="refused", retry_after=keeper.now + timedelta(hours=1, minutes=30))
    assert at_rest(keeper, timedelta(minutes=29), own=False) == {LIST}
    assert at_rest(keeper, timedelta(minutes=30), own=False) == set()
    with keeper.archive.read() as connection:
        assert waiting_hosts(connection, stamp(keeper.now + timedelta(minutes=29))) == {"www.3gpp.org"}
        assert waiting_hosts(connection, stamp(keeper.now + timedelta(minutes=30))) == set()


def test_a_faulty_source_rests_longer_and_longer_on_schedule_but_not_when_asked_for(keeper: Any) -> None:
    for minutes in (5, 10, 20):
        keeper.fail()
        assert at_rest(keeper, timedelta(minutes=minutes - 1), own=True) == {LIST}
        assert at_rest(keeper, timedelta(minutes=minutes), own=True) == set()
        assert at_rest(keeper, timedelta(0), own=False) == set()


def test_a_good_fetch_ends_the_rest(keeper: Any, tdoc: Row) -> None:
    keeper.fail("HTTP 429", outcome="refused", retry_after=keeper.now + timedelta(days=3))
    keeper.take([tdoc("R1-1")])
    assert at_rest(keeper, timedelta(0), own=True) == set()


def test_sources_say_how_they_are_and_when_they_are_visited_next(keeper: Any, tdoc: Row) -> None:
    keeper.take([tdoc("R1-1")], unknown_columns=("Colour",), missing_columns=("For",))
    good = listed(keeper)
    assert (good["source"], good["state"], good["rows"], good["group"]) == (LIST, "ok", 1, "RAN1")
    assert good["columns"] == "unknown: Colour; missing: For"
    assert good["next_visit_at"] == stamp(keeper.now + timedelta(hours=2))
    keeper.fail("HTTP 500")
    faulty = listed(keeper)
    assert (faulty["state"], faulty["reason"], faulty["faults_in_a_row"]) == ("suspect", "HTTP 500", 1)
    assert (faulty["since"], faulty["last_good_at"]) == (stamp(keeper.now), good["last_good_at"])
    assert faulty["next_visit_at"] == stamp(keeper.now + timedelta(minutes=5))
    keeper.fail("HTTP 429", outcome="refused", retry_after=keeper.now + timedelta(days=2))
    assert listed(keeper)["next_visit_at"] == stamp(keeper.now - timedelta(hours=1) + timedelta(days=2))
