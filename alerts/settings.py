"""How mail is sent: the `[mail]` part of the configuration."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator

from alerts.cadence import parse
from alerts.watchlists import Address

LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")


_KEPT = 'a secret is kept in one place: { env = "NAME" } or { file = "/path" }'


class SecretError(Exception):
    """A secret is not where the configuration says it is; the message names the place, never the value."""


class Secret(BaseModel):
    """Where a secret is kept: an environment variable or a file, never the configuration itself."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    env: str | None = None
    """The environment variable that holds it."""
    file: Path | None = None
    """The file that holds it, such as one that a service manager hands over."""

    @model_validator(mode="before")
    @classmethod
    def _elsewhere(cls, value: object) -> object:
        if not isinstance(value, dict | cls):  # said here, since pydantic's own message would show the secret
            raise ValueError(_KEPT)
        return value

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.env is None) == (self.file is None):
            raise ValueError(_KEPT)
        return self

    def read(self, environment: Mapping[str, str] = os.environ) -> str:
        """The secret, without the line's end a file has. Raises SecretError."""
        if self.env is not None:
            value = environment.get(self.env)
            if not value:
                raise SecretError(f"the environment variable {self.env} is not set")
            return value
        assert self.file is not None  # noqa: S101 - _one saw to it
        try:
            return self.file.read_text(encoding="utf-8").rstrip("\r\n")
        except OSError as error:
            raise SecretError(f"{self.file}: {error.strerror}") from error


class SmtpSettings(BaseModel):
    """The relay that takes our mail. DKIM, and delivery to the world, are its business."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str
    """The relay."""
    port: int = Field(default=587, ge=1, le=65535)
    """587 for STARTTLS, 465 for TLS from the start, 25 within a network."""
    security: Literal["starttls", "tls", "none"] = "starttls"
    """Whether and how the connection is encrypted. A password is sent in the clear to this machine only."""
    ca_file: Path | None = None
    """Certificates to trust besides the system's: for a relay with an authority of its own."""
    user: str | None = None
    """Who logs in; none: nobody."""
    password: Secret | None = None
    """Where the password is; goes with `user`."""
    timeout: float = Field(default=60, gt=0)
    """Seconds to wait for each answer, but for the one to the message itself."""
    answer_timeout: float = Field(default=600, gt=0)
    """Seconds to wait for the answer to the message: RFC 5321 4.5.3.2.6 wants 10 minutes, since who gives up sooner
    sends twice."""

    @model_validator(mode="after")
    def _safe(self) -> Self:
        if (self.user is None) != (self.password is None):
            raise ValueError("user and password go together")
        if self.user is not None and self.security == "none" and self.host not in LOCAL_HOSTS:
            raise ValueError('a password is not sent in the clear: use security = "starttls" or "tls"')
        return self


def _https(url: str) -> str:
    if not url.startswith("https://"):
        raise ValueError(
            f'"{url}" is no public address of the site: one such as https://normwatch.example.org is wanted'
        )
    return url.rstrip("/")


def _weekly(text: str) -> str | None:
    if not text:
        return None
    if parse(text).kind not in ("daily", "weekly"):
        raise ValueError(f"report {text!r}: `weekly mon 07:00` is wanted, `daily 07:00`, or nothing")
    return text


class MailSettings(BaseModel):
    """The `[mail]` part: into a folder of .eml files unless it says `delivery = "smtp"`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sender: Address = "normwatch@example.org"
    """Address that digests come from."""
    sender_name: str = Field(default="Normwatch", pattern=r"^[^\x00-\x1f\x7f]+$")
    """Name that stands before it."""
    operators: tuple[Address, ...] = ()
    """Who hears of faults; never who gets digests, unless listed in both."""
    report: Annotated[str, AfterValidator(_weekly)] | None = "weekly mon 07:00"
    """When operators get the week's report, in UTC; `daily 07:00` tells of a day. Empty: never."""
    delivery: Literal["folder", "smtp"] = "folder"
    """Into a folder of .eml files, or to a relay."""
    folder: Path = Path("outbox")
    """The folder, made if it is missing."""
    smtp: SmtpSettings | None = None
    """The relay."""
    list_id: str | None = Field(default=None, pattern=r"^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$")
    """The List-Id to filter by; none: `digests.` and the sender's domain."""
    unsubscribe: Address | None = None
    """Where to write to be taken off; none: the first operator, else the sender."""
    public_url: Annotated[str, AfterValidator(_https)] | None = None
    """Where recipients reach the archive's site, if they can: mails then carry a one-click way off the list."""
    quiet: Literal["never", "weekly", "daily"] = "weekly"
    """How often at most somebody to whom there is nothing to tell is told just that."""
    messages_per_hour: int = Field(default=300, ge=1)
    """More than these wait for the next hour, and operators are told."""
    items_per_message: int = Field(default=3000, ge=1)
    """A digest of more changes than these is held until an operator looks at it."""
    keep_days: int = Field(default=90, ge=1)
    """How long what a message said is kept after it was sent: to look at, and to send again."""

    @field_validator("operators")
    @classmethod
    def _each_once(cls, operators: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(operators))

    @model_validator(mode="after")
    def _relay(self) -> Self:
        if self.delivery == "smtp" and self.smtp is None:
            raise ValueError('delivery = "smtp" needs [mail.smtp] with at least a host')
        return self

    @property
    def domain(self) -> str:
        """The sender's, in which Message-IDs are made."""
        return self.sender.rpartition("@")[2]
