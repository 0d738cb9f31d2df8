"""Downloading from a local replica of the bodies' servers: the demonstration and the tests."""

from __future__ import annotations

from urllib.parse import urlsplit

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.http import Response


class ReplicaDownloadHandler(HTTP11DownloadHandler):
    """Sends each request to the replica under the Host of the body it stands for; nobody else sees a difference."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._base: str = crawler.settings["NORMWATCH_REPLICA"]

    async def download_request(self, request: Request) -> Response:
        """Download from the replica; the response bears the public address."""
        parts = urlsplit(request.url)
        query = f"?{parts.query}" if parts.query else ""
        asked = request.replace(url=f"{self._base}{parts.path or '/'}{query}")
        asked.headers["Host"] = parts.netloc
        response = await super().download_request(asked)
        return response.replace(url=request.url)
