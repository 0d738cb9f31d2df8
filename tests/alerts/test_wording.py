from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from alerts.wording import clock, numbers, plain, safe_link, span
from store.order import natural


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "http://www.3gpp.org/a.zip",
        "javascript:alert(1)",
        "https://www.3gpp.org.evil.example/a.zip",
        "https://evil.example/www.3gpp.org",
        "https://www.3gpp.org@evil.example/",
        "https://user:password@www.3gpp.org/",
        "https://www.3gpp.org:8443/a.zip",
        "https://www.3gpp.org/a.zip\nBcc: x",
        'https://www.3gpp.org/"onclick="alert(1)',
        "https://www.3gpp.org:port/",
        "//www.3gpp.org/a.zip",
        "data:text/html,x",
    ],
)
def test_only_the_bodies_own_hosts_over_https_are_linked(url: str | None) -> None:
    assert safe_link(url) is None


def test_a_real_link_is_kept_as_it_is() -> None:
    url = "https://www.3gpp.org/ftp/tsg_ran/WG1_RL1/TSGR1_999/Docs/R1-9999999+.zip"
    assert safe_link(url) == url
    assert safe_link("https://mirror.example.org/x", {"mirror.example.org"}) == "https://mirror.example.org/x"


def test_texts_become_one_visible_line() -> None:
    assert plain("a\r\nBcc: b\u2028c\x00d") == "a Bcc: b c d"
    assert plain("\u202egnihsihp\u202c \u2066x\u2069\u200b") == "gnihsihp x"
    assert plain("华为, Ångström, עברית") == "华为, Ångström, עברית"
    assert plain("x" * 400, 10) == "x" * 9 + "…"
    assert plain(None) == ""


def test_numbers_sort_as_people_count() -> None:
    assert sorted(["20.6.11", "20.6.2", "9.1"], key=natural) == ["9.1", "20.6.2", "20.6.11"]
    meetings = ["RAN1#105-e", "RAN1#104-bis-e", "RAN1#104-e", "RAN1#99"]
    assert sorted(meetings, key=natural) == ["RAN1#99", "RAN1#104-e", "RAN1#104-bis-e", "RAN1#105-e"]


def test_days_and_times_are_the_readers_own() -> None:
    today = date(2026, 11, 20)
    assert span("2026-11-17", "2026-11-21", today) == "17–21 Nov"
    assert span("2026-11-30", "2026-12-04", today) == "30 Nov – 4 Dec"
    assert span("2027-02-01", "2027-02-05", today) == "1–5 Feb 2027"
    assert span(None, None, today) == ""
    now = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
    assert clock("2026-11-20T22:10:00Z", ZoneInfo("Europe/Berlin"), now) == "Fri 20 Nov 23:10"
    assert clock("2026-11-20T23:10:00Z", ZoneInfo("Europe/Berlin"), now) == "00:10"


def test_document_numbers_that_follow_each_other_are_a_span() -> None:
    labels = ["R1-2508110", "R1-2508101", "R1-2508109", "R1-2508111", "ISO/CD 1", "ISO/CD 2", "R1-2508101"]
    assert numbers(labels, 9) == "ISO/CD 1, ISO/CD 2, R1-2508101, R1-2508109–R1-2508111"
    assert numbers(labels[:3], 9) == "R1-2508101, R1-2508109, R1-2508110"
    assert numbers(labels, 2) == "ISO/CD 1, ISO/CD 2 …"
