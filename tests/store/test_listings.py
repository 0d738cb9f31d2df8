"""What operators see of the sources, and which servers asked us to wait."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from store.listings import resting, sources, waiting_hosts
from store.planned import LATE, Plan, remember
from store.times import stamp

Row = Callable[..., Any]
LIST = "3gpp.tdocs:RAN1#999"
DAY = timedelta(days=1)


def at_rest(keeper: Any, after: timedelta) -> set[str]:
    with keeper.archive.read() as connection:
        return resting(connection, stamp(keeper.now + after))


def listed(keeper: Any, after: timedelta = timedelta(0)) -> dict[str, Any]:
    with keeper.archive.read() as connection:
        (one,) = sources(connection, keeper.now + after)
        return one


def test_a_host_that_asked_us_to_wait_is_left_alone_until_then(keeper: Any) -> None:
    keeper.fail("HTTP 429", outcome="refused", retry_after=keeper.now + timedelta(hours=1, minutes=30))
    assert at_rest(keeper, timedelta(minutes=29)) == {LIST}
    assert at_rest(keeper, timedelta(minutes=30)) == set()
    until = stamp(keeper.now + timedelta(minutes=30))
    with keeper.archive.read() as connection:
        assert waiting_hosts(connection, stamp(keeper.now + timedelta(minutes=29))) == {"www.3gpp.org": until}
        assert waiting_hosts(connection, until) == {}


def test_a_host_that_does_not_say_how_long_is_left_alone_longer_and_longer(keeper: Any) -> None:
    for minutes in (5, 10, 20):
        keeper.fail("HTTP 503", outcome="refused", status=503)
        assert at_rest(keeper, timedelta(minutes=minutes - 1)) == {LIST}
        assert at_rest(keeper, timedelta(minutes=minutes)) == set()


def test_a_faulty_source_is_visited_if_somebody_wants_it(keeper: Any) -> None:
    keeper.fail()
    assert at_rest(keeper, timedelta(0)) == set()


def test_a_good_fetch_ends_the_rest(keeper: Any, tdoc: Row) -> None:
    keeper.fail("HTTP 429", outcome="refused", retry_after=keeper.now + timedelta(days=3))
    keeper.take([tdoc("R1-1")])
    assert at_rest(keeper, timedelta(0)) == set()


def test_sources_say_how_they_are(keeper: Any, tdoc: Row) -> None:
    keeper.take([tdoc("R1-1")], unknown_columns=("Colour",), missing_columns=("For",))
    good = listed(keeper)
    assert (good["source"], good["state"], good["rows"], good["group"]) == (LIST, "ok", 1, "RAN1")
    assert good["columns"] == "unknown: Colour; missing: For"
    keeper.fail("HTTP 500")
    faulty = listed(keeper)
    assert (faulty["state"], faulty["reason"], faulty["faults_in_a_row"]) == ("suspect", "HTTP 500", 1)
    assert (faulty["since"], faulty["last_good_at"]) == (stamp(keeper.now), good["last_good_at"])


def test_sources_say_when_each_is_visited_next_and_whether_it_should_have_been(keeper: Any, tdoc: Row) -> None:
    keeper.take([tdoc("R1-1")])
    assert (listed(keeper)["next_visit_at"], listed(keeper, 400 * DAY)["overdue"]) == (None, False), "planned no more"
    plan = Plan(LIST, "3gpp.tdocs", "3GPP", "RAN1", "RAN1#999", "", keeper.now, keeper.now + DAY)
    with keeper.archive.write() as connection:
        remember(connection, [plan], keeper.now)
    assert listed(keeper)["next_visit_at"] == stamp(keeper.now + DAY)
    assert not listed(keeper, DAY + LATE)["overdue"]
    assert listed(keeper, 3 * DAY)["overdue"]


def test_sources_that_are_planned_and_were_never_visited_are_among_them(keeper: Any, tdoc: Row) -> None:
    keeper.take([tdoc("R1-1")])
    plan = Plan("iso.committees", "iso.committees", "ISO", None, None, "https://www.iso.org/x")
    with keeper.archive.write() as connection:
        remember(connection, [plan], keeper.now)
    with keeper.archive.read() as connection:
        found = {one["source"]: one for one in sources(connection, keeper.now + DAY)}
    one = found["iso.committees"]
    assert (one["state"], one["overdue"], one["last_visit_at"]) == ("new", True, None)
    assert (one["kind"], one["body"], one["url"]) == ("iso.committees", "ISO", "https://www.iso.org/x")
    assert not found[LIST]["overdue"]
