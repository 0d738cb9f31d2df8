"""Delivery to a real Postfix with STARTTLS, on loopback alone: what its answers make of messages in the outbox.

`make postfix` installs it where it may. It runs from a folder of its own, as the tests' own child, and leaves nothing.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from alerts.delivery import Run, deliver
from alerts.matches import Due, audience
from alerts.outbox import prepare
from alerts.rendering import Rendered
from alerts.settings import MailSettings, SmtpSettings
from alerts.transports import Smtp
from alerts.watchlists import Watchlist

PATH = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
POSTFIX = shutil.which("postfix", path=PATH)

pytestmark = pytest.mark.skipif(
    POSTFIX is None or os.getuid() != 0, reason="Postfix is not installed, or its daemons cannot be started: needs root"
)

START = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)
PATIENCE = 20.0
"""Seconds to wait for Postfix at most."""

_MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
meta_directory = /etc/postfix
maillog_file = {folder}/mail.log
maillog_file_prefixes = {folder}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = relay.example.org
mydestination =
mynetworks = 127.0.0.0/8
default_transport = error:5.7.1 nothing leaves this machine
virtual_mailbox_domains = example.org
virtual_mailbox_base = {folder}/mail
virtual_mailbox_maps = texthash:{folder}/boxes
virtual_uid_maps = static:{nobody}
virtual_gid_maps = static:{nobody}
smtpd_tls_cert_file = {folder}/relay.pem
smtpd_tls_key_file = {folder}/relay.key
smtpd_tls_security_level = encrypt
smtpd_recipient_restrictions = check_recipient_access texthash:{folder}/answers, permit_mynetworks, reject
smtpd_data_restrictions = check_recipient_access texthash:{folder}/answers_to_data
header_checks = regexp:{folder}/headers
smtpd_peername_lookup = no
"""
_MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
127.0.0.1:{tls_port} inet n - n - - smtpd -o smtpd_tls_wrappermode=yes
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
tlsmgr unix - - n 1000? 1 tlsmgr
postlog unix-dgram n - n - 1 postlogd
"""
_TABLES = {
    "boxes": "@example.org inbox/",
    "answers": "later@example.org 450 4.2.1 mailbox busy\ngone@example.org 550 5.1.1 no such user\n"
    "policy@example.org 554 5.7.1 not from here",
    "answers_to_data": "data@example.org 451 4.3.0 come back",
    "headers": "/^Subject: .*refuse/ REJECT no such subjects",
}


class Postfix:
    """One instance, and what it has delivered."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port, self.tls_port = _free_ports(2)
        nobody = pwd.getpwnam("nobody")
        values = {"folder": folder, "port": self.port, "tls_port": self.tls_port, "nobody": nobody.pw_uid}
        for name in ("etc", "data", "queue", "mail"):
            (folder / name).mkdir()
        shutil.chown(folder / "data", "postfix")
        shutil.chown(folder / "mail", nobody.pw_uid, nobody.pw_gid)
        (folder / "etc" / "main.cf").write_text(_MAIN.format(**values))
        (folder / "etc" / "master.cf").write_text(_MASTER.format(**values))
        for name, text in _TABLES.items():
            (folder / name).write_text(text + "\n")
        self.ca = _certificates(folder)
        self._master: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        assert POSTFIX is not None
        self._master = subprocess.Popen(  # noqa: S603
            [POSTFIX, "-c", str(self.folder / "etc"), "start-fg"],
            env={"PATH": PATH, "MAIL_CONFIG": str(self.folder / "etc")},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until(self._greets, self.log)

    def stop(self) -> None:
        """End the master, which heads a process group of its own, with all its daemons."""
        if self._master is None:
            return
        lock = self.folder / "queue" / "pid" / "master.pid"
        with suppress(ProcessLookupError, FileNotFoundError, ValueError):
            os.killpg(int(lock.read_text()), signal.SIGTERM)
        self._master.wait(PATIENCE)

    def log(self) -> str:
        path = self.folder / "mail.log"
        return path.read_text() if path.exists() else "no log"

    def delivered(self) -> list[Any]:
        """The messages in the mailbox, parsed as a mail program would."""
        found = (self.folder / "mail" / "inbox" / "new").glob("*")
        return [message_from_bytes(path.read_bytes(), policy=default) for path in found]

    def empty(self) -> None:
        shutil.rmtree(self.folder / "mail" / "inbox", ignore_errors=True)

    def _greets(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1) as made:
            return made.recv(4).startswith(b"220")
        return False


def until(holds: Callable[[], object], why: Callable[[], str] = str) -> None:
    """Wait for another process."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, why()
        time.sleep(0.02)


def _free_ports(number: int) -> list[int]:
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
    ports = [int(probe.getsockname()[1]) for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def _certificates(folder: Path) -> Path:
    """An authority for this run alone, and a certificate of its for 127.0.0.1."""
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
    for name, more in (
        ("ca", ["-addext", "keyUsage=critical,keyCertSign"]),
        ("relay", ["-CA", "ca.pem", "-CAkey", "ca.key", "-addext", "subjectAltName=IP:127.0.0.1"]),
    ):
        files = ["-keyout", f"{name}.key", "-out", f"{name}.pem", "-subj", f"/CN=normwatch test {name}"]
        command = ["openssl", "req", "-x509", *key, *files, *more]
        subprocess.run(command, cwd=folder, check=True, capture_output=True)  # noqa: S603
    return folder / "ca.pem"


@pytest.fixture(scope="module")
def running() -> Iterator[Postfix]:
    with tempfile.TemporaryDirectory(prefix="normwatch-postfix-") as name:
        Path(name).chmod(0o755)  # its daemons are not root
        postfix = Postfix(Path(name))
        try:
            postfix.start()
            yield postfix
        finally:
            postfix.stop()


@pytest.fixture
def postfix(running: Postfix) -> Postfix:
    running.empty()
    return running


def smtp(postfix: Postfix, **more: Any) -> Smtp:
    values = {"host": "127.0.0.1", "port": postfix.port, "ca_file": postfix.ca, "timeout": 10, "answer_timeout": 10}
    return Smtp(SmtpSettings(**(values | more)), "normwatch@example.org")


class Office:
    """Watchlists' readers with something to be told, and the sender."""

    mail = MailSettings(quiet="never")

    def __init__(self, desk: Any, postfix: Postfix, write: Callable[[Due], Rendered], *names: str) -> None:
        self.desk, self.postfix = desk, postfix
        self.now = START
        lists = [Watchlist(name="6G", cadence="immediate", recipients=[f"{name}@example.org" for name in names])]
        desk.tell(lists, START - timedelta(hours=1))
        with desk.archive.write() as connection:
            prepare(connection, audience(lists), write, self.mail, START)

    def send(self, **relay: Any) -> Run:
        return deliver(self.desk.archive, smtp(self.postfix, **relay), lambda: self.now, self.mail)

    def states(self) -> dict[str, str]:
        rows = self.desk.rows("SELECT recipient, state FROM message")
        return {row.recipient.partition("@")[0]: row.state for row in rows}

    def attempts(self) -> list[tuple[str, int | None]]:
        return [(row.outcome, row.code) for row in self.desk.rows("SELECT outcome, code FROM delivery ORDER BY id")]

    def message_ids(self) -> Counter[str]:
        return Counter(message["Message-ID"] for message in self.postfix.delivered())


def digest(due: Due) -> Rendered:
    """A digest of some length, with what is not ASCII, long lines, and lines of a dot."""
    line = "华为, 中兴: “6G” " * 120
    return Rendered(
        "1 new from China in 6G · “AI-native” · 21 Nov", f"<p>{line}</p>\n.\n<p>x</p>", f"{line}\n.\n..\nx\n"
    )


@pytest.mark.parametrize("how", ["starttls", "tls"])
def test_a_digest_is_accepted_over_tls_and_arrives_as_it_was_frozen(desk: Any, postfix: Postfix, how: str) -> None:
    office = Office(desk, postfix, digest, "officer")
    port = postfix.port if how == "starttls" else postfix.tls_port
    assert office.send(security=how, port=port).sent == [1]
    until(postfix.delivered, postfix.log)
    (message,) = postfix.delivered()
    (row,) = desk.rows("SELECT * FROM message")
    frozen = message_from_bytes(row.content, policy=default)
    assert (message["Message-ID"], message["Subject"]) == (row.message_id, frozen["Subject"])
    for kind in ("plain", "html"):
        assert message.get_body((kind,)).get_content() == frozen.get_body((kind,)).get_content()
    assert "with ESMTPS id" in message["Received"]  # the S: over TLS
    assert office.attempts() == [("accepted", 250)]


def test_a_relay_whose_certificate_we_do_not_trust_gets_nothing(desk: Any, postfix: Postfix, write: Any) -> None:
    office = Office(desk, postfix, write, "officer")
    run = office.send(ca_file=None)
    assert "certificate" in (run.fault or "").lower()
    assert office.states() == {"officer": "queued"}
    office.now += timedelta(minutes=6)
    assert office.send().sent == [1]


def test_a_relay_that_wants_tls_is_not_spoken_to_without(desk: Any, postfix: Postfix, write: Any) -> None:
    office = Office(desk, postfix, write, "officer")
    office.send(security="none")
    assert office.states() == {"officer": "rejected"}
    assert desk.rows("SELECT * FROM suppression") == []  # it is the relay's word about us, not about the reader
    assert postfix.delivered() == []


@pytest.mark.parametrize(("name", "code"), [("later", 450), ("data", 451)])
def test_a_deferred_recipient_is_tried_again(desk: Any, postfix: Postfix, write: Any, name: str, code: int) -> None:
    office = Office(desk, postfix, write, name)
    for _ in range(2):
        assert office.send().outcomes == {"deferred": 1}
        office.now += timedelta(minutes=20)
    assert office.attempts() == [("deferred", code)] * 2
    assert office.states() == {name: "queued"}


def test_one_of_several_refused_costs_the_others_nothing(desk: Any, postfix: Postfix, write: Any) -> None:
    office = Office(desk, postfix, write, "a", "gone", "later", "policy", "b")
    office.send()
    until(lambda: len(postfix.delivered()) == 2, postfix.log)
    assert {message["To"] for message in postfix.delivered()} == {"a@example.org", "b@example.org"}
    assert office.states() == {"a": "sent", "b": "sent", "gone": "rejected", "policy": "rejected", "later": "queued"}
    assert [row.recipient for row in desk.rows("SELECT * FROM suppression")] == ["gone@example.org"]


def test_a_message_refused_for_what_it_says_leaves_its_reader_alone(desk: Any, postfix: Postfix) -> None:
    office = Office(desk, postfix, lambda due: Rendered("refuse this", "<p>x</p>", "x"), "officer")
    office.send()
    assert office.attempts() == [("rejected", 550)]
    assert office.states() == {"officer": "rejected"}
    assert desk.rows("SELECT * FROM suppression") == []


def test_an_answer_lost_after_data_repeats_one_message_under_one_id(desk: Any, postfix: Postfix) -> None:
    office = Office(desk, postfix, digest, "officer")
    with losing_answers(postfix) as port:
        assert office.send(port=port).outcomes == {"unanswered": 1}
    assert len(postfix.delivered()) == 1
    office.now += timedelta(minutes=20)
    assert office.send().outcomes == {"accepted": 1}
    until(lambda: len(postfix.delivered()) == 2, postfix.log)
    assert list(office.message_ids().values()) == [2]
    assert len(desk.rows("SELECT * FROM message")) == 1
    office.now += timedelta(days=1)
    assert office.send().outcomes == {}


def test_answers_lost_twice_hold_the_message_for_a_person(desk: Any, postfix: Postfix) -> None:
    office = Office(desk, postfix, digest, "officer")
    for _ in range(3):
        with losing_answers(postfix) as port:
            office.send(port=port)
        office.now += timedelta(days=1)
    assert office.states() == {"officer": "held"}
    assert len(postfix.delivered()) == 2


def test_a_connection_cut_within_the_message_delivers_nothing_and_is_made_up(desk: Any, postfix: Postfix) -> None:
    office = Office(desk, postfix, digest, "officer")
    with cutting(postfix) as port:
        office.send(port=port)
    assert office.states() == {"officer": "queued"}
    office.now += timedelta(minutes=20)
    assert office.send().outcomes == {"accepted": 1}
    until(postfix.delivered, postfix.log)
    assert len(postfix.delivered()) == 1


# -- a line between us and Postfix that fails

HELLO = 4000
"""Bytes that are ours before the message: greetings, the TLS handshake, envelope; `digest` makes far more."""


@contextmanager
def losing_answers(postfix: Postfix) -> Iterator[int]:
    """A line that carries the whole message, but loses the answer to it: it dies once the message is in the mailbox."""
    before = len(postfix.delivered())
    with _line(postfix, carry_message=True, over=lambda: len(postfix.delivered()) > before) as port:
        yield port


@contextmanager
def cutting(postfix: Postfix) -> Iterator[int]:
    """A line that dies while it carries the message."""
    with _line(postfix, carry_message=False, over=lambda: True) as port:
        yield port


@contextmanager
def _line(postfix: Postfix, *, carry_message: bool, over: Callable[[], bool]) -> Iterator[int]:
    server = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=_carry, args=(server, postfix.port, carry_message, over), daemon=True)
    thread.start()
    try:
        yield int(server.getsockname()[1])
    finally:
        with suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join(PATIENCE)


def _carry(server: socket.socket, port: int, carry_message: bool, over: Callable[[], bool]) -> None:
    try:
        ours, _ = server.accept()
    except OSError:
        return
    with ours, socket.create_connection(("127.0.0.1", port)) as theirs:
        message = threading.Event()

        def answers() -> None:
            with suppress(OSError):
                while answer := theirs.recv(65536):
                    if not message.is_set():
                        ours.sendall(answer)

        back = threading.Thread(target=answers, daemon=True)
        back.start()
        carried = 0
        while carried < HELLO and (said := ours.recv(65536)):
            carried += len(said)
            if carried >= HELLO:
                message.set()
            if carried < HELLO or carry_message:
                theirs.sendall(said)
        ours.settimeout(0.05)
        end = time.monotonic() + PATIENCE
        while not over() and time.monotonic() < end:
            with suppress(TimeoutError):
                theirs.sendall(ours.recv(65536))
        for line in (ours, theirs):
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
        back.join(PATIENCE)
