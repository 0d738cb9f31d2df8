"""What most commands begin with: the configuration, the registry and the archive, opened once."""

from __future__ import annotations

import logging
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from normwatch.output import fail
from normwatch.places import find

if TYPE_CHECKING:
    from alerts.watchlists import Watchlist
    from normwatch.config import Config
    from normwatch.pipeline import Pipeline
    from organisations import Resolver
    from store.archive import Archive


class Session:
    """Opens what a command needs when it needs it; what cannot be opened ends the command with a clear line."""

    def __init__(self, config_path: Path | None, *, verbose: bool = False) -> None:
        """`verbose` logs what is done, not only what goes wrong."""
        self._given = config_path
        self._level = logging.INFO if verbose else logging.WARNING

    @cached_property
    def path(self) -> Path:
        """The configuration file."""
        return find(self._given)

    @cached_property
    def config(self) -> Config:
        """The checked configuration; from here on, logs go where it says."""
        from normwatch import logs  # noqa: PLC0415 - commands start fast
        from normwatch.config import ConfigError, load  # noqa: PLC0415

        try:
            config = load(self.path)
        except ConfigError as error:
            fail(str(error))
        logs.configure(config.log, self._level)
        return config

    @cached_property
    def resolver(self) -> Resolver:
        """Who is behind source strings, by the registry and the operator's own files."""
        from organisations import Registry, RegistryError, Resolver  # noqa: PLC0415

        try:
            return Resolver(Registry.load([Path(name) for name in self.config.registry.files]))
        except (RegistryError, OSError) as error:
            fail(f"registry: {error}")

    def watchlist(self, name: str) -> Watchlist:
        """The watchlist of this name; the command ends if there is none."""
        known = {one.name: one for one in self.config.watchlists}
        if name not in known:
            fail(f"no watchlist {name!r}: there are {', '.join(known)}")
        return known[name]

    def archive(self, *, create: bool = False, cache_mb: int | None = None) -> Archive:
        """The archive of the configuration."""
        from store.archive import CACHE_MB, Archive, ArchiveError  # noqa: PLC0415

        try:
            return Archive.open(self.config.archive.url, create=create, cache_mb=cache_mb or CACHE_MB)
        except ArchiveError as error:
            fail(str(error))

    def pipeline(self) -> Pipeline:
        """The way into the archive, which is made if it is not there."""
        from normwatch.pipeline import Pipeline  # noqa: PLC0415
        from store.archive import WRITERS_CACHE_MB  # noqa: PLC0415

        archive = self.archive(create=True, cache_mb=WRITERS_CACHE_MB)
        return Pipeline(archive, self.resolver, self.config.watchlists, self.config.webhooks)
