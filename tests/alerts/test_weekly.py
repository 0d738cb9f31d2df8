"""The operators' weekly report."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import insert, update

from alerts import weekly
from alerts.cadence import Period
from alerts.sending import suppress
from alerts.settings import MailSettings
from store.planned import Plan, remember
from store.tables import Fetch, Listing

MONDAY = datetime(2026, 11, 23, 7, tzinfo=UTC)
MAIL = MailSettings(operators=("operator@example.org", "second@example.org"))


def fetched(desk: Any, at: str, outcome: str) -> None:
    with desk.archive.write() as connection:
        values = {"listing_id": 1, "url": "https://www.3gpp.org/", "fetched_at": at, "outcome": outcome}
        values |= {"baseline": False, "rows_seen": 0, "rows_read": 0, "rows_rejected": 0}
        connection.execute(insert(Fetch), values)


def plan(due: datetime) -> Plan:
    """The desk's source, visited a day before it is due again."""
    return Plan(
        "3gpp.tdocs:RAN1#999", "3gpp.tdocs", "3GPP", "RAN1", "RAN1#999", "", last=due - timedelta(days=1), due=due
    )


def told(desk: Any, now: datetime, mail: MailSettings = MAIL) -> list[Any]:
    with desk.archive.write() as connection:
        made = weekly.prepare(connection, ["Sundials"], mail, now)
    return [row for row in desk.rows("SELECT * FROM message WHERE kind = 'report'") if row.id in made]


def text_of(row: Any) -> str:
    body = message_from_bytes(row.content, policy=default).get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def test_it_says_what_was_read_what_not_and_which_watchlist_is_silent(desk: Any) -> None:
    fetched(desk, "2026-11-22T06:00:00Z", "not-modified")
    fetched(desk, "2026-11-22T07:00:00Z", "failed")
    with desk.archive.write() as connection:
        values = {
            "state": "broken",
            "reason": "HTTP 500 <b> see http://evil.example/\u202e",
            "columns": "unknown: Colour",
        }
        connection.execute(update(Listing).where(Listing.id == 1).values(values))
        remember(connection, [plan(MONDAY + timedelta(hours=1))], MONDAY)
    first, second = told(desk, MONDAY + timedelta(minutes=3))
    assert {first.recipient, second.recipient} == set(MAIL.operators)
    assert first.subject == "Normwatch: the week to 2026-11-23, 1 source not read"
    text = text_of(first)
    assert "1 not modified, 1 faulty" in text
    assert "3gpp.tdocs:RAN1#999: broken. HTTP 500 <b>" in text
    assert "Colour" in text
    assert "see http\u200c:/\u200c/evil\u200c.example/ " in text  # read, and no link
    assert "Silent watchlists, nothing for 28 days\n- Sundials" in text
    assert b"<b>" not in first.content.split(b"text/html")[1]


def test_no_watchlist_is_called_silent_for_longer_than_anything_was_read(desk: Any) -> None:
    with desk.archive.write() as connection:
        connection.execute(update(Fetch).values(fetched_at="2026-11-01T06:00:00Z"))
    with desk.archive.read() as connection:
        young, old = (
            weekly.report(connection, ["Sundials"], Period(end - timedelta(weeks=1), end))
            for end in (MONDAY, MONDAY + timedelta(weeks=1))
        )
    assert (young.silent, old.silent) == ([], ["Sundials"])


def test_it_comes_once_a_week_whatever_is_restarted(desk: Any) -> None:
    fetched(desk, "2026-11-10T06:00:00Z", "ok")
    assert len(told(desk, MONDAY)) == 2
    assert told(desk, MONDAY + timedelta(days=6)) == []
    assert len(told(desk, MONDAY + timedelta(days=9))) == 2, "a little late is better than never"


def test_a_new_archive_has_nothing_to_report_and_nobody_is_told_who_does_not_want_it(desk: Any) -> None:
    assert told(desk, datetime(2020, 1, 6, 7, tzinfo=UTC)) == []
    assert told(desk, MONDAY, MailSettings(operators=MAIL.operators, report="")) == []
    with desk.archive.write() as connection:
        suppress(connection, "second@example.org", "unsubscribed", "", MONDAY)
    assert [row.recipient for row in told(desk, MONDAY)] == ["operator@example.org"]


def test_a_source_that_was_not_visited_is_told(desk: Any) -> None:
    with desk.archive.write() as connection:
        connection.execute(update(Listing).values(state="ok"))
        remember(connection, [plan(MONDAY - timedelta(days=3))], MONDAY - timedelta(days=4))
    with desk.archive.read() as connection:
        found = weekly.report(connection, [], Period(MONDAY - timedelta(weeks=1), MONDAY))
    assert {one["state"] for one in found.blind} == {"overdue"}


def test_another_cadence_is_refused() -> None:
    with pytest.raises(ValidationError, match="weekly mon 07:00"):
        MailSettings(report="immediate")
