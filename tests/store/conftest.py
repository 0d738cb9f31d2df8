"""An archive that takes in invented listings, and what it says afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from organisations import Registry, Resolver
from spiders.rows import CommitteeRow, ContributionRow, MeetingRow, Member, Reading, Reject
from store.archive import Archive
from store.changes import changes
from store.conditions import Wanted
from store.finding import find
from store.incoming import Visit
from store.ingest import Outcome, fault, ingest, unchanged
from store.reading import Asking, show

BODIES = {"3gpp": "3GPP", "iso": "ISO", "itu": "ITU"}
LIST = "3gpp.tdocs:RAN1#999"


def tdoc(key: str, **fields: Any) -> ContributionRow:
    """An invented contribution to RAN1#999."""
    given = {"body": "3GPP", "group": "RAN1", "title": f"Invented {key}", "meeting": "RAN1#999"} | fields
    return ContributionRow(key=key, **given)


def committee(key: str, *members: tuple[str, str, str], **fields: Any) -> CommitteeRow:
    """An invented committee; members are (id, acronym, role)."""
    given = {"group": f"ISO/TC {key}", "title": f"Invented {key}"} | fields
    listed = tuple(Member(id=number, acronym=acronym, role=role) for number, acronym, role in members)
    return CommitteeRow(key=key, body="ISO", members=listed, **given)


def meeting(key: str, name: str, **fields: Any) -> MeetingRow:
    """An invented meeting of RAN1."""
    return MeetingRow(key=key, body="3GPP", group="RAN1", title=f"Invented {name}", name=name, **fields)


class Keeper:
    """Takes in fetches, one an hour."""

    def __init__(self, archive: Archive, resolver: Resolver) -> None:
        self.archive = archive
        self.resolver = resolver
        self.now = datetime(2026, 11, 20, 6, tzinfo=UTC)

    def visit(self, listing: str, *, hours: float = 1, **more: Any) -> Visit:
        self.now += timedelta(hours=hours)
        kind = listing.partition(":")[0]
        body = BODIES[kind.partition(".")[0]]
        scope = listing.split(":")[1] if "#" in listing else None
        about = {"group": scope and scope.partition("#")[0], "meeting": scope, "status": 200, "content": b""}
        about |= more
        if about["content"] is not None:
            about = {"kept": (about["content"], "")} | about
        return Visit(
            listing=listing,
            kind=kind,
            body=body,
            url=f"https://www.3gpp.org/{kind}",
            fetched_at=self.now,
            **about,
        )

    def take(
        self,
        rows: Sequence[Any],
        listing: str = LIST,
        *,
        hours: float = 1,
        accept: bool = False,
        baseline: bool | None = None,
        visit: dict[str, Any] | None = None,
        **reading: Any,
    ) -> Outcome:
        """One fetch of a listing with these rows; other bytes than before where anything about it is other."""
        content = repr((rows, sorted(reading.items()))).encode()
        visited = self.visit(listing, hours=hours, **{"content": content} | (visit or {}))
        read = Reading(visited.kind, rows=list(rows), **reading)
        with self.archive.write() as connection:
            return ingest(connection, visited, read, self.resolver, accept=accept, baseline=baseline)

    def again(self, how: str = "not-modified", listing: str = LIST) -> Outcome:
        """A fetch that brings what the last one did."""
        with self.archive.write() as connection:
            return unchanged(connection, self.visit(listing, content=None, status=304), how)

    def fail(self, reason: str = "HTTP 500", listing: str = LIST, *, hours: float = 1, **more: Any) -> Outcome:
        """A fetch that brings nothing to read."""
        visit = {name: more.pop(name) for name in ("content", "status") if name in more}
        with self.archive.write() as connection:
            visited = self.visit(listing, hours=hours, **{"content": None} | visit)
            return fault(connection, visited, reason, **more)

    def told(self, outcome: Outcome) -> list[tuple[str, ...]]:
        """What is to be told of a fetch: (kind, key), for a changed field with subject (if any), old and new value."""
        with self.archive.read() as connection:
            return [
                (one.kind, one.key)
                + ((one.field, *filter(None, (one.subject,)), one.old, one.new) if one.kind == "changed" else ())
                for one in changes(connection, self.resolver, outcome.changes)
            ]

    def show(self, key: str, as_of: str | None = None) -> dict[str, Any]:
        """The one record with this key."""
        with self.archive.read() as connection:
            (found,) = show(connection, key, Asking(self.resolver), as_of)
            return found

    def find(self, typed: str, limit: int = 50) -> list[str]:
        """Keys of what a search finds."""
        with self.archive.read() as connection:
            return [one["key"] for one in find(connection, typed, Wanted(), Asking(self.resolver), limit)]

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """What SQL gives."""
        with self.archive.read() as connection:
            return [tuple(row) for row in connection.execute(text(statement.replace(":", r"\:")))]

    def source(self, listing: str = LIST) -> dict[str, Any]:
        """The row of a listing."""
        with self.archive.read() as connection:
            query = text("SELECT * FROM listing WHERE key = :key")
            return dict(connection.execute(query, {"key": listing}).mappings().one())


@pytest.fixture(scope="session")
def resolver() -> Resolver:
    return Resolver(Registry.load())


@pytest.fixture(scope="session")
def make_keeper(new_archive: Callable[[Path], Archive], resolver: Resolver) -> Callable[[Path], Keeper]:
    """For tests that need many archives."""
    return lambda path: Keeper(new_archive(path), resolver)


@pytest.fixture(scope="session")
def keeper_of(resolver: Resolver) -> Callable[[Archive], Keeper]:
    """For tests that say which database an archive is on."""
    return lambda archive: Keeper(archive, resolver)


@pytest.fixture
def keeper(tmp_path: Path, make_keeper: Callable[[Path], Keeper]) -> Iterator[Keeper]:
    made = make_keeper(tmp_path / "archive.sqlite")
    yield made
    made.archive.close()


@pytest.fixture
def rejected() -> Callable[[int], list[Reject]]:
    """So many rows that could not be read."""
    return lambda count: [Reject(100 + number, "invented fault", "a row") for number in range(count)]


@pytest.fixture(name="tdoc")
def _tdoc() -> Callable[..., ContributionRow]:
    return tdoc


@pytest.fixture(name="committee", scope="session")
def _committee() -> Callable[..., CommitteeRow]:
    return committee


@pytest.fixture(name="meeting")
def _meeting() -> Callable[..., MeetingRow]:
    return meeting
