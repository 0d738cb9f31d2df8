"""A rendered digest as the bytes that are sent: headers that mail programs act on, text and HTML side by side."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from urllib.parse import quote

from alerts.rendering import Rendered
from alerts.settings import MailSettings

POLICY = SMTP.clone(cte_type="7bit")
"""CRLF, and bodies that pass any relay unaltered."""
UNFOLDED = POLICY.clone(max_line_length=998)
"""Other headers are short enough for a line, and folded addresses in them are not understood everywhere."""

UNSUBSCRIBE_PATH = "/unsubscribe/"


class Unmailable(ValueError):
    """No message can be made of this; it is put aside, and operators are told."""


def compose(
    rendered: Rendered,
    *,
    recipient: str,
    message_id: str,
    date: datetime,
    settings: MailSettings,
    thread: Iterable[str] = (),
    unsubscribe_token: str | None = None,
) -> bytes:
    """The whole message. Raises Unmailable for what would break out of a header.

    `thread` names what the message is one of a series of: messages to one recipient with the same names are shown as
    one conversation, whatever their subjects say.
    """
    message = EmailMessage(policy=POLICY)
    try:
        subject = _subject(rendered.subject)
        message["From"] = Address(settings.sender_name, addr_spec=settings.sender)
        message["To"] = Address(addr_spec=recipient)
        message["Date"] = date
        message["Message-ID"] = message_id
        message["Auto-Submitted"] = "auto-generated"
        names = sorted(thread)
        if names:
            root = _thread(recipient, names, settings.domain)
            message["In-Reply-To"] = root
            message["References"] = root
            message["List-Id"] = f"Normwatch digests <{settings.list_id or 'digests.' + settings.domain}>"
            _add_unsubscribe(message, recipient, settings, unsubscribe_token)
        message.set_content(rendered.text)
        message.add_alternative(rendered.html, subtype="html")
        content = subject + message.as_bytes(policy=UNFOLDED)
        content.decode("ascii")
    except (ValueError, IndexError) as error:  # IndexError: the header parser's answer to some broken addresses
        raise Unmailable(str(error)) from error
    return content


def _subject(text: str) -> bytes:
    """The header's lines. EmailMessage would lose spaces where it folds between encoded words (seen in Python 3.11)."""
    if not text.strip() or not text.isprintable():
        raise Unmailable("the subject is empty or not one printable line")
    plain = text.isascii() and len(text) < 66 and "=?" not in text
    charset = "us-ascii" if plain else "utf-8"
    return f"Subject: {Header(text, charset, header_name='Subject').encode(linesep=SMTP.linesep)}\r\n".encode("ascii")


def _thread(recipient: str, names: list[str], domain: str) -> str:
    digest = hashlib.sha256("\n".join([recipient, *names]).encode()).hexdigest()
    return f"<thread-{digest[:32]}@{domain}>"


def stop_link(settings: MailSettings, recipient: str, token: str | None) -> str:
    """Where the recipient of the message with this token gets off: a page of the site, or a mailto without one."""
    if settings.public_url and token:
        return f"{settings.public_url}{UNSUBSCRIBE_PATH}{token}"
    to = settings.unsubscribe or next(iter(settings.operators), settings.sender)
    return f"mailto:{quote(to, safe='@')}?subject=unsubscribe%20{quote(recipient, safe='')}"


def _add_unsubscribe(message: EmailMessage, recipient: str, settings: MailSettings, token: str | None) -> None:
    """A mailto always; an address that acts on one click (RFC 8058) only where there is a site to answer it."""
    page, mailto = stop_link(settings, recipient, token), stop_link(settings, recipient, None)
    if page != mailto:
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message["List-Unsubscribe"] = ", ".join(f"<{way}>" for way in dict.fromkeys((page, mailto)))
