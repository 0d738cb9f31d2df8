"""The way out for webhooks: one POST to an address that was looked up, judged, and is then the one connected to."""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Callable, Iterable
from datetime import datetime
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from alerts.sending import Answer, Claim
from alerts.settings import SecretError
from alerts.transports import LOST, HandOver
from alerts.webhooks import WebhookSettings, sign

AGENT = "Normwatch webhook"
_TOLD = 300
"""Characters kept of an answer."""
_EMBEDDING = ipaddress.ip_network("64:ff9b::/96")
"""NAT64: the last 32 bits are an IPv4 address (RFC 6052)."""

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class PrivateAddress(OSError):
    """A name leads into a network that is not public."""


def is_public(address: Address) -> bool:
    """Whether this is a host of the public Internet, seen through every way of writing IPv4 as IPv6."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if address in _EMBEDDING:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
    return address.is_global and not (address.is_multicast or address.is_reserved)


def resolve(host: str, port: int, *, private: bool) -> str:
    """The address to connect to. Raises OSError; PrivateAddress if any of the name's addresses is not public.

    Connecting to what is returned, not to the name again, keeps a name that changes its mind from leading elsewhere.
    """
    found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    for address in found if not private else ():
        if not is_public(ipaddress.ip_address(address.partition("%")[0])):
            raise PrivateAddress(f"{host} is {address}, which is not public")
    return found[0]


class _Connection(http.client.HTTPConnection):
    """A connection to an address that was chosen before, under the name it has."""

    def __init__(self, address: str, host: str, port: int, context: ssl.SSLContext | None, timeout: float) -> None:
        super().__init__(host, port, timeout=timeout)
        self._address = address
        self._context = context

    def connect(self) -> None:
        self.sock = socket.create_connection((self._address, self.port), self.timeout)
        if self._context is not None:
            self.sock = self._context.wrap_socket(self.sock, server_hostname=self.host)


class Hooks:
    """Posts what lies in the outbox for webhooks. Redirects are not followed."""

    name = "webhook"
    channel = "webhook"
    repeatable = False

    def __init__(self, hooks: Iterable[WebhookSettings], clock: Callable[[], datetime], *, timeout: float = 30) -> None:
        self._hooks = {hook.recipient: hook for hook in hooks}
        self._clock = clock
        self._timeout = timeout

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        pass

    def send(self, claim: Claim, hand_over: HandOver) -> Answer:
        """One POST. What does not work for one webhook says nothing about the others."""
        hook = self._hooks.get(claim.recipient)
        if hook is None:
            return Answer("rejected", text="no webhook of this name is configured")
        try:
            headers = self._headers(hook, claim)
            connection = self._connect(hook)
        except (OSError, ValueError, SecretError) as error:  # ValueError: a name that no lookup can take
            return Answer("deferred", text=f"{type(error).__name__}: {error}"[:_TOLD])
        try:
            return self._post(connection, hook, claim, headers, hand_over)
        finally:
            connection.close()

    def _connect(self, hook: WebhookSettings) -> http.client.HTTPConnection:
        parts = urlsplit(hook.url)
        secure = parts.scheme == "https"
        host, port = parts.hostname or "", parts.port or (443 if secure else 80)
        address = resolve(host, port, private=hook.private)
        context = ssl.create_default_context() if secure else None
        connection = _Connection(address, host, port, context, self._timeout)
        connection.connect()
        return connection

    def _headers(self, hook: WebhookSettings, claim: Claim) -> dict[str, str]:
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": AGENT,
            "Normwatch-Delivery": claim.message_id,
        }
        if hook.secret is not None:
            headers["Normwatch-Signature"] = sign(hook.secret.read(), claim.content, self._clock())
        return headers

    def _post(
        self,
        connection: http.client.HTTPConnection,
        hook: WebhookSettings,
        claim: Claim,
        headers: dict[str, str],
        hand_over: HandOver,
    ) -> Answer:
        if not hand_over():
            return LOST
        parts = urlsplit(hook.url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            connection.request("POST", target, claim.content, headers)
        except (OSError, http.client.HTTPException) as error:  # without its last bytes nothing was taken
            return Answer("deferred", text=f"{type(error).__name__}: {error}"[:_TOLD])
        try:
            response = connection.getresponse()
            said = response.read(_TOLD)
        except (OSError, http.client.HTTPException) as error:
            return Answer("unanswered", text=f"{type(error).__name__}: {error}"[:_TOLD])
        text = "".join(char if char.isprintable() else " " for char in said.decode("utf-8", "replace"))
        if 200 <= response.status < 300:
            return Answer("accepted", response.status)
        gone = response.status == http.client.GONE
        return Answer("rejected" if gone else "deferred", response.status, text, bad_recipient=gone)
