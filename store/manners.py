"""How the bodies' servers are to be asked: when each was last, and how long it wants to be left alone in between."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select
from sqlmodel import Field, SQLModel

import store.tables  # noqa: F401 - the naming of constraints
from store.times import moment, stamp


class Host(SQLModel, table=True):
    """A server that crawls ask: one crawl after another keeps to its pace, on whatever machine."""

    name: str = Field(primary_key=True)
    asked_at: str
    """When the last request to it had ended, rounded up."""
    delay: float = 0.0
    """Seconds that its robots.txt asks for between two requests; 0 if it says nothing."""


_host = Host.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Asked:
    """When a host was last asked, and the delay that its robots.txt wants, in seconds."""

    host: str
    at: datetime
    delay: float


def asked(connection: Connection) -> Iterator[Asked]:
    """Every host that was ever asked."""
    for row in connection.execute(select(_host)):
        yield Asked(row.name, moment(row.asked_at), row.delay)


def remember(connection: Connection, one: Asked) -> None:
    """Note that a host was asked, in the caller's transaction."""
    connection.execute(delete(_host).where(_host.c.name == one.host))
    at = stamp(one.at + timedelta(seconds=1))  # stamps lose what is less than a second: too late is polite
    connection.execute(insert(_host).values(name=one.host, asked_at=at, delay=one.delay))
