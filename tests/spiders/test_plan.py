"""Which listings are visited at a moment, given what is configured and what the archive knows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from organisations import Registry, Resolver
from spiders.archive_view import ArchiveView
from spiders.plan import targets
from spiders.rows import KINDS, MeetingRow, Reading
from spiders.settings import CrawlSettings
from spiders.sources import Sources
from spiders.targets import Target
from spiders.urls import ALLOWED_HOSTS
from store.archive import Archive
from store.incoming import Visit
from store.ingest import ingest

NOW = datetime(2026, 11, 21, 6, tzinfo=UTC)
FTP = "https://www.3gpp.org/ftp/tsg_sa/WG2_Arch/"


def meeting(key: str, name: str, starts: str | None, ends: str | None, **more: Any) -> MeetingRow:
    row = {"body": "3GPP", "group": "SA2", "title": "Invented"} | more
    return MeetingRow(key=key, name=name, starts_on=starts, ends_on=ends, **row)


MEETINGS = [
    meeting("1", "SA2#1", "2026-07-20", "2026-07-23"),  # ended 121 days ago
    meeting("2", "SA2#2", "2026-07-20", "2026-07-24"),
    meeting("3", "SA2#3", "2026-11-16", "2026-11-20", documents_url=f"{FTP}TSGS2_3/Docs/"),
    meeting("4", "SA2#4", "2027-01-20", "2027-01-22"),
    meeting("5", "SA2#5", "2027-01-21", "2027-01-22"),  # begins in 61 days
    meeting("6", "SA2#6", None, None),
    meeting("7", "SA2#email", "2026-01-01", "2026-12-31"),
    meeting("8", "SA2#8", "2026-11-02", "2026-11-06", status="cancelled"),
    meeting("9", "RAN1#9", "2026-11-16", "2026-11-20", group="RAN1"),
]


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    made = Archive.open(f"sqlite:///{tmp_path / 'a.sqlite'}", create=True)
    where = "https://www.3gpp.org/dynareport?code=Meetings-S2.htm"
    visit = Visit("3gpp.meetings:SA2", "3gpp.meetings", "3GPP", where, NOW, etag='"1"', content=b"page")
    with made.write() as connection:
        ingest(connection, visit, Reading("3gpp.meetings", rows=list(MEETINGS)), Resolver(Registry.load()))
    yield made
    made.close()


def planned(archive: Archive, kind: str, **sources: Any) -> list[Target]:
    with archive.read() as connection:
        return targets(kind, Sources.model_validate(sources), ArchiveView(connection, CrawlSettings(), NOW))


def test_lists_of_meetings_in_the_window_are_visited_the_next_first(archive: Archive) -> None:
    found = planned(archive, "3gpp.tdocs", **{"3gpp": {"groups": ["SA2"]}})
    assert [target.meeting for target in found] == ["SA2#4", "SA2#3", "SA2#8", "SA2#2"]


def test_agenda_pages_are_visited_after_the_lists_where_a_group_keeps_them(archive: Archive) -> None:
    found = planned(archive, "3gpp.tdocs", **{"3gpp": {"groups": ["SA2"], "agenda_pages": ["SA2"]}})
    (page,) = (target for target in found if target.last)
    assert (page.listing, page.url) == ("3gpp.tdocs:SA2#3:agenda", f"{FTP}TSGS2_3/")


def test_what_was_read_before_is_asked_for_with_its_validators(archive: Archive) -> None:
    known, new = planned(archive, "3gpp.meetings", **{"3gpp": {"groups": ["SA2", "RAN1"]}})
    assert (known.listing, known.etag, known.last_url) == ("3gpp.meetings:SA2", '"1"', known.url)
    assert (new.etag, new.last_url) == (None, None)


def test_itu_s_contributions_are_those_of_the_study_period_that_its_newest_meetings_are_of(archive: Archive) -> None:
    groups = {"groups": ["ITU-T SG2", "ITU-T SG13", "ITU-R WP5D"], "pages": False}
    rows = [
        meeting(key, key, starts, None, body="ITU", group=group)
        for group, key, starts in (
            ("ITU-T SG2", "T25-SG02-260901", "2026-09-01"),
            ("ITU-T SG2", "T29-SG02-270119", "2027-01-19"),  # announced, and contributions come in
            ("ITU-T SG13", "T29-SG13-270301", "2027-03-01"),  # further ahead
            ("ITU-R WP5D", "R19-WP5D-220207", "2022-02-07"),  # a catalogue that is not kept up
        )
    ]
    visit = Visit("itu.meetings:T", "itu.meetings", "ITU", "https://www.itu.int/", NOW, content=b"catalogue")
    with archive.write() as connection:
        ingest(connection, visit, Reading("itu.meetings", rows=rows), Resolver(Registry.load()))
    assert [target.url.rpartition("/")[2] for target in planned(archive, "itu.documents", itu=groups)] == [
        "T29-SG02-C.xml",
        "T29-SG02-270119-TD.xml",
        "T25-SG02-260901-TD.xml",
        "T25-SG13-C.xml",
        "R23-WP5D-C.xml",
    ]


def test_everything_visited_by_default_is_at_the_bodies_hosts_and_named_once(archive: Archive) -> None:
    found = [
        target for kind in KINDS for target in planned(archive, kind, itu={"groups": ["ITU-T SG13", "ITU-R WP5D"]})
    ]
    assert {target.host for target in found} <= ALLOWED_HOSTS
    assert len({target.listing for target in found}) == len(found)
    assert all(target.url.startswith("https://") for target in found)


def test_what_is_switched_off_is_not_visited(archive: Archive) -> None:
    off = {"iso": {"committees": False, "projects": False, "registers": []}, "itu": {"meetings": []}}
    for kind in ("iso.committees", "iso.projects", "iso.registers", "itu.meetings", "itu.documents"):
        assert planned(archive, kind, **off) == []
