"""How we visit: politely. Scrapy's own defaults are made for crawling at speed and are not."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator


class CrawlSettings(BaseModel):
    """The `[crawl]` table of the configuration."""

    model_config = ConfigDict(extra="forbid")

    contact: str = Field(
        default="operator@example.org",
        description="Address of the operator, sent with every request so that a body can write to you.",
    )
    agent: str = Field(
        default="Mozilla/5.0 (compatible; Normwatch/0.1; +mailto:{contact})",
        description="User-Agent; `{contact}` is filled in. Bodies refuse the default agents of libraries.",
    )
    delay: float = Field(
        default=2.0,
        ge=0,
        le=600,
        description="Seconds between two requests to one host, at least; robots.txt can ask for more.",
    )
    timeout: float = Field(default=90.0, gt=0, le=900, description="Seconds to wait for an answer.")
    days_back: int = Field(
        default=120, ge=0, le=36500, description="Lists of meetings that ended up to so many days ago."
    )
    days_ahead: int = Field(default=60, ge=0, le=3650, description="Lists of meetings that start within so many days.")
    minutes: int = Field(
        default=90, ge=1, le=1440, description="A crawl that takes longer is ended; what it read stays."
    )
    memory_mb: int = Field(
        default=4096,
        ge=512,
        description="Megabytes of memory (address space) that a crawl's process may take, or one that reads saved "
        "listings; a listing that wants more is faulty, and the others are read all the same.",
    )
    replica: str | None = Field(
        default=None,
        description="Base URL of a local replica of the bodies' servers: every request goes there instead.",
    )

    @field_validator("replica")
    @classmethod
    def _loopback(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("http://127.0.0.1:", "http://localhost:", "http://[::1]:")):
            raise ValueError("a replica runs on this machine: http://127.0.0.1:PORT")
        return value.rstrip("/") if value else value

    @property
    def user_agent(self) -> str:
        """The agent string as sent."""
        return self.agent.replace("{contact}", self.contact)


_CONTROLLED_FROM_OUTSIDE = ("scrapy.extensions.remote_control.RemoteControl", "scrapy.extensions.telnet.TelnetConsole")
"""Scrapy's extensions that listen for code to run in the crawl; a crawl listens to nobody."""


def scrapy_settings(crawl: CrawlSettings) -> dict[str, Any]:
    """Scrapy's settings for a polite crawl: robots obeyed, one request at a time, no cookies, bounded sizes."""
    handler = "spiders.replica.ReplicaDownloadHandler"
    return {
        "USER_AGENT": crawl.user_agent,
        "ROBOTSTXT_OBEY": True,
        "ROBOTSTXT_USER_AGENT": "Normwatch",
        "CONCURRENT_REQUESTS": 1,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "DOWNLOAD_DELAY": crawl.delay,
        "DOWNLOAD_DELAY_JITTER": 0.0,  # it would halve what we, or a robots.txt, say is the least
        "AUTOTHROTTLE_ENABLED": crawl.delay > 0,
        "AUTOTHROTTLE_START_DELAY": max(crawl.delay, 1.0),
        "AUTOTHROTTLE_MAX_DELAY": 60.0,
        "AUTOTHROTTLE_TARGET_CONCURRENCY": 1.0,
        "DOWNLOAD_TIMEOUT": crawl.timeout,
        "DOWNLOAD_FAIL_ON_DATALOSS": True,
        "COOKIES_ENABLED": False,
        "HTTPCACHE_ENABLED": False,
        "REDIRECT_MAX_TIMES": 5,
        "RETRY_ENABLED": False,  # a fault is noted and the source is visited again later, less and less often
        "LOG_ENABLED": False,
        "DOWNLOADER_MIDDLEWARES": {
            "spiders.middlewares.AllowedHosts": 90,
            "spiders.middlewares.Waiting": 930,
            "spiders.middlewares.RobotsAnswers": 940,
        },
        "EXTENSIONS": {"spiders.middlewares.Pacing": 0} | dict.fromkeys(_CONTROLLED_FROM_OUTSIDE),
        "DOWNLOAD_HANDLERS": {"http": handler, "https": handler} if crawl.replica else {},
        "NORMWATCH_REPLICA": crawl.replica,
    }
