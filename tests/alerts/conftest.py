"""An archive with changes to tell, watchlists to tell them to, and a relay to send them through."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import insert

from alerts.cadence import Period
from alerts.digests import Digest, DigestSettings, build
from alerts.matches import Due, audience, record
from alerts.matching import Match, Matcher, Reason
from alerts.rendering import Rendered
from alerts.watchlists import Watchlist
from organisations import Registry, Resolver
from spiders.rows import Reading
from store.archive import Archive
from store.changes import Told, changes
from store.incoming import Visit
from store.ingest import ingest
from store.tables import Change, Fetch, Listing, Record
from store.times import stamp


class Desk:
    """An archive whose changes are invented one by one."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self.records = 0
        with archive.write() as connection:
            listing = {"key": "3gpp.tdocs:RAN1#999", "kind": "3gpp.tdocs", "body": "3GPP", "state": "ok"}
            connection.execute(insert(Listing).values(listing))
            fetch = {
                "listing_id": 1,
                "url": "https://example.org/",
                "fetched_at": "2026-01-01T00:00:00Z",
                "outcome": "ok",
            }
            connection.execute(insert(Fetch).values(fetch))

    def change(self, connection: Any, at: datetime) -> int:
        """A new record appears."""
        self.records += 1
        number, now = self.records, stamp(at)
        record = {
            "id": number,
            "record": "contribution",
            "body": "3GPP",
            "group_name": "RAN1",
            "key": f"R1-{number:07}",
            "title": f"Invented document {number}",
            "listing_id": 1,
            "first_fetch_id": 1,
            "first_seen_at": now,
            "last_fetch_id": 1,
            "last_changed_at": now,
        }
        connection.execute(insert(Record).values(record))
        change = {"id": number, "fetch_id": 1, "record_id": number, "observed_at": now, "kind": "appeared"}
        connection.execute(insert(Change).values(change))
        return number

    def tell(self, watchlists: list[Watchlist], at: datetime, *, named: str | None = None) -> int:
        """A change appears and meets these watchlists, or the one that is named."""
        with self.archive.write() as connection:
            number = self.change(connection, at)
            names = [named] if named else [one.name for one in watchlists]
            found = [Match(number, name, "reserved", (Reason("topic", "6G", "title"),)) for name in names]
            record(connection, found, audience(watchlists), at)
        return number

    def rows(self, statement: str) -> list[Any]:
        with self.archive.read() as connection:
            return list(connection.exec_driver_sql(statement))


@pytest.fixture
def make_desk(new_archive: Callable[[Path], Archive]) -> Callable[[Path], Desk]:
    """For tests that need many, each in a folder of its own."""
    return lambda folder: Desk(new_archive(folder / "archive.sqlite"))


@pytest.fixture
def desk(tmp_path: Path, make_desk: Callable[[Path], Desk]) -> Iterator[Desk]:
    made = make_desk(tmp_path)
    yield made
    made.archive.close()


def write_digest(due: Due) -> Rendered:
    """A digest that lists the changes it tells."""
    lines = "\n".join(f"change {number}" for number in due.change_ids) or "nothing new"
    return Rendered(f"{len(due.change_ids)} new", f'<html lang="en"><pre>{lines}</pre></html>', lines)


@pytest.fixture
def write() -> Callable[[Due], Rendered]:
    return write_digest


@dataclass
class Relay:
    """What an SMTP server was told, and what it answers; by recipient where that matters."""

    port: int = 0
    received: list[tuple[str, list[str], bytes]] = field(default_factory=list)
    recipients: dict[str, str] = field(default_factory=dict)
    """Answers to RCPT."""
    answers: list[str] = field(default_factory=list)
    """Answers to DATA, used up one by one; `drop` closes the connection in place of one."""

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        answer = self.recipients.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        answer = self.answers.pop(0) if self.answers else "250 taken"
        if answer.startswith(("250", "drop")):
            self.received.append((envelope.mail_from, list(envelope.rcpt_tos), envelope.content))
        if answer.startswith("drop"):
            server.transport.abort()
        return answer


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def serve(relay: Relay, **options: Any) -> Controller:
    relay.port = free_port()
    controller = Controller(relay, hostname="127.0.0.1", port=relay.port, **options)
    controller.start()
    return controller


@pytest.fixture
def relay() -> Iterator[Relay]:
    """A server that takes everything unless told otherwise."""
    made = Relay()
    controller = serve(made)
    yield made
    controller.stop()


@pytest.fixture
def serving() -> Iterator[Callable[..., Relay]]:
    """Starts servers with options of aiosmtpd's."""
    running: list[Controller] = []

    def start(**options: Any) -> Relay:
        made = Relay()
        running.append(serve(made, **options))
        return made

    yield start
    for controller in running:
        controller.stop()


class Newsroom:
    """An archive that takes in invented listings, and what it tells of them to a watchlist's readers."""

    def __init__(self, archive: Archive, resolver: Resolver) -> None:
        self.archive = archive
        self.resolver = resolver
        self.now = datetime(2026, 11, 20, 6, tzinfo=UTC)

    def take(
        self, kind: str, rows: list[Any], *, scope: str = "", baseline: bool | None = None, partial: bool = True
    ) -> list[Told]:
        """One fetch of a listing, an hour after the one before; returns what it changed."""
        self.now += timedelta(hours=1)
        first = rows[0]
        visit = Visit(
            listing=f"{kind}:{scope}" if scope else kind,
            kind=kind,
            body=first.body,
            url="https://www.3gpp.org/invented",
            fetched_at=self.now,
            group=first.group,
            meeting=scope if "#" in scope else None,
            status=200,
            content=repr((self.now, rows)).encode(),
        )
        with self.archive.write() as connection:
            reading = Reading(kind, rows=rows, partial=partial)
            outcome = ingest(connection, visit, reading, self.resolver, baseline=baseline, accept=True)
        with self.archive.read() as connection:
            return list(changes(connection, self.resolver, outcome.changes))

    def digest(self, watchlists: list[Watchlist], told: list[Told], **settings: Any) -> Digest:
        """What these changes make for the first watchlist's first recipient."""
        matcher = Matcher(watchlists)
        with self.archive.read() as connection:
            return build(
                connection,
                self.resolver,
                recipient=watchlists[0].addresses[0],
                watchlists=watchlists,
                matches=[match for one in told for match in matcher.matches(one)],
                period=Period(self.now - timedelta(days=1), self.now + timedelta(minutes=1)),
                now=self.now + timedelta(minutes=1),
                settings=DigestSettings(**settings),
            )


@pytest.fixture(scope="session")
def resolver() -> Resolver:
    return Resolver(Registry.load())


@pytest.fixture
def newsroom(tmp_path: Path, new_archive: Callable[[Path], Archive], resolver: Resolver) -> Iterator[Newsroom]:
    archive = new_archive(tmp_path / "news.sqlite")
    yield Newsroom(archive, resolver)
    archive.close()
