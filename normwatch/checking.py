"""Checking a configuration before it is used: what is wrong, what is doubtful, what it would have sent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from alerts.moving import departed
from alerts.settings import SecretError
from alerts.stranded import stranded
from alerts.taken_off import taken_off
from normwatch import clock
from normwatch.config import Config, ConfigError, Problem, load
from normwatch.toml_lines import line_of
from normwatch.trying import try_on
from organisations import Registry, RegistryError, Resolver
from spiders.settings import CrawlSettings
from store.archive import Archive, ArchiveError

TOO_MANY = 150
"""Items a week; an officer reads a digest in a minute a day."""


@dataclass(slots=True)
class Checked:
    """What `normwatch check` says."""

    path: Path
    problems: list[Problem] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    watchlists: list[dict[str, Any]] = field(default_factory=list)

    @property
    def valid(self) -> bool:
        """Whether the configuration can be used."""
        return not self.problems

    def as_json(self) -> dict[str, Any]:
        """The object of `normwatch check --json`."""
        return {
            "valid": self.valid,
            "problems": [problem.as_json() for problem in self.problems],
            "warnings": self.warnings,
            "watchlists": self.watchlists,
        }


def check(path: Path) -> Checked:
    """Check the configuration at `path`, and try its watchlists on the last four weeks of its archive, if any."""
    found = Checked(path)
    try:
        config = load(path)
    except ConfigError as error:
        found.problems = error.problems
        return found
    try:
        resolver = Resolver(Registry.load([Path(name) for name in config.registry.files]))
    except (RegistryError, OSError) as error:
        line = line_of(path.read_text(encoding="utf-8"), ("registry", "files"))
        found.problems.append(Problem("registry.files", line, str(error)))
        return found
    found.watchlists = [{"name": one.name, "per_week": 0.0} for one in config.watchlists]
    _try(config, resolver, found)
    found.warnings += _doubts(config)
    return found


def _try(config: Config, resolver: Resolver, found: Checked) -> None:
    try:
        archive = Archive.open(config.archive.url)
    except ArchiveError as error:
        found.warnings.append(f"nothing to try the watchlists on: {error}")
        return
    with archive.read() as connection:
        tried = try_on(connection, resolver, config.watchlists, clock.now())
        found.warnings += map(str, stranded(connection, config.watchlists))
        found.warnings += map(str, departed(connection, config.watchlists, config.recipients))
        found.warnings += map(str, taken_off(connection, config.watchlists, config.audience))
    found.watchlists = [{"name": one.name, "per_week": one.per_week} for one in tried]
    found.warnings += [
        f"watchlist {one.name!r} is broad: {one.per_week} items a week since {one.since[:10]}"
        for one in tried
        if one.per_week > TOO_MANY
    ]
    if tried and not any(one.matches for one in tried):
        found.warnings.append(
            "no watchlist would have told anything in the last four weeks: the archive has nothing as new as that, or "
            "they ask for what is not there; `normwatch watchlists --try --since DATE` looks further back"
        )
    else:
        found.warnings += [
            f"watchlist {one.name!r} would have told nothing in the last four weeks" for one in tried if not one.matches
        ]


def _doubts(config: Config) -> list[str]:
    doubts = [f"watchlist {one.name!r} has no recipient" for one in config.watchlists if not one.recipients]
    if not config.watchlists:
        doubts.append("there is no watchlist: nobody will be told anything")
    if config.crawl.contact == CrawlSettings().contact:
        doubts.append("crawl.contact is still the example's: bodies cannot write to you")
    if not config.mail.operators:
        doubts.append("mail.operators is empty: nobody hears of faults")
    secrets = {f"webhooks[{one.name}].secret": one.secret for one in config.webhooks}
    if config.mail.smtp is not None:
        secrets["mail.smtp.password"] = config.mail.smtp.password
    for key, secret in secrets.items():
        try:
            _ = secret and secret.read()
        except SecretError as error:
            doubts.append(f"{key}: {error}, for this command at least")
    return [*doubts, *_unread(config)]


def _unread(config: Config) -> Iterator[str]:
    """Groups that a watchlist names and no source lists. ISO's files and registers list all that they list, always."""
    read = (*config.sources.threegpp.groups, *config.sources.itu.groups)
    for one in config.watchlists:
        for pattern in dict.fromkeys((*one.groups, *one.whole_groups)):
            of_iso = pattern.startswith(("ISO", "IEC", "*"))
            if not of_iso and not any(fnmatchcase(group, pattern) for group in read):
                yield f"watchlist {one.name!r} watches {pattern}, of which no source is visited: see [sources]"
