from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from alerts.matches import Due, audience
from alerts.outbox import Draft, OutboxError, add, add_test, content, entries, forget, prepare, resend
from alerts.rendering import Rendered
from alerts.settings import MailSettings
from alerts.watchlists import Watchlist
from store.archive import Archive

Write = Callable[[Due], Rendered]
SETTINGS = MailSettings(quiet="never")
NOW = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)
BEFORE = NOW - timedelta(hours=2)


def lists(*recipients: str) -> list[Watchlist]:
    return [Watchlist(name="6G", recipients=recipients or ("officer@example.org",))]


def prepared(desk: Any, write: Write, settings: MailSettings = SETTINGS, now: datetime = NOW) -> list[int]:
    with desk.archive.write() as connection:
        return prepare(connection, audience(lists()), write, settings, now)


def test_a_message_is_frozen_with_its_message_id(desk: Any, write: Write) -> None:
    desk.tell(lists(), BEFORE)
    (number,) = prepared(desk, write)
    (row,) = desk.rows("SELECT * FROM message")
    assert (row.id, row.state, row.kind, row.items) == (number, "queued", "digest", 1)
    assert (row.due_at, row.period_start) == ("2026-11-21T07:30:00Z", "2026-11-20T07:30:00Z")
    message = message_from_bytes(row.content, policy=default)
    assert message["Message-ID"] == row.message_id
    assert message["To"] == "officer@example.org"
    assert [row.message_id for row in desk.rows("SELECT message_id FROM alert")] == [number]


def test_two_who_prepare_at_once_make_one_message(desk: Any, write: Write) -> None:
    for _ in range(5):
        desk.tell(lists(), BEFORE)
    together = threading.Barrier(2)

    def one() -> None:
        archive = Archive.open(desk.archive.url)
        together.wait()
        with archive.write() as connection:
            prepare(connection, audience(lists()), write, SETTINGS, NOW)
        archive.close()

    threads = [threading.Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [row.items for row in desk.rows("SELECT * FROM message")] == [5]


def test_a_dry_run_leaves_nothing(desk: Any, write: Write) -> None:
    desk.tell(lists(), BEFORE)
    with desk.archive.read() as connection:
        (number,) = prepare(connection, audience(lists()), write, SETTINGS, NOW)
        found = content(connection, number)
    assert found is not None
    assert b"change 1" in found
    assert desk.rows("SELECT * FROM message") == []
    assert prepared(desk, write)


def test_a_digest_that_cannot_be_written_is_put_aside_and_the_next_goes_out(desk: Any, write: Write) -> None:
    desk.tell(lists(), BEFORE)

    def broken(due: Due) -> Rendered:
        raise KeyError("a template's fault")

    (number,) = prepared(desk, broken)
    (row,) = desk.rows("SELECT * FROM message")
    assert (row.state, row.reason, row.content) == ("quarantined", 'KeyError: "a template\'s fault"', None)
    desk.tell(lists(), NOW + timedelta(hours=1))
    prepared(desk, write, now=NOW + timedelta(days=1))
    assert [row.items for row in desk.rows("SELECT * FROM message WHERE state = 'queued'")] == [1]
    with desk.archive.write() as connection:
        assert resend(connection, number, NOW) == "released"
    prepared(desk, write, now=NOW + timedelta(days=2))
    assert [row.items for row in desk.rows("SELECT * FROM message WHERE state = 'queued'")] == [1, 1]


def test_a_subject_that_breaks_out_of_its_header_is_put_aside(desk: Any) -> None:
    desk.tell(lists(), BEFORE)
    prepared(desk, lambda due: Rendered("x\r\nBcc: all@example.org", "<p>", "x"))
    assert [row.state for row in desk.rows("SELECT * FROM message")] == ["quarantined"]


def test_one_recipients_fault_does_not_stop_the_others(desk: Any, write: Write) -> None:
    both = lists("a@example.org", "b@example.org")
    desk.tell(both, BEFORE)

    def picky(due: Due) -> Rendered:
        if due.recipient.startswith("a"):
            raise ValueError("no")
        return write(due)

    with desk.archive.write() as connection:
        prepare(connection, audience(both), picky, SETTINGS, NOW)
    assert [(row.recipient, row.state) for row in desk.rows("SELECT * FROM message ORDER BY recipient")] == [
        ("a@example.org", "quarantined"),
        ("b@example.org", "queued"),
    ]


def test_a_flood_is_held_until_a_person_lets_it_go(desk: Any, write: Write) -> None:
    for _ in range(4):
        desk.tell(lists(), BEFORE)
    (number,) = prepared(desk, write, MailSettings(items_per_message=3))
    (row,) = desk.rows("SELECT * FROM message")
    assert (row.state, row.reason) == ("held", "4 changes, where at most 3 are sent unasked")
    with desk.archive.write() as connection:
        assert resend(connection, number, NOW) == "queued"


def test_a_message_sent_again_is_the_same_message(desk: Any, write: Write) -> None:
    desk.tell(lists(), BEFORE)
    (number,) = prepared(desk, write)
    (before,) = desk.rows("SELECT * FROM message")
    with desk.archive.write() as connection:
        connection.exec_driver_sql("UPDATE message SET state = 'sent'")
        resend(connection, number, NOW)
    (after,) = desk.rows("SELECT * FROM message")
    assert (after.state, after.message_id, after.content) == ("queued", before.message_id, before.content)


def test_what_was_sent_long_ago_is_forgotten_but_that_it_was_is_not(desk: Any, write: Write) -> None:
    desk.tell(lists(), BEFORE)
    (number,) = prepared(desk, write)
    late = NOW + timedelta(days=SETTINGS.keep_days, seconds=1)
    with desk.archive.write() as connection:
        assert forget(connection, SETTINGS, late) == 0  # not sent yet
        connection.exec_driver_sql("UPDATE message SET state = 'sent'")
        assert forget(connection, SETTINGS, late - timedelta(seconds=2)) == 0
        assert forget(connection, SETTINGS, late) == 1
        with pytest.raises(OutboxError, match="no longer kept"):
            resend(connection, number, late)
    assert [row.message_id for row in desk.rows("SELECT message_id FROM alert")] == [number]


def test_what_cannot_be_sent_again_is_refused(desk: Any, write: Write) -> None:
    desk.tell(lists(), BEFORE)
    (number,) = prepared(desk, write)
    with desk.archive.write() as connection:
        connection.exec_driver_sql("UPDATE message SET state = 'sending'")
        with pytest.raises(OutboxError, match="being sent"):
            resend(connection, number, NOW)
        with pytest.raises(OutboxError, match="no message 99"):
            resend(connection, 99, NOW)


def test_the_archive_itself_refuses_a_second_message_for_the_same_time(desk: Any) -> None:
    with desk.archive.write() as connection:
        add(connection, Draft("officer@example.org", "digest", NOW, NOW, message_id="<1>"), NOW)
    with pytest.raises(IntegrityError), desk.archive.write() as connection:
        add(connection, Draft("officer@example.org", "digest", NOW, NOW, message_id="<2>"), NOW)


def test_the_log_shows_messages_and_attempts_but_no_contents_or_tokens(desk: Any, write: Write) -> None:
    desk.tell(lists(), BEFORE)
    prepared(desk, write)
    with desk.archive.write() as connection:
        add_test(connection, "operator@example.org", SETTINGS, NOW)
    with desk.archive.read() as connection:
        newest, oldest = entries(connection)
        (mine,) = entries(connection, recipient="officer@example.org")
    assert (newest["kind"], oldest["kind"]) == ("test", "digest")
    assert mine == oldest
    assert oldest["deliveries"] == []
    assert {"content", "unsubscribe_token", "lease"}.isdisjoint(oldest)
