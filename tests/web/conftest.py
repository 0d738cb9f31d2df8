"""An archive of invented documents, served to clients in this process."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from alerts.matches import audience, record_matches
from alerts.matching import Matcher
from alerts.watchlists import Watchlist
from organisations import Registry, Resolver
from spiders.rows import CommitteeRow, ContributionRow, MeetingRow, Reading
from store.archive import Archive
from store.changes import changes
from store.incoming import Visit
from store.ingest import ingest
from store.moving import move
from web.accounts import Accounts
from web.app import create
from web.settings import Role, WebSettings
from web.site import Options

HOSTILE = '<script>alert(1)</script><img src=x onerror=alert(2)> =HYPERLINK("x") \u202egnirts {{ 7 * 7 }}'
PASSWORD = "correct horse battery"
HASHED = "scrypt$16384$8$5$"


class Clock:
    """The time, which moves when a test says so."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **time: float) -> None:
        self.now += timedelta(**time)


@dataclass
class Served:
    """The site over one archive, under chosen settings."""

    url: str
    resolver: Resolver
    watchlist: Watchlist
    clock: Clock

    def app(self, **settings: Any) -> FastAPI:
        return create(
            self.archive(),
            self.resolver,
            [self.watchlist],
            settings=WebSettings(**settings),
            clock=self.clock,
            options=Options(domain="normwatch.example.org"),
        )

    def client(self, **settings: Any) -> TestClient:
        return TestClient(self.app(**settings), base_url="http://localhost", follow_redirects=False)

    def archive(self) -> Archive:
        return Archive.open(self.url)


def tdoc(key: str, title: str, source: str, **more: Any) -> ContributionRow:
    given = {"body": "3GPP", "group": "RAN1", "meeting": "RAN1#999", "agenda_item": "9.1"} | more
    return ContributionRow(key=key, title=title, source=source, reserved_at="2026-11-20T08:00:00", **given)


def _fill(path: Path, resolver: Resolver, watchlist: Watchlist) -> None:
    archive = Archive.open(f"sqlite:///{path}", create=True)
    old = tdoc("R1-9990001", "INVENTED beam sundials", "Huawei, HiSilicon", status="revised", revised_to="R1-9990003")
    hostile = tdoc("R1-9990002", HOSTILE, HOSTILE)
    new = tdoc("R1-9990003", "INVENTED beam sundials", "Huawei, Nokia", revision_of="R1-9990001", agenda_item="9.10")
    steps: list[tuple[str, str, list[Any], int]] = [
        ("3gpp.tdocs", "3gpp.tdocs:RAN1#999", [old, hostile], 19),
        ("3gpp.tdocs", "3gpp.tdocs:RAN1#999", [old, hostile, new], 21),
        (
            "3gpp.meetings",
            "3gpp.meetings:RAN1",
            [
                MeetingRow(
                    key="99901", body="3GPP", group="RAN1", title="RAN1#999", name="RAN1#999", starts_on="2026-11-16"
                )
            ],
            19,
        ),
        (
            "iso.committees",
            "iso.committees",
            [CommitteeRow(key="9901", body="ISO", group="ISO/TC 9901", title="INVENTED sundials", secretariat="SAC")],
            19,
        ),
    ]
    for kind, listing, rows, day in steps:
        at = datetime(2026, 11, day, 6, tzinfo=UTC)
        meeting = "RAN1#999" if "#" in listing else None
        page = f"<script>alert({day})</script>{kind}".encode()
        visit = Visit(
            listing=listing,
            kind=kind,
            body=rows[0].body,
            url=f"https://www.3gpp.org/invented/{kind}",
            fetched_at=at,
            group=rows[0].group,
            meeting=meeting,
            status=200,
            content=page,
            kept=(page, ""),
        )
        with archive.write() as connection:
            outcome = ingest(connection, visit, Reading(kind, rows=rows), resolver)
            told = changes(connection, resolver, outcome.changes)
            record_matches(connection, told, Matcher([watchlist]), audience([watchlist]), at)
    archive.close()


@pytest.fixture(scope="session")
def resolver() -> Resolver:
    return Resolver(Registry.load())


@pytest.fixture(scope="session")
def watchlist() -> Watchlist:
    return Watchlist(name="Sun & dials", whole_groups=("RAN1",), recipients=("officer@example.org",))


@pytest.fixture(scope="session")
def _filled(tmp_path_factory: pytest.TempPathFactory, resolver: Resolver, watchlist: Watchlist) -> Path:
    path = tmp_path_factory.mktemp("web") / "archive.sqlite"
    _fill(path, resolver, watchlist)
    return path


@pytest.fixture
def served(
    _filled: Path, tmp_path: Path, new_archive: Callable[[Path], Archive], resolver: Resolver, watchlist: Watchlist
) -> Iterator[Served]:
    archive = new_archive(tmp_path / "archive.sqlite")
    if archive.path is None:
        move(Archive(f"sqlite:///{_filled}"), archive)
    else:
        shutil.copy(_filled, archive.path)
    yield Served(archive.url, resolver, watchlist, Clock())
    archive.close()


@pytest.fixture
def local(served: Served) -> Iterator[TestClient]:
    """A browser on the machine itself, without accounts."""
    with served.client() as client:
        yield client


@pytest.fixture(scope="session")
def _accounts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("accounts") / "accounts"
    for role in Role:
        Accounts(path).put(f"invented-{role}", role, PASSWORD)
    return path


@pytest.fixture
def accounts(_accounts: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(_accounts, tmp_path / "accounts"))


@pytest.fixture
def guarded(served: Served, accounts: Path) -> Iterator[TestClient]:
    """A browser that nobody has logged in with."""
    with served.client(accounts=accounts) as client:
        yield client


@pytest.fixture
def log_in() -> Callable[[TestClient, str], None]:
    def enter(client: TestClient, role: str) -> None:
        answer = client.post("/login", data={"name": f"invented-{role}", "password": PASSWORD})
        assert answer.status_code == 303

    return enter


@pytest.fixture
def form_token() -> Callable[[TestClient], str]:
    """What a form of this visitor's carries."""

    def token(client: TestClient) -> str:
        found = re.search(r'name="form_token" value="(\w+)"', client.get("/search?q=beam").text)
        assert found is not None
        return found[1]

    return token
