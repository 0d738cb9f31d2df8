from __future__ import annotations

import socket
import ssl
import subprocess
from collections.abc import Callable
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult

from alerts.sending import Answer, Claim
from alerts.settings import Secret, SmtpSettings
from alerts.transports import Folder, Smtp

CONTENT = b"Subject: x\r\nMessage-ID: <1@example.org>\r\n\r\n.\r\n..two dots\r\nlast line\r\n"


def claim(recipient: str = "officer@example.org", **more: Any) -> Claim:
    values = {
        "id": 12,
        "lease": "me",
        "recipient": recipient,
        "message_id": "<1@example.org>",
        "kind": "digest",
        "due_at": "2026-11-21T07:30:00Z",
        "content": CONTENT,
        "handovers": 0,
        "attempts": 1,
    }
    return Claim(**(values | more))


def relay_of(relay: Any, **more: Any) -> Smtp:
    settings = {"host": "127.0.0.1", "port": relay.port, "security": "none", "timeout": 5, "answer_timeout": 5}
    return Smtp(SmtpSettings(**(settings | more)), "normwatch@example.org")


class Handed:
    """Counts how often a message was about to leave."""

    def __init__(self, allowed: bool = True) -> None:
        self.times = 0
        self.allowed = allowed

    def __call__(self) -> bool:
        self.times += 1
        return self.allowed


# -- folder


def test_a_file_is_named_for_when_who_and_which(tmp_path: Path) -> None:
    with Folder(tmp_path / "outbox") as folder:
        assert folder.send(claim("Officer+6G@Example.org"), Handed()).outcome == "accepted"
    (path,) = (tmp_path / "outbox").iterdir()
    assert path.name == "2026-11-21T0730Z_officer-6g-example.org_12.eml"
    assert path.read_bytes() == CONTENT


@pytest.mark.parametrize(
    "recipient", ["../../etc/passwd@example.org", "..", "/a", "a\x00b@example.org", "webhook:x/../y"]
)
def test_no_recipient_leads_out_of_the_folder(tmp_path: Path, recipient: str) -> None:
    assert Folder(tmp_path).path(claim(recipient)).parent == tmp_path
    Folder(tmp_path).send(claim(recipient), Handed())
    assert len(list(tmp_path.iterdir())) == 1


def test_a_file_written_twice_is_one_file(tmp_path: Path) -> None:
    for _ in range(2):
        Folder(tmp_path).send(claim(), Handed())
    assert len(list(tmp_path.iterdir())) == 1


def test_a_folder_that_cannot_be_written_to_stops_the_run(tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("a file where the folder should be")
    answer = Folder(tmp_path / "outbox").send(claim(), Handed())
    assert answer.outcome == "unreachable"
    assert "outbox" in answer.text


# -- SMTP


def test_what_arrives_is_what_was_frozen(relay: Any) -> None:
    with relay_of(relay) as smtp:
        assert smtp.send(claim(), Handed()) == Answer("accepted", 250, "taken")
    assert relay.received == [("normwatch@example.org", ["officer@example.org"], CONTENT)]
    assert message_from_bytes(relay.received[0][2], policy=default)["Message-ID"] == "<1@example.org>"


def test_one_connection_carries_many_messages_and_is_made_anew_if_lost(relay: Any) -> None:
    with relay_of(relay) as smtp:
        smtp.send(claim(), Handed())
        first = smtp._connection
        smtp.send(claim(), Handed())
        assert smtp._connection is first
        assert first is not None
        assert first.sock is not None
        first.sock.shutdown(socket.SHUT_RDWR)
        assert smtp.send(claim(), Handed()).outcome == "accepted"
        assert smtp._connection is not first
    assert len(relay.received) == 3


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("450 4.2.1 try later", Answer("deferred", 450, "4.2.1 try later")),
        ("550 5.1.1 no such user", Answer("rejected", 550, "5.1.1 no such user", bad_recipient=True)),
        ("554 5.7.1 relay access denied", Answer("rejected", 554, "5.7.1 relay access denied")),
    ],
)
def test_an_answer_to_the_recipient_says_whether_to_come_back(relay: Any, reply: str, expected: Answer) -> None:
    relay.recipients["gone@example.org"] = reply
    handed = Handed()
    with relay_of(relay) as smtp:
        assert smtp.send(claim("gone@example.org"), handed) == expected
        assert handed.times == 0
        assert smtp.send(claim(), Handed()).outcome == "accepted"  # the next one is not the worse for it


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [("451 4.3.0 disk full", "deferred"), ("552 5.3.4 too big", "rejected"), ("421 bye", "deferred")],
)
def test_an_answer_to_the_message_is_not_about_the_recipient(relay: Any, reply: str, outcome: str) -> None:
    relay.answers.append(reply)
    with relay_of(relay) as smtp:
        answer = smtp.send(claim(), Handed())
        assert (answer.outcome, answer.bad_recipient) == (outcome, False)
        assert smtp.send(claim(), Handed()).outcome == "accepted"


def test_a_connection_dropped_after_the_message_leaves_it_open_whether_it_arrived(relay: Any) -> None:
    relay.answers.append("drop")
    with relay_of(relay) as smtp:
        assert smtp.send(claim(), Handed()).outcome == "unanswered"
        assert smtp.send(claim(), Handed()).outcome == "accepted"
    assert len(relay.received) == 2


def test_a_message_that_another_sender_took_over_is_not_sent(relay: Any) -> None:
    with relay_of(relay) as smtp:
        assert smtp.send(claim(), Handed(allowed=False)).outcome == "deferred"
    assert relay.received == []


def test_nobody_listening_is_said_to_be_unreachable(relay: Any) -> None:
    with socket.socket() as bound:  # and not listening
        bound.bind(("127.0.0.1", 0))
        smtp = relay_of(relay, port=bound.getsockname()[1])
        assert smtp.send(claim(), Handed()).outcome == "unreachable"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(  # noqa: S603 - fixed words and a folder of pytest's
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"),
            *("-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"),
            *("-keyout", folder / "key.pem", "-out", folder / "cert.pem"),
        ],
        check=True,
        capture_output=True,
    )
    return folder


def server_context(folder: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context


def authenticate(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
    return AuthResult(success=(data.login, data.password) == (b"normwatch", b"right"), handled=False)


def with_password(tmp_path: Path, password: str) -> dict[str, Any]:
    (tmp_path / "password").write_text(password + "\n")
    return {"user": "normwatch", "password": Secret(file=tmp_path / "password")}


def test_starttls_and_a_login(serving: Callable[..., Any], certificate: Path, tmp_path: Path) -> None:
    relay = serving(
        tls_context=server_context(certificate), require_starttls=True, authenticator=authenticate, auth_required=True
    )
    trusted = {"security": "starttls", "ca_file": certificate / "cert.pem"}
    with relay_of(relay, **trusted, **with_password(tmp_path, "right")) as smtp:
        assert smtp.send(claim(), Handed()).outcome == "accepted"
    with relay_of(relay, **trusted, **with_password(tmp_path, "wrong")) as smtp:
        answer = smtp.send(claim(), Handed())
    assert (answer.outcome, answer.code) == ("unreachable", 535)
    assert "wrong" not in answer.text
    assert len(relay.received) == 1


def test_a_certificate_nobody_vouches_for_is_refused(serving: Callable[..., Any], certificate: Path) -> None:
    relay = serving(tls_context=server_context(certificate))
    with relay_of(relay, security="starttls") as smtp:
        answer = smtp.send(claim(), Handed())
    assert answer.outcome == "unreachable"
    assert "CERTIFICATE_VERIFY_FAILED" in answer.text
    assert relay.received == []


def test_a_relay_without_starttls_gets_no_mail_in_the_clear(relay: Any) -> None:
    with relay_of(relay, security="starttls") as smtp:
        assert smtp.send(claim(), Handed()).outcome == "unreachable"
    assert relay.received == []


def test_tls_from_the_start(serving: Callable[..., Any], certificate: Path) -> None:
    relay = serving(ssl_context=server_context(certificate))
    with relay_of(relay, security="tls", ca_file=certificate / "cert.pem") as smtp:
        assert smtp.send(claim(), Handed()).outcome == "accepted"


def test_a_missing_password_stops_the_run_and_says_where_it_was_looked_for(
    relay: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NORMWATCH_TEST_PASSWORD", raising=False)
    with relay_of(relay, user="normwatch", password=Secret(env="NORMWATCH_TEST_PASSWORD")) as smtp:
        answer = smtp.send(claim(), Handed())
    assert answer.outcome == "unreachable"
    assert "NORMWATCH_TEST_PASSWORD" in answer.text
