"""What Scrapy lacks for our manners: allowed hosts after redirects, robots.txt by RFC 9309, a pace."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urlsplit

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response, TextResponse

from spiders.urls import ALLOWED_HOSTS

MAX_CRAWL_DELAY = 60.0
"""Seconds; a robots.txt that asks for more is obeyed up to here, since a crawl has an end."""


class HostNotAllowed(IgnoreRequest):
    """A redirect leads to a host that is none of the bodies'."""


class AllowedHosts:
    """Refuses every request, redirected ones too, to a host that is none of the bodies'."""

    def process_request(self, request: Request) -> None:
        """Raise HostNotAllowed for another host."""
        host = urlsplit(request.url).hostname or ""
        if host not in ALLOWED_HOSTS:
            raise HostNotAllowed(f"redirected to {host}, which is none of the bodies' hosts")


class HostWaits(IgnoreRequest):
    """The host asked us to wait."""


class Waiting:
    """Leaves a host alone for the rest of the crawl once it answers 429 or 503."""

    def __init__(self, hosts: set[str]) -> None:
        self._hosts = hosts

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """One a kind of listing, for the hosts of the whole crawl."""
        return cls(crawler.spider.waiting)  # type: ignore[union-attr]

    def process_request(self, request: Request) -> None:
        """Raise HostWaits for a host that asked us to wait."""
        host = urlsplit(request.url).hostname or ""
        if host in self._hosts:
            raise HostWaits(f"{host} asked us to wait")

    def process_response(self, request: Request, response: Response) -> Response:
        """Remember a host that asks us to wait."""
        if response.status in (429, 503):
            self._hosts.add(urlsplit(request.url).hostname or "")
        return response


class NotAllowedByRobots(IgnoreRequest):
    """The host's robots.txt does not allow this visit."""


class RobotsUnknown(Exception):
    """The host's robots.txt could not be had, so that nothing there may be visited."""


class RobotsAnswers:
    """Reads a robots.txt that is not there as RFC 9309 (2.3.1) does: 4xx allows everything, 5xx and silence nothing.

    A 429 is no answer either. What is then refused says why.
    """

    def __init__(self) -> None:
        self._unknown: dict[str, str] = {}
        """Host -> why its robots.txt is not known."""

    def process_response(self, request: Request, response: Response) -> Response:
        """Put the meaning of an error status in place of its body."""
        if not request.url.endswith("/robots.txt"):
            return response
        if response.status >= 500 or response.status == 429:
            return self._closed(request, f"HTTP {response.status}")
        if response.status >= 400:
            return _robots(request, b"")
        return response

    def process_exception(self, request: Request, exception: Exception) -> Response | None:
        """Take an unreachable robots.txt for a refusal, and say of a refused request why it was."""
        if request.url.endswith("/robots.txt"):
            return None if isinstance(exception, IgnoreRequest) else self._closed(request, type(exception).__name__)
        if str(exception) == "Forbidden by robots.txt":  # Scrapy has no class of its own for it
            why = self._unknown.get(urlsplit(request.url).hostname or "")
            raise RobotsUnknown(f"robots.txt: {why}") if why else NotAllowedByRobots
        return None

    def _closed(self, request: Request, why: str) -> Response:
        self._unknown[urlsplit(request.url).hostname or ""] = why
        return _robots(request, b"User-agent: *\nDisallow: /")


def _robots(request: Request, body: bytes) -> Response:
    return TextResponse(request.url, status=200, body=body, encoding="utf-8", request=request)


@dataclass(slots=True)
class Pace:
    """How a host is asked, by all crawlers of one process, and by the process before it."""

    delay: float = 0.0
    """Seconds that its robots.txt asks for between two requests."""
    asked: float = -math.inf
    """When the last request to it ended, by `time.monotonic`."""


class Pacing:
    """Keeps to the Crawl-delay of a robots.txt that is longer than ours, and to both from one crawler to the next.

    Each kind of listing has a crawler of its own, which knows nothing of what the one before it asked the same host.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        crawler.signals.connect(self._parsed, signal=signals.robots_parsed)
        crawler.signals.connect(self._scheduled, signal=signals.request_reached_downloader)
        crawler.signals.connect(self._done, signal=signals.request_left_downloader)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """One a crawl."""
        return cls(crawler)

    def _parsed(self, robotparser: Any, request: Request) -> None:
        delay = robotparser.crawl_delay("Normwatch")
        self._pace(request).delay = min(float(delay or 0.0), MAX_CRAWL_DELAY)

    def _scheduled(self, request: Request) -> None:
        pace = self._pace(request)
        slot = self._crawler.engine.downloader.slots.get(str(request.meta.get("download_slot")))
        if slot is not None:
            slot.delay = max(slot.delay, pace.delay)
            slot.lastseen = max(slot.lastseen, pace.asked)

    def _done(self, request: Request) -> None:
        self._pace(request).asked = time.monotonic()

    def _pace(self, request: Request) -> Pace:
        spider: Any = self._crawler.spider
        paces: dict[str, Pace] = spider.paces
        return paces.setdefault(urlsplit(request.url).hostname or "", Pace())
