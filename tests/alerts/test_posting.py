from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest

from alerts.posting import Hooks, PrivateAddress, is_public, resolve
from alerts.sending import Claim
from alerts.webhooks import WebhookSettings, verify

NOW = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)
BODY = b'{"delivery":"<1@example.org>"}'


class Receiver(HTTPServer):
    """Answers with what it is told to, and keeps what it got."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer = 204
        self.got: list[tuple[str, dict[str, str], bytes]] = []


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((self.path, dict(self.headers), body))
        if self.server.answer == 0:
            self.close_connection = True
            return
        self.send_response(self.server.answer)
        self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"said\n")

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    server = Receiver()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def claim(recipient: str = "webhook:desk") -> Claim:
    return Claim(1, "me", recipient, "<1@example.org>", "digest", "2026-11-21T07:30:00Z", BODY, 0, 1)


def hooks(tmp_path: Path, port: int, *, private: bool = True, host: str = "127.0.0.1") -> Hooks:
    (tmp_path / "secret").write_text("our secret\n")
    scheme = "http" if private else "https"
    settings = WebhookSettings(
        name="desk",
        url=f"{scheme}://{host}:{port}/in?from=normwatch",
        secret={"file": tmp_path / "secret"},
        watchlists=("6G",),
        private=private,
    )
    return Hooks([settings], lambda: NOW, timeout=5)


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),  # noqa: S104
        *("224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.2.1", "::", "::1", "fe80::1", "fd00::1", "ff02::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe"),
        "2001:0:53aa:64c:0:7bff:80ff:fffe",
    ],
)
def test_what_is_not_public_is_known_in_every_spelling(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::"]
)
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "2130706433", "0x7f.1", "127.1"])
def test_names_and_odd_spellings_that_lead_home_are_refused(host: str) -> None:
    with pytest.raises(PrivateAddress):
        resolve(host, 443, private=False)
    assert resolve("localhost", 443, private=True) in ("127.0.0.1", "::1")


def test_a_name_with_one_private_address_among_public_ones_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 443)) for one in ("8.8.8.8", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    with pytest.raises(PrivateAddress, match=r"10\.0\.0\.1"):
        resolve("hooks.example.org", 443, private=False)


def test_a_delivery_arrives_signed_under_its_id(tmp_path: Path, receiver: Receiver) -> None:
    answer = hooks(tmp_path, receiver.server_port).send(claim(), lambda: True)
    assert (answer.outcome, answer.code) == ("accepted", 204)
    ((path, headers, body),) = receiver.got
    assert path == "/in?from=normwatch"
    assert body == BODY
    assert headers["Content-Type"] == "application/json; charset=utf-8"
    assert headers["Normwatch-Delivery"] == "<1@example.org>"
    assert verify("our secret", body, headers["Normwatch-Signature"], NOW)


@pytest.mark.parametrize(
    ("status", "outcome", "gone"),
    [
        (302, "deferred", False),
        (404, "deferred", False),
        (410, "rejected", True),
        (429, "deferred", False),
        (503, "deferred", False),
        (0, "unanswered", False),
    ],
)
def test_what_is_no_success_is_tried_again_but_for_gone(
    tmp_path: Path, receiver: Receiver, status: int, outcome: str, gone: bool
) -> None:
    receiver.answer = status
    answer = hooks(tmp_path, receiver.server_port).send(claim(), lambda: True)
    assert (answer.outcome, answer.bad_recipient) == (outcome, gone)
    assert len(receiver.got) == 1  # a redirect is not followed


def test_a_private_address_is_not_connected_to_unless_the_operator_says_so(tmp_path: Path, receiver: Receiver) -> None:
    handed: list[bool] = []
    answer = hooks(tmp_path, receiver.server_port, private=False).send(claim(), lambda: not handed.append(True))
    assert answer.outcome == "deferred"
    assert "not public" in answer.text
    assert (receiver.got, handed) == ([], [])


def test_what_another_sender_took_over_is_not_posted(tmp_path: Path, receiver: Receiver) -> None:
    assert hooks(tmp_path, receiver.server_port).send(claim(), lambda: False).outcome == "deferred"
    assert receiver.got == []


def test_one_webhooks_fault_is_not_the_others(tmp_path: Path, receiver: Receiver) -> None:
    ours = hooks(tmp_path, receiver.server_port)
    assert ours.send(claim("webhook:removed"), lambda: True).outcome == "rejected"
    (tmp_path / "secret").unlink()
    assert ours.send(claim(), lambda: True).outcome == "deferred"
    assert hooks(tmp_path, 80, host="a" * 64 + ".example").send(claim(), lambda: True).outcome == "deferred"
