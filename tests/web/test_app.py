"""What officers and analysts get from the pages, and what hostile text becomes in them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from lxml import html
from sqlalchemy import insert
from starlette.testclient import TestClient

from alerts.tables import Message

PAGES = (
    "/",
    "/search",
    "/search?q=beam",
    "/search?q=script",
    "/records/3GPP/contribution/R1-9990002",
    "/records/3GPP/contribution/R1-9990003",
    "/records/ISO/committee/9901",
    "/records/3GPP/meeting/99901",
    "/groups",
    "/groups/RAN1",
    "/groups/ISO%2FTC%209901",
    "/meetings/RAN1%23999",
    "/organisations?q=huawei",
    "/organisations/huawei",
    "/figures",
    "/figures/shares?group=RAN1",
    "/figures/success?by=organisation",
    "/figures/cosigning",
    "/figures/time",
    "/figures/offices",
    "/figures/secretariats",
    "/figures/memberships",
    "/watchlists",
    "/watchlists/Sun%20%26%20dials",
    "/sources",
    "/deliveries",
    "/api",
)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_whole_and_hostile_text_is_inert(local: TestClient, path: str) -> None:
    answer = local.get(path)
    assert answer.status_code == 200, answer.text
    page = html.fromstring(answer.text)
    assert len(page.findall(".//h1")) == len(page.findall(".//main")) == 1
    assert not page.findall(".//script")
    assert not [one for one in page.iter() if any(name.startswith("on") or name == "style" for name in one.attrib)]
    assert "\u202e" not in answer.text
    assert "49" not in {one.strip() for one in page.itertext()}
    for link in page.iterfind(".//a"):
        target = link.get("href", "")
        assert target.startswith(("/", "#", "https://www.3gpp.org/")), target


def test_every_link_inside_leads_somewhere(local: TestClient) -> None:
    links = {link for path in PAGES for link in re.findall(r'href="(/[^"]*)"', local.get(path).text)}
    assert len(links) > 60
    broken = [
        link for link in links if local.get(html.fromstring(f'<a href="{link}"/>').get("href")).status_code != 200
    ]
    assert not broken


def test_a_watchlists_news_leads_to_the_record(local: TestClient) -> None:
    page = html.fromstring(local.get("/").text)
    (link,) = page.xpath("//ol[@class='records']//a[@class='key']")
    assert (link.text, link.get("href")) == ("R1-9990003", "/records/3GPP/contribution/R1-9990003")


def test_a_record_tells_its_revisions_history_and_provenance(local: TestClient) -> None:
    text = " ".join(html.fromstring(local.get("/records/3GPP/contribution/R1-9990003").text).text_content().split())
    assert "R1-9990001 RAN1#999" in text
    assert "SHA-256" in text
    assert re.search(r"Nokia\s*Nokia\s*source\s*FI", text)


def test_a_record_is_shown_as_of_a_day(local: TestClient) -> None:
    path = "/records/3GPP/contribution/R1-9990003"
    assert local.get(f"{path}?as_of=2026-11-20").status_code == 404
    assert "As known on 21 Nov 2026" in local.get(f"{path}?as_of=2026-11-21").text
    assert local.get(f"{path}?as_of=yesterday").status_code == 422


def test_a_record_is_cited(local: TestClient) -> None:
    cited = local.get("/cite/3GPP/contribution/R1-9990003").text
    assert cited.startswith("@techreport{3GPP-R1-9990003,")
    assert "http://localhost/records/3GPP/contribution/R1-9990003" in cited
    assert local.get("/cite/ISO/contribution/R1-9990003").status_code == 404


def test_the_kept_bytes_are_saved_not_shown(local: TestClient) -> None:
    answer = local.get("/fetches/1/content")
    assert answer.content == b"<script>alert(19)</script>3gpp.tdocs"
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert local.get(f"/fetches/{10**30}/content").status_code in (404, 422)


def test_an_assessment_is_shown_and_carried_to_the_revision(
    local: TestClient, form_token: Callable[[TestClient], str]
) -> None:
    form = {"body": "3GPP", "record": "contribution", "key": "R1-9990001", "status": "to act"}
    form |= {"tag": "6G", "note": "<b>ask</b>\nRAN1", "form_token": form_token(local)}
    answer = local.post("/assess", data=form, headers={"Origin": "http://localhost"})
    assert answer.headers["Location"] == "/records/3GPP/contribution/R1-9990001#assessment"
    own = local.get("/api/v1/records/3GPP/contribution/R1-9990001").json()["assessment"]
    assert (own["status"], own["note"], own["who"], own["at"]) == (
        "to act",
        "<b>ask</b> RAN1",
        "local",
        "2026-11-22T09:00:00Z",
    )
    revision = local.get("/api/v1/records/3GPP/contribution/R1-9990003").json()["assessment"]
    assert (revision["status"], revision["carried_from"]) == ("to act", "R1-9990001")
    assert "&lt;b&gt;ask&lt;/b&gt; RAN1" in local.get("/records/3GPP/contribution/R1-9990003").text
    assert "to act: 6G" in local.get("/").text


def test_a_search_is_kept(local: TestClient, form_token: Callable[[TestClient], str]) -> None:
    form = {"name": "Beams", "query": "q=beam&group=RAN1", "form_token": form_token(local)}
    assert local.post("/saved", data=form).status_code == 303
    assert local.post("/saved", data=form).status_code == 303
    page = local.get("/search").text
    assert page.count(">Beams</a>") == 1
    (number,) = re.findall(r"/saved/(\d+)/remove", page)
    assert local.post(f"/saved/{number}/remove", data={"form_token": form["form_token"]}).status_code == 303
    assert ">Beams</a>" not in local.get("/search").text


def test_stopping_asks_first_and_acts_on_post_alone(served: Any, local: TestClient) -> None:
    values = {"message_id": "<1@x>", "channel": "mail", "recipient": "officer@example.org", "kind": "digest"}
    values |= dict.fromkeys(("due_at", "period_start", "created_at", "next_attempt_at"), "2026-11-21T06:00:00Z")
    archive = served.archive()
    with archive.write() as connection:
        connection.execute(insert(Message).values(values | {"subject": "x", "unsubscribe_token": "token-of-theirs"}))
    path = "/unsubscribe/token-of-theirs"
    for _ in range(2):
        assert "Stop all alerts to officer@example.org" in local.get(path).text
    one_click = local.post(path, data={"List-Unsubscribe": "One-Click"}, headers={"Origin": "https://mail.example"})
    assert one_click.status_code == 200
    assert "gets no more alerts" in local.get(path).text
    assert local.get("/unsubscribe/another").status_code == local.post("/unsubscribe/another").status_code == 404
    archive.close()


def test_health_is_told(local: TestClient) -> None:
    assert local.get("/healthz").json() == {"status": "ok"}


def test_errors_are_told_in_words(local: TestClient) -> None:
    for path, status in (("/records/3GPP/contribution/none", 404), ("/search?since=soon", 422), ("/no/such", 404)):
        answer = local.get(path)
        assert answer.status_code == status
        assert "<h1>" in answer.text
