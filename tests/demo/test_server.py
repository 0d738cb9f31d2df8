from __future__ import annotations

import gzip
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from demo import Replica

Get = Callable[..., Any]

R1 = "https://www.3gpp.org/dynareport?code=Meetings-R1.htm"
LIST = "https://portal.3gpp.org/ngppapp/GenerateDocumentList.aspx?meetingId=990102"
PROJECTS = (
    "https://isopublicstorageprod.blob.core.windows.net/opendata/_latest/"
    "iso_deliverables_metadata/json/iso_deliverables_metadata.jsonl"
)
SG13 = "https://www.itu.int/dms_pages/itu-t/md/25/SG13/c/T25-SG13-C.xml"


def test_each_host_answers_for_itself_on_the_one_port(get: Get) -> None:
    assert "3GPP meetings for group R1" in get(R1).body.decode()
    assert get(LIST).body.startswith(b"PK")
    assert get(PROJECTS).headers["x-ms-blob-type"] == "BlockBlob"
    assert b"<page_content>" in get(SG13).body
    assert get("https://www.itu.int/dynareport?code=Meetings-R1.htm").status == 404


def test_portal_names_the_list_it_sends(get: Get) -> None:
    assert get(LIST).headers["Content-Disposition"] == 'attachment;filename="TDoc_List_Meeting_RAN1#927.xlsx"'


def test_a_list_the_portal_does_not_have_is_found_through_the_folder(get: Get) -> None:
    assert get("https://portal.3gpp.org/ngppapp/GenerateDocumentList.aspx?meetingId=990401").status == 404
    docs = "https://www.3gpp.org/ftp/tsg_sa/WG3_Security/TSGS3_991_Orlando/Docs"
    assert f"{docs}/TDoc_List_Meeting_SA3%23991.xlsx" in get(docs).body.decode()
    assert get(f"{docs}/TDoc_List_Meeting_SA3%23991.xlsx").body.startswith(b"PK")


def test_windows_servers_ignore_case_and_doubled_slashes(get: Get) -> None:
    folder = "https://www.3gpp.org/ftp/tsg_ran/WG1_RL1/TSGR1_927/"
    assert get(f"{folder}Docs").body == get("https://www.3gpp.org/ftp//TSG_RAN/wg1_rl1/TSGR1_927//docs/").body
    assert get("https://www.unicode.org/IRG/irg-curdoc.html").status == 404, "Apache does not"


@pytest.mark.parametrize("url", [R1, LIST, PROJECTS, SG13, "https://www.itu.int/md/T25-SG13-C/en"])
def test_unchanged_content_is_not_sent_twice(get: Get, replica: Replica, url: str) -> None:
    first = get(url)
    validators = {
        "If_None_Match": first.headers["ETag"],
        "If_Modified_Since": first.headers["Last-Modified"],
    }
    asked = {name: value for name, value in validators.items() if value}
    assert asked, "every listing has a validator"
    again = get(url, **asked)
    assert (again.status, again.body) == (304, b"")
    replica.day = 2
    assert get(url, **asked).status == 200


def test_what_day_two_leaves_alone_stays_not_modified(get: Get, replica: Replica) -> None:
    url = "https://portal.3gpp.org/ngppapp/GenerateDocumentList.aspx?meetingId=990201"
    tag = get(url).headers["ETag"]
    replica.day = 2
    assert get(url, If_None_Match=tag).status == 304


def test_head_says_what_get_would_send(get: Get) -> None:
    head, whole = get(LIST, "HEAD"), get(LIST)
    assert head.body == b""
    assert int(head.headers["Content-Length"]) == len(whole.body)
    assert head.headers["ETag"] == whole.headers["ETag"]


def test_pages_are_compressed_for_those_who_accept_it(get: Get) -> None:
    plain, packed = get(R1), get(R1, Accept_Encoding="gzip, deflate")
    assert plain.headers["Content-Encoding"] is None
    assert gzip.decompress(packed.body) == plain.body
    tag = get(SG13, Accept_Encoding="gzip").headers["ETag"]
    assert tag.startswith("W/"), "other bytes under the same strong tag would be a lie"
    assert get(SG13, If_None_Match=tag).status == 304


def test_missing_pages_look_like_the_bodys_own(get: Get) -> None:
    assert get("https://www.3gpp.org/nothing").headers["X-Powered-By"] == "ASP.NET"
    assert b"<Code>BlobNotFound</Code>" in get("https://isopublicstorageprod.blob.core.windows.net/nothing").body
    assert b"The Publication selected is not available" in get("https://www.itu.int/nothing").body


def test_itu_sets_cookies_and_asks_for_none(get: Get) -> None:
    answer = get(SG13)
    assert answer.status == 200
    assert any("BIGipServer" in cookie for cookie in answer.headers.get_all("Set-Cookie") or ())


def test_every_host_but_the_blob_store_has_a_robots_file(get: Get, replica: Replica) -> None:
    found = {host: get(f"https://{host}/robots.txt").status for host in replica.listings.hosts}
    assert found.pop("isopublicstorageprod.blob.core.windows.net") == 404
    assert set(found.values()) == {200}


def test_requests_are_logged_for_tests_of_politeness(get: Get, replica: Replica) -> None:
    get(LIST, User_Agent="Normwatch test")
    get("https://www.itu.int/nothing")
    first, second = replica.log
    assert (first.host, first.target, first.status) == (
        "portal.3gpp.org",
        "/ngppapp/GenerateDocumentList.aspx?meetingId=990102",
        200,
    )
    assert first.headers["user-agent"] == "Normwatch test"
    assert (second.status, second.method) == (404, "GET")
    assert first.time <= second.time


def test_a_person_finds_every_page_from_the_index(replica: Replica) -> None:
    with urllib.request.urlopen(f"{replica.base_url}/") as answer:  # noqa: S310 - the replica's own address
        index = answer.read().decode()
    assert "Invented listing" in index
    assert 'href="/www.itu.int/md/T25-SG13-C/en"' in index
    with urllib.request.urlopen(f"{replica.base_url}/www.3gpp.org/ftp/tsg_ran/WG1_RL1") as answer:  # noqa: S310
        page = answer.read().decode()
    assert "/www.3gpp.org/ftp/tsg_ran/WG1_RL1/TSGR1_927" in page
    assert "https://www.3gpp.org" not in page, "a browser never leaves for the real site"


def test_the_same_date_gives_the_same_bytes(replica: Replica, today: date) -> None:
    with Replica(today=today) as other:
        for host in replica.listings.hosts:
            for day in (1, 2):
                mine, theirs = replica.listings.site(host, day), other.listings.site(host, day)
                assert mine is not None
                assert theirs is not None
                assert {name: r.body for name, r in mine.resources.items()} == {
                    name: r.body for name, r in theirs.resources.items()
                }


@pytest.mark.parametrize("offset", [40, 101, 400])
def test_any_date_will_do(today: date, offset: int) -> None:
    with Replica(today=today + timedelta(days=offset)) as other:
        for host in other.listings.hosts:
            site = other.listings.site(host, 2)
            assert site is not None
            assert all(resource.body for resource in site.resources.values())


def test_closing_hangs_up_on_idle_clients_and_frees_the_port(today: date) -> None:
    with Replica(today=today) as first:
        port = int(first.base_url.rpartition(":")[2])
        client = socket.create_connection(("127.0.0.1", port), timeout=10)
        client.sendall(b"GET /robots.txt HTTP/1.1\r\nHost: www.itu.int\r\n\r\n")
        assert client.recv(15) == b"HTTP/1.1 200 OK"
    with client:
        while client.recv(4096):
            pass  # what was under way; then the end, not a timeout
    with Replica(today=today, port=port) as second:
        assert second.base_url.endswith(f":{port}")


def test_it_runs_in_the_foreground() -> None:
    command = [sys.executable, "-m", "demo", "--port", "0", "--day", "2", "--today", "2026-11-21"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own command
        assert process.stdout is not None
        line = process.stdout.readline()
        process.terminate()
    assert "Day 2 of the demo at http://127.0.0.1:" in line
