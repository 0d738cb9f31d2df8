"""The configuration: one TOML file, composed of the settings that each package defines, and what is wrong with it."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, Self, get_args, get_origin

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from alerts import webhooks
from alerts.digests import DigestSettings
from alerts.matches import Audience
from alerts.settings import MailSettings
from alerts.watchlists import UnresolvedWatchlist, Watchlist, WatchlistDefaults, resolve
from alerts.webhooks import WebhookSettings, everybody
from normwatch.intervals import every
from normwatch.places import COUNTRY
from normwatch.toml_lines import line_of
from spiders.rows import KINDS
from spiders.settings import CrawlSettings
from spiders.sources import Sources
from store.postgresql import with_driver
from web.settings import WebSettings


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: the key as written with dots, its line, and what would be right."""

    key: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.key}: {self.message}" if self.key else self.message

    def as_json(self) -> dict[str, Any]:
        """As `normwatch check --json` gives it."""
        return {"key": self.key, "line": self.line, "message": self.message}


class ConfigError(Exception):
    """The configuration cannot be used."""

    def __init__(self, path: Path, problems: Sequence[Problem]) -> None:
        lines = [f"{path}:{problem.line}: {problem}" for problem in problems]
        super().__init__("\n".join(lines))
        self.path = path
        self.problems = list(problems)


def _url(url: str) -> str:
    try:
        make_url(with_driver(url)).get_dialect().import_dbapi()
    except (ArgumentError, NoSuchModuleError) as error:
        raise ValueError("this is no address of a database, such as sqlite:///archive.sqlite") from error
    except ImportError as error:
        if error.name != "psycopg":
            raise ValueError(
                "an archive is on SQLite or PostgreSQL: sqlite:///FILE or postgresql://HOST/NAME"
            ) from error
        raise ValueError("PostgreSQL needs Psycopg, not installed: pip install 'normwatch[postgresql]'") from error
    return url


def _kind(kind: str) -> str:
    if kind not in KINDS:
        raise ValueError(f"unknown kind of listing {kind!r}: one of {', '.join(KINDS)}")
    return kind


def _interval(text: str) -> str:
    every(text)
    return text


Interval = Annotated[str, AfterValidator(_interval)]


class ArchiveSettings(BaseModel):
    """The `[archive]` table."""

    model_config = ConfigDict(extra="forbid")

    url: Annotated[str, AfterValidator(_url)] = Field(
        default="sqlite:///archive.sqlite",
        description="The archive: `sqlite:///FILE`, taken from the configuration's folder, or `postgresql://HOST/NAME`.",
    )
    keep_bytes: Literal["all"] | Annotated[int, Field(ge=1)] = Field(
        default="all",
        description='How long the bytes of fetches are kept: "all", or a number of days. What was fetched, when and '
        "its hash stay for ever, as do the newest good bytes of every source.",
    )

    @field_validator("keep_bytes", mode="before")
    @classmethod
    def _all_or_days(cls, value: object) -> object:
        if value != "all" and (not isinstance(value, int) or isinstance(value, bool) or value < 1):
            raise ValueError(f'"all" or a number of days, 1 or more, is wanted, found {value!r}')
        return value


class RegistrySettings(BaseModel):
    """The `[registry]` table."""

    model_config = ConfigDict(extra="forbid")

    files: list[str] = Field(
        default_factory=list,
        description="Your own files of organisations, which extend or override the shipped registry.",
    )


class ScheduleSettings(BaseModel):
    """The `[schedule]` table: how often each kind of listing is visited, and when alerts are sent."""

    model_config = ConfigDict(extra="forbid")

    cadences: dict[Annotated[str, AfterValidator(_kind)], Interval] = Field(
        default_factory=lambda: {
            "3gpp.meetings": "every 12 h",
            "3gpp.tdocs": "every 12 h",
            "iso.committees": "every 24 h",
            "iso.projects": "every 24 h",
            "iso.registers": "every 12 h",
            "itu.meetings": "every 24 h",
            "itu.documents": "every 12 h",
        },
        description="By kind of listing: `every 30 min`, `every 2 h`, `every 1 d`. A kind left out is not visited.",
    )
    around_meetings: dict[Annotated[str, AfterValidator(_kind)], Interval] = Field(
        default_factory=lambda: {
            "3gpp.tdocs": "every 1 h",
            "iso.registers": "every 4 h",
            "itu.documents": "every 2 h",
        },
        description="The same from when documents come in for a meeting of the listing's group until a week after it. "
        "A kind left out is visited as between meetings.",
    )
    send: Interval = Field(default="every 5 min", description="How often the outbox is looked through for what is due.")


class Config(BaseModel):
    """The whole configuration. `watchlists` are resolved: what they inherit is filled in."""

    model_config = ConfigDict(extra="forbid")

    archive: ArchiveSettings = Field(default_factory=ArchiveSettings)
    country: str = Field(
        default=COUNTRY, pattern="^[A-Z]{2}$", description="Country of interest of figures and of `origin` (alpha-2)."
    )
    log: Literal["text", "json"] = Field(default="text", description="Form of the logs on stderr.")
    registry: RegistrySettings = Field(default_factory=RegistrySettings)
    crawl: CrawlSettings = Field(default_factory=CrawlSettings)
    sources: Sources = Field(default_factory=Sources)
    schedule: ScheduleSettings = Field(default_factory=ScheduleSettings)
    mail: MailSettings = Field(default_factory=MailSettings)
    digests: DigestSettings = Field(default_factory=DigestSettings)
    watchlist_groups: dict[str, WatchlistDefaults] = Field(default_factory=dict)
    watchlists: list[Watchlist] = Field(default_factory=list)
    webhooks: list[WebhookSettings] = Field(default_factory=list)
    web: WebSettings = Field(default_factory=WebSettings)

    @model_validator(mode="after")
    def _resolve(self) -> Self:
        self.watchlists = resolve(self.watchlists, self.watchlist_groups)
        webhooks.audience(self.webhooks, self.watchlists)
        return self

    @property
    def audience(self) -> Audience:
        """Who is told by which watchlists how often: people and webhooks."""
        return everybody(self.watchlists, self.webhooks)

    @property
    def recipients(self) -> frozenset[str]:
        """Everybody who is told, by what they are called in the outbox, and by what they were called before."""
        people = [one for each in self.watchlists for one in each.recipients]
        return frozenset(
            [
                *(address for one in people for address in (one.address, *one.formerly)),
                *(hook.recipient for hook in self.webhooks),
            ]
        )

    def in_folder(self, folder: Path) -> Self:
        """The same with relative paths taken from `folder`."""
        url = re.sub(
            r"^(sqlite(?:\+\w+)?:///)(?!/|:memory:)(.+)$", lambda m: f"{m[1]}{folder / m[2]}", self.archive.url
        )
        files = [str(folder / name) for name in self.registry.files]
        return self.model_copy(
            update={
                "archive": self.archive.model_copy(update={"url": url}),
                "registry": RegistrySettings(files=files),
                "mail": self.mail.model_copy(update={"folder": folder / self.mail.folder}),
                "web": self.web.model_copy(update={"accounts": self.web.accounts and folder / self.web.accounts}),
            }
        )


def load(path: Path) -> Config:
    """Read and check the configuration. Raises ConfigError naming every problem with key and line."""
    try:
        content = path.read_bytes()
    except OSError as error:
        hint = "; `normwatch init` writes one" if isinstance(error, FileNotFoundError) else ""
        raise ConfigError(path, [Problem("", 1, f"cannot be read: {error.strerror}{hint}")]) from error
    try:
        text = content.decode("utf-8")
        data = tomllib.loads(text)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise ConfigError(path, [Problem("", line, "is not UTF-8 text, as TOML must be")]) from error
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line (\d+)", str(error))
        line = int(found[1]) if found else text.count("\n") + 1
        raise ConfigError(path, [Problem("", line, f"is not TOML: {error}")]) from error
    try:
        config = Config.model_validate(data)
    except ValidationError as error:
        problems = [_problem(text, data, detail) for detail in error.errors(include_url=False)]
        raise ConfigError(path, sorted(problems, key=lambda problem: problem.line)) from error
    return config.in_folder(path.resolve().parent)


_WANTED = {
    "string_type": "text in quotes",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "list_type": "a list in [ ]",
    "tuple_type": "a list in [ ]",
    "dict_type": "a table",
    "model_type": "a table",
}
"""By pydantic's type of error, what TOML should have there."""


def _problem(text: str, data: dict[str, Any], detail: Any) -> Problem:
    path = [part for part in detail["loc"] if part != "[key]" and not str(part).startswith("function-")]
    message = str(detail["msg"]).removeprefix("Value error, ")
    if detail["type"] == "extra_forbidden":
        known = _keys_at(path[:-1])
        close = difflib.get_close_matches(str(path[-1]), known, 1)
        message = f"unknown key{f', did you mean {close[0]!r}?' if close else ''} (known: {', '.join(sorted(known))})"
    elif detail["type"] == "missing":
        message = "is needed here"
    elif wanted := _WANTED.get(detail["type"]):
        message = f"{wanted} is wanted, found {detail['input']!r}"
    elif isinstance(error := detail.get("ctx", {}).get("error"), UnresolvedWatchlist):
        path = ["watchlists", error.position, error.key]
    return Problem(_dotted(path, data), line_of(text, path), message)


def _dotted(path: Sequence[str | int], data: dict[str, Any]) -> str:
    """`watchlists[6G radio].cadence`: an array's member by its name where it has one."""
    shown = ""
    value: Any = data
    for part in path:
        try:
            value = value[part]
        except (KeyError, IndexError, TypeError):
            value = None
        if isinstance(part, int):
            name = value.get("name") if isinstance(value, dict) else None
            shown += f"[{name if isinstance(name, str) else part}]"
        else:
            shown += f".{part}" if shown else part
    return shown or "(the file)"


def _keys_at(path: Sequence[str | int]) -> list[str]:
    """The keys that the table at `path` may have."""
    annotation: Any = Config
    for part in path:
        if get_origin(annotation) is dict:
            annotation = get_args(annotation)[1]
        elif isinstance(part, str):
            fields = _model_in(annotation).model_fields
            annotation = next(info.annotation for name, info in fields.items() if part in (name, info.alias))
    return [info.alias or name for name, info in _model_in(annotation).model_fields.items()]


def _model_in(annotation: Any) -> type[BaseModel]:
    """The model of a table, or of the members of an array of tables."""
    while not (isinstance(annotation, type) and issubclass(annotation, BaseModel)):
        annotation = next(inner for inner in get_args(annotation) if inner is not type(None) and inner is not Ellipsis)
    return annotation
