"""Who is logged in, and how often logging in failed: in a file beside the accounts, so that it outlives a restart.

Of a session's token only a hash is kept: who reads the file cannot log in with it.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock

from web.accounts import Account, AccountError

WINDOW = timedelta(minutes=15)
PER_NAME = 5
"""Failures of one address with one name within `WINDOW` before it has to wait."""
PER_ADDRESS = 50
LONGEST = timedelta(days=30)
"""After this a session ends, however much it is used."""
NOTED = timedelta(minutes=1)
"""How exactly it is noted when a session was used last: not every request needs to write."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS session (token BLOB PRIMARY KEY, name TEXT, password BLOB, began REAL, used REAL);
CREATE TABLE IF NOT EXISTS failure (address TEXT, name TEXT, at REAL);
CREATE INDEX IF NOT EXISTS failure_address ON failure (address, name);
CREATE TABLE IF NOT EXISTS secret (key BLOB);
"""


class Kept:
    """The file, shared by every process that serves the site; without a path, the memory of this one."""

    def __init__(self, path: Path | None = None) -> None:
        """Raises AccountError if it cannot be made or read."""
        self._lock = Lock()
        try:
            if path is not None:
                os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
            self._connection = sqlite3.connect(
                path or ":memory:", timeout=10, isolation_level=None, check_same_thread=False
            )
            self._connection.executescript(_SCHEMA)
            with self.writing() as connection:
                if connection.execute("SELECT 1 FROM secret").fetchone() is None:
                    connection.execute("INSERT INTO secret VALUES (?)", (secrets.token_bytes(32),))
                (self.key,) = connection.execute("SELECT key FROM secret").fetchone()
        except (OSError, sqlite3.Error) as error:
            raise AccountError(f"{path}: sessions cannot be kept there: {error}") from error

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """The connection, to oneself, in a transaction."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The connection, to oneself."""
        with self._lock:
            yield self._connection

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._connection.close()


class Sessions:
    """Sessions by their token."""

    def __init__(self, kept: Kept, lasting: timedelta, clock: Callable[[], datetime]) -> None:
        self._kept = kept
        self._lasting = lasting
        self._clock = clock

    def begin(self, account: Account) -> str:
        """A new session's token."""
        token = secrets.token_urlsafe(32)
        now = self._clock().timestamp()
        with self._kept.writing() as connection:
            connection.execute("DELETE FROM session WHERE NOT (used > ? AND began > ?)", self._oldest())
            values = (_digest(token), account.name, _digest(account.hashed), now, now)
            connection.execute("INSERT INTO session VALUES (?, ?, ?, ?, ?)", values)
        return token

    def account(self, token: str, get: Callable[[str], Account | None]) -> Account | None:
        """Whose session it is; None once it has ended, or once the account has gone or has another password."""
        query = "SELECT name, password, used FROM session WHERE token = ? AND used > ? AND began > ?"
        with self._kept.reading() as connection:
            found = connection.execute(query, (_digest(token), *self._oldest())).fetchone()
        if found is None:
            return None
        name, password, used = found
        now = self._clock().timestamp()
        if now - used > NOTED.total_seconds():
            with self._kept.writing() as connection:
                connection.execute("UPDATE session SET used = ? WHERE token = ?", (now, _digest(token)))
        account = get(name)
        return account if account is not None and _digest(account.hashed) == password else None

    def end(self, token: str) -> None:
        """Log out."""
        with self._kept.writing() as connection:
            connection.execute("DELETE FROM session WHERE token = ?", (_digest(token),))

    def _oldest(self) -> tuple[float, float]:
        """Before when a session must not have been used last, and not have begun."""
        now = self._clock()
        return (now - self._lasting).timestamp(), (now - LONGEST).timestamp()


class Throttle:
    """Counts failed log-ins."""

    def __init__(self, kept: Kept, clock: Callable[[], datetime]) -> None:
        self._kept = kept
        self._clock = clock

    def wait(self, address: str, name: str) -> timedelta | None:
        """How long this address has to wait before it may try this name, None if it need not."""
        since = (self._clock() - WINDOW).timestamp()
        query = "SELECT at, name FROM failure WHERE address = ? AND at > ? ORDER BY at DESC"
        with self._kept.reading() as connection:
            failures = connection.execute(query, (address, since)).fetchall()
        own = [at for at, tried in failures if tried == name]
        waits = [
            times[most - 1] - since
            for times, most in ((own, PER_NAME), ([at for at, _ in failures], PER_ADDRESS))
            if len(times) >= most
        ]
        return timedelta(seconds=max(waits)) if waits else None

    def failed(self, address: str, name: str) -> None:
        """Note a failure."""
        now = self._clock()
        with self._kept.writing() as connection:
            connection.execute("DELETE FROM failure WHERE at <= ?", ((now - WINDOW).timestamp(),))
            connection.execute("INSERT INTO failure VALUES (?, ?, ?)", (address, name, now.timestamp()))

    def succeeded(self, address: str, name: str) -> None:
        """Forget this name's failures."""
        with self._kept.reading() as connection:
            known = connection.execute(
                "SELECT 1 FROM failure WHERE address = ? AND name = ?", (address, name)
            ).fetchone()
        if known:
            with self._kept.writing() as connection:
                connection.execute("DELETE FROM failure WHERE address = ? AND name = ?", (address, name))


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
