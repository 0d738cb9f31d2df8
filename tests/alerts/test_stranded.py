from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from alerts.matches import audience, due
from alerts.operators import notify
from alerts.outbox import prepare
from alerts.sending import suppress
from alerts.settings import MailSettings
from alerts.stranded import Stranded, faults, forgo, stranded
from alerts.watchlists import Watchlist

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
MORNING = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)
MAIL = MailSettings(operators=("operator@example.org",), quiet="never")


def watch(name: str, *recipients: str, **more: Any) -> Watchlist:
    return Watchlist(name=name, recipients=recipients or ("officer@example.org",), **more)


def left(desk: Any, *lists: Watchlist) -> list[Stranded]:
    with desk.archive.read() as connection:
        return list(stranded(connection, lists))


def test_what_was_matched_under_a_former_name_is_told_under_the_new_one(desk: Any, write: Any) -> None:
    desk.tell([watch("6G"), watch("AI")], AT)
    lists = [watch("6G radio", formerly=["5G", "6G"])]
    with desk.archive.read() as connection:
        (one,) = due(connection, audience(lists), MORNING)
    assert [match.watchlist for match in one.matches] == ["6G radio"]
    with desk.archive.write() as connection:
        assert len(prepare(connection, audience(lists), write, MAIL, MORNING)) == 1
        assert prepare(connection, audience(lists), write, MAIL, MORNING + timedelta(days=1)) == []
    assert left(desk, *lists) == []


def test_what_is_owed_under_a_name_that_is_no_more_is_counted(desk: Any) -> None:
    old = [watch("6G", "a@example.org", "b@example.org"), watch("AI", "a@example.org")]
    desk.tell(old, AT, named="6G")
    desk.tell(old, AT)
    assert left(desk, *old) == []
    assert left(desk, watch("6G radio"), old[1]) == [Stranded("6G", 1, 2)]  # the other is told as AI
    assert left(desk, watch("6G radio", formerly=["6G"]), old[1]) == []
    with desk.archive.write() as connection:
        suppress(connection, "b@example.org", "unsubscribed", "", AT)
    assert left(desk, watch("6G radio"), old[1]) == [Stranded("6G", 1, 1)]


def test_operators_hear_of_it_once_and_can_let_it_go(desk: Any) -> None:
    desk.tell([watch("6G")], AT)
    now = [watch("6G radio")]

    def told(minutes: int) -> list[str]:
        with desk.archive.write() as connection:
            notify(connection, MAIL, MORNING + timedelta(minutes=minutes), faults(connection, now))
        return [row.content.decode() for row in desk.rows("SELECT * FROM message WHERE kind = 'operators'")]

    (notice,) = told(0)
    assert "1 change owed to 1 recipient through" in notice
    assert "alerts forgo" in notice
    assert len(told(1)) == 1
    with desk.archive.write() as connection:
        assert forgo(connection, now, "6G") == 1
        assert forgo(connection, now, "6G") == 0
    assert left(desk, *now) == []
    assert len(told(2)) == 2


def test_what_another_watchlist_tells_is_not_let_go(desk: Any) -> None:
    desk.tell([watch("6G"), watch("AI")], AT)
    with desk.archive.write() as connection:
        assert forgo(connection, [watch("AI")], "6G") == 0
