"""Who is logged in, and how often logging in may fail. Kept in memory: a restart logs everybody out."""

from __future__ import annotations

import hashlib
import secrets
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from web.accounts import Account

WINDOW = timedelta(minutes=15)
PER_NAME = 5
"""Failures of one address with one name within `WINDOW` before it has to wait."""
PER_ADDRESS = 50
LONGEST = timedelta(days=30)
"""After this a session ends, however much it is used."""
MOST = 10_000


@dataclass(slots=True)
class _Session:
    name: str
    hashed: str
    began: datetime
    used: datetime


class Sessions:
    """Sessions by their token, of which only a hash is kept."""

    def __init__(self, lasting: timedelta, clock: Callable[[], datetime]) -> None:
        self._lasting = lasting
        self._clock = clock
        self._sessions: dict[bytes, _Session] = {}
        self._lock = Lock()

    def begin(self, account: Account) -> str:
        """A new session's token."""
        token = secrets.token_urlsafe(32)
        now = self._clock()
        with self._lock:
            self._sessions = {key: one for key, one in self._sessions.items() if self._alive(one, now)}
            if len(self._sessions) >= MOST:
                del self._sessions[min(self._sessions, key=lambda key: self._sessions[key].used)]
            self._sessions[_digest(token)] = _Session(account.name, account.hashed, now, now)
        return token

    def account(self, token: str, get: Callable[[str], Account | None]) -> Account | None:
        """Whose session it is; None once it has ended, or once the account has gone or has another password."""
        now = self._clock()
        with self._lock:
            session = self._sessions.get(_digest(token))
            if session is None or not self._alive(session, now):
                return None
            session.used = now
        account = get(session.name)
        return account if account is not None and account.hashed == session.hashed else None

    def end(self, token: str) -> None:
        """Log out."""
        with self._lock:
            self._sessions.pop(_digest(token), None)

    def _alive(self, session: _Session, now: datetime) -> bool:
        return now - session.used < self._lasting and now - session.began < LONGEST


class Throttle:
    """Counts failed log-ins."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._failures: dict[tuple[str, ...], deque[datetime]] = defaultdict(deque)
        self._lock = Lock()

    def wait(self, address: str, name: str) -> timedelta | None:
        """How long this address has to wait before it may try this name, None if it need not."""
        now = self._clock()
        with self._lock:
            waits = [
                self._failures[key][-most] + WINDOW - now
                for key, most in (((address,), PER_ADDRESS), ((address, name), PER_NAME))
                if len(self._recent(key, now)) >= most
            ]
        return max(waits, default=None)

    def failed(self, address: str, name: str) -> None:
        """Note a failure."""
        now = self._clock()
        with self._lock:
            if len(self._failures) > MOST:
                self._failures = defaultdict(
                    deque, {key: times for key, times in self._failures.items() if times and now - times[-1] < WINDOW}
                )
            for key in ((address,), (address, name)):
                self._recent(key, now).append(now)

    def succeeded(self, address: str, name: str) -> None:
        """Forget this name's failures."""
        with self._lock:
            self._failures.pop((address, name), None)

    def _recent(self, key: tuple[str, ...], now: datetime) -> deque[datetime]:
        times = self._failures[key]
        while times and now - times[0] >= WINDOW:
            times.popleft()
        return times


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
