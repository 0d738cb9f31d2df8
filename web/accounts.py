"""Accounts: one line each in a file of their own, apart from the archive, which analysts copy and publish.

A line is `name:role:scrypt$N$R$P$SALT$HASH`. Passwords are hashed with scrypt, N = 2^14, r = 8, p = 5 (OWASP's
password storage cheat sheet, the variant that needs 16 MiB).
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
from base64 import b64decode, b64encode
from dataclasses import dataclass
from pathlib import Path

from web.settings import Role

_N, _R, _P = 2**14, 8, 5
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")
SHORTEST = 10
"""Characters a password has at least."""
LONGEST = 1024
"""Longer ones are not hashed: that would only cost time."""


class AccountError(ValueError):
    """An account that cannot be made, or a file of accounts that cannot be read."""


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may log in."""

    name: str
    role: Role
    hashed: str


def hash_password(password: str, salt: bytes | None = None) -> str:
    """The password as it is kept. Raises AccountError for one that is too short."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise AccountError(f"a password has {SHORTEST} to {LONGEST} characters")
    salt = salt or secrets.token_bytes(16)
    found = hashlib.scrypt(password.encode(), salt=salt, n=_N, r=_R, p=_P)
    return f"scrypt${_N}${_R}${_P}${b64encode(salt).decode()}${b64encode(found).decode()}"


_NOBODY = f"scrypt${_N}${_R}${_P}${b64encode(bytes(16)).decode()}${b64encode(bytes(64)).decode()}"
"""What the password of an unknown name is compared with, so that it takes as long as a known one's."""


def _fits(password: str, hashed: str) -> bool:
    if len(password) > LONGEST:
        return False
    _, n, r, p, salt, kept = hashed.split("$")
    wanted = b64decode(kept)
    found = hashlib.scrypt(password.encode(), salt=b64decode(salt), n=int(n), r=int(r), p=int(p), dklen=len(wanted))
    return hmac.compare_digest(found, wanted)


class Accounts:
    """The accounts of a file, read again whenever it changes: who is taken off is out with the next request."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._read_at: tuple[int, int, int] | None = None
        self._accounts: dict[str, Account] = {}
        self._key = secrets.token_bytes(32)
        self._verified: set[bytes] = set()

    def get(self, name: str) -> Account | None:
        """The account of this name. Raises AccountError if the file cannot be read."""
        return self._current().get(name)

    def all(self) -> list[Account]:
        """Every account, by name."""
        return sorted(self._current().values(), key=lambda one: one.name)

    def verify(self, name: str, password: str, *, remembered: bool = False) -> Account | None:
        """The account, if this is its password; `remembered` spares hashing it anew for every request of a script."""
        account = self.get(name)
        mark = hmac.digest(self._key, f"{account and account.hashed}\0{password}".encode(), "sha256")
        if remembered and account is not None and mark in self._verified:
            return account
        fits = _fits(password, account.hashed if account else _NOBODY)
        if account is None or not fits:
            return None
        if remembered:
            self._verified = {mark} if len(self._verified) >= 256 else self._verified | {mark}
        return account

    def put(self, name: str, role: Role, password: str) -> None:
        """Make an account, or give it another role and password; its sessions end. Raises AccountError."""
        if not _NAME.fullmatch(name):
            raise AccountError(f"{name!r} is no name for an account: letters, digits and . _ @ - are wanted")
        kept = self._current() if self.path.exists() else {}
        self._write({**kept, name: Account(name, role, hash_password(password))})

    def remove(self, name: str) -> bool:
        """Take an account off; False if there is none."""
        kept = self._current()
        if name not in kept:
            return False
        self._write({other: account for other, account in kept.items() if other != name})
        return True

    def _current(self) -> dict[str, Account]:
        try:
            status = self.path.stat()
            stamp = (status.st_mtime_ns, status.st_size, status.st_ino)
            if stamp != self._read_at:
                self._accounts = dict(_account(self.path, line) for line in self.path.read_text("utf-8").splitlines())
                self._read_at = stamp
                self._verified = set()
        except OSError as error:
            raise AccountError(f"{self.path}: {error.strerror}: `normwatch accounts add` makes it") from error
        return self._accounts

    def _write(self, accounts: dict[str, Account]) -> None:
        part = self.path.with_name(f".{self.path.name}.part")
        lines = "".join(f"{one.name}:{one.role}:{one.hashed}\n" for one in accounts.values())
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(lines)
            file.flush()
            os.fsync(file.fileno())
        part.replace(self.path)


def _account(path: Path, line: str) -> tuple[str, Account]:
    try:
        name, role, hashed = line.split(":")
        _, n, r, p, salt, kept = hashed.split("$")
        int(n), int(r), int(p), b64decode(salt, validate=True), b64decode(kept, validate=True)
        return name, Account(name, Role.named(role), hashed)
    except (ValueError, KeyError) as error:
        raise AccountError(f"{path}: a line is no account: name:role:hash is wanted") from error
