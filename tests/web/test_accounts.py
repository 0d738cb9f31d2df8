from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from web.accounts import AccountError, Accounts
from web.settings import Role

PASSWORD = "correct horse battery"


def test_a_password_is_kept_only_as_a_salted_hash_that_others_cannot_read(tmp_path: Path) -> None:
    kept = Accounts(tmp_path / "accounts")
    kept.put("anna", Role.EXPERT, PASSWORD)
    kept.put("bob", Role.READER, PASSWORD)
    lines = kept.path.read_text().splitlines()
    assert PASSWORD not in "".join(lines)
    assert lines[0].split("$")[-1] != lines[1].split("$")[-1]
    assert stat.S_IMODE(kept.path.stat().st_mode) == 0o600


def test_only_the_right_password_of_the_right_account_fits(accounts: Path) -> None:
    kept = Accounts(accounts)
    found = kept.verify("invented-expert", PASSWORD, remembered=True)
    assert found is not None
    assert found.role is Role.EXPERT
    assert kept.verify("invented-expert", PASSWORD, remembered=True) == found
    for name, password in (("invented-expert", PASSWORD + "x"), ("nobody", PASSWORD), ("invented-expert", "x" * 5000)):
        assert kept.verify(name, password, remembered=True) is None


def test_a_change_of_the_file_holds_at_once(accounts: Path) -> None:
    kept, other = Accounts(accounts), Accounts(accounts)
    assert kept.get("invented-reader") is not None
    assert other.remove("invented-reader")
    assert kept.get("invented-reader") is None
    assert not other.remove("invented-reader")


@pytest.mark.parametrize(("name", "password"), [("a:b", PASSWORD), ("", PASSWORD), ("anna", "short")])
def test_what_cannot_be_an_account_is_refused(tmp_path: Path, name: str, password: str) -> None:
    with pytest.raises(AccountError):
        Accounts(tmp_path / "accounts").put(name, Role.READER, password)
    assert os.listdir(tmp_path) == []  # noqa: PTH208


def test_a_broken_file_lets_nobody_in(tmp_path: Path) -> None:
    path = tmp_path / "accounts"
    path.write_text("anna:admin:scrypt$1$1$1$AA==$AA==\n")
    with pytest.raises(AccountError, match="no account"):
        Accounts(path).get("anna")
