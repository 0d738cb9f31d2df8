"""One crawl: kind after kind in one process, which ends with it, since Scrapy's reactor cannot start twice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from scrapy import signals
from scrapy.crawler import CrawlerRunner
from scrapy.http import Response
from scrapy.utils.reactor import install_reactor

from spiders.items import Item
from spiders.listing import ListingSpider
from spiders.middlewares import Pace
from spiders.plan import SPIDERS
from spiders.targets import Target
from store.folders import FolderPage
from store.incoming import Visit
from store.recognised import Known


def crawl(
    kinds: Sequence[str],
    plan: Callable[[str], Sequence[Target]],
    settings: dict[str, Any],
    clock: Callable[[], datetime],
    take: Callable[[Item], None],
    *,
    passed: Callable[[FolderPage], None] = lambda _: None,
    waiting: set[str] | None = None,
    begins: Callable[[Visit], None] = lambda _: None,
    known: Callable[[Visit], Known] = lambda _: Known(),
    heard: Callable[[Response], None] | None = None,
    paces: dict[str, Pace] | None = None,
) -> None:
    """Visit the targets of each kind, as `plan` gives them, and hand every item to `take`, folders' pages to `passed`.

    A kind is planned again after its visits, as long as that brings listings not yet visited in this crawl: a meetings
    page brings meetings, and they bring lists. `waiting` are hosts that asked us to wait: they are not asked,
    whatever leads there. `begins` is called before a body is read, and `known`, which says which rows need not be;
    `heard` with every answer as it came, robots.txt included. `paces`: by host, how it was asked before this crawl, and
    then by it. The first error of `take`, `passed` or `begins` ends the
    crawl, with no further request, and is raised here.
    """
    install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor")
    from twisted.internet import reactor as installed  # noqa: PLC0415 - it had to be installed first
    from twisted.internet.defer import Deferred  # noqa: PLC0415

    reactor: Any = installed

    failures: list[BaseException] = []
    runner = CrawlerRunner(settings)

    def ending(step: Callable[[Any], Any]) -> Callable[[Any], Any]:
        """The step, whose error ends the crawl and is carried out of the reactor, which would swallow it."""

        def guarded(item: Any) -> Any:
            if failures:
                return None
            try:
                return step(item)
            except BaseException as error:
                failures.append(error)
                runner.stop()
                return None

        return guarded

    on_item = ending(lambda item: passed(item) if isinstance(item, FolderPage) else take(item))

    async def visit_all() -> None:
        hosts = set() if waiting is None else waiting
        shared: dict[str, Any] = {
            "clock": clock,
            "waiting": hosts,
            "begins": ending(begins),
            "known": ending(known),
            "paces": {} if paces is None else paces,
        }
        for kind in kinds:
            seen: set[str] = set()
            while new := [target for target in plan(kind) if target.listing not in seen]:
                seen.update(target.listing for target in new)
                for last in (False, True):
                    some = [target for target in new if target.last is last]
                    if some and not failures:
                        crawler = runner.create_crawler(SPIDERS.get(kind, ListingSpider))
                        crawler.signals.connect(on_item, signal=signals.item_scraped, weak=False)
                        if heard is not None:
                            crawler.signals.connect(heard, signal=signals.response_downloaded)
                        await runner.crawl(crawler, targets=some, **shared)
                if failures:
                    return

    def stop(_: object) -> None:
        if reactor.running:
            reactor.stop()

    def start() -> None:
        done: Any = Deferred.fromCoroutine(visit_all())
        done.addErrback(lambda failure: failures.append(failure.value))
        done.addCallback(stop)

    reactor.callWhenRunning(start)
    reactor.run()
    if failures:
        raise failures[0]
