from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from alerts.matching import Matcher, Reason, match
from alerts.watchlists import Watchlist
from organisations import Attribution, Named, Resolver, Role
from store.changes import Told

Make = Callable[..., Told]


@pytest.fixture
def brought(resolver: Resolver) -> Make:
    """A contribution that appears; anything else by keyword."""

    def make(source: str = "Huawei, HiSilicon", title: str = "On 6G waveforms", **other: Any) -> Told:
        head = {name: other.pop(name) for name in ("kind", "field", "old", "new", "body", "group") if name in other}
        values = {"status": "reserved", "type": "discussion", "source": source, "work_items": None, "spec": None}
        body = head.get("body", "3GPP")
        change = Told(
            id=1, observed_at="2026-11-20T06:00:00Z", kind="appeared", field="", subject="", old=None, new=None,
            record_id=1, record="contribution", body="3GPP", group="RAN1", key="R1-9900001", title=title, url=None,
            listing_id=1, fetch_id=1, fetch_url="", fetched_at="", sha256=None, values=values | other,
            attribution=resolver.attribute(source, body=body),
        )  # fmt: skip
        if head.get("field") == "source":
            head["before"] = resolver.attribute(head["old"], body=body)
        return replace(change, **head)

    return make


def body(name: str, role: Role, home: str) -> Named:
    return Named(name, name.lower(), name, role, "standards body", home=home)


def watch(**settings: Any) -> Watchlist:
    return Watchlist.model_validate({"name": "6G", "groups": ["RAN1"], "topics": ["6G", "air interface"]} | settings)


def test_says_why_in_the_documents_own_words(brought: Make) -> None:
    change = brought(title="On 6g waveforms", agenda_title="Air  interface", work_items="FS_6G_RAN, NR_X")
    found = match(change, watch(work_items=["FS_6G*"]))
    assert found is not None
    assert (found.change_id, found.watchlist, found.event) == (1, "6G", "reserved")
    assert found.reasons == (
        Reason("organisation", "Huawei", "source"),
        Reason("organisation", "HiSilicon", "source"),
        Reason("topic", "6g", "title"),
        Reason("topic", "Air  interface", "agenda item"),
        Reason("work item", "FS_6G_RAN"),
    )


@pytest.mark.parametrize(
    ("settings", "met"),
    [
        ({}, True),
        ({"groups": ["RAN2"]}, False),
        ({"groups": ["RAN*"]}, True),
        ({"groups": [], "whole_groups": ["RAN1"], "topics": []}, True),
        ({"groups": [], "topics": []}, True),
        ({"bodies": ["ISO"]}, False),
        ({"topics": ["5G"]}, False),
        ({"topics": ["5G"], "areas": ["6g"]}, True),
        ({"exclude": ["waveform*"]}, False),
        ({"types": ["CR"]}, False),
        ({"exclude_types": ["discussion"]}, False),
        ({"roles": ["moderator"]}, False),
        ({"signing": ["sole"]}, True),
        ({"signing": ["joint"]}, False),
        ({"events": ["uploaded"]}, False),
        ({"events": ["reserved"]}, True),
        ({"origins": ["KR"]}, False),
        ({"origins": ["KR"], "organisations": ["Huawei"]}, True),
        ({"origins": ["KR"], "anybody": True}, True),
    ],
)
def test_each_setting_decides(brought: Make, settings: dict[str, Any], met: bool) -> None:
    assert (match(brought(), watch(**settings)) is not None) is met


@pytest.mark.parametrize(
    ("status", "wanted", "met"),
    [
        ("agreed", "accepted", True),
        ("partially approved", "accepted", True),
        ("noted", "accepted", False),
        ("withdrawn", "accepted", False),
        ("noted", "decided", True),
        ("agreed", "decided", True),
    ],
)
def test_decisions_may_be_asked_for_by_whether_they_say_yes(brought: Make, status: str, wanted: str, met: bool) -> None:
    change = brought(kind="changed", field="status", old="available", new=status, status=status)
    assert (match(change, watch(events=[wanted])) is not None) is met


def test_an_unknown_name_is_never_taken_for_foreign(brought: Make) -> None:
    change = brought("Ericsson, Zephyrlink Wireless")
    found = match(change, watch())
    assert found is not None
    assert found.reasons[0] == Reason("unknown", "Zephyrlink Wireless")
    assert match(change, watch(unknown=False)) is None
    assert match(brought("Ericsson"), watch()) is None


def test_joint_ventures_count_only_where_wanted(brought: Make) -> None:
    change = brought("x")
    venture = replace(body("Nokia Shanghai Bell", Role.SOURCE, "FI"), joint_venture_homes=("FI", "CN"))
    change.attribution = Attribution("x", (venture,))
    assert match(change, watch()) is None
    assert match(change, watch(joint_ventures="yes")) is not None


def test_a_source_is_added_only_if_it_was_not_there_before(brought: Make) -> None:
    def added(old: str, new: str) -> list[str]:
        found = match(brought(new, kind="changed", field="source", old=old, new=new), watch(unknown=False))
        return [reason.text for reason in found.reasons if reason.kind == "organisation"] if found else []

    assert added("Ericsson", "Ericsson, Huawei, HiSilicon") == ["Huawei", "HiSilicon"]
    assert added("Huawei", "Huawei, Ericsson") == []
    assert added("Huawei", "Huawei Technologies Co., Ltd.") == []
    assert added("ZTE, Huawei", "Huawei") == []


def test_a_secretariat_that_changes_hands_concerns_only_its_members(brought: Make) -> None:
    change = replace(
        brought(kind="changed", field="secretariat", old="SAC", new="AFNOR", body="ISO"),
        record="committee",
        group="ISO/TC 269/SC 1",
    )
    members = (body("AFNOR", Role.SECRETARIAT, "FR"), body("SAC", Role.SECRETARIAT, "CN"))
    change.attribution = Attribution("AFNOR, SAC", members)
    settings = {"groups": [], "topics": [], "whole_groups": ["ISO/*"]}
    found = [match(change, watch(origins=[home], **settings)) for home in ("CN", "FR", "DE")]
    assert [one and one.event for one in found] == ["secretariat-lost", "secretariat-gained", None]


def test_a_new_committee_is_on_topic_though_nobody_can_have_named_it(brought: Make) -> None:
    change = replace(brought(title="6G for ships", body="ISO"), record="committee", group="ISO/TC 999")
    change.attribution = Attribution("SAC", (body("SAC", Role.SECRETARIAT, "CN"),))
    assert match(change, watch()) is not None
    assert match(replace(change, title="Ships"), watch()) is None


def test_meetings_concern_those_who_named_the_group(brought: Make) -> None:
    change = replace(brought(""), record="meeting", title="RAN1#999")
    assert match(change, watch()) is not None
    assert match(change, watch(groups=[])) is None
    assert match(change, watch(events=["uploaded"])) is None


def test_many_watchlists_give_what_each_alone_gives(brought: Make) -> None:
    lists = [
        watch(name=f"{number}", topics=[topic], origins=[home], significance=significance)
        for number, (topic, home, significance) in enumerate(
            (topic, home, significance)
            for topic in ("6G", "waveform*", "AI")
            for home in ("CN", "SE", "KR")
            for significance in ("significant", "all")
        )
    ]
    changes = [
        brought(source, title, **how)
        for source in ("Huawei", "Ericsson, Huawei", "Samsung", "Zephyrlink Wireless")
        for title in ("On 6G waveforms", "AI for 6G", "Editorial")
        for how in ({}, {"kind": "changed", "field": "title", "old": "a", "new": "b"})
    ]
    matcher = Matcher(lists)
    together = [found for change in changes for found in matcher.matches(change)]
    alone = [found for change in changes for one in lists if (found := match(change, one))]
    assert together == alone
    assert len(together) > 50


def test_a_thousand_watchlists_against_three_thousand_changes(brought: Make) -> None:
    words = ["6G", "waveform*", "beam*", "AI", "CSI", "NTN", "IoT", "MIMO", "sidelink", "quantum*"]
    homes = ["CN", "KR", "SE", "US", "JP"]
    lists = [
        watch(
            name=f"{number}",
            groups=[f"RAN{1 + number % 4}"],
            topics=[words[number % 10], words[number // 10 % 10], f"invented{number}"],
            exclude=[f"never{number % 50}"],
            origins=[homes[number % 5]],
        )
        for number in range(1000)
    ]
    sources = ["Huawei, HiSilicon", "ZTE", "Samsung", "Ericsson", "Qualcomm", "NTT DOCOMO", "vivo", "Nokia"]
    changes = []
    for number in range(3000):
        title = f"Document {number} on {words[number % 10]} and {words[number % 7]}"
        changes.append(replace(brought(sources[number % 8], title), id=number, group=f"RAN{1 + number % 4}"))
    matcher = Matcher(lists)
    found = sum(len(matcher.matches(change)) for change in changes)
    assert found > 10_000
