from __future__ import annotations

import json
from urllib.parse import quote

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

ANY = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)


def test_pages_go_by_cursor(local: TestClient) -> None:
    keys, cursor = [], None
    for _ in range(10):
        page = local.get("/api/v1/records", params={"limit": 2} | ({"cursor": cursor} if cursor else {})).json()
        keys += [one["key"] for one in page["records"]]
        cursor = page["cursor"]
        if cursor is None:
            break
    assert sorted(keys) == ["9901", "99901", "R1-9990001", "R1-9990002", "R1-9990003"]
    assert local.get("/api/v1/changes?limit=1").json()["changes"][0]["key"]


def test_filters_are_those_of_the_site(local: TestClient) -> None:
    found = local.get("/api/v1/records", params={"group": "RAN1", "origin": "FI"}).json()["records"]
    assert [one["key"] for one in found] == ["R1-9990003"]
    assert "R1-9990003" in local.get("/search", params={"group": "RAN1", "origin": "FI"}).text
    assert local.get("/api/v1/records", params={"body": "IETF"}).status_code == 422


def test_a_filter_that_is_none_is_not_taken_for_no_filter(local: TestClient) -> None:
    answer = local.get("/api/v1/records", params={"team": "RAN1", "q": "beam"})
    assert answer.status_code == 422
    assert answer.json()["detail"] == [{"where": "query.team", "message": "there is no such parameter"}]
    for path in ("/api/v1/records?since=2026-02-31", "/search?until=2026-13-01"):
        assert local.get(path).status_code == 422
    for path in ("/records/3GPP/contribution/R1-9990001", "/api/v1/records/3GPP/contribution/R1-9990001"):
        assert local.get(path, params={"as_of": "2026-02-31"}).status_code == 422
        assert local.get(path, params={"as_of": "2026-11-20"}).status_code == 200


def test_a_figure_says_what_it_covers(local: TestClient) -> None:
    found = local.get("/api/v1/figures/shares", params={"group": "RAN1"}).json()
    assert found["covers"]
    assert {row["name"] for row in found["rows"]} >= {"CN", "FI"}


def test_assessments_are_all_that_is_written(local: TestClient) -> None:
    schema = local.get("/api/openapi.json").json()
    writing = [(path, method) for path, about in schema["paths"].items() for method in about if method != "get"]
    assert writing == [("/api/v1/assessments/{body}/{record}/{key}", "post")]
    path = "/api/v1/assessments/3GPP/contribution/R1-9990001"
    assert local.post(path, json={"status": "seen"}).status_code == 201
    for wrong in ({"status": "maybe"}, {"status": "seen", "who": "boss"}, {"status": "seen", "note": "x" * 1001}, []):
        assert local.post(path, json=wrong).status_code == 422
    assert local.post(f"{path}0", json={"status": "seen"}).status_code == 404
    assert [one["who"] for one in local.get(path).json()] == ["local"]


@ANY
@given(typed=st.text(max_size=60), path=st.sampled_from(["/search", "/api/v1/records", "/api/v1/facets"]))
def test_nothing_that_is_typed_breaks_a_search(local: TestClient, typed: str, path: str) -> None:
    cursor = {} if path.endswith("facets") else {"cursor": typed[:20]}
    answer = local.get(path, params={"q": typed.encode("utf-8", "replace").decode()} | cursor)
    assert answer.status_code == 200


@ANY
@given(
    path=st.sampled_from(["/records/3GPP/contribution/", "/groups/", "/meetings/", "/watchlists/", "/organisations/"]),
    name=st.text(min_size=1, max_size=30),
)
def test_no_address_breaks_a_page(local: TestClient, path: str, name: str) -> None:
    answer = local.get(path + quote(name.encode("utf-8", "replace").decode(), safe=""))
    assert answer.status_code < 500


@ANY
@given(
    body=st.recursive(
        st.none() | st.text() | st.integers() | st.floats(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_no_body_breaks_an_assessment(local: TestClient, body: object) -> None:
    answer = local.post(
        "/api/v1/assessments/3GPP/contribution/R1-9990001",
        content=json.dumps(body),
        headers={"Content-Type": "application/json"},
    )
    assert answer.status_code == 422
