from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from alerts.history import chance, counts
from alerts.signals import KNOWN_GROUP, Signal, is_surge
from alerts.watchlists import Watchlist
from spiders.rows import CommitteeRow, ContributionRow, ProjectRow

WATCHLIST = Watchlist(name="All", groups=["RAN1", "ISO/*"], whole_groups=["ISO/*"], recipients=["officer@example.org"])
SOURCES = ["Huawei, HiSilicon", "Ericsson", "ZTE Corporation", "Nokia", "vivo", "Samsung"]


def brought(number: int, source: str, meeting: int, **other: Any) -> ContributionRow:
    values = {
        "key": f"R1-{number:07}",
        "body": "3GPP",
        "group": "RAN1",
        "meeting": f"RAN1#{meeting}",
        "title": f"Invented {number}",
        "source": source,
        "status": "available",
        "uploaded_at": "2026-11-18",
        "type": "discussion",
        "agenda_title": "Waveforms",
        "work_items": "FS_6G_RAN",
    }
    return ContributionRow.model_validate(values | other)


@pytest.fixture
def known(newsroom: Any) -> Any:
    """A newsroom that knows six meetings of RAN1: six organisations with ten contributions each, CATT with two."""
    for meeting in range(990, 996):
        rows = [brought(meeting * 1000 + n, SOURCES[n % 6], meeting) for n in range(60)]
        rows += [brought(meeting * 1000 + 100 + n, "CATT", meeting) for n in range(2 + meeting % 2)]
        newsroom.take("3gpp.tdocs", rows, scope=f"RAN1#{meeting}")
    newsroom.take("3gpp.tdocs", [brought(996_000, "Ericsson", 996)], scope="RAN1#996")
    return newsroom


def warned(newsroom: Any, rows: list[Any], kind: str = "3gpp.tdocs", scope: str = "RAN1#996") -> list[Signal]:
    told = newsroom.take(kind, rows, scope=scope)
    return list(newsroom.digest([WATCHLIST], told).signals)


def test_a_first_in_a_group_tells_against_what(known: Any) -> None:
    (signal,) = warned(known, [brought(996_001, "Xiaomi", 996), brought(996_002, "Xiaomi", 996)])
    assert (signal.kind, signal.text) == ("first", "Xiaomi in RAN1, 2 contributions")
    assert signal.evidence == "None by it among the 376 contributions to RAN1 known before, since RAN1#990."
    assert [link.key for link in signal.links] == ["R1-0996001", "R1-0996002"]


def test_a_first_on_a_work_item_that_others_have_long_worked_on(known: Any) -> None:
    rows = [brought(996_003 + n, "Nokia", 996, work_items="NR_XR", agenda_title=None, title="x") for n in range(2)]
    for meeting in (993, 994, 995):
        news = [brought(meeting * 1000 + 200 + n, "Samsung", meeting, work_items="NR_XR") for n in range(8)]
        known.take("3gpp.tdocs", news, scope=f"RAN1#{meeting}", baseline=True)
    assert warned(known, rows) == []
    (signal,) = warned(known, [brought(996_010, "vivo", 996, work_items="NR_XR")])
    assert signal.text == "vivo on “NR_XR” in RAN1, 1 contribution"


def test_a_work_item_that_a_list_only_begins_to_name_is_no_first(known: Any) -> None:
    uncoded = {"work_items": None, "agenda_title": "XR awareness"}
    known.take("3gpp.tdocs", [brought(995_900, "vivo", 995, **uncoded)], scope="RAN1#995", baseline=True)
    for meeting in (993, 994, 995):
        news = [brought(meeting * 1000 + 200 + n, "Samsung", meeting, work_items="NR_XR") for n in range(8)]
        known.take("3gpp.tdocs", news, scope=f"RAN1#{meeting}", baseline=True)
    coded = {"work_items": "NR_XR", "agenda_title": "XR awareness"}
    assert warned(known, [brought(996_010, "vivo", 996, **coded)]) == []
    assert [one.kind for one in warned(known, [brought(996_011, "Huawei", 996, **coded)])] == ["first"]


def test_upkeep_and_agenda_items_without_a_subject_are_no_firsts(known: Any) -> None:
    for meeting in (993, 994, 995):
        for place, title in enumerate(("Maintenance on NR", "Other aspects", "UE features for XR")):
            number = meeting * 1000 + 200 + 20 * place
            news = [brought(number + n, "Samsung", meeting, agenda_title=title) for n in range(8)]
            known.take("3gpp.tdocs", news, scope=f"RAN1#{meeting}", baseline=True)
    for place, title in enumerate(("Maintenance on NR", "Other aspects", "UE features for XR")):
        assert warned(known, [brought(996_010 + place, "vivo", 996, agenda_title=title)]) == []


def test_no_first_on_a_new_item_nor_for_a_second_time_nor_for_a_summary_or_statement(known: Any) -> None:
    assert warned(known, [brought(996_020, "vivo", 996, work_items="NR_NEW", agenda_title="New")]) == []
    assert len(warned(known, [brought(996_021, "Xiaomi", 996)])) == 1
    assert warned(known, [brought(996_022, "Xiaomi", 996)]) == []
    assert warned(known, [brought(996_023, "Moderator (OPPO)", 996)]) == []
    assert warned(known, [brought(996_024, "RAN2, OPPO", 996, type="LS in")]) == []


@pytest.mark.parametrize(("meetings", "each", "told"), [(5, 40, 1), (4, 200, 0), (5, 38, 0)])
def test_a_first_needs_a_group_that_the_archive_knows(newsroom: Any, meetings: int, each: int, told: int) -> None:
    for meeting in range(996 - meetings, 996):
        rows = [brought(meeting * 1000 + n, "Ericsson", meeting) for n in range(each)]
        newsroom.take("3gpp.tdocs", rows, scope=f"RAN1#{meeting}")
    newsroom.take("3gpp.tdocs", [brought(996_000, "Ericsson", 996)], scope="RAN1#996", baseline=True)
    found = warned(newsroom, [brought(996_001, "Xiaomi", 996)])
    assert [signal.text for signal in found] == ["Xiaomi in RAN1, 1 contribution"] * told


@pytest.mark.parametrize(("meetings", "told"), [(5, 1), (4, 0)])
def test_a_first_together_needs_a_group_that_the_archive_knows(newsroom: Any, meetings: int, told: int) -> None:
    for meeting in range(996 - meetings, 996):
        rows = [brought(meeting * 1000 + n, ("Huawei", "ZTE")[n % 2], meeting) for n in range(40)]
        newsroom.take("3gpp.tdocs", rows, scope=f"RAN1#{meeting}")
    newsroom.take("3gpp.tdocs", [brought(996_000, "Ericsson", 996)], scope="RAN1#996", baseline=True)
    found = warned(newsroom, [brought(996_001, "Huawei, ZTE", 996)])
    assert [signal.kind for signal in found] == ["together"] * told


@pytest.mark.parametrize(("on_it", "told"), [((993, 994, 995), 1), ((992, 995), 0)])
def test_no_first_on_an_item_so_new_that_everybody_comes_to_it(known: Any, on_it: tuple[int, ...], told: int) -> None:
    for meeting in on_it:
        news = [brought(meeting * 1000 + 200 + n, "Samsung", meeting, work_items="NR_XR") for n in range(20)]
        known.take("3gpp.tdocs", news, scope=f"RAN1#{meeting}", baseline=True)
    assert len(warned(known, [brought(996_010, "vivo", 996, work_items="NR_XR")])) == told


def test_itu_s_contributions_name_the_meetings_that_are_known_of_a_group(newsroom: Any) -> None:
    def contribution(number: int, source: str, meeting: int) -> ContributionRow:
        row = {"key": f"T25-SG13-C-{number:04}", "body": "ITU", "group": "ITU-T SG13", "title": f"Invented {number}"}
        return ContributionRow.model_validate(row | {"source": source, "meeting": f"T25-SG13-25{meeting:02}01"})

    rows = [contribution(meeting * 100 + n, "Ericsson", meeting) for meeting in range(1, 6) for n in range(40)]
    newsroom.take("itu.documents", rows, scope="T25-SG13-C")
    watchlist = Watchlist(name="SG13", whole_groups=["ITU-T SG13"], recipients=["officer@example.org"])
    told = newsroom.take("itu.documents", [contribution(600, "Huawei", 6)], scope="T25-SG13-C")
    assert [one.text for one in newsroom.digest([watchlist], told).signals] == ["Huawei in ITU-T SG13, 1 contribution"]
    told = newsroom.take("itu.documents", [contribution(200, "ZTE Corporation", 2)], scope="T25-SG13-C")
    assert list(newsroom.digest([watchlist], told).signals) == []  # of one of the first meetings that are known


def test_no_first_in_a_group_the_archive_hardly_knows_yet(newsroom: Any) -> None:
    newsroom.take("3gpp.tdocs", [brought(n, "Ericsson", 995) for n in range(KNOWN_GROUP - 1)], scope="RAN1#995")
    assert warned(newsroom, [brought(995_700, "Xiaomi", 995)], scope="RAN1#995") == []


def test_a_surge_against_its_own_past_is_told_once(known: Any) -> None:
    rows = [brought(996_100 + n, "CATT", 996) for n in range(12)]
    (signal,) = warned(known, rows)
    assert signal.kind == "surge"
    assert signal.text == "CATT on “FS_6G_RAN” at RAN1#996: 12 contributions"
    assert signal.evidence.startswith(
        "2 to 3 at each of the 5 meetings before; all organisations together 13, before 63"
    )
    assert warned(known, [brought(996_150, "CATT", 996)]) == []


def test_who_comes_for_the_first_time_with_much_is_told_once(known: Any) -> None:
    (signal,) = warned(known, [brought(996_100 + n, "Xiaomi", 996) for n in range(12)])
    assert (signal.kind, signal.text) == ("first", "Xiaomi in RAN1, 12 contributions")


@pytest.mark.parametrize(
    ("now", "past", "everybody", "surge"),
    [
        (12, [2, 3, 2, 4, 3], (60, [60] * 5), True),
        (12, [2, 11, 2, 4, 3], (60, [60] * 5), False),
        (12, [12, 3, 2, 4, 3], (60, [60] * 5), False),
        (12, [2, 3, 2, 4, 3], (240, [60] * 5), False),
        (4, [0, 0, 0, 0, 0], (60, [60] * 5), False),
        (30, [20, 21, 19, 22, 20], (60, [60] * 5), False),
        (60, [20, 21, 19, 22, 20], (60, [60] * 5), True),
        (12, [0, 2], (60, [0, 60]), False),
        (12, [], (60, []), False),
    ],
)
def test_what_counts_as_a_surge(now: int, past: list[int], everybody: tuple[int, list[int]], surge: bool) -> None:
    assert is_surge(now, past, *everybody) is surge


def test_chance_is_a_probability_that_falls() -> None:
    chances = [chance(count, [3, 5, 4, 4, 3]) for count in range(40)]
    assert chances[0] == 1
    assert all(first >= second >= 0 for first, second in pairwise(chances))
    assert 0.3 < chances[4] < 0.7
    assert chances[39] < 1e-6
    assert chance(9, [0, 9, 0, 9]) > chance(9, [4, 5, 4, 5])


def test_a_first_together_of_two_that_are_known_apart(known: Any) -> None:
    (signal,) = warned(known, [brought(996_200, "Huawei, ZTE Corporation, Ericsson", 996)])
    assert (signal.kind, signal.text) == ("together", "Huawei and ZTE Corporation in RAN1, 1 contribution")
    assert warned(known, [brought(996_201, "ZTE Corporation, HiSilicon", 996)]) == []


def test_what_was_agreed_is_one_line(known: Any) -> None:
    rows = [brought(996_300 + n, who, 996) for n, who in enumerate(["Huawei", "ZTE Corporation", "Nokia", "vivo"])]
    known.take("3gpp.tdocs", rows, scope="RAN1#996")
    how = ["agreed", "approved", "agreed", "noted"]
    done = [row.model_copy(update={"status": status}) for row, status in zip(rows, how, strict=True)]
    (signal,) = warned(known, done)
    assert (signal.kind, signal.count) == ("agreed", 2)
    assert signal.text == "2 contributions of Huawei, ZTE Corporation in RAN1"


def test_positions_under_a_watched_member(newsroom: Any) -> None:
    def committee(key: str, secretariat: str) -> CommitteeRow:
        row = {"key": key, "body": "ISO", "group": f"ISO/TC 99{key}", "title": f"Invented {key}"}
        return CommitteeRow.model_validate(row | {"secretariat_id": secretariat, "secretariat": secretariat})

    newsroom.take("iso.committees", [committee("1", "SAC"), committee("2", "ANSI")])
    project = {"key": "1", "body": "ISO", "group": "ISO/TC 992", "title": "Old", "stage": "10.20"}
    newsroom.take("iso.projects", [ProjectRow.model_validate(project | {"reference": "ISO/AWI 99001"})])
    changed = [committee("1", "AFNOR"), committee("2", "SAC"), committee("3", "SAC")]
    assert [(one.kind, one.text) for one in warned(newsroom, changed, "iso.committees", "")] == [
        ("secretariat", "“Invented 1” goes to AFNOR"),
        ("secretariat", "“Invented 2” goes to SAC"),
        ("committee", "“Invented 3”"),
    ]
    new = ProjectRow.model_validate(project | {"key": "2", "title": "New", "reference": "ISO/AWI 99002"})
    assert [(one.kind, one.label, one.text) for one in warned(newsroom, [new], "iso.projects", "")] == [
        ("project", "New project under SAC", "“New”, ISO/TC 992, stage 10.20 proposal")
    ]


def test_counts_are_of_the_topics_asked_for_alone(known: Any) -> None:
    known.take("3gpp.tdocs", [brought(996_001, "CATT", 996, agenda_title="Another item")], scope="RAN1#996")
    with known.archive.read() as connection:
        owners = {row[0] for row in connection.exec_driver_sql("SELECT organisation FROM attribution")}
        counted = counts(connection, "RAN1", "RAN1#996", owners, wanted={None, "Waveforms"}, before="9999")
    assert set(counted.all) == {None, "Waveforms"}
    assert {topic for _, topic in counted.own} == {None, "Waveforms"}
    assert counted.all["Waveforms"][-1] == counted.all[None][-1] - 1


def test_who_only_summed_up_for_the_group_was_not_there_before(known: Any) -> None:
    summaries = [brought(995_800, "Moderator (OPPO)", 995), brought(995_801, "Moderator (OPPO), vivo", 995)]
    known.take("3gpp.tdocs", summaries, scope="RAN1#995", baseline=True)
    (signal,) = warned(known, [brought(996_400, "OPPO", 996)])
    assert (signal.kind, signal.text) == ("first", "OPPO in RAN1, 1 contribution")


@pytest.mark.parametrize("topic", ['NR_"6G"-Core', "华为 AND", "-*-", "100 %_*"])
def test_a_work_item_is_known_by_its_very_name(known: Any, topic: str) -> None:
    near = [f"{topic} II", topic[1:]]
    named = {"work_items": topic, "agenda_title": None}
    for meeting in (993, 994, 995):
        news = [brought(meeting * 1000 + 200 + n, "Samsung", meeting, **named) for n in range(8)]
        news += [
            brought(meeting * 1000 + 300 + n, "vivo", meeting, work_items=one, agenda_title=None)
            for n, one in enumerate(near)
        ]
        known.take("3gpp.tdocs", news, scope=f"RAN1#{meeting}", baseline=True)
    (signal,) = warned(known, [brought(996_500, "vivo", 996, **named)])
    assert (signal.kind, signal.evidence[:17]) == ("first", "None by it there ")
    assert warned(known, [brought(996_501, "vivo", 996, **named)]) == []
