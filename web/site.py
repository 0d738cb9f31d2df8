"""What every page and every answer of the API is made from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, event
from starlette.requests import Request

from alerts.watchlists import Watchlist
from alerts.wording import HOSTS
from organisations import Resolver
from store import postgresql
from store.archive import Archive
from store.patience import within
from store.reading import Asking
from store.remembering import Remembered
from web.accounts import Accounts
from web.sessions import Kept, Sessions, Throttle
from web.settings import WebSettings

PATIENCE = 10.0
"""Seconds that a page may take of the archive's time; the slowest takes a tenth over a million contributions."""
CACHE_KB = 8_192
"""Of SQLite, per connection; there are as many connections as threads (`web.app.THREADS`)."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the site needs to know of the rest of the configuration."""

    country: str = "CN"
    """The country of interest."""
    hosts: frozenset[str] = HOSTS
    """Hosts that pages may link to."""
    domain: str = "normwatch.invalid"
    """The installation's own, in which feeds and calendars have their ids."""
    public_url: str | None = None


class Site:
    """One archive, served. Pages read through connections that cannot write."""

    def __init__(
        self,
        archive: Archive,
        resolver: Resolver,
        watchlists: Sequence[Watchlist],
        *,
        settings: WebSettings,
        clock: Callable[[], datetime],
        options: Options,
    ) -> None:
        self.archive = archive
        self.resolver = resolver
        self.watchlists = {one.name: one for one in watchlists}
        self.settings = settings
        self.clock = clock
        self.options = options
        self.asking = Asking(resolver, options.country)
        self.accounts = Accounts(settings.accounts) if settings.accounts else None
        self._kept = Kept(settings.accounts and settings.accounts.with_name(f"{settings.accounts.name}.sessions"))
        self.sessions = Sessions(self._kept, timedelta(hours=settings.session_hours), clock)
        self.throttle = Throttle(self._kept, clock)
        self.key = self._kept.key
        """What forms are signed with."""
        self.remembered = Remembered()
        self._reading = Archive(archive.url)
        if self._reading.engine.dialect.name == "sqlite":
            event.listen(self._reading.engine, "connect", _only_read)
        elif self._reading.engine.dialect.name == "postgresql":
            postgresql.only_read(self._reading.engine)

    @contextmanager
    def read(self, patience: float | None = PATIENCE) -> Iterator[Connection]:
        """A connection for reading: one consistent view. Raises TooLong after `patience` seconds."""
        with self._reading.read() as connection, within(connection, patience):
            yield connection

    def close(self) -> None:
        """Let go of what this opened itself."""
        self._reading.close()
        self._kept.close()


def _only_read(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in (f"cache_size=-{CACHE_KB}", "query_only=ON", "busy_timeout=5000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def site_of(request: Request) -> Site:
    """The site that a request is for."""
    site: Site = request.app.state.site
    return site
