from __future__ import annotations

import gzip
import http.client
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from demo import Replica

Get = Callable[..., Any]

LIST = "https://portal.3gpp.org/ngppapp/GenerateDocumentList.aspx?meetingId=990102"
R1 = "https://www.3gpp.org/dynareport?code=Meetings-R1.htm"
COMMITTEES = (
    "https://isopublicstorageprod.blob.core.windows.net/opendata/_latest/"
    "iso_technical_committees/json/iso_technical_committees.jsonl"
)
INDEX = "https://www.itu.int/dms_pages/itu-t/md/25/SG13/c/T25-SG13-C.xml"


def _sheet(body: bytes) -> list[list[object]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(body)).get_sheet_by_name("TDoc_List").to_python()


@pytest.mark.parametrize("code", [403, 404, 429, 500, 503])
def test_statuses_with_retry_after(get: Get, replica: Replica, code: int) -> None:
    replica.fault(LIST, "status", code=code, retry_after=30)
    answer = get(LIST)
    assert (answer.status, answer.headers["Retry-After"]) == (code, "30")


def test_retry_after_may_be_a_date(get: Get, replica: Replica) -> None:
    replica.fault("www.itu.int", "status", code=429, retry_after="Sat, 21 Nov 2026 12:00:00 GMT")
    assert get(INDEX).headers["Retry-After"] == "Sat, 21 Nov 2026 12:00:00 GMT"


def test_a_fault_stays_where_it_is_put_and_passes(get: Get, replica: Replica) -> None:
    replica.fault("https://www.3gpp.org/dynareport", "status", times=2, code=500)
    assert get("https://www.3gpp.org/ftp/tsg_ran/WG1_RL1").status == 200
    assert [get(R1).status for _ in range(3)] == [500, 500, 200]


def test_faults_are_forgotten_on_request(get: Get, replica: Replica) -> None:
    replica.fault("www.3gpp.org", "block")
    get(R1)
    replica.clear()
    assert get(R1).status == 200
    assert len(replica.log) == 1


def test_an_unknown_kind_is_refused(replica: Replica) -> None:
    with pytest.raises(ValueError, match="no fault is called 'earthquake'"):
        replica.fault("www.3gpp.org", "earthquake")


@pytest.mark.parametrize(("kind", "word"), [("login", b"Log in"), ("block", b"captcha"), ("html", b"Server Error")])
def test_pages_that_pretend_to_be_the_listing(get: Get, replica: Replica, kind: str, word: bytes) -> None:
    replica.fault(LIST, kind)
    answer = get(LIST)
    assert answer.status == 200
    assert word in answer.body


def test_html_comes_under_the_spreadsheets_type(get: Get, replica: Replica) -> None:
    replica.fault(LIST, "html")
    assert "spreadsheetml" in get(LIST).headers["Content-Type"]


def test_an_empty_200(get: Get, replica: Replica) -> None:
    replica.fault(INDEX, "empty")
    assert (get(INDEX).status, get(INDEX).body) == (200, b"")


def test_a_connection_cut_in_the_middle(get: Get, replica: Replica) -> None:
    replica.fault(COMMITTEES, "cut")
    with pytest.raises(http.client.IncompleteRead):
        get(COMMITTEES)


def test_content_cut_before_it_was_sent(get: Get, replica: Replica) -> None:
    whole = get(LIST).body
    replica.fault(LIST, "short", share=0.25)
    assert get(LIST).body == whole[: len(whole) // 4]


def test_half_the_rows_and_none(get: Get, replica: Replica) -> None:
    rows = len(_sheet(get(LIST).body)) - 1
    replica.fault(LIST, "half", times=1)
    replica.fault(LIST, "no-rows")
    assert len(_sheet(get(LIST).body)) - 1 == -(-rows // 2)
    assert len(_sheet(get(LIST).body)) == 1, "the header alone"


@pytest.mark.parametrize("url", [R1, COMMITTEES, INDEX, "https://www.unicode.org/irg/IRG-curdoc.html"])
def test_every_kind_of_listing_can_lose_rows(get: Get, replica: Replica, url: str) -> None:
    whole = get(url)
    replica.fault(url, "half")
    half = get(url)
    assert len(half.body) < len(whole.body)
    assert half.headers["ETag"] != whole.headers["ETag"]


def test_a_renamed_column(get: Get, replica: Replica) -> None:
    replica.fault(LIST, "renamed-column", old="Source", new="Company")
    replica.fault(COMMITTEES, "renamed-column", old="secretariat", new="secretary")
    assert "Company" in _sheet(get(LIST).body)[0]
    assert "secretary" in json.loads(get(COMMITTEES).body.splitlines()[0])


def test_a_header_row_pushed_down(get: Get, replica: Replica) -> None:
    replica.fault(LIST, "header-down", rows=2)
    assert _sheet(get(LIST).body)[2][0] == "TDoc"


def test_a_slow_answer_comes_in_the_end(get: Get, replica: Replica) -> None:
    replica.fault(R1, "slow", seconds=0.05)
    assert get(R1).status == 200


def test_redirects_elsewhere_and_in_circles(get: Get, replica: Replica) -> None:
    replica.fault(R1, "redirect", to="https://evil.example.invalid/", times=1)
    replica.fault(R1, "loop")
    assert get(R1).headers["Location"] == "https://evil.example.invalid/"
    assert get(R1).headers["Location"] == R1


def test_bodies_that_are_too_large(get: Get, replica: Replica) -> None:
    replica.fault(R1, "huge", size=3_000_000, times=1)
    replica.fault(R1, "bomb", size=5_000_000)
    assert len(get(R1).body) == 3_000_000
    bomb = get(R1)
    assert bomb.headers["Content-Encoding"] == "gzip"
    assert len(bomb.body) < 10_000
    assert len(gzip.decompress(bomb.body)) == 5_000_000


def test_robots_files_that_forbid_fail_or_ask_for_time(get: Get, replica: Replica) -> None:
    replica.fault("www.3gpp.org", "robots", disallow="/ftp/", crawl_delay=2.5, times=1)
    replica.fault("www.3gpp.org", "robots", status=503)
    assert get(R1).status == 200, "only robots.txt is concerned"
    robots = "https://www.3gpp.org/robots.txt"
    assert get(robots).body.decode().splitlines() == ["User-agent: *", "Disallow: /ftp/", "Crawl-delay: 2.5"]
    assert get(robots).status == 503
