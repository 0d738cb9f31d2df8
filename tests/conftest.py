"""Fixtures every test may use: the real captures and gold strings where they are, empty archives, a PostgreSQL."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from store.archive import Archive

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
ON_POSTGRESQL = os.environ.get("NORMWATCH_TEST_DATABASE") == "postgresql"
"""Whether archives that tests do not ask for by a file's name are made on PostgreSQL (`make postgresql`)."""


OF_FILES = (
    "test_backup.py",
    "test_migrations.py",
    "test_a_file_that_is_shrunk",
    "is_given_up",
    "test_an_inner_question",
)
"""Tests of what SQLite alone does: files that are copied, and a clock looked at while a statement runs."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """On PostgreSQL, leave out what is about SQLite."""
    for item in items if ON_POSTGRESQL else ():
        if any(name in item.nodeid for name in OF_FILES):
            item.add_marker(pytest.mark.skip(reason="about archives in a file"))


def _shared(name: str) -> Path:
    folder = SHARED / name
    if not folder.is_dir():
        pytest.skip(f"no ../shared/{name} beside this checkout: tests on real captures are left out")
    return folder


@pytest.fixture(scope="session")
def captures() -> Path:
    """The folder of real listings as the bodies publish them."""
    return _shared("captures")


@pytest.fixture(scope="session")
def gold() -> Path:
    """The folder of real source strings labelled with the organisations behind them."""
    return _shared("gold")


class Cluster:
    """A PostgreSQL server of the tests' own: in a folder of its own, reached by a socket in it, by nobody else."""

    def __init__(self, binaries: Path, folder: Path) -> None:
        self._binaries = binaries
        self._folder = folder
        self._as_user: list[str] = []
        if os.geteuid() == 0:  # as which PostgreSQL refuses to run
            user = next(one for one in pwd.getpwall() if one.pw_name in ("postgres", "nobody"))
            self._as_user = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
            os.chown(folder, user.pw_uid, user.pw_gid)
        self._run("initdb", "--username=tests", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")
        quick = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off")
        own = ("listen_addresses=", f"unix_socket_directories={folder}", "max_connections=60")
        options = " ".join(f"-c '{one}'" for one in (*quick, *own))
        self._run("pg_ctl", "start", "--wait", "--options", options, "--log", str(folder / "log"))
        archive = Archive.open(self.database("fresh", template="template0"), create=True)
        archive.close()

    def stop(self) -> None:
        self._run("pg_ctl", "stop", "--mode", "immediate")

    def url(self, name: str) -> str:
        return f"postgresql://tests@/{name}?host={self._folder}"

    def database(self, name: str = "", template: str = "fresh") -> str:
        """The address of a new database: an empty archive, or with `template0` nothing at all."""
        name = name or f"d{uuid.uuid4().hex}"
        self.do(f'CREATE DATABASE "{name}" TEMPLATE {template}')
        return self.url(name)

    def archive(self) -> Archive:
        """An empty archive, which is gone when it is closed."""
        url = self.database()
        drop = f'DROP DATABASE "{url.partition("@/")[2].partition("?")[0]}" WITH (FORCE)'
        do = self.do

        class Fleeting(Archive):
            def close(self) -> None:
                super().close()
                do(drop)

        return Fleeting(url)

    def do(self, statement: str, database: str = "postgres") -> None:
        """Say something to the server outside any transaction."""
        import psycopg

        with psycopg.connect(f"host={self._folder} user=tests dbname={database}", autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[arg-type]

    def _run(self, program: str, *arguments: str) -> None:
        command = [*self._as_user, str(self._binaries / program), "--pgdata", str(self._folder / "data"), *arguments]
        done = subprocess.run(  # noqa: S603
            command, capture_output=True, text=True, check=False, cwd=self._folder, timeout=120
        )
        assert done.returncode == 0, done.stderr or done.stdout


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Cluster]:
    """A running PostgreSQL, where its programs and its driver are installed."""
    pytest.importorskip("psycopg", reason="psycopg is not installed: tests on PostgreSQL are left out")
    places = [*sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)]
    found = shutil.which("initdb") or next((str(one / "initdb") for one in places if (one / "initdb").exists()), None)
    if found is None:
        pytest.skip("PostgreSQL is not installed: tests on it are left out")
    folder = Path(tempfile.mkdtemp(prefix="normwatch-tests-"))
    try:
        cluster = Cluster(Path(found).resolve().parent, folder)
        yield cluster
        cluster.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty archive on SQLite to copy: making one takes longer than most tests."""
    path = tmp_path_factory.mktemp("fresh") / "a.sqlite"
    Archive.open(f"sqlite:///{path}", create=True).close()
    return path


@pytest.fixture(scope="session")
def new_archive(request: pytest.FixtureRequest, fresh: Path) -> Callable[[Path], Archive]:
    """Makes an empty archive: the file given, or with `NORMWATCH_TEST_DATABASE=postgresql` a database of its own."""
    if ON_POSTGRESQL:
        cluster: Cluster = request.getfixturevalue("postgresql")
        return lambda _: cluster.archive()
    return lambda path: Archive.open(f"sqlite:///{shutil.copy(fresh, path)}")
