"""A configured archive with invented listings, and the command line in this process."""

from __future__ import annotations

import json
import logging
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from typer.testing import CliRunner, Result

from normwatch import clock
from normwatch.__main__ import app
from normwatch.session import Session
from normwatch.visits import refresh

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
AGENDA = FIXTURES / "3gpp.tdocs" / "agenda.htm"
HOSTILE = "INVENTED \x1b[2J\u202egnirts\u2069 <b>bold</b>"

WATCHED = """[crawl]
contact = "operator@example.net"

[mail]
operators = ["operator@example.org"]
report = ""

[[watchlists]]
name = "Sundials"
whole_groups = ["ISO/TC 9901", "ISO/TC 9901/*"]
recipients = ["officer@example.org"]
zone = "Europe/Berlin"
"""


def committee(number: int, title: str = "INVENTED sundials", secretariat: str = "SAC", **more: Any) -> dict[str, Any]:
    """A line of ISO's open data on committees, in its true form."""
    return {
        "id": number,
        "reference": "ISO/TC 9901" if number == 99000001 else f"ISO/TC 9901/SC {number % 100}",
        "status": "Active",
        "title": {"en": title},
        "secretariat": {"id": {"SAC": 1635, "BSI": 2064}[secretariat], "acronym": secretariat},
        "creationDate": "2031-02-03",
        "parentId": None,
        "pMembers": [{"id": 1635, "acronym": "SAC"}, {"id": 2064, "acronym": "BSI"}],
        "oMembers": None,
    } | more


def committees(path: Path, *rows: dict[str, Any]) -> Path:
    """A saved copy of ISO's list of committees."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture(autouse=True)
def _own_logs() -> Iterator[None]:
    """Commands send logs to the stderr of their run, which is closed after it."""
    root = logging.getLogger()
    before = list(root.handlers)
    yield
    structlog.reset_defaults()
    root.handlers[:] = before


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Commands of this test can be interrupted, though a shell that runs the tests in the background keeps it away."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


class Normwatch:
    """The command line in this process; an error that it does not expect is raised."""

    committee = staticmethod(committee)
    committees = staticmethod(committees)
    agenda = AGENDA
    hostile = HOSTILE

    def __call__(self, *arguments: object, stdin: str | None = None) -> Result:
        """Run a command."""
        return CliRunner().invoke(app, [str(one) for one in arguments], input=stdin, catch_exceptions=False)

    @staticmethod
    def scheduled(folder: Path) -> None:
        """Note what is visited when, as a schedule does."""
        session = Session(folder / "config.toml")
        refresh(session.archive(), session.config, clock.now())

    def json(self, *arguments: object, code: int = 0, stdin: str | None = None) -> list[dict[str, Any]]:
        """The objects that a command prints with `--json`; anything else on stdout fails."""
        done = self(*arguments, "--json", stdin=stdin)
        assert done.exit_code == code, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def normwatch() -> Normwatch:
    """The command line."""
    return Normwatch()


@pytest.fixture(scope="session")
def _watched_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("watched")
    (folder / "config.toml").write_text(WATCHED, encoding="utf-8")
    before = committees(folder / "before.jsonl", committee(99000001), committee(99000002, secretariat="BSI"))
    after = committees(
        folder / "after.jsonl",
        committee(99000001, pMembers=[{"id": 2064, "acronym": "BSI"}], oMembers=[{"id": 1635, "acronym": "SAC"}]),
        committee(99000002),
        committee(99000003, title=HOSTILE),
    )
    for kind, file, when in (
        ("iso.committees", before, "2026-11-10T06:00:00Z"),
        ("iso.committees", after, "2026-11-20T06:00:00Z"),
        ("3gpp.tdocs", AGENDA, "2026-11-20T07:00:00Z"),
    ):
        options = ["--config", str(folder / "config.toml"), "--observed-at", when]
        options += ["--meeting", "SA2#230"] if kind == "3gpp.tdocs" else []
        done = CliRunner().invoke(app, ["import", kind, str(file), *options], catch_exceptions=False)
        assert done.exit_code == 0 or "S2-tba" in done.stderr  # the page has a row that is no document
    return folder


@pytest.fixture
def watched(_watched_once: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with config.toml and an archive: SC 2 passed from BSI to SAC, SC 3 is new, a list of SA2 came in."""
    folder = tmp_path / "watched"
    shutil.copytree(_watched_once, folder)
    monkeypatch.setenv("NORMWATCH_CONFIG", str(folder / "config.toml"))
    monkeypatch.setenv("NORMWATCH_NOW", "2026-11-21T09:00:00+00:00")
    return folder
