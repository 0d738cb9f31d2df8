"""Which meetings' documents are visited: those around today, all of them when asked, pseudo meetings never."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection

from organisations import Registry, Resolver
from spiders.archive_view import ArchiveView
from spiders.rows import MeetingRow, Reading
from spiders.settings import CrawlSettings
from store.archive import Archive
from store.incoming import Visit
from store.ingest import ingest

NOW = datetime(2026, 11, 21, 6, tzinfo=UTC)


def meeting(key: str, starts_on: str | None, ends_on: str | None) -> MeetingRow:
    return MeetingRow(
        key=key, body="3GPP", group="RAN1", title="Invented", name=f"RAN1#{key}", starts_on=starts_on, ends_on=ends_on
    )


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    rows = [
        meeting("1", "2026-07-20", "2026-07-24"),  # ended 120 days ago
        meeting("2", "2026-07-19", "2026-07-23"),  # ended 121 days ago
        meeting("3", "2027-01-20", "2027-01-24"),  # starts in 60 days
        meeting("4", "2027-01-21", "2027-01-25"),  # starts in 61 days
        meeting("5", "2025-12-13", "2026-12-31"),  # a year of e-mail
        meeting("6", None, None),
        meeting("7", "2016-02-15", "2016-02-19"),
    ]
    archive = Archive.open(f"sqlite:///{tmp_path}/archive.sqlite", create=True)
    visit = Visit("3gpp.meetings:RAN1", "3gpp.meetings", "3GPP", "https://www.3gpp.org/", NOW, content=b"x")
    with archive.write() as writing:
        ingest(writing, visit, Reading("3gpp.meetings", rows=list(rows)), Resolver(Registry.load()))
    with archive.read() as reading:
        yield reading


def test_a_listing_of_several_pages_knows_the_validators_of_each(tmp_path: Path) -> None:
    archive = Archive.open(f"sqlite:///{tmp_path}/pages.sqlite", create=True)
    url, second = "https://www.itu.int/md/T25-SG13-C/en", "https://www.itu.int/md/meetingdoc.asp?PageLB=50"
    named, kind = "itu.documents:T25-SG13-C:listing", "itu.documents"
    pages = (named, url, [second]), (f"{named}?PageLB=50", second, []), (f"{named}x", f"{url}/x", [])
    with archive.write() as writing:
        for number, (listing, address, onward) in enumerate(pages):
            content = str(number).encode()
            visit = Visit(listing, kind, "ITU", address, NOW, status=200, etag=f'"{number}"', content=content)
            ingest(writing, visit, Reading(kind, next_urls=onward, partial=True), Resolver(Registry.load()))
    with archive.read() as reading:
        target = ArchiveView(reading, CrawlSettings(), NOW).target(named, kind, "ITU", url)
    assert {at: (page.etag, page.leads_to) for at, page in target.pages.items()} == {
        url: ('"0"', second),
        second: ('"1"', None),
    }
    archive.close()


def keys(view: ArchiveView) -> set[str]:
    return {one.key for one in view.meetings("3GPP", ["RAN1"])}


def test_meetings_from_120_days_back_to_60_ahead_are_visited(connection: Connection) -> None:
    assert keys(ArchiveView(connection, CrawlSettings(), NOW)) == {"1", "3"}


def test_the_window_is_configured(connection: Connection) -> None:
    assert keys(ArchiveView(connection, CrawlSettings(days_back=121, days_ahead=61), NOW)) == {"1", "2", "3", "4"}


def test_all_are_visited_when_asked(connection: Connection) -> None:
    assert keys(ArchiveView(connection, CrawlSettings(), NOW, everything=True)) == {"1", "2", "3", "4", "7"}


def test_another_groups_meetings_are_not(connection: Connection) -> None:
    assert ArchiveView(connection, CrawlSettings(), NOW).meetings("3GPP", ["RAN2"]) == []
