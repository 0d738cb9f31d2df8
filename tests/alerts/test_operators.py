from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from typing import Any

from sqlalchemy import delete, insert, update

from alerts.operators import STUCK, notify
from alerts.outbox import Draft, add
from alerts.sending import lift, suppress
from alerts.settings import MailSettings
from alerts.tables import Delivery
from store.planned import LATE, Plan, remember
from store.tables import Listing

NOW = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)
MAIL = MailSettings(operators=("operator@example.org", "second@example.org"), messages_per_hour=2)


def source(desk: Any, state: str, reason: str | None = None) -> None:
    with desk.archive.write() as connection:
        connection.execute(update(Listing).values(state=state, reason=reason, state_since="2026-11-21T06:10:00Z"))


def notified(desk: Any, minutes: int = 0, mail: MailSettings = MAIL) -> list[str]:
    """What each operator is told in this run: the text of the message, the same for all."""
    with desk.archive.write() as connection:
        made = notify(connection, mail, NOW + timedelta(minutes=minutes))
    rows = [row for row in desk.rows("SELECT * FROM message WHERE kind = 'operators'") if row.id in made]
    texts = []
    for row in rows:
        body = message_from_bytes(row.content, policy=default).get_body(("plain",))
        assert body is not None
        texts.append(body.get_content())
    return texts


def test_a_fault_is_told_to_every_operator_once_when_it_begins_and_once_when_it_is_over(desk: Any) -> None:
    assert notified(desk) == []
    source(desk, "suspect", "no rows, where the last good fetch had 1306")
    first = notified(desk, 1)
    assert len(first) == 2
    assert "source 3gpp.tdocs:RAN1#999: suspect. no rows, where the last good fetch had 1306" in first[0]
    assert notified(desk, 2) == []
    source(desk, "broken", "no rows")
    assert "broken" in notified(desk, 3)[0]
    assert notified(desk, 4) == []
    source(desk, "ok")
    assert "source 3gpp.tdocs:RAN1#999: over" in notified(desk, 5)[0]
    assert notified(desk, 6) == []


def test_columns_and_rows_that_no_reader_knows_are_told_although_the_rest_is_read(desk: Any) -> None:
    with desk.archive.write() as connection:
        connection.execute(
            update(Listing).values(
                watched_since="2026-11-20T06:00:00Z", layout="portal", columns="unknown: Neu", faulty=2
            )
        )
    said = notified(desk, 1)[0]
    assert "columns of 3gpp.tdocs (portal), unknown: Neu: changed" in said
    assert "rows of 3gpp.tdocs:RAN1#999: rejected. 2 could not be read" in said
    assert notified(desk, 2) == []


def test_a_fault_that_nobody_could_be_told_is_told_once_somebody_can(desk: Any) -> None:
    source(desk, "refused", "403")
    assert notified(desk, 0, MailSettings()) == []
    assert len(notified(desk, 1)) == 2


def test_what_a_source_says_of_itself_stays_inert(desk: Any) -> None:
    source(desk, "refused", "<script>alert(1)</script>\r\nBcc: all@example.org\u202e")
    (text, _) = notified(desk)
    assert "\nBcc" not in text
    (row, *_) = desk.rows("SELECT * FROM message")
    message = message_from_bytes(row.content, policy=default)
    assert message["Bcc"] is None
    html = message.get_body(("html",))
    assert html is not None
    assert "<script>" not in html.get_content()


def test_a_refused_recipient_is_told_and_an_operator_who_is_one_is_not_written_to(desk: Any) -> None:
    with desk.archive.write() as connection:
        suppress(connection, "gone@example.org", "rejected", "550 5.1.1 no such user", NOW)
        suppress(connection, "second@example.org", "rejected", "550 5.1.1 no such user", NOW)
    (text,) = notified(desk)
    assert "recipient gone@example.org: rejected. 550 5.1.1 no such user" in text
    with desk.archive.write() as connection:
        lift(connection, "gone@example.org")
    assert "recipient gone@example.org: over" in notified(desk, 1)[0]


def test_a_message_that_stays_undelivered_is_told_and_one_that_just_waits_is_not(desk: Any) -> None:
    with desk.archive.write() as connection:
        add(connection, Draft("officer@example.org", "digest", NOW, NOW, message_id="<1>"), NOW)
        held = Draft("b@example.org", "digest", NOW, NOW, message_id="<2>", state="held", reason="4 changes")
        add(connection, held, NOW)
    (text, _) = notified(desk)
    assert "message 2: held. digest for b@example.org: 4 changes" in text
    assert "message 1" not in text
    late = notified(desk, int(STUCK.total_seconds() / 60) + 1)[0]
    assert "message 1: waiting. digest for officer@example.org: not tried" in late


def test_the_brake_is_told_once_although_it_lets_go_every_hour(desk: Any) -> None:
    def deliver(minutes: int) -> None:
        with desk.archive.write() as connection:
            at = f"{NOW + timedelta(minutes=minutes):%Y-%m-%dT%H:%M:%SZ}"
            for number in (1, 2):
                values = {"message_id": number, "attempted_at": at, "transport": "x", "outcome": "accepted"}
                connection.execute(insert(Delivery).values(values))

    with desk.archive.write() as connection:
        for number in (1, 2):
            draft = Draft(f"{number}@example.org", "digest", NOW, NOW, message_id=f"<{number}>", state="sent")
            add(connection, draft, NOW)
    deliver(0)
    assert "brake: engaged. 2 messages within an hour, where 2 are sent at most" in notified(desk, 1)[0]
    assert notified(desk, 61) == []
    deliver(62)
    assert notified(desk, 63) == []
    assert "brake: over" in notified(desk, 62 + 121)[0]


def sources(desk: Any, state: str, reason: str) -> None:
    """Twenty sources of one host, and one of another."""
    with desk.archive.write() as connection:
        connection.execute(delete(Listing).where(Listing.key != "3gpp.tdocs:RAN1#999"))  # type: ignore[arg-type]
        for number in range(21):
            values = {
                "key": f"3gpp.meetings:RAN{number}" if number else "iso.committees",
                "kind": "3gpp.meetings",
                "body": "3GPP",
                "url": "https://www.3gpp.org/x" if number else "https://isopublicstorage.blob.core.windows.net/x",
                "state": state,
                "reason": reason if number else "another reason",
                "state_since": f"2026-11-21T06:{59 - number}:00Z",
            }
            connection.execute(insert(Listing).values(values))


def test_an_outage_of_one_host_is_one_line_and_so_is_its_end(desk: Any) -> None:
    sources(desk, "refused", "HTTP 503, wait until 2026-11-21 08:00 UTC")
    (text, _) = notified(desk)
    lines = [line for line in text.splitlines() if line.startswith("- ")]
    assert len(lines) == 2
    (host,) = (line for line in lines if line.startswith("- www.3gpp.org, 20 sources refused: HTTP 503"))
    assert "since 2026-11-21T06:39:00Z" in host
    assert all(f"3gpp.meetings:RAN{number}" in host for number in range(1, 21))
    sources(desk, "ok", "")
    (text, _) = notified(desk, 5)
    lines = [line for line in text.splitlines() if line.startswith("- ")]
    assert {line.partition(": over")[0] for line in lines} == {"- source iso.committees", "- www.3gpp.org, 20 sources"}


def test_sources_that_nobody_visits_are_told_together_and_once(desk: Any) -> None:
    plan = [
        Plan(f"iso.{name}", f"iso.{name}", "ISO", None, None, "https://www.iso.org/")
        for name in ("committees", "projects", "registers")
    ]
    with desk.archive.write() as connection:
        remember(connection, plan[:2], NOW - LATE)
        remember(connection, plan, NOW - LATE + timedelta(minutes=54))
    assert notified(desk) == notified(desk, 59) == []
    (text, _) = notified(desk, 60)
    (line,) = (line for line in text.splitlines() if line.startswith("- "))
    assert line.startswith("- www.iso.org, 3 sources unread: it was never visited")
    assert notified(desk, 120) == []


def test_nothing_that_a_server_or_a_listing_says_is_a_link(desk: Any) -> None:
    source(desk, "suspect", "moved to http://evil.example/login <b>now</b>\u202e")
    with desk.archive.write() as connection:
        suppress(connection, "officer@example.org", "rejected", "550 see www.evil.example", NOW)
    (said, _) = notified(desk, 1)
    assert "evil.example" not in said
    assert "evil.example" in said.replace("\u200c", "")
    assert "recipient officer@example.org" in said  # ours, to be copied
    assert "source 3gpp.tdocs:RAN1#999: suspect" in said
    assert "\u202e" not in said
