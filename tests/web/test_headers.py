from __future__ import annotations

import pytest
from starlette.testclient import TestClient


@pytest.mark.parametrize("path", ["/", "/search?q=beam", "/api/v1/records", "/nothing", "/fetches/1/content"])
def test_every_answer_keeps_hostile_text_inert(local: TestClient, path: str) -> None:
    headers = local.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cache-Control"].startswith("private")


@pytest.mark.parametrize(
    "path", ["/search?q=beam", "/api/v1/records?q=beam", "/watchlists/Sun%20%26%20dials/feed.atom"]
)
def test_who_has_an_answer_already_is_not_sent_it_again(local: TestClient, path: str) -> None:
    first = local.get(path)
    again = local.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    assert local.get(path, headers={"If-None-Match": '"another"'}).content == first.content


def test_other_names_are_refused(local: TestClient) -> None:
    """A page elsewhere whose name is made to point here (DNS rebinding) reads nothing."""
    for host in ("evil.example", "localhost.evil.example", "", "127.0.0.1.nip.io:80"):
        assert local.get("/", headers={"Host": host}).status_code == 421
    for host in ("localhost", "localhost:8080", "127.0.0.1:8080", "[::1]:8080"):
        assert local.get("/", headers={"Host": host}).status_code == 200


def test_what_asks_for_headers_alone_gets_those_of_the_page(local: TestClient) -> None:
    """Feed readers, and scanners of mails' links."""
    for path in ("/search?q=beam", "/api/v1/records", "/watchlists/Sun%20%26%20dials/feed.atom", "/nothing"):
        whole, headers = local.get(path), local.head(path)
        assert (headers.status_code, headers.content) == (whole.status_code, b"")
        assert headers.headers == whole.headers
    assert local.head("/assess").status_code == 405
