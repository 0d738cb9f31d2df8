"""What Scrapy does by itself in a crawl: only what somebody here has looked at."""

from __future__ import annotations

from scrapy.settings import Settings
from scrapy.utils.conf import build_component_list

from spiders.settings import CrawlSettings, scrapy_settings

HARMLESS = {"CoreStats", "LogCount", "MemoryUsage", "MemoryDebugger", "CloseSpider", "FeedExporter", "LogStats"}
HARMLESS |= {"SpiderState", "AutoThrottle"}
OURS = {"Pacing"}


def test_nothing_in_a_crawl_listens_for_commands() -> None:
    settings = Settings(scrapy_settings(CrawlSettings()))
    extensions = build_component_list(settings.getwithbase("EXTENSIONS"))
    unknown = {str(name).rpartition(".")[2] for name in extensions} - HARMLESS - OURS
    assert not unknown, "Scrapy's newer versions bring extensions that run code for whoever asks on a local port"
