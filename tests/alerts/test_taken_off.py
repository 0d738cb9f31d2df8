"""Somebody who is taken off one watchlist and stays on another."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from alerts.matches import audience, due, record
from alerts.matching import Match, Reason
from alerts.operators import notify
from alerts.sending import suppress
from alerts.settings import MailSettings
from alerts.taken_off import TakenOff, faults, forgo, hand_over, taken_off
from alerts.watchlists import Watchlist
from alerts.webhooks import WebhookSettings, everybody

WHO, OTHER = "officer@example.org", "other@example.org"
AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
MORNING = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)
MAIL = MailSettings(operators=("operator@example.org",), quiet="never")
BEFORE = [Watchlist(name="6G", recipients=[WHO]), Watchlist(name="AI", recipients=[WHO, OTHER])]
AFTER = [Watchlist(name="6G radio", formerly=["6G"], recipients=[OTHER]), BEFORE[1]]


def left(desk: Any, lists: list[Watchlist] = AFTER) -> list[TakenOff]:
    with desk.archive.read() as connection:
        return list(taken_off(connection, lists, audience(lists)))


def told(desk: Any, recipient: str) -> list[int]:
    with desk.archive.read() as connection:
        lists = {recipient: audience(AFTER)[recipient]}
        return [number for one in due(connection, lists, MORNING, "never") for number in one.change_ids]


def test_what_they_were_owed_through_it_is_counted_and_not_told(desk: Any) -> None:
    desk.tell(BEFORE, AT, named="6G")
    both = desk.tell(BEFORE, AT)
    assert left(desk, BEFORE) == []
    assert left(desk) == [TakenOff(WHO, "6G radio", 1)]
    assert told(desk, WHO) == [both]
    back = [Watchlist(name="6G radio", formerly=["6G"], recipients=[WHO]), BEFORE[1]]
    assert left(desk, back) == []


def test_operators_hear_of_it_once_with_what_to_do(desk: Any) -> None:
    desk.tell(BEFORE, AT, named="6G")

    def notices(minutes: int) -> list[str]:
        with desk.archive.write() as connection:
            notify(connection, MAIL, MORNING + timedelta(minutes=minutes), faults(connection, AFTER, audience(AFTER)))
        return [row.content.decode() for row in desk.rows("SELECT * FROM message WHERE kind = 'operators'")]

    (notice,) = notices(0)
    assert "1 change owed to officer@example.org through" in notice.replace("=\n", "")
    assert "alerts hand-over officer@example.org" in notice.replace("=\n", "").replace("\n", " ")
    assert len(notices(1)) == 1


def test_it_can_be_let_go_and_what_another_watchlist_tells_stays(desk: Any) -> None:
    desk.tell(BEFORE, AT, named="6G")
    both = desk.tell(BEFORE, AT)
    with desk.archive.write() as connection:
        assert forgo(connection, audience(BEFORE), WHO, BEFORE[0]) == 0  # they are on it
        assert forgo(connection, audience(AFTER), WHO, AFTER[0]) == 1
    assert left(desk) == []
    assert told(desk, WHO) == [both]


def test_it_can_be_handed_to_somebody_who_is_on_it(desk: Any) -> None:
    alone = desk.tell(BEFORE, AT, named="6G")
    both = desk.tell([*AFTER, *BEFORE], AT, named="6G")
    desk.tell([Watchlist(name="AI", recipients=[OTHER])], AT)
    with desk.archive.write() as connection, pytest.raises(ValueError, match='is not told by "6G radio"'):
        hand_over(connection, audience(AFTER), WHO, AFTER[0], "nobody@example.org")
    with desk.archive.write() as connection:
        assert hand_over(connection, audience(AFTER), WHO, AFTER[0], OTHER) == 2
        assert hand_over(connection, audience(AFTER), WHO, AFTER[0], OTHER) == 0
    assert told(desk, OTHER)[:2] == [alone, both]
    assert left(desk) == []


def test_who_unsubscribed_is_owed_nothing_and_a_webhook_is_named_as_people_are(desk: Any) -> None:
    hook = WebhookSettings(name="chat", url="https://example.org/", format="chat", watchlists=["6G", "AI"])
    with desk.archive.write() as connection:
        number = desk.change(connection, AT)
        match = Match(number, "6G", "reserved", (Reason("topic", "6G", "title"),))
        record(connection, [match], everybody(BEFORE, [hook]), AT)
        suppress(connection, WHO, "unsubscribed", "", AT)
        one_less = hook.model_copy(update={"watchlists": ("AI",)})
        found = list(taken_off(connection, BEFORE, everybody(BEFORE, [one_less])))
    assert found == [TakenOff("webhook:chat", "6G", 1)]
