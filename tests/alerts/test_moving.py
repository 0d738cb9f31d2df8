"""Addresses that change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from alerts import tables
from alerts.matches import audience, due
from alerts.moving import Departed, ahead, departed, follow, forgo
from alerts.outbox import OutboxError, prepare, resend
from alerts.sending import suppress
from alerts.settings import MailSettings
from alerts.watchlists import Watchlist, resolve

OLD, NEW = "officer@example.org", "officer@new.example.org"
AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
MORNING = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)
MAIL = MailSettings(quiet="never")
BEFORE = [Watchlist(name="6G", recipients=[OLD])]
AFTER = [Watchlist(name="6G", recipients=[{"address": NEW, "formerly": [OLD.title()]}])]


def owed(desk: Any, now: datetime = MORNING) -> list[int]:
    """The changes that the new address is told now, as a look ahead says before anything is handed over."""
    people = audience(AFTER)
    with desk.archive.write() as connection:
        seen = list(due(connection, people, now, "never", ahead=ahead(connection, AFTER)))
        follow(connection, AFTER)
        found = list(due(connection, people, now, "never"))
        assert [one.matches for one in found] == [one.matches for one in seen]
        return [number for one in found for number in one.change_ids]


def message(desk: Any, write: Any, **values: Any) -> int:
    """A digest to the old address that got no further than this."""
    with desk.archive.write() as connection:
        (made,) = prepare(connection, audience(BEFORE), write, MAIL, MORNING)
        connection.execute(update(tables.Message).values(values))
        return int(made)


def test_what_waits_for_a_former_address_is_told_to_the_new_one_once(desk: Any, write: Any) -> None:
    first, second = desk.tell(BEFORE, AT), desk.tell(BEFORE, AT)
    assert owed(desk) == [first, second]
    with desk.archive.write() as connection:
        assert len(prepare(connection, audience(AFTER), write, MAIL, MORNING)) == 1
    assert owed(desk, MORNING + timedelta(days=1)) == []


def test_who_has_it_already_is_not_told_again(desk: Any, write: Any) -> None:
    both = [Watchlist(name="6G", recipients=[OLD, NEW])]
    desk.tell(both, AT)
    with desk.archive.write() as connection:
        prepare(connection, {NEW: audience(both)[NEW]}, write, MAIL, MORNING)
    assert owed(desk, MORNING + timedelta(days=1)) == []
    assert desk.rows("SELECT recipient FROM alert") == [(NEW,)]


@pytest.mark.parametrize("state", ["rejected", "queued", "held"])
def test_what_never_arrived_at_the_old_address_goes_to_the_new_one(desk: Any, write: Any, state: str) -> None:
    number = desk.tell(BEFORE, AT)
    made = message(desk, write, state=state)
    with desk.archive.write() as connection:
        suppress(connection, OLD, "rejected", "550 no such user", MORNING)
    assert owed(desk, MORNING + timedelta(days=1)) == [number]
    with desk.archive.write() as connection:
        assert connection.execute(select(tables.Message.state)).scalars().all() == ["released"]
        with pytest.raises(OutboxError, match="no longer kept"):
            resend(connection, made, MORNING)


@pytest.mark.parametrize("values", [{"state": "sent"}, {"state": "held", "handovers": 2}, {"state": "sending"}])
def test_what_may_have_arrived_is_not_repeated(desk: Any, write: Any, values: dict[str, Any]) -> None:
    desk.tell(BEFORE, AT)
    message(desk, write, **values)
    assert owed(desk, MORNING + timedelta(days=1)) == []


def test_who_unsubscribed_is_not_followed(desk: Any) -> None:
    desk.tell(BEFORE, AT)
    with desk.archive.write() as connection:
        suppress(connection, OLD, "unsubscribed", "", AT)
    assert owed(desk) == []


def test_an_address_that_nothing_tells_any_more_is_named_and_can_be_let_go(desk: Any) -> None:
    desk.tell(BEFORE, AT)
    with desk.archive.write() as connection:
        assert list(departed(connection, BEFORE, {OLD})) == []
        assert list(departed(connection, BEFORE, {NEW})) == [Departed(OLD, 1)]
        assert list(departed(connection, [], {NEW})) == []  # the watchlist's own fault, told as that
        assert forgo(connection, {OLD}, OLD) == 0
        assert forgo(connection, {NEW}, OLD.upper()) == 1
        assert list(departed(connection, BEFORE, {NEW})) == []


def test_a_former_address_that_is_still_told_is_refused() -> None:
    with pytest.raises(ValueError, match="is told by a watchlist still"):
        resolve([*AFTER, Watchlist(name="AI", recipients=[OLD])], {})


def test_what_was_refused_at_an_address_that_is_no_more_is_owed_still(desk: Any, write: Any) -> None:
    desk.tell(BEFORE, AT)
    message(desk, write, state="rejected")
    with desk.archive.write() as connection:
        suppress(connection, OLD, "rejected", "550 no such user", MORNING)
        assert list(departed(connection, BEFORE, {NEW})) == [Departed(OLD, 1)]
        assert forgo(connection, {NEW}, OLD) == 1
