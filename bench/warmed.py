"""Imports what a crawl imports while it runs: Scrapy loads its parts by name. For the fork server of `bench.warm`."""

from __future__ import annotations

from importlib import import_module

from scrapy.settings import default_settings
from scrapy.utils.misc import load_object

for _name in (
    "normwatch.crawl_process",
    "normwatch.telling",
    "scrapy.core.downloader.handlers.http11",
    "scrapy.resolver",
    "scrapy.squeues",
    "spiders.middlewares",
    "spiders.replica",
    "twisted.internet.asyncioreactor",
):
    import_module(_name)
for _parts in (
    default_settings.DOWNLOADER_MIDDLEWARES_BASE,
    default_settings.EXTENSIONS_BASE,
    default_settings.SPIDER_MIDDLEWARES_BASE,
):
    for _part in _parts:
        load_object(_part)
for _name in ("DUPEFILTER_CLASS", "LOG_FORMATTER", "SCHEDULER", "SCHEDULER_PRIORITY_QUEUE", "STATS_CLASS"):
    load_object(getattr(default_settings, _name))
