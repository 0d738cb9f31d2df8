from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from web.settings import WebSettings, refusal


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.8.8.8"])
def test_this_machine_is_served_without_accounts(host: str) -> None:
    assert refusal(WebSettings(), host) is None


@pytest.mark.parametrize("host", ["::", "192.0.2.1", "normwatch.example.org"])
def test_others_are_not(host: str) -> None:
    names = ("normwatch.example.org",)
    assert "accounts or proxy_header" in (refusal(WebSettings(), host) or "")
    assert "hosts" in (refusal(WebSettings(proxy_header="X-User"), host) or "")
    assert "https" in (refusal(WebSettings(accounts=Path("a"), hosts=names), host) or "")
    assert refusal(WebSettings(accounts=Path("a"), hosts=names, https=True), host) is None
    assert refusal(WebSettings(proxy_header="X-User", hosts=names), host) is None


def test_there_is_one_way_in() -> None:
    with pytest.raises(ValidationError, match="choose one"):
        WebSettings(accounts=Path("a"), proxy_header="X-User")
