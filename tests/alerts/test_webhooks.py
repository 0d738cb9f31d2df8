from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from alerts.matches import record_matches
from alerts.matching import Matcher
from alerts.settings import MailSettings
from alerts.watchlists import Watchlist
from alerts.webhooks import SKEW, WebhookSettings, audience, prepare, sign, verify
from spiders.rows import ContributionRow

NOW = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)
SIX_G = Watchlist(name="6G", topics=("6G",))
JSON = WebhookSettings(name="desk", url="https://hooks.example.org/x", secret={"env": "SECRET"}, watchlists=("6G",))
CHAT = WebhookSettings(name="room", url="https://chat.example.org/x", format="chat", watchlists=("6G",))


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"secret": None}, "needs a secret"),
        ({"url": "http://hooks.example.org/x"}, "is https"),
        ({"url": "file:///etc/passwd", "private": True}, "no address of a webhook"),
        ({"url": "https://user:password@hooks.example.org/x"}, "no address of a webhook"),
        ({"url": "https://hooks.example.org/\r\nHost: x"}, "no address of a webhook"),
        ({"name": "../x"}, "name"),
        ({"cadence": "hourly"}, "cadence"),
        ({"watchlists": ()}, "watchlists"),
        ({"secrets": "x"}, "secrets"),
    ],
)
def test_settings_that_cannot_work_are_refused_with_the_reason(values: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        WebhookSettings.model_validate(JSON.model_dump(exclude_unset=True) | values)


def test_an_unknown_watchlist_is_named() -> None:
    with pytest.raises(ValueError, match='webhook "desk": there is no watchlist "6G"'):
        audience([JSON], [Watchlist(name="AI")])


def told(newsroom: Any, *hooks: WebhookSettings, title: str = "Invented 6G waveform") -> list[Any]:
    """Bring a document; the bodies of the messages made of it."""
    row = ContributionRow(
        key="R1-2600001",
        body="3GPP",
        group="RAN1",
        title=title,
        url="https://www.3gpp.org/ftp/invented/R1-2600001.zip",
        meeting="RAN1#999",
        source="Huawei, HiSilicon",
        status="available",
    )
    changes = newsroom.take("3gpp.tdocs", [row], scope="RAN1#999", baseline=False)
    with newsroom.archive.write() as connection:
        record_matches(connection, changes, Matcher([SIX_G]), audience(hooks, [SIX_G]), newsroom.now)
        for _ in range(2):  # the second time, nothing is due any more
            prepare(
                connection,
                newsroom.resolver,
                hooks=hooks,
                watchlists=[SIX_G],
                settings=MailSettings(),
                now=newsroom.now + timedelta(minutes=1),
            )
        return list(connection.exec_driver_sql("SELECT * FROM message ORDER BY recipient"))


def test_a_change_is_told_once_with_whom_it_names_and_why(newsroom: Any) -> None:
    (row,) = told(newsroom, JSON)
    assert (row.recipient, row.channel, row.state, row.items) == ("webhook:desk", "webhook", "queued", 1)
    body = json.loads(row.content)
    assert body["delivery"] == row.message_id
    (change,) = body["changes"]
    assert (change["key"], change["kind"]) == ("R1-2600001", "appeared")
    assert {one["as_written"] for one in change["organisations"]} == {"Huawei", "HiSilicon"}
    (match,) = change["matches"]
    assert (match["watchlist"], match["event"]) == ("6G", "uploaded")
    assert {"kind": "topic", "text": "6G", "where": "title"} in match["reasons"]


def test_a_chat_gets_lines_that_mention_and_link_nothing(newsroom: Any) -> None:
    title = "6G <!channel> @here [x](https://evil.example) `y`\nsecond line"
    (row,) = told(newsroom, CHAT, title=title)
    first, second = json.loads(row.content)["text"].split("\n")
    assert first == "Normwatch: 1 new in 6G"
    assert second.startswith(
        "RAN1 R1-2600001 · 6G ‹!channel› ＠here (x)(https\u200c:/\u200c/evil\u200c.example) 'y' second line · Huawei"
    )
    assert second.endswith("https://www.3gpp.org/ftp/invented/R1-2600001.zip")


def test_mail_and_webhooks_are_told_apart_and_both_are_told(newsroom: Any) -> None:
    assert [row.recipient for row in told(newsroom, JSON, CHAT)] == ["webhook:desk", "webhook:room"]


def test_a_signature_holds_for_this_body_this_secret_and_a_while() -> None:
    header = sign("secret", b'{"a":1}', NOW)
    assert verify("secret", b'{"a":1}', header, NOW + SKEW)
    assert not verify("secret", b'{"a":1}', header, NOW + SKEW + timedelta(seconds=1))
    assert not verify("secret", b'{"a":2}', header, NOW)
    assert not verify("other", b'{"a":1}', header, NOW)
    later = int((NOW + timedelta(days=1)).timestamp())
    assert not verify("secret", b'{"a":1}', f"t={later},{header.split(',')[1]}", NOW + timedelta(days=1))
    assert not verify("secret", b'{"a":1}', "nonsense", NOW)
