"""How the site is served and to whom: the `[web]` part of the configuration."""

from __future__ import annotations

import ipaddress
from enum import IntEnum
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

RoleName = Literal["reader", "expert", "operator"]


class Role(IntEnum):
    """What somebody may do; each may do what those before it may."""

    READER = 1
    EXPERT = 2
    OPERATOR = 3

    @classmethod
    def named(cls, name: str) -> Role:
        """The role that the configuration or the accounts call so. Raises KeyError."""
        return cls[name.upper()]

    def __str__(self) -> str:
        return self.name.lower()


def _ip(address: str) -> str:
    try:
        ipaddress.ip_network(address)
    except ValueError as error:
        raise ValueError(f'"{address}" is no IP address or network, such as 127.0.0.1 or 10.0.0.0/8') from error
    return address


class WebSettings(BaseModel):
    """The `[web]` part. Without accounts and without a proxy that knows its users, only this machine is served."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str = Field(default="127.0.0.1", description="Address to listen at.")
    port: int = Field(default=8080, ge=1, le=65535, description="Port to listen at.")
    hosts: tuple[str, ...] = Field(
        default=(), description="Names by which the site is reached, such as normwatch.example.org; others are refused."
    )
    https: bool = Field(
        default=False, description="Whether readers reach it by https, through a proxy before it: needed with accounts."
    )
    accounts: Path | None = Field(
        default=None, description="File of accounts, which `normwatch accounts` keeps; with it, everybody logs in."
    )
    session_hours: float = Field(default=12, gt=0, le=720, description="How long a log-in lasts without a request.")
    proxy_header: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z][A-Za-z0-9-]*$",
        description="Header in which a proxy that authenticates names the user, such as X-Remote-User.",
    )
    proxy_addresses: tuple[Annotated[str, AfterValidator(_ip)], ...] = Field(
        default=("127.0.0.1", "::1"),
        description="Where that proxy's requests come from: its headers are believed from there alone.",
    )
    forwarded_header: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z][A-Za-z0-9-]*$",
        description="Header in which a proxy says whose request it passes on, such as X-Forwarded-For: failed log-ins "
        "are then counted by its last address, and not all for the proxy's.",
    )
    default_role: RoleName = Field(default="reader", description="Role of users whom the proxy names.")
    roles: dict[str, RoleName] = Field(
        default_factory=dict, description="Roles of users whom the proxy names, where they are others."
    )

    @model_validator(mode="after")
    def _one_way_in(self) -> Self:
        if self.accounts is not None and self.proxy_header is not None:
            raise ValueError("accounts and proxy_header are two ways in: choose one")
        return self


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach what listens at `host`."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def refusal(settings: WebSettings, host: str) -> str | None:
    """Why the site must not be served at `host`, None if it may."""
    if is_loopback(host):
        return None
    if settings.accounts is None and settings.proxy_header is None:
        return (
            f"at {host} others could read and change the archive: set accounts or proxy_header in [web], "
            "or serve at 127.0.0.1"
        )
    if not settings.hosts:
        return "set hosts in [web] to the names by which the site is reached"
    if settings.accounts is not None and not settings.https:
        return "passwords are not sent in the clear: put a proxy with https before the site and set https in [web]"
    return None
