"""Every route refuses whom it is not for; whatever changes something comes from our own pages."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

PASSWORD = "correct horse battery"
OPEN = {"/healthz", "/site.css", "/robots.txt", "/login", "/unsubscribe/{token}"}
"""Paths that are for everybody."""
EXPERTS = {("POST", "/assess"), ("POST", "/api/v1/assessments/{body}/{record}/{key:path}")}
OPERATORS = {("GET", "/deliveries"), ("GET", "/metrics")}
FILLED = {
    "body": "3GPP",
    "record": "contribution",
    "key:path": "R1-9990001",
    "key": "R1-9990001",
    "name:path": "RAN1",
    "name": "RAN1",
    "number": "1",
    "kind": "shares",
    "form": "csv",
}


def _routes(routes: Any) -> Iterator[APIRoute]:
    for route in routes:
        if isinstance(route, APIRoute):
            yield route
        elif inner := getattr(getattr(route, "original_router", route), "routes", None):
            yield from _routes(inner)


def requests(client: TestClient) -> list[tuple[str, str, str]]:
    """Method, path and an address of every route."""
    found = []
    for route in _routes(client.app.routes):  # type: ignore[attr-defined]
        path = address = route.path
        for name, value in FILLED.items():
            address = address.replace(f"{{{name}}}", value)
        found += [(method, path, address) for method in route.methods]
    return found


def test_every_route_is_known_to_this_test(guarded: TestClient) -> None:
    found = requests(guarded)
    assert len(found) > 35
    assert not [address for _, path, address in found if "{" in address and path not in OPEN]
    assert {path for _, path, _ in found} >= OPEN | {"/", "/search", "/api/v1/records/{body}/{record}/{key:path}"}


def test_nobody_gets_in_without_logging_in(guarded: TestClient) -> None:
    for method, path, address in requests(guarded):
        if path in OPEN:
            continue
        answer = guarded.request(method, address)
        assert answer.status_code in (303, 401), (method, path, answer.status_code)
        assert "INVENTED" not in answer.text
        if answer.status_code == 303:
            assert answer.headers["Location"].startswith("/login?next=")


def test_what_is_open_says_nothing_of_the_archive(guarded: TestClient) -> None:
    for path in ("/healthz", "/login", "/robots.txt", "/unsubscribe/invented"):
        assert "INVENTED" not in guarded.get(path).text


@pytest.mark.parametrize("role", ["reader", "expert"])
def test_a_role_does_not_do_what_is_for_the_next(
    guarded: TestClient, log_in: Callable[..., None], form_token: Callable[[TestClient], str], role: str
) -> None:
    log_in(guarded, role)
    token = form_token(guarded)
    form = {"body": "3GPP", "record": "contribution", "key": "R1-9990001", "status": "seen", "form_token": token}
    refused = OPERATORS | (EXPERTS if role == "reader" else set())
    for method, path, address in requests(guarded):
        if path in OPEN or path == "/logout":
            continue
        given: dict[str, Any] = {"json": {"status": "seen"}} if "/api/" in path else {"data": form}
        answer = guarded.request(method, address, **(given if method == "POST" else {}))
        assert (answer.status_code == 403) == ((method, path) in refused), (method, path, answer.status_code)


def test_a_password_lets_scripts_in(guarded: TestClient) -> None:
    given = b64encode(f"invented-reader:{PASSWORD}".encode()).decode()
    refused = guarded.get("/api/v1/records?q=beam")
    assert refused.status_code == 401
    assert refused.headers["WWW-Authenticate"].startswith("Basic")
    answer = guarded.get("/api/v1/records?q=beam", headers={"Authorization": f"Basic {given}"})
    assert [one["key"] for one in answer.json()["records"]] == ["R1-9990003", "R1-9990001"]
    for broken in ("Basic", "Basic ???", "Basic Zm9v", "Bearer x", f"Basic {given[:-4]}AAAA"):
        assert guarded.get("/api/v1/records", headers={"Authorization": broken}).status_code == 401


def test_wrong_passwords_are_slowed_down(served: Any, guarded: TestClient) -> None:
    form = {"name": "invented-expert", "password": "wrong wrong wrong"}
    assert [guarded.post("/login", data=form).status_code for _ in range(7)] == [401] * 5 + [429] * 2
    right = form | {"password": PASSWORD}
    assert guarded.post("/login", data=right).headers["Retry-After"] == "900"
    assert guarded.post("/login", data=right | {"name": "invented-reader"}).status_code == 303
    served.clock.pass_(minutes=15)
    assert guarded.post("/login", data=right).status_code == 303


def test_a_session_ends(served: Any, guarded: TestClient, log_in: Callable[..., None]) -> None:
    log_in(guarded, "reader")
    served.clock.pass_(hours=11)
    assert guarded.get("/").status_code == 200
    served.clock.pass_(hours=12)
    assert guarded.get("/").status_code == 303


def test_logging_out_ends_the_session_itself(
    guarded: TestClient, log_in: Callable[..., None], form_token: Callable[[TestClient], str]
) -> None:
    log_in(guarded, "reader")
    cookie = guarded.cookies["normwatch"]
    assert guarded.post("/logout", data={"form_token": form_token(guarded)}).status_code == 303
    guarded.cookies.set("normwatch", cookie)
    assert guarded.get("/").status_code == 303


def test_the_cookie_is_out_of_reach(served: Any, accounts: Path) -> None:
    with served.client(accounts=accounts, https=True) as client:
        answer = client.post("/login", data={"name": "invented-reader", "password": PASSWORD})
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-normwatch=")
    assert {"HttpOnly", "Secure", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))


@pytest.mark.parametrize("next_", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:x"])
def test_logging_in_leads_nowhere_else(guarded: TestClient, next_: str) -> None:
    form = {"name": "invented-reader", "password": PASSWORD, "next": next_}
    assert guarded.post("/login", data=form).headers["Location"] == "/"


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_another_sites_page_changes_nothing(
    local: TestClient, form_token: Callable[[TestClient], str], headers: dict[str, str]
) -> None:
    form = {"body": "3GPP", "record": "contribution", "key": "R1-9990001", "status": "closed"}
    form["form_token"] = form_token(local)
    assert local.post("/assess", data=form, headers=headers).status_code == 403
    said = local.post("/api/v1/assessments/3GPP/contribution/R1-9990001", json={"status": "closed"}, headers=headers)
    assert said.status_code == 403
    assert local.get("/api/v1/assessments/3GPP/contribution/R1-9990001").json() == []


def test_a_form_without_its_token_changes_nothing(local: TestClient) -> None:
    form = {"body": "3GPP", "record": "contribution", "key": "R1-9990001", "status": "closed"}
    assert local.post("/assess", data=form).status_code == 403
    assert local.post("/assess", data=form | {"form_token": "0" * 64}).status_code == 403
    assert local.post("/saved", data={"name": "x", "query": "q=x"}).status_code == 403


def test_a_proxy_names_its_users(served: Any) -> None:
    settings = {"proxy_header": "X-Remote-User", "roles": {"anna": "expert"}}
    with served.client(**settings, proxy_addresses=["10.0.0.0/8"]) as elsewhere:
        assert elsewhere.get("/", headers={"X-Remote-User": "anna"}).status_code == 401
    proxied = TestClient(
        served.app(**settings), base_url="http://localhost", client=("127.0.0.1", 5), follow_redirects=False
    )
    with proxied as client:
        assert client.get("/").status_code == 401
        assert client.get("/", headers={"X-Remote-User": "bob"}).status_code == 200
        assert (
            "Write down"
            not in client.get("/records/3GPP/contribution/R1-9990001", headers={"X-Remote-User": "bob"}).text
        )
        assert (
            "Write down" in client.get("/records/3GPP/contribution/R1-9990001", headers={"X-Remote-User": "anna"}).text
        )
        both = [("X-Remote-User", "anna"), ("X-Remote-User", "bob")]
        assert client.get("/", headers=both).status_code == 401


def test_behind_a_proxy_failures_count_for_whoever_it_names_last(served: Any, accounts: Path) -> None:
    settings = {"accounts": accounts, "forwarded_header": "X-Forwarded-For"}
    form = {"name": "invented-expert", "password": "wrong wrong wrong"}

    def tried(client: TestClient, address: str) -> list[int]:
        return [client.post("/login", data=form, headers={"X-Forwarded-For": address}).status_code for _ in range(6)]

    with TestClient(served.app(**settings), base_url="http://localhost", client=("127.0.0.1", 5)) as client:
        assert tried(client, "198.51.100.7, 192.0.2.1")[-1] == 429
        assert tried(client, "198.51.100.8, 192.0.2.1")[0] == 429  # what the sender put in front changes nothing
        assert tried(client, "192.0.2.2")[0] == 401
        assert tried(client, "no address")[-1] == 429  # the proxy's own
    with TestClient(served.app(**settings), base_url="http://localhost", client=("203.0.113.9", 5)) as elsewhere:
        assert tried(elsewhere, "192.0.2.3")[-1] == 429
        assert tried(elsewhere, "192.0.2.4")[0] == 429  # not believed: it does not come from the proxy


def test_a_restart_logs_nobody_out(served: Any, accounts: Path, log_in: Callable[..., None]) -> None:
    with served.client(accounts=accounts) as before:
        log_in(before, "reader")
        cookie = before.cookies["normwatch"]
    with served.client(accounts=accounts) as after:
        assert after.get("/").status_code == 303
        after.cookies.set("normwatch", cookie)
        assert after.get("/").status_code == 200
