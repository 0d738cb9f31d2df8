from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest

from alerts.mime import Unmailable, compose
from alerts.rendering import Rendered
from alerts.settings import MailSettings

NOW = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)
SETTINGS = MailSettings(sender="normwatch@example.org", operators=("operator@example.org",))
HTML = '<html lang="en"><body><p>华为 “6G” &lt;script&gt;</p></body></html>'


def composed(
    subject: str = "3 new", settings: MailSettings = SETTINGS, recipient: str = "officer@example.org", **more: Any
) -> EmailMessage:
    rendered = Rendered(subject, HTML, "华为 “6G” <script>\n.\n.dot first\n" + "long " * 500)
    content = compose(rendered, recipient=recipient, message_id="<1@example.org>", date=NOW, settings=settings, **more)
    assert all(len(line) <= 998 for line in content.splitlines())
    parsed = message_from_bytes(content, policy=default)
    assert isinstance(parsed, EmailMessage)
    assert not parsed.defects
    return parsed


def test_a_digest_is_text_and_html_side_by_side() -> None:
    message = composed(thread=["6G"])
    assert message.get_content_type() == "multipart/alternative"
    text, html = message.iter_parts()
    assert text.get_content_type() == "text/plain"
    assert text.get_content().splitlines()[:3] == ["华为 “6G” <script>", ".", ".dot first"]
    assert html.get_content_type() == "text/html"
    assert html.get_content().strip() == HTML


def test_headers_say_who_what_when_and_that_no_person_wrote_it() -> None:
    message = composed("3 new from China in 6G · 华为", thread=["6G"])
    assert message["Subject"] == "3 new from China in 6G · 华为"
    assert message["From"] == "Normwatch <normwatch@example.org>"
    assert message["To"] == "officer@example.org"
    assert message["Message-ID"] == "<1@example.org>"
    assert message["Date"].datetime == NOW
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Id"] == "Normwatch digests <digests.example.org>"


def test_digests_of_the_same_watchlists_are_one_conversation() -> None:
    first, again = composed(thread=["6G", "AI"]), composed("other", thread=["AI", "6G"])
    assert first["References"] == again["References"] == again["In-Reply-To"]
    assert composed(thread=["6G"])["References"] != first["References"]
    assert composed(thread=["6G", "AI"], recipient="other@example.org")["References"] != first["References"]


def test_one_click_is_offered_only_where_there_is_a_site_to_answer_it() -> None:
    private = composed(thread=["6G"], unsubscribe_token="secret")
    assert private["List-Unsubscribe"] == "<mailto:operator@example.org?subject=unsubscribe%20officer%40example.org>"
    assert private["List-Unsubscribe-Post"] is None
    public = composed(
        settings=SETTINGS.model_copy(update={"public_url": "https://watch.example.org"}),
        thread=["6G"],
        unsubscribe_token="secret",
    )
    assert public["List-Unsubscribe"].startswith("<https://watch.example.org/unsubscribe/secret>, <mailto:")
    assert public["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@pytest.mark.parametrize(
    "subject", ["new\r\nBcc: everyone@example.org", "new\nX: y", "a\x00b", "\u2028next", "right\u202eleft", "", "  "]
)
def test_a_subject_that_would_break_out_of_its_line_is_refused(subject: str) -> None:
    with pytest.raises(Unmailable):
        composed(subject)


@pytest.mark.parametrize(
    "recipient", ["a@example.org\r\nBcc: b@example.org", "a@example.org, b@example.org", "", "名@example.org"]
)
def test_an_address_that_is_not_one_is_refused(recipient: str) -> None:
    with pytest.raises(Unmailable):
        composed(recipient=recipient)


@pytest.mark.parametrize(
    "subject",
    [
        "新增提案 " * 60 + "end",
        "6G radio, " * 40 + "end",
        "=?utf-8?q?not=0D=0Aours?=",
        "a  b · c",
        "word" * 100,
        "🛰 " * 99 + "x",
    ],
)
def test_a_subject_arrives_as_it_was_written(subject: str) -> None:
    assert composed(subject)["Subject"] == subject
