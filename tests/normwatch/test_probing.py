"""One live visit as a report: of the replica, as it is and with its faults."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import demo

BLOB = "isopublicstorageprod.blob.core.windows.net"


@pytest.fixture(scope="module")
def server() -> Iterator[demo.Replica]:
    with demo.Replica(today=date(2026, 11, 21)) as running:
        yield running


@pytest.fixture
def probe(tmp_path: Path, server: demo.Replica, normwatch: Any) -> Iterator[Callable[..., dict[str, Any]]]:
    config = tmp_path / "config.toml"
    replica = json.dumps(server.base_url)
    config.write_text(f"[crawl]\ndelay = 0\ntimeout = 20\nmemory_mb = 1500\nreplica = {replica}\n", encoding="utf-8")

    def visit(source: str, code: int = 0) -> dict[str, Any]:
        (report,) = normwatch.json("probe", source, "--config", config, code=code)
        return report  # type: ignore[no-any-return]

    yield visit
    server.clear()


def test_a_good_listing_is_reported_with_its_server_s_manners_and_its_layout(
    probe: Callable[..., dict[str, Any]], server: demo.Replica, tmp_path: Path
) -> None:
    found = probe("iso.committees")
    assert (found["state"], found["reason"]) == ("ok", None)
    assert found["robots"]["status"] in (200, 404)
    (asked,) = found["requests"]
    assert (asked["url"], asked["status"]) == (found["url"], 200)
    assert asked["bytes"] > 1000
    assert {"ETag", "Last-Modified", "Content-Type"} <= asked["headers"].keys()
    listing = found["listing"]
    assert listing["rows"] == listing["read"] + listing["rejected"]
    assert listing["read"] > 10
    assert listing["filled"]["title"] == 1
    first, last = listing["dates"]["created_on"]
    assert first < last
    assert [seen.target for seen in server.log if seen.target != "/robots.txt"] == [found["url"].partition(BLOB)[2]]
    archive = sqlite3.connect(tmp_path / "archive.sqlite")
    assert archive.execute("SELECT (SELECT count(*) FROM fetch), (SELECT count(*) FROM record)").fetchone() == (0, 0)
    archive.close()


@pytest.mark.parametrize(
    ("kind", "params", "state", "words"),
    [
        ("status", {"code": 403}, "refused", "HTTP 403"),
        ("login", {}, "refused", "Log in"),
        ("robots", {"disallow": "/"}, "disallowed", "robots.txt does not allow it"),
        ("empty", {}, "suspect", "an empty body"),
        ("redirect", {}, "refused", "none of the bodies' hosts"),
    ],
)
def test_a_fault_is_reported(
    probe: Callable[..., dict[str, Any]],
    server: demo.Replica,
    kind: str,
    params: dict[str, Any],
    state: str,
    words: str,
) -> None:
    server.fault(BLOB, kind, **params)
    found = probe("iso.committees", code=1)
    assert found["state"] == state
    assert words in found["reason"]
    assert found["listing"] is None


def test_it_is_judged_by_how_its_fields_were_filled_as_a_crawl_judges_it(
    probe: Callable[..., dict[str, Any]], normwatch: Any, tmp_path: Path
) -> None:
    (crawled,) = normwatch.json("crawl", "iso.committees", "--config", tmp_path / "config.toml")
    assert crawled["state"] == "ok"
    assert probe("iso.committees")["listing"]["usual"] == crawled["read"]
    with closing(sqlite3.connect(tmp_path / "archive.sqlite")) as archive, archive:  # a field that has since gone
        archive.execute("UPDATE listing SET filled = json_set(filled, '$.documents_url', 1.0)")
        archive.execute("UPDATE listing SET last_good_sha256 = '', etag = NULL, last_modified = NULL")
    found = probe("iso.committees", code=1)
    assert found["state"] == "suspect"
    assert found["reason"] == "documents_url in 0% of the rows, where the last good fetch had it in 100%"
    (again,) = normwatch.json("crawl", "iso.committees", "--config", tmp_path / "config.toml", code=1)
    assert (again["state"], again["reason"]) == ("suspect", found["reason"])


def test_a_source_that_is_none_is_answered_with_those_that_match(
    normwatch: Any, probe: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    done = normwatch("probe", "RAN1", "--config", tmp_path / "config.toml")
    assert done.exit_code == 2
    assert "sources that match: '3gpp.meetings:RAN1'" in done.stderr
    done = normwatch("crawl", "SA2", "--config", tmp_path / "config.toml")
    assert done.exit_code == 2
    assert "sources that match: '3gpp.meetings:SA2'" in done.stderr
    done = normwatch("probe", "3gpp.meetings", "--config", tmp_path / "config.toml")
    assert done.stderr.count("'3gpp.meetings:RAN1'") == 1
    assert "iso" not in done.stderr
    done = normwatch("probe", "nope", "--config", tmp_path / "config.toml")
    assert done.stderr == "there is no source 'nope'\n"
