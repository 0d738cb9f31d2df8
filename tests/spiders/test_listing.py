from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from twisted.internet.error import ConnectionRefusedError as Refused
from twisted.python.failure import Failure

from spiders import listing
from spiders.items import Faulty, NotModified, Read
from spiders.listing import ListingSpider
from spiders.middlewares import HostNotAllowed, HostWaits, NotAllowedByRobots, RobotsUnknown
from spiders.rows import Context, MeetingUnknown, NotThisListing, Reading
from spiders.targets import Target
from store.folders import FolderPage

NOW = datetime(2026, 11, 21, 6, tzinfo=UTC)
URL = "https://www.itu.int/md/invented"
TARGET = Target("itu.documents:invented", "itu.documents", "ITU", URL, group="ITU-T SG13", last_url=URL, etag='"1"')


@pytest.fixture
def spider() -> ListingSpider:
    return ListingSpider(targets=[TARGET], clock=lambda: NOW, waiting=set())


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> Callable[[Reading | Exception], list[Context]]:
    """Replaces the reader of every kind; gives the contexts it was asked with."""
    asked: list[Context] = []

    def answer(what: Reading | Exception) -> list[Context]:
        def read(_kind: str, _content: bytes, context: Context) -> Reading:
            asked.append(context)
            if isinstance(what, Exception):
                raise what
            return what

        monkeypatch.setattr(listing, "read", read)
        return asked

    return answer


def answered(spider: ListingSpider, status: int = 200, url: str = URL, **headers: str) -> list[Any]:
    request = spider.request(TARGET, url)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return list(spider.parse(Response(url, status, named, b"body", request=request)))


def failed(spider: ListingSpider, error: Exception) -> list[Any]:
    failure = Failure(error)
    failure.request = spider.request(TARGET, URL)  # type: ignore[attr-defined]
    return list(spider.failed(failure))


def test_validators_go_only_to_the_address_they_came_from(spider: ListingSpider) -> None:
    assert spider.request(TARGET, URL).headers["If-None-Match"] == b'"1"'
    assert not spider.request(TARGET, URL + "?page=2").headers


def test_not_modified_is_no_fault(spider: ListingSpider) -> None:
    (item,) = answered(spider, 304)
    assert isinstance(item, NotModified)
    assert (item.visit.status, item.visit.fetched_at) == (304, NOW)


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(status, "refused") for status in (401, 403, 429, 451, 503)]
    + [(status, "failed") for status in (302, 400, 404, 410, 500, 502)],
)
def test_a_status_that_is_no_listing_is_named(spider: ListingSpider, status: int, outcome: str) -> None:
    (item,) = answered(spider, status)
    assert (item.outcome, item.reason, item.retry_after) == (outcome, f"HTTP {status}", None)


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("120", timedelta(seconds=120)),
        ("0", timedelta(0)),
        ("Sat, 21 Nov 2026 08:00:00 GMT", timedelta(hours=2)),
        ("Sat, 21 Nov 2026 08:00:00", timedelta(hours=2)),
        ("Sat, 21 Nov 2026 05:00:00 GMT", timedelta(0)),
        ("999999999999999999", timedelta(days=7)),
        ("Fri, 21 Nov 2036 08:00:00 GMT", timedelta(days=7)),
        ("soon", None),
        ("-5", None),
        ("Mon, 99 Nov 2026 25:00:00 GMT", None),
    ],
)
def test_a_servers_wish_to_wait_is_understood(spider: ListingSpider, value: str, wait: timedelta | None) -> None:
    (item,) = answered(spider, 429, Retry_After=value)
    assert item.retry_after == (None if wait is None else NOW + wait)


def test_a_listing_is_read_with_what_the_answer_says_of_it(spider: ListingSpider, reader: Any) -> None:
    asked = reader(Reading("itu.documents"))
    disposition = 'attachment; filename="TDoc_List_Meeting_RAN1#999.xlsx"'
    (item,) = answered(spider, Content_Disposition=disposition, ETag='"2"', Content_Type="text/html")
    assert isinstance(item, Read)
    assert (item.visit.etag, item.visit.content, item.visit.group) == ('"2"', b"body", "ITU-T SG13")
    assert asked == [Context(URL, "TDoc_List_Meeting_RAN1#999.xlsx", "ITU-T SG13", None, "text/html")]
    answered(spider, url="https://www.itu.int/a/b.xml?lang=en")
    assert asked[1].file == "b.xml"


def test_further_pages_are_listings_of_their_own(spider: ListingSpider, reader: Any) -> None:
    reader(Reading("itu.documents", next_urls=[URL + "?parent=T25&PageLB=50"]))
    _, request = answered(spider)
    assert isinstance(request, Request)
    assert request.url == URL + "?parent=T25&PageLB=50"
    assert request.meta["target"].listing == "itu.documents:invented?parent=T25&PageLB=50"


def test_an_unchanged_page_leads_on_to_the_next_which_is_asked_with_its_own_validators() -> None:
    second, third = URL + "?PageLB=50", URL + "?PageLB=100"
    pages = {
        URL: FolderPage("itu.documents:invented", URL, '"1"', None, second),
        second: FolderPage("itu.documents:invented?PageLB=50", second, '"2"', None, third),
    }
    target = replace(TARGET, pages=pages)
    spider = ListingSpider(targets=[target], clock=lambda: NOW, waiting=set())

    def not_modified(request: Request) -> list[Any]:
        return list(spider.parse(Response(request.url, 304, request=request)))

    item, request = not_modified(spider.request(target, URL))
    assert isinstance(item, NotModified)
    assert (request.url, request.headers["If-None-Match"]) == (second, b'"2"')
    item, request = not_modified(request)
    assert item.visit.listing == "itu.documents:invented?PageLB=50"
    assert (request.url, request.headers.get("If-None-Match")) == (third, None)
    assert request.meta["target"].listing == "itu.documents:invented?PageLB=100"


def test_pages_that_lead_in_a_circle_or_on_for_ever_have_an_end(
    spider: ListingSpider, reader: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading = Reading("itu.documents", next_urls=[URL])
    reader(reading)
    assert len(answered(spider)) == 1, "it leads to itself"
    monkeypatch.setattr(listing, "MAX_PAGES", 5)
    asked, pending = 0, [spider.request(TARGET, URL)]
    while pending:
        asked += 1
        reading.next_urls[:] = [f"{URL}?PageLB={asked}"]
        _, *pending = spider.parse(Response(pending[0].url, 200, body=b"body", request=pending[0]))
    assert asked == 5


@pytest.mark.parametrize(
    ("error", "outcome", "reason"),
    [
        (NotThisListing("a list", "a login page", refusal=True), "refused", "expected a list, found a login page"),
        (NotThisListing("a list", "nothing"), "suspect", "expected a list, found nothing"),
        (MeetingUnknown("list.xlsx"), "suspect", "list.xlsx does not say which meeting it is of"),
        (KeyError("colour"), "suspect", "the reader fails on it: KeyError: 'colour'"),
        (RecursionError(), "suspect", "the reader fails on it: RecursionError"),
    ],
)
def test_what_cannot_be_read_is_a_fault_with_its_bytes(
    spider: ListingSpider, reader: Any, error: Exception, outcome: str, reason: str
) -> None:
    reader(error)
    (item,) = answered(spider)
    assert isinstance(item, Faulty)
    assert item.outcome == outcome
    assert item.reason.startswith(reason)
    assert item.visit.content == b"body"


@pytest.mark.parametrize(
    ("error", "outcome", "reason"),
    [
        (NotAllowedByRobots(), "disallowed", "robots.txt does not allow it"),
        (RobotsUnknown("robots.txt: HTTP 503"), "failed", "robots.txt: HTTP 503"),
        (HostNotAllowed("redirected to x"), "refused", "redirected to x"),
        (IgnoreRequest("max redirections reached"), "failed", "max redirections reached"),
        (Refused("connect"), "failed", "the server refuses connections: "),
        (OSError("x" * 1000), "failed", "OSError: xxx"),
    ],
)
def test_an_answer_that_does_not_come_is_told_in_words(
    spider: ListingSpider, error: Exception, outcome: str, reason: str
) -> None:
    (item,) = failed(spider, error)
    assert item.outcome == outcome
    assert item.reason.startswith(reason)
    assert len(item.reason) < 300
    assert item.visit.content is None


def test_what_was_not_asked_is_not_at_fault(spider: ListingSpider) -> None:
    assert failed(spider, HostWaits()) == []
