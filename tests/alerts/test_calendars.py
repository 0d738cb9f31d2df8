from __future__ import annotations

from datetime import date
from typing import Any

from icalendar import Calendar

from alerts.calendars import calendar
from alerts.watchlists import Watchlist
from spiders.rows import MeetingRow

RADIO = Watchlist(name="Radio", groups=("RAN1",))


def meeting(key: str = "70001", group: str = "RAN1", **more: Any) -> MeetingRow:
    values = {
        "key": key,
        "body": "3GPP",
        "group": group,
        "title": f"Invented meeting {key}",
        "name": f"{group}#{key}",
        "place": "Nowhere; Utopia, \\ UT",
        "starts_on": "2027-02-15",
        "ends_on": "2027-02-19",
        "documents_url": "https://www.3gpp.org/ftp/invented/",
    }
    return MeetingRow(**(values | more))


def events(newsroom: Any, watchlist: Watchlist = RADIO) -> list[Any]:
    with newsroom.archive.read() as connection:
        content = calendar(connection, watchlist, domain="watch.example.org", now=newsroom.now)
        assert content == calendar(connection, watchlist, domain="watch.example.org", now=newsroom.now)
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    parsed = Calendar.from_ical(content)
    assert parsed["VERSION"] == "2.0"
    assert not parsed.errors
    return list(parsed.walk("VEVENT"))


def test_a_meeting_is_a_stretch_of_whole_days_where_it_takes_place(newsroom: Any) -> None:
    newsroom.take("3gpp.meetings", [meeting()], scope="RAN1")
    (event,) = events(newsroom)
    assert event["UID"] == "3gpp-meeting-70001@watch.example.org"
    assert event["SUMMARY"] == "RAN1#70001: Invented meeting 70001"
    assert event["LOCATION"] == "Nowhere; Utopia, \\ UT"
    assert event["DTSTART"].dt == date(2027, 2, 15)
    assert event["DTEND"].dt == date(2027, 2, 20)  # the end is the first day after
    assert (event["STATUS"], event["SEQUENCE"]) == ("CONFIRMED", 0)
    assert event["URL"] == "https://www.3gpp.org/ftp/invented/"


def test_a_move_keeps_the_uid_and_raises_the_sequence(newsroom: Any) -> None:
    newsroom.take("3gpp.meetings", [meeting()], scope="RAN1")
    (before,) = events(newsroom)
    newsroom.take(
        "3gpp.meetings", [meeting(starts_on="2027-03-01", ends_on="2027-03-05", place="Utopia")], scope="RAN1"
    )
    (after,) = events(newsroom)
    assert after["UID"] == before["UID"]
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert after["DTSTAMP"].dt > before["DTSTAMP"].dt
    assert after["DTSTART"].dt == date(2027, 3, 1)


def test_a_cancelled_meeting_stays_in_marked(newsroom: Any) -> None:
    newsroom.take("3gpp.meetings", [meeting()], scope="RAN1")
    newsroom.take("3gpp.meetings", [meeting(status="cancelled")], scope="RAN1")
    (event,) = events(newsroom)
    assert event["STATUS"] == "CANCELLED"
    assert event["SEQUENCE"] == 1
    assert event["SUMMARY"].startswith("Cancelled: ")


def test_a_meeting_no_longer_listed_is_not_said_to_be_cancelled(newsroom: Any) -> None:
    both = [meeting(), meeting("70002")]
    newsroom.take("3gpp.meetings", both, scope="RAN1")
    for _ in range(2):
        newsroom.take("3gpp.meetings", both[1:], scope="RAN1", partial=False)
    gone, _ = events(newsroom)
    assert gone["STATUS"] == "TENTATIVE"
    assert "no longer lists" in gone["DESCRIPTION"]


def test_only_meetings_of_watched_groups_that_are_not_long_past(newsroom: Any) -> None:
    newsroom.take(
        "3gpp.meetings", [meeting(), meeting("6", starts_on="2026-01-05", ends_on="2026-01-09")], scope="RAN1"
    )
    newsroom.take("3gpp.meetings", [meeting("8", "SA2")], scope="SA2")
    assert [event["UID"].split("@")[0] for event in events(newsroom)] == ["3gpp-meeting-70001"]
    assert len(events(newsroom, Watchlist(name="All"))) == 2


def test_hostile_titles_add_no_lines_and_keys_no_uids(newsroom: Any) -> None:
    title = "x\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nATTACH:https://evil.example/\u202e"
    newsroom.take(
        "3gpp.meetings", [meeting("7@evil.example\r\n", title=title, place="<script> www.evil.example")], scope="RAN1"
    )
    (event,) = events(newsroom)
    assert "ATTACH" not in event
    assert "evil.example" not in event["SUMMARY"] + event["LOCATION"]
    assert event["LOCATION"].replace("\u200c", "") == "<script> www.evil.example"
    assert event["UID"].count("@") == 1
    assert event["UID"].endswith("@watch.example.org")
