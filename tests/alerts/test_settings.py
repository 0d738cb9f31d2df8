from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from alerts.settings import MailSettings, Secret, SecretError, SmtpSettings


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"sendr": "a@example.org"}, "sendr"),
        ({"sender": "nobody"}, "no e-mail address"),
        ({"sender_name": "a\r\nBcc: b@example.org"}, "sender_name"),
        ({"delivery": "smtp"}, r"needs \[mail.smtp\]"),
        ({"public_url": "http://example.org"}, "https"),
        ({"list_id": "two words"}, "list_id"),
        ({"smtp": {"host": "mail", "user": "x"}}, "go together"),
        (
            {"smtp": {"host": "mail", "security": "none", "user": "x", "password": {"env": "P"}}},
            "not sent in the clear",
        ),
        ({"smtp": {"host": "mail", "user": "x", "password": {"env": "P", "file": "/p"}}}, "in one place"),
        ({"smtp": {"host": "mail", "user": "x", "password": "secret"}}, "password"),
        ({"messages_per_hour": 0}, "messages_per_hour"),
    ],
)
def test_settings_that_cannot_work_are_refused_with_the_reason(values: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        MailSettings.model_validate(values)


def test_mail_goes_into_a_folder_unless_told_otherwise() -> None:
    settings = MailSettings()
    assert (settings.delivery, settings.domain) == ("folder", "example.org")
    assert SmtpSettings(host="mail.example.org").security == "starttls"


def test_a_secret_is_read_from_where_it_is_kept(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("pass word \n")
    assert Secret(file=tmp_path / "secret").read() == "pass word "
    assert Secret(env="PASSWORD").read({"PASSWORD": "x"}) == "x"
    with pytest.raises(SecretError, match="PASSWORD"):
        Secret(env="PASSWORD").read({"PASSWORD": ""})
    with pytest.raises(SecretError, match="missing"):
        Secret(file=tmp_path / "missing").read()


def test_an_operator_however_written_is_one() -> None:
    assert MailSettings(operators=("A@example.org", "a@Example.org", "A <a@example.org>")).operators == (
        "a@example.org",
    )
