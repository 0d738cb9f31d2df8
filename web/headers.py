"""What goes with every answer: headers that keep hostile text inert, and ETags. And the names we answer to."""

from __future__ import annotations

import hashlib
from collections.abc import Collection

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""No script runs at all, our own neither: there is none."""
LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
_SAFE = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_TAGGED = 4_000_000
"""Bytes up to which an answer is held to tell its ETag."""


class SafeHeaders:
    """Adds the headers; refuses hosts that are not ours (DNS rebinding); answers 304 where a reader has it already."""

    def __init__(self, app: ASGIApp, hosts: Collection[str], https: bool) -> None:
        self.app = app
        self._hosts = frozenset(host.lower() for host in hosts)
        self._headers = dict(_SAFE)
        if https:
            self._headers["Strict-Transport-Security"] = "max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        answer = _Answer(scope, send, self._headers)
        headers = Headers(scope=scope)
        if _hostname(headers.get("host", "")) not in self._hosts and scope["path"] != "/healthz":
            refused = PlainTextResponse("This site does not go by that name: see hosts in [web].\n", 421)
            await refused(scope, receive, answer)
            return
        asked = {**scope, "method": "GET"} if scope["method"] == "HEAD" else scope
        await self.app(asked, receive, answer)


def _hostname(host: str) -> str:
    host = host.lower()
    return host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() and not host.endswith("]") else host


class _Answer:
    """Sends on what an application answers; a body that comes as a whole is looked at first."""

    def __init__(self, scope: Scope, send: Send, headers: dict[str, str]) -> None:
        self._scope = scope
        self._send = send
        self._headers = headers
        self._start: Message | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in self._headers.items():
                headers.setdefault(name, value)
            headers.setdefault("Cache-Control", "private, no-cache")
            if self._whole(message, headers):
                self._start = message
                return
        elif self._start is not None:
            message = await self._tagged(self._start, message)
            self._start = None
        if self._scope["method"] == "HEAD" and message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await self._send(message)

    def _whole(self, message: Message, headers: MutableHeaders) -> bool:
        length = headers.get("content-length", "")
        return (
            self._scope["method"] in ("GET", "HEAD")
            and message["status"] == 200
            and length.isdigit()
            and int(length) <= _TAGGED
            and "etag" not in headers
            and "no-store" not in headers["cache-control"]
        )

    async def _tagged(self, start: Message, body: Message) -> Message:
        headers = MutableHeaders(scope=start)
        if not body.get("more_body"):
            tag = f'"{hashlib.sha256(body.get("body", b"")).hexdigest()[:32]}"'
            headers["ETag"] = tag
            known = Headers(scope=self._scope).get("if-none-match", "")
            if tag in [one.strip().removeprefix("W/") for one in known.split(",")] or known.strip() == "*":
                start["status"] = 304
                del headers["content-length"]
                body = {"type": "http.response.body", "body": b""}
        await self._send(start)
        return body
