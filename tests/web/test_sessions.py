from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.web.conftest import Clock
from web.accounts import Account, AccountError
from web.sessions import LONGEST, PER_ADDRESS, PER_NAME, WINDOW, Kept, Sessions, Throttle
from web.settings import Role

ANNA = Account("anna", Role.READER, "scrypt$1$1$1$AA==$AA==")
HOURS = timedelta(hours=12)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "accounts.sessions"


@pytest.fixture
def kept(path: Path) -> Iterator[Kept]:
    made = Kept(path)
    yield made
    made.close()


def one_account(name: str) -> Account | None:
    return ANNA if name == "anna" else None


def test_a_session_outlives_a_restart_and_is_shared(kept: Kept, path: Path, clock: Clock) -> None:
    token = Sessions(kept, HOURS, clock).begin(ANNA)
    other = Kept(path)
    assert Sessions(other, HOURS, clock).account(token, one_account) == ANNA
    assert other.key == kept.key
    Sessions(other, HOURS, clock).end(token)
    other.close()
    assert Sessions(kept, HOURS, clock).account(token, one_account) is None


def test_the_file_tells_nobody_how_to_log_in(kept: Kept, path: Path, clock: Clock) -> None:
    token = Sessions(kept, HOURS, clock).begin(ANNA)
    content = path.read_bytes()
    assert token.encode() not in content
    assert ANNA.hashed.encode() not in content
    assert path.stat().st_mode & 0o077 == 0


def test_use_keeps_a_session_but_not_for_ever(kept: Kept, clock: Clock) -> None:
    sessions = Sessions(kept, HOURS, clock)
    token = sessions.begin(ANNA)
    began = clock.now
    while clock.now - began < LONGEST:
        assert sessions.account(token, one_account) == ANNA
        clock.pass_(hours=10)
    assert sessions.account(token, one_account) is None


def test_an_unused_session_ends_and_goes(kept: Kept, path: Path, clock: Clock) -> None:
    sessions = Sessions(kept, HOURS, clock)
    token = sessions.begin(ANNA)
    clock.pass_(hours=12)
    assert sessions.account(token, one_account) is None
    sessions.begin(ANNA)
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT COUNT(*) FROM session").fetchone() == (1,)
    connection.close()


def test_another_password_or_no_account_ends_a_session(kept: Kept, clock: Clock) -> None:
    sessions = Sessions(kept, HOURS, clock)
    token = sessions.begin(ANNA)
    assert sessions.account(token, lambda _: Account("anna", Role.OPERATOR, "scrypt$another")) is None
    assert sessions.account(token, lambda _: None) is None
    assert sessions.account("\udcff another", one_account) is None


def test_failures_are_counted_by_name_and_by_address(kept: Kept, path: Path, clock: Clock) -> None:
    throttle = Throttle(kept, clock)
    for number in range(PER_NAME):
        assert throttle.wait("192.0.2.1", "anna") is None, number
        throttle.failed("192.0.2.1", "anna")
        clock.pass_(minutes=1)
    other = Kept(path)
    assert Throttle(other, clock).wait("192.0.2.1", "anna") == WINDOW - timedelta(minutes=PER_NAME)
    other.close()
    assert throttle.wait("192.0.2.1", "bob") is None
    assert throttle.wait("192.0.2.2", "anna") is None
    for number in range(PER_ADDRESS):
        throttle.failed("192.0.2.3", f"name {number}")
    assert throttle.wait("192.0.2.3", "yet another") == WINDOW
    clock.pass_(minutes=15)
    assert throttle.wait("192.0.2.3", "yet another") is None


def test_success_forgets_failures(kept: Kept, clock: Clock) -> None:
    throttle = Throttle(kept, clock)
    for _ in range(PER_NAME):
        throttle.failed("192.0.2.1", "anna")
    throttle.succeeded("192.0.2.1", "anna")
    assert throttle.wait("192.0.2.1", "anna") is None


def test_a_file_that_is_none_is_said(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no database, only words " * 100)
    for path in (tmp_path / "text", tmp_path / "nowhere" / "sessions", tmp_path):
        with pytest.raises(AccountError, match="sessions cannot be kept"):
            Kept(path)
