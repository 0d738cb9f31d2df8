from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from alerts.digests import Digest
from alerts.items import Item, Link
from alerts.sections import Limits
from alerts.signals import Signal
from alerts.watchlists import Watchlist
from spiders.rows import CommitteeRow, ContributionRow, MeetingRow, ProjectRow
from store.incoming import Visit
from store.ingest import fault

OFFICER = "officer@example.org"


def brought(number: int, source: str, title: str = "On 6G waveforms", **other: Any) -> ContributionRow:
    values = {
        "key": f"R1-99{number:05}",
        "body": "3GPP",
        "group": "RAN1",
        "meeting": "RAN1#999",
        "title": title,
        "source": source,
        "status": "reserved",
        "type": "discussion",
        "agenda_item": "10.1",
        "reserved_at": "2026-11-18T10:00:00",
    }
    return ContributionRow.model_validate(values | other)


def watch(name: str = "6G", **settings: Any) -> Watchlist:
    given = {"name": name, "groups": ["RAN1"], "topics": ["6G"], "context": "Because.", "recipients": [OFFICER]}
    return Watchlist.model_validate(given | settings)


def items(digest: Digest) -> list[Item]:
    return [item for area in digest.areas for section in area.sections for item in (*section.items, *section.unknown)]


@pytest.fixture
def listed(newsroom: Any) -> Any:
    """A newsroom that has seen the meeting's list once."""
    newsroom.take("3gpp.tdocs", [brought(1, "Ericsson"), brought(2, "Huawei"), brought(3, "Nokia")], scope="RAN1#999")
    return newsroom


def test_an_item_is_told_once_with_the_reasons_of_every_watchlist(listed: Any) -> None:
    told = listed.take("3gpp.tdocs", [brought(2, "Huawei"), brought(4, "ZTE", "AI for 6G")], scope="RAN1#999")
    digest = listed.digest([watch(), watch("AI", topics=["AI"]), watch("Sweden", origins=["SE"])], told)
    assert [area.name for area in digest.areas] == ["6G"]
    (item,) = items(digest)
    assert item.key == "R1-9900004"
    assert [(why.watchlist, why.reasons[-1].text) for why in item.why] == [("6G", "6G"), ("AI", "AI")]
    assert item.title == (("AI", True), (" for ", False), ("6G", True))
    assert [(name.text, name.watched) for name in item.names] == [("ZTE", True)]
    assert digest.areas[0].context == "Because."


def test_several_changes_of_one_record_are_one_item_with_the_new_value_first(listed: Any) -> None:
    url = "https://www.3gpp.org/ftp/tsg_ran/WG1_RL1/TSGR1_999/Docs/R1-9900002.zip"
    uploaded = {"status": "available", "uploaded_at": "2026-11-20T09:00:00", "url": url}
    told = listed.take("3gpp.tdocs", [brought(2, "Huawei, ZTE", **uploaded)], scope="RAN1#999")
    told += listed.take("3gpp.tdocs", [brought(2, "Huawei, ZTE", **uploaded | {"status": "agreed"})], scope="RAN1#999")
    (item,) = items(listed.digest([watch()], told))
    said = [(one.text, one.was, one.on) for one in item.happenings]
    assert said == [
        ("agreed", "available", None),
        ("uploaded", "reserved", "20 Nov"),
        ("sources changed", "Huawei", None),
    ]
    assert item.url == url


def test_what_is_new_says_only_what_it_is_now(listed: Any) -> None:
    told = listed.take("3gpp.tdocs", [brought(4, "ZTE")], scope="RAN1#999")
    later = brought(4, "ZTE, Huawei", status="available", uploaded_at="2026-11-20T09:00:00")
    told += listed.take("3gpp.tdocs", [later], scope="RAN1#999")
    (item,) = items(listed.digest([watch()], told))
    assert [(one.text, one.on) for one in item.happenings] == [("uploaded", "20 Nov")]


def test_what_was_decided_when_it_was_first_seen_is_told_as_decided(listed: Any) -> None:
    rows = [
        brought(4, "ZTE", status="agreed", uploaded_at="2026-11-20T09:00:00"),
        brought(5, "ZTE", status="noted", reserved_at=None),
    ]
    told = listed.take("3gpp.tdocs", rows, scope="RAN1#999")
    digest = listed.digest([watch("Decisions", events=["decided"]), watch("All")], told)
    agreed, noted = items(digest)
    assert [why.watchlist for why in agreed.why] == ["Decisions", "All"]
    assert [(one.text, one.on) for one in agreed.happenings] == [("agreed", None), ("uploaded", "20 Nov")]
    assert [(one.text, one.on) for one in noted.happenings] == [("noted", None), ("first listed", None)]
    assert [(one.kind, one.count, one.links[0].key) for one in digest.signals] == [("agreed", 1, "R1-9900004")]


def test_a_decision_that_follows_in_the_same_period_is_said_once(listed: Any) -> None:
    told = listed.take("3gpp.tdocs", [brought(4, "ZTE")], scope="RAN1#999")
    uploaded = {"status": "agreed", "uploaded_at": "2026-11-20T09:00:00"}
    told += listed.take("3gpp.tdocs", [brought(4, "ZTE", **uploaded)], scope="RAN1#999")
    digest = listed.digest([watch()], told)
    (item,) = items(digest)
    assert [(one.text, one.on) for one in item.happenings] == [("agreed", None), ("uploaded", "20 Nov")]
    assert [one.count for one in digest.signals if one.kind == "agreed"] == [1]


def test_an_unknown_name_stands_apart_and_says_so(listed: Any) -> None:
    told = listed.take("3gpp.tdocs", [brought(4, "Zephyrlink Wireless"), brought(5, "ZTE")], scope="RAN1#999")
    (section,) = listed.digest([watch()], told).areas[0].sections
    assert [item.key for item in section.items] == ["R1-9900005"]
    assert [item.key for item in section.unknown] == ["R1-9900004"]
    assert not section.unknown[0].names[0].known


def test_sections_name_the_meeting_and_compare_it_with_those_before(newsroom: Any) -> None:
    meeting = {"key": "90001", "body": "3GPP", "group": "RAN1", "title": "RAN1#999", "name": "RAN1#999"}
    when = {"place": "Dallas, US", "starts_on": "2026-11-23", "ends_on": "2026-11-27"}
    newsroom.take("3gpp.meetings", [MeetingRow.model_validate(meeting | when)], scope="RAN1")
    for past in (997, 998):
        sources = ["Huawei", "Ericsson", "Nokia", "Samsung"]
        rows = [brought(past * 10 + n, who, meeting=f"RAN1#{past}") for n, who in enumerate(sources)]
        newsroom.take("3gpp.tdocs", rows, scope=f"RAN1#{past}")
    newsroom.take("3gpp.tdocs", [brought(1, "Ericsson"), brought(2, "Huawei")], scope="RAN1#999")
    newsroom.now = newsroom.now.replace(day=25)
    told = newsroom.take("3gpp.tdocs", [brought(3, "ZTE"), brought(4, "Nokia")], scope="RAN1#999")
    (section,) = newsroom.digest([watch()], told).areas[0].sections
    assert section.heading == "RAN1#999"
    assert section.note == "Dallas, US, 23–27 Nov"
    counted = section.figures
    assert (counted.new, counted.new_named, counted.total, counted.named) == (2, 1, 4, 2)
    assert (counted.usual, counted.base) == (0.25, 2)


def test_documents_are_in_the_order_of_their_agenda_and_summaries_come_last(listed: Any) -> None:
    rows = [
        brought(4, "ZTE", agenda_item="10.11"),
        brought(5, "ZTE", agenda_item="10.2"),
        brought(6, "Moderator (Huawei)", agenda_item="9"),
        brought(7, "CATT", agenda_item="9", title="AI"),
    ]
    told = listed.take("3gpp.tdocs", rows, scope="RAN1#999")
    digest = listed.digest([watch(topics=["6G", "AI"])], told)
    assert [item.key[-1] for item in items(digest)] == ["7", "5", "4", "6"]


def test_rows_are_capped_so_that_nobody_crowds_out_the_others(listed: Any) -> None:
    rows = [brought(10 + n, "CATT") for n in range(20)] + [brought(40, "ZTE"), brought(41, "OPPO")]
    digest = listed.digest([watch()], listed.take("3gpp.tdocs", rows, scope="RAN1#999"))
    (section,) = digest.capped(Limits(rows=4, items=40, signals=3, numbers=20)).areas[0].sections
    assert [item.names[0].text for item in section.items] == ["CATT", "CATT", "ZTE", "OPPO"]
    assert len(section.hidden) == 18
    assert len(items(digest)) == 22


def test_what_was_accepted_and_what_a_warning_is_about_come_before_what_is_merely_new(listed: Any) -> None:
    known = [brought(10 + n, who) for n, who in enumerate(("CATT", "OPPO", "vivo"))]
    listed.take("3gpp.tdocs", known, scope="RAN1#999")
    rows = [one.model_copy(update={"status": "noted"}) for one in known]
    rows += [brought(20 + n, "Huawei") for n in range(4)]
    rows += [brought(30 + n, "Huawei", status="agreed") for n in range(2)]
    told = listed.take("3gpp.tdocs", rows, scope="RAN1#999")
    digest = listed.digest([watch()], told)
    shown = [item.key[-2:] for item in items(digest.capped(Limits(rows=3, items=40, signals=3, numbers=20)))]
    assert shown == ["30", "31", "20"]
    warned = Signal("first", "First time", "Huawei", "", about=frozenset({("3GPP", "contribution", "R1-9900023")}))
    digest = replace(digest, signals=(warned,))
    shown = [item.key[-2:] for item in items(digest.capped(Limits(rows=3, items=40, signals=3, numbers=20)))]
    assert shown == ["30", "31", "23"]


def test_what_proposes_comes_before_what_mends_and_what_is_new_before_what_was_announced(listed: Any) -> None:
    listed.take("3gpp.tdocs", [brought(4, "ZTE")], scope="RAN1#999")
    rows = [
        brought(4, "ZTE", status="available", uploaded_at="2026-11-20T09:00:00"),
        brought(5, "ZTE", type="draftCR", status="available", uploaded_at="2026-11-20T09:00:00"),
        brought(6, "ZTE", agenda_title="Maintenance on NR", status="available", uploaded_at="2026-11-20T09:00:00"),
        brought(7, "ZTE", agenda_item="11.1", status="available", uploaded_at="2026-11-20T09:00:00"),
    ]
    digest = listed.digest([watch()], listed.take("3gpp.tdocs", rows, scope="RAN1#999"))
    assert [item.key[-1] for item in items(digest)] == ["7", "4", "5", "6"]
    assert [item.key[-1] for item in items(digest) if item.is_uploaded] == ["4"]


def test_the_whole_digest_is_capped_and_every_area_keeps_something(listed: Any) -> None:
    rows = [brought(10 + n, "CATT") for n in range(9)] + [brought(20, "ZTE", "AI")]
    told = listed.take("3gpp.tdocs", rows, scope="RAN1#999")
    digest = listed.digest([watch(), watch("AI", topics=["AI"])], told)
    capped = digest.capped(Limits(rows=9, items=4, signals=3, numbers=20))
    assert [len(area.items) for area in capped.areas] == [3, 1]
    assert [area.sections[0].again for area in capped.areas] == [False, True]
    assert [len(area.sections[0].hidden) for area in capped.areas] == [6, 0]


def test_a_meeting_says_when_its_documents_were_due(newsroom: Any) -> None:
    def meet(key: str, body: str, group: str, name: str) -> MeetingRow:
        row = {"key": key, "body": body, "group": group, "title": name, "name": name, "place": "Dallas"}
        return MeetingRow.model_validate(row | {"starts_on": "2026-11-23", "ends_on": "2026-11-27"})

    newsroom.take("3gpp.meetings", [meet("1", "3GPP", "RAN1", "RAN1#999")], scope="RAN1")
    newsroom.take("itu.meetings", [meet("2", "ITU", "ITU-T SG13", "T25-SG13-261123")], scope="ITU-T SG13")
    early = [brought(n, "Nokia", uploaded_at=f"2026-11-0{1 + n % 9}") for n in range(20)]
    rush = [brought(100 + n, "Nokia", uploaded_at="2026-11-13T22:00:00") for n in range(40)]
    newsroom.take("3gpp.tdocs", [*early, *rush], scope="RAN1#999")
    paper = {"body": "ITU", "group": "ITU-T SG13", "meeting": "T25-SG13-261123"}
    newsroom.take("itu.documents", [brought(900, "Nokia", **paper)], scope="ITU-T SG13")
    told = newsroom.take("3gpp.tdocs", [brought(2000, "ZTE")], scope="RAN1#999")
    told += newsroom.take("itu.documents", [brought(901, "ZTE", **paper)], scope="ITU-T SG13")
    sections = newsroom.digest([watch(groups=["RAN1", "ITU-T SG13"])], told).areas[0].sections
    assert [section.note for section in sections] == [
        "Dallas, 23–27 Nov · submission closed about 13 Nov",
        "Dallas, 23–27 Nov · contributions closed 11 Nov",
    ]


def test_revisions_are_followed_to_their_documents(listed: Any) -> None:
    url = "https://www.3gpp.org/ftp/tsg_ran/WG1_RL1/TSGR1_999/Docs/R1-9900002.zip"
    old = brought(2, "Huawei", url=url, status="revised", revised_to="R1-9900008, R1-9900009")
    told = listed.take("3gpp.tdocs", [old, brought(8, "Huawei", revision_of="R1-9900002")], scope="RAN1#999")
    found = {item.key: item for item in items(listed.digest([watch()], told))}
    assert found["R1-9900008"].succession == (("revises", (Link("R1-9900002", url),)),)
    assert found["R1-9900002"].succession == (("revised to", (Link("R1-9900008", None), Link("R1-9900009", None))),)


def test_a_revision_that_only_the_later_document_names_is_followed_too(listed: Any) -> None:
    listed.take("3gpp.tdocs", [brought(8, "Huawei", revision_of="R1-9900002")], scope="RAN1#999", baseline=True)
    told = listed.take("3gpp.tdocs", [brought(2, "Huawei", status="noted")], scope="RAN1#999")
    (item,) = items(listed.digest([watch()], told))
    assert item.succession == (("revised to", (Link("R1-9900008", None),)),)


def test_a_project_names_what_it_replaces_what_replaces_it_and_its_next_stage(newsroom: Any) -> None:
    def project(key: str, stage: str, **other: Any) -> ProjectRow:
        url = f"https://www.iso.org/standard/{key}.html"
        row = {"key": key, "body": "ISO", "group": "ISO/TC 991", "title": f"Invented {key}", "url": url}
        return ProjectRow.model_validate(row | {"stage": stage, "reference": f"ISO 99{key}"} | other)

    secretariat = {"secretariat_id": "1", "secretariat": "SAC", "title": "Invented"}
    committee = {"key": "1", "body": "ISO", "group": "ISO/TC 991"} | secretariat
    newsroom.take("iso.committees", [CommitteeRow.model_validate(committee)])
    newsroom.take("iso.projects", [project("1", "60.60"), project("2", "20.00")])
    rows = [project("1", "95.99", replaced_by="2"), project("2", "30.00", replaces="1, 77")]
    told = newsroom.take("iso.projects", rows)
    whole = watch(groups=[], whole_groups=["ISO/TC 991"], topics=[])
    found = {item.key: item for item in items(newsroom.digest([whole], told))}
    before, after = (Link(f"ISO 99{key}", f"https://www.iso.org/standard/{key}.html") for key in "12")
    assert found["1"].succession == (("replaced by", (after,)),)
    assert found["2"].succession == (("replaces", (before, Link("77", None))),)
    assert (found["1"].place, found["2"].place) == ("", "next: 40 enquiry")


def test_of_a_secretariat_that_changed_hands_only_one_has_it(newsroom: Any) -> None:
    def held(by: str) -> CommitteeRow:
        row = {"key": "1", "body": "ISO", "group": "ISO/TC 991", "title": "Invented", "secretariat_id": by}
        return CommitteeRow.model_validate(row | {"secretariat": by})

    newsroom.take("iso.committees", [held("SAC")])
    told = newsroom.take("iso.committees", [held("AFNOR")])
    (item,) = items(newsroom.digest([watch(groups=[], whole_groups=["ISO/TC 991"], topics=[])], told))
    assert [(name.text, name.role) for name in item.names] == [("AFNOR", "secretariat"), ("SAC", "secretariat before")]


def test_a_period_without_matches_is_quiet_and_says_what_was_read(listed: Any) -> None:
    digest = listed.digest([watch()], [])
    assert digest.quiet
    assert digest.blind == ()
    assert [(one.body, one.sources) for one in digest.read] == [("3GPP", 1)]


def test_blindness_is_told_to_those_who_watch_there(listed: Any) -> None:
    def fail(key: str, group: str, outcome: str) -> None:
        url = "https://www.itu.int/x"
        visit = Visit(key, "itu.documents", "ITU", url, listed.now, group=group, status=503)
        with listed.archive.write() as connection:
            fault(connection, visit, "503 Service Unavailable", outcome=outcome)

    fail("itu.documents:T25-SG13-C", "ITU-T SG13", "refused")
    fail("itu.documents:T25-SG17-C", "ITU-T SG17", "refused")
    fail("itu.documents:R23-WP5D-C", "ITU-R WP5D", "suspect")
    (blind,) = listed.digest([watch(groups=["RAN1", "ITU-T *"])], []).blind
    assert blind.groups == (("ITU-T SG13", "documents"), ("ITU-T SG17", "documents"))
    assert (blind.last, blind.why) == (None, "503 Service Unavailable")
    assert listed.digest([watch()], []).blind == ()
