"""The replica's HTTP server: one port, and one site per Host header as a front end of virtual hosts has it."""

from __future__ import annotations

import gzip
import html
import socket
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from demo.faults import KINDS, Answer, Fault
from demo.listings import Days, Listings
from demo.resource import MARK, Resource, Site

COMPRESSIBLE = ("text/", "application/xml", "application/json")
WORTH_COMPRESSING = 512


@dataclass(frozen=True)
class Seen:
    """One request that reached the replica. `time` is `time.monotonic()`; header names are lower-case."""

    time: float
    method: str
    host: str
    target: str
    headers: dict[str, str]
    status: int


class Replica:
    """The three bodies' servers on one local port, in threads of their own while the `with` block lasts.

    `today` is the date of day two; day one is the day before. `day` may be set to 1 or 2 at any time; with `listings`
    of more days, to any of theirs.
    """

    def __init__(self, *, today: date, day: int = 1, port: int = 0, listings: Days | None = None) -> None:
        self.today = today
        self.day = day
        self.faults: list[Fault] = []
        self.log: list[Seen] = []
        self.listings: Days = listings or Listings(today)
        self._server = _Server(("127.0.0.1", port), _Handler)
        self._server.replica = self
        self._thread: threading.Thread | None = None

    @property
    def base_url(self) -> str:
        """`http://127.0.0.1:PORT`, without a slash at the end."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def fault(self, where: str, kind: str, times: int | None = None, **params: Any) -> Fault:
        """Spoil the answers under a host or a `https://host/path` prefix, `times` times or until `clear`.

        The first fault that meets a request answers it. The kinds and their parameters are those of `demo.faults`.
        """
        if kind not in KINDS:
            raise ValueError(f"no fault is called {kind!r}; there are {', '.join(KINDS)}")
        fault = Fault(where.removeprefix("https://").removeprefix("http://"), kind, times, params)
        self.faults.append(fault)
        return fault

    def clear(self) -> None:
        """Forget all faults and the requests seen so far."""
        self.faults.clear()
        self.log.clear()

    def serve_forever(self) -> None:
        """Serve in the calling thread until interrupted."""
        self._server.serve_forever(poll_interval=0.1)

    def close(self) -> None:
        """Stop, hang up on whoever is connected and free the port."""
        if self._thread is not None:
            self._server.shutdown()
            self._thread.join()
            self._thread = None
        self._server.hang_up()
        self._server.server_close()

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), name="demo replica")
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    replica: Replica

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.connections: set[socket.socket] = set()
        self.stopping = threading.Event()

    def process_request(self, request: Any, client_address: Any) -> None:
        self.connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self.connections.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        self.stopping.set()
        for connection in list(self.connections):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # the client was faster

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60
    server: _Server

    def do_GET(self) -> None:
        replica = self.server.replica
        host, target = self._address()
        site = replica.listings.site(host, replica.day)
        if site is None:
            self._send(host, target, None, _index(replica.listings, replica.day))
            return
        found = site.find(target)
        fault = next((fault for fault in replica.faults if fault.meets(host, target)), None)
        if fault is not None:
            answer = fault.answer(found[1] if found else None, f"https://{host}{target}")
        elif found is None:
            answer = Answer(404, site.missing.body, {"Content-Type": site.missing.content_type})
        else:
            answer = self._good(found[1], replica.listings.modified(host, found[0], replica.day))
        if self.browsing and answer.headers.get("Content-Type", "").startswith("text/html"):
            answer.body = _local_links(answer.body, replica.listings)
        self._send(host, target, site, answer)

    do_HEAD = do_GET  # noqa: N815

    def _address(self) -> tuple[str, str]:
        """Host and target, from the Host header or, for a person with a browser, from `/<host>/<path>`."""
        host = self.headers.get("Host", "").partition(":")[0].lower()
        self.browsing = host not in self.server.replica.listings.hosts
        if not self.browsing:
            return host, self.path
        host, _, target = self.path.removeprefix("/").partition("/")
        return host, f"/{target}"

    def _good(self, resource: Resource, modified: datetime) -> Answer:
        headers = {"Content-Type": resource.content_type} | dict(resource.headers)
        if resource.validators != "date":
            headers["ETag"] = resource.etag
        if resource.validators != "etag":
            headers["Last-Modified"] = format_datetime(modified, usegmt=True)
        if self._has(headers, modified):
            return Answer(
                304, b"", {name: value for name, value in headers.items() if name in ("ETag", "Last-Modified")}
            )
        body = resource.body
        if resource.content_type.startswith(COMPRESSIBLE):
            headers["Vary"] = "Accept-Encoding"
            if "gzip" in self.headers.get("Accept-Encoding", "") and len(body) > WORTH_COMPRESSING:
                body = gzip.compress(body, mtime=0)
                headers["Content-Encoding"] = "gzip"
                if "ETag" in headers:  # other bytes, the same content: only a weak tag still holds
                    headers["ETag"] = "W/" + headers["ETag"].removeprefix("W/")
        return Answer(200, body, headers)

    def _has(self, headers: dict[str, str], modified: datetime) -> bool:
        """Whether the client says it has this content. An entity tag outranks a date (RFC 9110, 13.2.2)."""
        tags = self.headers.get("If-None-Match")
        if tags is not None:
            known = {tag.strip().removeprefix("W/") for tag in tags.split(",")}
            return headers.get("ETag", "?").removeprefix("W/") in known
        since = self.headers.get("If-Modified-Since")
        if since is None or "Last-Modified" not in headers:
            return False
        try:
            return modified <= parsedate_to_datetime(since)
        except (TypeError, ValueError):
            return False

    def _send(self, host: str, target: str, site: Site | None, answer: Answer) -> None:
        seen = {name.lower(): value for name, value in self.headers.items()}
        self.server.replica.log.append(Seen(time.monotonic(), self.command, host, target, seen, answer.status))
        if answer.wait:
            self.server.stopping.wait(answer.wait)
        self.send_response_only(answer.status)
        fixed = {"Date": self.date_time_string(), "Server": site.server if site else "demo"}
        for name, value in (fixed | answer.headers).items():
            self.send_header(name, value)
        for name, value in site.headers if site else ():
            self.send_header(name, value)
        length = answer.length if isinstance(answer.body, Iterator) else len(answer.body)
        if answer.status != 304:
            self.send_header("Content-Length", str(answer.length if answer.length is not None else length))
        if answer.length is not None and answer.length != length:
            self.close_connection = True
        self.end_headers()
        if self.command == "HEAD":
            return
        for chunk in answer.body if isinstance(answer.body, Iterator) else (answer.body,):
            self.wfile.write(chunk)

    def log_message(self, *_: Any) -> None:
        """Requests are kept in `Replica.log`; the console stays quiet."""


def _index(listings: Days, day: int) -> Answer:
    parts = [f"<h1>Normwatch demo: day {day}</h1><p>{MARK}.</p>"]
    for host in listings.hosts:
        site = listings.site(host, day)
        links = (
            (f'<li><a href="/{host}{html.escape(target)}">{html.escape(target)}</a>' for target in site.resources)
            if site
            else ()
        )
        parts.append(f"<h2>{host}</h2><ul>{''.join(links)}</ul>")
    page = f"<!DOCTYPE html><html lang=en><title>Normwatch demo</title><body>{''.join(parts)}</body></html>"
    return Answer(200, page.encode(), {"Content-Type": "text/html; charset=utf-8"})


def _local_links(body: bytes | Iterator[bytes], listings: Days) -> bytes | Iterator[bytes]:
    """Point links between the replica's pages at the replica, so that a browser never leaves for the real ones."""
    if isinstance(body, bytes):
        for host in listings.hosts:
            body = body.replace(f"https://{host}/".encode(), f"/{host}/".encode())
    return body
