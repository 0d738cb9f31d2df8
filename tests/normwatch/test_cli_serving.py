from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from normwatch.cli_serving import application
from normwatch.session import Session


def add_to(config: Path, text: str) -> None:
    config.write_text(config.read_text("utf-8") + text, encoding="utf-8")


def test_it_is_not_served_to_others_without_authentication(normwatch: Any, watched: Path) -> None:
    for host in ("::", "192.0.2.1"):
        done = normwatch("serve", "--host", host)
        assert done.exit_code == 2
        assert "set accounts or proxy_header in [web]" in done.stderr


def test_accounts_are_kept_beside_the_configuration(
    normwatch: Any, watched: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "no file of accounts" in normwatch("accounts", "list").stderr
    add_to(watched / "config.toml", '\n[web]\naccounts = "accounts"\n')
    monkeypatch.setenv("NORMWATCH_PASSWORD", "short")
    assert normwatch("accounts", "add", "anna").exit_code == 2
    monkeypatch.setenv("NORMWATCH_PASSWORD", "correct horse battery")
    assert normwatch("accounts", "add", "anna", "--role", "expert").exit_code == 0
    assert normwatch.json("accounts", "list") == [{"name": "anna", "role": "expert"}]
    assert (watched / "accounts").exists()
    assert normwatch("accounts", "remove", "anna").exit_code == 0
    assert normwatch("accounts", "remove", "anna").exit_code == 1


def test_what_the_commands_show_the_site_shows(normwatch: Any, watched: Path) -> None:
    with TestClient(application(Session(None)), base_url="http://localhost") as client:
        shown = client.get("/api/v1/records", params={"q": "sundials"}).json()["records"]
        printed = normwatch.json("search", "sundials")
        assert [one["key"] for one in shown] == [one["key"] for one in printed]
        assert printed
        assert "Sundials" in client.get("/").text
