from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request, signals
from scrapy.core.downloader import Slot
from scrapy.signalmanager import SignalManager

from spiders import middlewares
from spiders.middlewares import MAX_CRAWL_DELAY, Pace, Pacing
from spiders.settings import CrawlSettings, scrapy_settings

HOST = "www.itu.int"
REQUEST = Request(f"https://{HOST}/md/", meta={"download_slot": HOST})


class Crawler:
    """One crawler of several in a process: its signals, and its slot for the host."""

    def __init__(self, paces: dict[str, Pace]) -> None:
        settings = scrapy_settings(CrawlSettings(delay=2))
        self.signals = SignalManager(self)
        self.spider = SimpleNamespace(paces=paces)
        self.slot = Slot(1, settings["DOWNLOAD_DELAY"], jitter=settings["DOWNLOAD_DELAY_JITTER"])
        self.engine = SimpleNamespace(downloader=SimpleNamespace(slots={HOST: self.slot}))
        self.pacing = Pacing(self)  # type: ignore[arg-type]

    def send(self, signal: Any, **more: Any) -> None:
        self.signals.send_catch_log(signal, request=REQUEST, **more)


def test_the_delay_is_the_least_and_holds_from_one_crawler_to_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(middlewares.time, "monotonic", lambda: 1000.0)
    paces: dict[str, Pace] = {}
    first, second = Crawler(paces), Crawler(paces)
    first.send(signals.request_reached_downloader)
    assert {first.slot.download_delay() for _ in range(20)} == {2.0}
    first.send(signals.request_left_downloader)
    second.send(signals.request_reached_downloader)
    assert second.slot.lastseen == 1000.0
    another_process = Crawler({HOST: Pace(30.0, 998.0)})
    another_process.send(signals.request_reached_downloader)  # for robots.txt, before anything is known of it
    assert (another_process.slot.lastseen, another_process.slot.download_delay()) == (998.0, 30.0)
    another_process.send(signals.robots_parsed, robotparser=SimpleNamespace(crawl_delay=lambda _agent: None))
    assert another_process.pacing._pace(REQUEST).delay == 0.0


@pytest.mark.parametrize(("asked", "kept"), [(None, 2.0), (1, 2.0), (30, 30.0), (86400, MAX_CRAWL_DELAY)])
def test_a_crawl_delay_that_is_longer_than_ours_is_kept_to_the_end(asked: float | None, kept: float) -> None:
    paces: dict[str, Pace] = {}
    first, second = Crawler(paces), Crawler(paces)
    first.send(signals.robots_parsed, robotparser=SimpleNamespace(crawl_delay=lambda _agent: asked))
    for crawler in (first, second):
        crawler.send(signals.request_reached_downloader)
        assert crawler.slot.download_delay() == kept
        crawler.slot.delay = 2.0  # as AutoThrottle may
        crawler.send(signals.request_reached_downloader)
        assert crawler.slot.download_delay() == kept
