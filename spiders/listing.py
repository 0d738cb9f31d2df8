"""The spider that all kinds share: visits targets one by one, tells faults from listings, and reads what came."""

from __future__ import annotations

import email.message
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from scrapy import Request, Spider
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from twisted.python.failure import Failure

from spiders.items import Faulty, NotModified, Read
from spiders.middlewares import HostNotAllowed, HostWaits, NotAllowedByRobots, Pace, RobotsUnknown
from spiders.readers import read
from spiders.rows import Context, MeetingUnknown, NotThisListing
from spiders.targets import Target
from store.incoming import Visit
from store.recognised import Known

MAX_RETRY_AFTER = timedelta(days=7)
MAX_PAGES = 200
"""Of one listing: ten thousand rows of ITU's, which shows fifty a page."""
_TOLD = [status for status in range(300, 600) if status not in (301, 302, 303, 307, 308)]
"""Statuses that come to `ListingSpider.parse` as they are; redirects are followed before."""


class ListingSpider(Spider):
    """Visits `targets`, one after the other."""

    name = "listing"

    def __init__(
        self,
        *,
        targets: Sequence[Target],
        clock: Callable[[], datetime],
        waiting: set[str],
        begins: Callable[[Visit], None] = lambda _: None,
        paces: dict[str, Pace] | None = None,
        known: Callable[[Visit], Known | None] = lambda _: Known(),
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self._targets = targets
        self._clock = clock
        self._begins = begins
        self._further: dict[str, set[str]] = {}
        """By listing, the further pages asked for."""
        self._known = known
        self.waiting = waiting
        """Hosts that asked us to wait, to be left alone."""
        self.paces = {} if paces is None else paces
        """How each host is asked."""

    async def start(self) -> AsyncIterator[Request]:
        """One request a target."""
        for target in self._targets:
            yield self.request(target, target.url)

    def request(self, target: Target, url: str, callback: Any = None, instead: Faulty | None = None) -> Request:
        """A request for `url`, conditional where it is the address that the archive has validators of.

        `instead` is a fault met on the way here, to be told if this leads nowhere.
        """
        known = target.pages.get(url) or (target if url == target.last_url else None)
        headers = {}
        if known is not None and known.etag:
            headers["If-None-Match"] = known.etag
        if known is not None and known.last_modified:
            headers["If-Modified-Since"] = known.last_modified
        return Request(
            url,
            callback=callback or self.parse,
            errback=self.failed,
            headers=headers,
            dont_filter=True,
            meta={
                "handle_httpstatus_list": _TOLD,
                "download_maxsize": target.max_bytes,
                "target": target,
                "instead": instead,
            },
        )

    def visit(self, target: Target, response: Response | None, url: str | None = None) -> Visit:
        """The visit as the archive takes it; the answer's body stands in it only where it is a listing or evidence."""
        return Visit(
            listing=target.listing,
            kind=target.kind,
            body=target.body,
            url=url or (response.url if response is not None else target.url),
            fetched_at=self._clock(),
            group=target.group,
            meeting=target.meeting,
            status=response.status if response is not None else None,
            etag=_header(response, "ETag"),
            last_modified=_header(response, "Last-Modified"),
            content_type=_header(response, "Content-Type"),
            content=response.body if response is not None else None,
        )

    def parse(self, response: Response, **_: Any) -> Iterator[Any]:
        """Tell an answer that is a listing from one that is not."""
        target: Target = response.meta["target"]
        visit = self.visit(target, response)
        if response.status == 304:
            yield NotModified(visit)
            known = target.pages.get(response.url)
            if known is not None and known.leads_to:
                yield from self.further(target, known.leads_to)
        elif response.status == 200:
            yield from self.listed(target, response, visit)
        else:
            yield self.refusal(response, visit)

    def listed(self, target: Target, response: Response, visit: Visit) -> Iterator[Any]:
        """What a 200 leads to: the listing and its further pages, or a fault."""
        found = self.reading(target, response, visit)
        yield found
        if isinstance(found, Read):
            for url in found.reading.next_urls:
                yield from self.further(target, url)

    def reading(self, target: Target, response: Response, visit: Visit) -> Read | Faulty:
        """Read the body by the kind's reader."""
        known = self._known(visit) or Known()  # none where the crawl ends
        context = Context(
            url=response.url,
            file=_file_name(response),
            group=target.group,
            meeting=target.meeting,
            content_type=visit.content_type,
            known=known.keys,
        )
        self._begins(visit)
        try:
            return Read(visit, read(target.kind, response.body, context), context, known.as_of)
        except NotThisListing as error:
            return Faulty(visit, str(error), "refused" if error.refusal else "suspect")
        except MeetingUnknown as error:
            return Faulty(visit, str(error), "suspect")
        except Exception as error:  # a page that no reader was made for is a fault of its source, seen by its operator
            return Faulty(visit, f"the reader fails on it: {_words(error)}", "suspect")

    def further(self, target: Target, url: str) -> Iterator[Request]:
        """A further page of a listing, a target of its own; pages that lead in a circle or on for ever have an end."""
        listing = target.listing.partition("?")[0]
        asked = self._further.setdefault(listing, {target.url})
        if url in asked or len(asked) >= MAX_PAGES:
            return
        asked.add(url)
        page = f"{listing}?{url.rsplit('?', 1)[-1].rsplit('/', 1)[-1]}"
        yield self.request(replace(target, listing=page, url=url, last_url=None), url)

    def refusal(self, response: Response, visit: Visit) -> Faulty:
        """A status that is no listing: what it says, and when the server wants to be asked again."""
        retry_after = _retry_after(response, visit.fetched_at)
        outcome = "refused" if response.status in (401, 403, 429, 451, 503) else "failed"
        wait = f", wait until {retry_after:%Y-%m-%d %H:%M} UTC" if retry_after else ""
        return Faulty(visit, f"HTTP {response.status}{wait}", outcome, retry_after)

    def failed(self, failure: Failure) -> Iterator[Any]:
        """No usable answer: forbidden by robots.txt, another host, a time-out, a body cut short, one too large."""
        request: Request = failure.request  # type: ignore[attr-defined]
        target: Target = request.meta["target"]
        visit = self.visit(target, None, request.url)
        error = failure.value
        if isinstance(error, HostWaits):
            yield from filter(None, (request.meta["instead"],))
            return  # it was not asked: nothing is known, and nothing is wrong with this source
        if isinstance(error, HostNotAllowed):
            yield Faulty(visit, str(error), "refused")
        elif isinstance(error, NotAllowedByRobots):
            yield Faulty(visit, "robots.txt does not allow it", "disallowed")
        else:
            yield Faulty(visit, _words(error), "failed")


_FAILURES = {
    "ResponseFailed": "the answer was cut short",
    "DownloadFailedError": "the answer was cut short",
    "ResponseDataLossError": "the answer was cut short",
    "TimeoutError": "no answer in time",
    "DownloadTimeoutError": "no answer in time",
    "DownloadCancelledError": "the answer is too large",
    "CancelledError": "the answer is too large",
    "ConnectionRefusedError": "the server refuses connections",
    "DownloadConnectionRefusedError": "the server refuses connections",
    "CannotResolveHostError": "the host name is not known",
    "DNSLookupError": "the host name is not known",
    "MemoryError": "it wants more memory than a crawl may have",
}
"""What Scrapy's and Twisted's errors mean, in words."""


def _words(error: BaseException | None) -> str:
    if isinstance(error, IgnoreRequest | RobotsUnknown):  # they say it themselves
        return str(error)
    name = type(error).__name__
    return f"{_FAILURES.get(name, name)}: {str(error)[:200]}".rstrip(": ")


def _header(response: Response | None, name: str) -> str | None:
    value = response.headers.get(name) if response is not None else None
    return value.decode("latin-1") if value else None


def _file_name(response: Response) -> str | None:
    disposition = _header(response, "Content-Disposition")
    if disposition:
        message = email.message.Message()
        message["Content-Disposition"] = disposition
        return message.get_filename()
    return response.url.rsplit("?", 1)[0].rsplit("/", 1)[-1] or None


def _retry_after(response: Response, now: datetime) -> datetime | None:
    """The moment a Retry-After names, as seconds or as an HTTP date (RFC 9110, 10.2.3), a week ahead at most."""
    value = (_header(response, "Retry-After") or "").strip()
    if value.isdecimal():
        moment = now + min(timedelta(seconds=int(value[:9])), MAX_RETRY_AFTER)
    else:
        try:
            moment = parsedate_to_datetime(value)
        except ValueError:
            return None
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(max(moment, now), now + MAX_RETRY_AFTER)
