"""Ways out for mail: a folder of .eml files, or a relay that speaks SMTP."""

from __future__ import annotations

import os
import re
import smtplib
import ssl
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from alerts.sending import Answer, Claim
from alerts.settings import MailSettings, SecretError, SmtpSettings

HandOver = Callable[[], bool]
"""To be called once, right before the message is out of our hands; if it returns False, it must not be sent."""

LOST = Answer("deferred", text="another sender took it over")
_RESPONSE_LENGTH = 500


class Transport(Protocol):
    """Sends one message to one recipient; open while used as a context manager. Never raises for what a server does."""

    name: str
    channel: str
    repeatable: bool
    """Whether sending a message twice leaves one."""

    def __enter__(self) -> Self: ...
    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None: ...
    def send(self, claim: Claim, hand_over: HandOver) -> Answer: ...  # noqa: D102


def transport(settings: MailSettings) -> Transport:
    """The one that the configuration chose."""
    if settings.delivery == "smtp" and settings.smtp is not None:
        return Smtp(settings.smtp, settings.sender)
    return Folder(settings.folder)


class Folder:
    """Writes `2026-11-21T0730Z_officer-example.org_12.eml`: whole or not at all, and again under the same name."""

    name = "folder"
    channel = "mail"
    repeatable = True

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        pass

    def path(self, claim: Claim) -> Path:
        """Where the message is written; made of our own and the configuration's words alone."""
        due = re.sub(r"(\d\d):(\d\d):(\d\d)", r"\1\2", claim.due_at)
        recipient = re.sub(r"[^a-z0-9.]+", "-", claim.recipient.lower()).strip("-.")
        return self._folder / f"{due}_{recipient}_{claim.id}.eml"

    def send(self, claim: Claim, hand_over: HandOver) -> Answer:
        """Write the file. A folder that cannot be written to is as unreachable as a relay."""
        if not hand_over():
            return LOST
        path = self.path(claim)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=self._folder, prefix=".", suffix=".part")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(claim.content)
                    file.flush()
                    os.fsync(file.fileno())
                Path(temporary).chmod(0o644)
                Path(temporary).replace(path)
            except BaseException:
                Path(temporary).unlink(missing_ok=True)
                raise
        except OSError as error:
            return Answer("unreachable", text=f"{self._folder}: {error.strerror}")
        return Answer("accepted", text=path.name)


class Smtp:
    """A relay, over one connection as long as it holds: STARTTLS or TLS with checked certificates, and a login."""

    channel = "mail"
    repeatable = False

    def __init__(self, settings: SmtpSettings, sender: str) -> None:
        self._settings = settings
        self._sender = sender
        self._connection: smtplib.SMTP | None = None
        self.name = f"smtp {settings.host}:{settings.port}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        if self._connection is not None:
            try:
                self._connection.quit()
            except (smtplib.SMTPException, OSError):
                self._connection.close()
            self._connection = None

    def send(self, claim: Claim, hand_over: HandOver) -> Answer:
        """One message in a transaction of its own, so that an answer is about one recipient."""
        try:
            connection = self._connection = self._alive() or self._connect()
        except (smtplib.SMTPException, OSError, SecretError) as error:
            return Answer("unreachable", *_said(error))
        try:
            return self._transact(connection, claim, hand_over)
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            return Answer("deferred", *_said(error))

    def _alive(self) -> smtplib.SMTP | None:
        """The connection of the last message, if the relay has not closed it since."""
        try:
            if self._connection is not None and self._connection.noop()[0] == 250:
                return self._connection
        except (smtplib.SMTPException, OSError):
            pass
        self._drop()
        return None

    def _connect(self) -> smtplib.SMTP:
        wanted = self._settings
        context = ssl.create_default_context()
        if wanted.ca_file is not None:
            context.load_verify_locations(wanted.ca_file)
        us = self._sender.rpartition("@")[2]
        if wanted.security == "tls":
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                wanted.host, wanted.port, us, timeout=wanted.timeout, context=context
            )
        else:
            connection = smtplib.SMTP(wanted.host, wanted.port, us, timeout=wanted.timeout)
        try:
            if wanted.security == "starttls":
                connection.starttls(context=context)
            if wanted.user is not None and wanted.password is not None:
                connection.login(wanted.user, wanted.password.read())
            connection.ehlo_or_helo_if_needed()
        except BaseException:
            connection.close()
            raise
        return connection

    def _transact(self, connection: smtplib.SMTP, claim: Claim, hand_over: HandOver) -> Answer:
        """MAIL, RCPT, DATA; then, and not before, the message is out of our hands."""
        code, text = connection.mail(self._sender)
        if code != 250:
            return self._refused(code, text)
        code, text = connection.rcpt(claim.recipient)
        if code not in (250, 251):
            return self._refused(code, text, of_recipient=True)
        code, text = connection.docmd("DATA")
        if code != 354:
            return self._refused(code, text)
        if not hand_over():
            self._drop()
            return LOST
        # A connection that breaks in here has not carried the final dot: `send` reports it, and nothing was taken.
        connection.send(re.sub(rb"(?m)^\.", b"..", claim.content).removesuffix(b"\r\n") + b"\r\n.\r\n")
        try:
            if connection.sock is not None:
                connection.sock.settimeout(self._settings.answer_timeout)
            code, text = connection.getreply()
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            return Answer("unanswered", *_said(error))
        if connection.sock is not None:
            connection.sock.settimeout(self._settings.timeout)
        return Answer("accepted", code, _text(text)) if code == 250 else self._refused(code, text)

    def _refused(self, code: int, text: bytes, *, of_recipient: bool = False) -> Answer:
        """5.7.x is a policy, such as not relaying for us: that says nothing about the recipient."""
        try:
            if self._connection is not None:
                self._connection.rset()
        except (smtplib.SMTPException, OSError):
            self._drop()
        permanent = 500 <= code < 600
        bad = of_recipient and permanent and not text.startswith(b"5.7.")
        return Answer("rejected" if permanent else "deferred", code, _text(text), bad_recipient=bad)

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _said(error: Exception) -> tuple[int | None, str]:
    if isinstance(error, smtplib.SMTPResponseException):
        reply = error.smtp_error
        return error.smtp_code, _text(reply if isinstance(reply, bytes) else str(reply).encode())
    return None, f"{type(error).__name__}: {error}"[:_RESPONSE_LENGTH]


def _text(reply: bytes) -> str:
    """A server's words as one printable line."""
    text = reply.decode("utf-8", "replace")
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())[:_RESPONSE_LENGTH]
