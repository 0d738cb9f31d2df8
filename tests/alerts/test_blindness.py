"""How blindness is told: every group named, by body, in plain words."""

from __future__ import annotations

from typing import Any

import pytest

from alerts.blindness import again, blind, in_words, read, unseen
from alerts.sight import Source


def source(group: str | None, kind: str = "3gpp.meetings", **more: Any) -> Source:
    values = {
        "body": "3GPP",
        "meeting": None,
        "url": "",
        "state": "refused",
        "reason": "HTTP 503",
        "since": "2026-11-20T06:00:00Z",
        "last": "2026-11-20T04:00:00Z",
    }
    return Source(source=f"{kind}:{group}", kind=kind, group=group, **values | more)


def test_an_outage_of_a_host_is_one_line_that_names_every_group_in_natural_order() -> None:
    groups = ["RAN", "RAN1", "RAN2", "SA2", "CT1"]
    lists = [source(name, "3gpp.tdocs", meeting=f"{name}#{number}") for name in groups for number in (9, 100)]
    (one,) = blind([*lists, *(source(name) for name in groups)])
    assert [name for name, _ in one.groups] == ["CT1", "RAN", "RAN1", "RAN2", "SA2"]
    assert one.groups[2] == ("RAN1", "documents of RAN1#9, RAN1#100, meetings")
    assert (one.sources, one.whole, one.why) == (15, True, "the server is out of service for now")


def test_bodies_reasons_and_days_stand_apart_and_every_body_is_told() -> None:
    seen = [
        source("RAN1"),
        source("RAN2", last="2026-11-10T04:00:00Z"),
        source("RAN3", reason="robots.txt: DownloadConnectionRefusedError"),
        source("ITU-T SG13", body="ITU", kind="itu.documents"),
        source(None, body="ISO", kind="iso.committees", last=None),
        source("SA2", state="ok"),
    ]
    told = [(one.body, one.text, one.last, one.whole) for one in blind(seen)]
    assert told == [
        ("3GPP", "RAN2 (meetings)", "2026-11-10T04:00:00Z", False),
        ("3GPP", "RAN1 (meetings)", "2026-11-20T04:00:00Z", False),
        ("3GPP", "RAN3 (meetings)", "2026-11-20T04:00:00Z", False),
        ("ISO", "committees", None, True),
        ("ITU", "ITU-T SG13 (documents)", "2026-11-20T04:00:00Z", True),
    ]


def test_where_another_source_of_the_same_is_read_only_a_part_of_it_is_unseen() -> None:
    itu = {"body": "ITU", "kind": "itu.documents"}
    seen = [
        source("ITU-T SG13", **itu),
        source("ITU-T SG13", **itu, state="ok"),
        source("ITU-T SG15", **itu),
        source("ITU-T SG15", **itu, state="new", last=None),
        source("SA2", "3gpp.tdocs", meeting="SA2#9"),
        source("SA2", "3gpp.tdocs", meeting="SA2#10"),
        source("SA2", "3gpp.tdocs", meeting="SA2#10", state="ok"),
    ]
    assert [one.text for one in blind(seen)] == [
        "SA2 (documents of SA2#9, part of the documents of SA2#10)",
        "ITU-T SG13 (part of the documents), ITU-T SG15 (documents)",
    ]


def test_no_meeting_is_named_where_what_is_of_none_is_unseen_too() -> None:
    itu = {"body": "ITU", "kind": "itu.documents"}
    (one,) = blind([source("ITU-T SG15", **itu, meeting="T25-SG15-261221"), source("ITU-T SG15", **itu)])
    assert one.text == "ITU-T SG15 (documents)"


@pytest.mark.parametrize(
    ("bodies", "said"),
    [
        ("", ""),
        ("3GPP", "1 source of 3GPP"),
        ("3GPP ISO ISO", "1 source of 3GPP and 2 sources of ISO"),
        ("3GPP ISO ITU", "1 source of 3GPP, 1 source of ISO and 1 source of ITU"),
    ],
)
def test_how_much_is_unseen_is_a_list(bodies: str, said: str) -> None:
    seen = [source(None, body=body, state=state) for body in bodies.split() for state in ("refused", "ok")]
    assert unseen(blind(seen)) == said


def test_the_longest_wait_is_told_of_what_is_told_together() -> None:
    (one,) = blind([source("RAN1", last="2026-11-20T04:00:00Z"), source("RAN2", last="2026-11-20T02:00:00Z")])
    assert one.last == "2026-11-20T02:00:00Z"


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("robots.txt: DownloadConnectionRefusedError", "the server refused the connection"),
        (
            "the server refuses connections: Connection was refused by other side: 111",
            "the server refused the connection",
        ),
        ("robots.txt: DownloadTimeoutError", "the server did not answer in time"),
        ("robots.txt: HTTP 502", "the server failed"),
        ("robots.txt does not allow it", "its robots.txt does not allow us to read it"),
        ("HTTP 429, wait until 2026-11-20 08:00 UTC", "the server asked us to come less often"),
        ("HTTP 403", "the server refused to let us in"),
        ("no rows, where the last good fetch had 1306", "the page came without rows"),
        ("12 rows, where the last good fetch had 1306", "the page came with fewer rows than it should have"),
        ("no column Source, which the last good fetch had", "the page came in another form than before"),
        ("the reader fails on it: KeyError: 'td'", "what came could not be understood"),
        (
            'expected a 3GPP TDoc list (.xlsx), found an HTML page titled "Log in" that asks to log in',
            "the server asked us to log in",
        ),
        ('expected a 3GPP TDoc list (.xlsx), found an HTML page titled "Oops"', "another page came in its place"),
        ("SomethingNobodyThoughtOfError: 0x7f", "it could not be read"),
        ("the portal is being moved", "the portal is being moved"),
    ],
)
def test_reasons_are_plain_words(reason: str, words: str) -> None:
    assert in_words(source("RAN1", state="broken", reason=reason)) == words


def test_what_is_read_says_its_oldest_and_its_newest_look() -> None:
    seen = [
        source("RAN1", state="ok", last="2026-11-20T04:00:00Z"),
        source("RAN2", state="ok", last="2026-11-20T06:00:00Z"),
        source("RAN1", "3gpp.tdocs", state="ok", last="2026-11-20T07:00:00Z"),
        source("RAN3", state="new", last=None),
    ]
    assert [(one.body, one.what, one.sources, one.first[11:13], one.last[11:13]) for one in read(seen)] == [
        ("3GPP", "documents", 1, "07", "07"),
        ("3GPP", "meetings", 2, "04", "06"),
    ]


def test_what_is_seen_again_is_told_by_body() -> None:
    assert again([source("RAN2"), source("RAN1")]) == (("3GPP", "RAN1 (meetings), RAN2 (meetings)"),)
