"""Outages reach their readers once, at their own times, and so does their end."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from alerts.matches import audience
from alerts.outages import SETTLED
from alerts.outbox import prepare
from alerts.settings import MailSettings
from alerts.watchlists import Watchlist
from store.planned import Plan, remember
from store.tables import Fetch, Listing
from store.times import stamp

START = datetime(2026, 11, 18, 7, 30, tzinfo=UTC)  # a Wednesday
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
SOURCE = "3gpp.tdocs:RAN1#999"


class Watch:
    """A source that comes and goes, and the messages that are made meanwhile."""

    def __init__(self, desk: Any, write: Any, cadence: str = "daily 07:30", quiet: str = "never") -> None:
        self.desk, self.write = desk, write
        self.now = START
        self.lists = [Watchlist(name="6G", cadence=cadence, groups=["RAN1"], recipients=["officer@example.org"])]
        self.settings = MailSettings(quiet=quiet)
        self.visit("ok")

    def visit(self, state: str) -> None:
        """A visit ends with this state of the source."""
        with self.desk.archive.write() as connection:
            values = {"last_visit_at": stamp(self.now), "state": state, "reason": "HTTP 503", "group_name": "RAN1"}
            values |= {"watched_since": stamp(START)}
            if state == "ok":
                values |= {"last_good_at": stamp(self.now)}
            (before,) = connection.execute(select(Listing.state)).scalars()  # type: ignore[call-overload]
            if before != state:
                values |= {"state_since": stamp(self.now)}
            connection.execute(update(Listing).values(values))
            fetch = {"listing_id": 1, "url": "x", "fetched_at": stamp(self.now), "outcome": state}
            connection.execute(insert(Fetch).values(fetch))
            named = SOURCE, "3gpp.tdocs", "3GPP", "RAN1", "RAN1#999", "https://www.3gpp.org/"
            remember(connection, [Plan(*named, last=self.now, due=self.now + 4 * HOUR)], self.now)

    def until(self, end: timedelta, state: str | None = None) -> list[tuple[str, str, int, int]]:
        """Visits that end so (None: nobody visits), every four hours; what is made: when, kind, blind, again."""
        made: list[tuple[str, str, int, int]] = []
        stop = START + end
        while self.now < stop:
            self.now = min(START + 4 * HOUR * ((self.now - START) // (4 * HOUR) + 1), stop)
            if state is not None:
                self.visit(state)

            def write(one: Any) -> Any:
                assert one.outlook is not None
                blind, again = len(one.outlook.sight.blind), len(one.outlook.again)
                made.append((f"{self.now:%a %H:%M}", "digest" if one.matches else "quiet", blind, again))
                return self.write(one)

            with self.desk.archive.write() as connection:
                prepare(connection, audience(self.lists), write, self.settings, self.now)
        return made


def test_an_outage_is_told_at_the_next_due_time_once_and_its_end_too(desk: Any, write: Any) -> None:
    watch = Watch(desk, write)
    assert watch.until(3 * HOUR, "ok") == []
    assert watch.until(3 * DAY, "broken") == [("Thu 07:30", "quiet", 1, 0)]
    assert watch.until(5 * DAY, "ok") == [("Sun 07:30", "quiet", 0, 1)]


def test_a_digest_that_is_due_anyway_tells_it(desk: Any, write: Any) -> None:
    watch = Watch(desk, write)
    watch.until(HOUR, "ok")
    desk.tell(watch.lists, watch.now)
    assert watch.until(3 * DAY, "refused") == [("Thu 07:30", "digest", 1, 0)]
    desk.tell(watch.lists, watch.now + HOUR)
    assert watch.until(5 * DAY, "ok") == [("Sun 07:30", "digest", 0, 1)]


def test_a_crawler_that_stands_still_is_told_like_a_fault(desk: Any, write: Any) -> None:
    watch = Watch(desk, write)
    assert watch.until(4 * DAY) == [("Thu 07:30", "quiet", 1, 0)]
    assert watch.until(6 * DAY, "ok") == [("Mon 07:30", "quiet", 0, 1)]


def test_an_outage_between_two_due_times_is_over_when_it_would_be_told(desk: Any, write: Any) -> None:
    watch = Watch(desk, write)
    watch.until(3 * HOUR, "broken")
    assert watch.until(3 * DAY, "ok") == []


def test_one_fault_is_no_outage_until_it_lasts(desk: Any, write: Any) -> None:
    watch = Watch(desk, write)
    assert watch.until(1 * DAY, "suspect") == []
    assert watch.until(3 * DAY) == [("Thu 19:30", "quiet", 1, 0)]


def test_a_weekly_reader_learns_it_at_the_weekly_time(desk: Any, write: Any) -> None:
    watch = Watch(desk, write, "weekly mon 07:30")
    assert watch.until(14 * DAY, "broken") == [("Mon 07:30", "quiet", 1, 0)]


def test_who_is_told_at_once_is_told_when_it_has_settled(desk: Any, write: Any) -> None:
    watch = Watch(desk, write, "immediate")
    for _ in range(3):
        assert watch.until(watch.now - START + HOUR, "broken") == []
        assert watch.until(watch.now - START + HOUR, "ok") == []
    began = watch.now - START
    assert len(watch.until(began + DAY, "broken")) == 1
    assert [told[2:] for told in watch.until(began + 2 * DAY, "ok")] == [(0, 1)]
    assert SETTLED > HOUR


@pytest.mark.parametrize("quiet", ["weekly", "daily"])
def test_a_quiet_note_tells_it_once_as_well(desk: Any, write: Any, quiet: str) -> None:
    watch = Watch(desk, write, quiet=quiet)
    found = watch.until(8 * DAY, "broken")
    assert found[0] == ("Thu 07:30", "quiet", 1, 0)
    assert len(found) == (8 if quiet == "daily" else 2)


def test_an_outage_that_was_rolled_back_with_its_message_is_told_by_the_next(desk: Any, write: Any) -> None:
    watch = Watch(desk, write)
    watch.until(22 * HOUR, "broken")
    watch.now += 2 * HOUR
    with suppress(RuntimeError), desk.archive.write() as connection:
        assert prepare(connection, audience(watch.lists), write, watch.settings, watch.now)
        raise RuntimeError
    assert desk.rows("SELECT * FROM outage") == []
    assert watch.until(2 * DAY, "broken") == [("Thu 11:30", "quiet", 1, 0)]


def test_two_people_are_each_told_once(desk: Any, write: Any) -> None:
    watch = Watch(desk, write)
    both = ["a@example.org", {"address": "b@example.org", "cadence": "daily 11:30"}]
    watch.lists = [Watchlist(name="6G", cadence="daily 07:30", groups=["RAN1"], recipients=both)]
    assert [told[0] for told in watch.until(3 * DAY, "broken")] == ["Wed 11:30", "Thu 07:30"]
