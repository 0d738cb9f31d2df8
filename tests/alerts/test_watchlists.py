from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from alerts.watchlists import Watchlist, WatchlistDefaults, resolve


def test_a_watchlist_takes_from_its_group_what_it_does_not_say() -> None:
    group = WatchlistDefaults(
        cadence="weekly mon 08:00", zone="Asia/Tokyo", origins=("KR",), recipients=["a@example.org"]
    )
    own = Watchlist(name="AI", inherits="asia", cadence="immediate", topics=["AI"])
    (resolved,) = resolve([own], {"asia": group})
    assert resolved.timing("a@example.org") == ("immediate", "Asia/Tokyo")
    assert resolved.origins == ("KR",)
    shown = resolved.resolved()
    assert shown["cadence"] == "immediate"
    assert shown["zone"] == "Asia/Tokyo"
    assert shown["significance"] == "significant"


def test_recipients_have_times_of_their_own() -> None:
    one = Watchlist(
        name="AI",
        cadence="daily 07:30",
        recipients=["a@example.org", {"address": "b@example.org", "cadence": "weekly fri 16:00", "zone": "Asia/Tokyo"}],
    )
    assert one.addresses == ("a@example.org", "b@example.org")
    assert one.timing("a@example.org") == ("daily 07:30", "UTC")
    assert one.timing("b@example.org") == ("weekly fri 16:00", "Asia/Tokyo")


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"groups": ["RAN9"]}, 'unknown group "RAN9"'),
        ({"groups": ["TC 307"]}, "ISO/TC 307"),
        ({"areas": ["6gee"]}, 'unknown area "6gee": one of 6g'),
        ({"events": ["decide"]}, "decided"),
        ({"origins": ["China"]}, "such as CN"),
        ({"topics": ["*"]}, "is no topic"),
        ({"cadence": "hourly"}, "daily 07:30"),
        ({"zone": "Berlin"}, "Europe/Berlin"),
        ({"recipients": ["officer"]}, "no e-mail address"),
        ({"recipients": ["a@example.org\nBcc: b@example.org"]}, "no e-mail address"),
        ({"recipients": ["jürgen@example.org"]}, "no e-mail address"),
        ({"recipients": ["a..b@example.org"]}, "no e-mail address"),
        ({"recipients": [{"address": "a@example.org", "cadence": "daily"}]}, "daily 07:30"),
        ({"topic": ["6G"]}, "Extra inputs are not permitted"),
        ({"name": "6G\nradio"}, "one line"),
    ],
)
def test_what_is_wrong_is_said_with_what_would_be_right(setting: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Watchlist.model_validate({"name": "x"} | setting)
    assert message in str(caught.value)


def test_groups_and_names_must_be_there_and_be_different() -> None:
    with pytest.raises(ValueError, match=r'"AI" inherits "asia", which is no watchlist group \(europe\)'):
        resolve([Watchlist(name="AI", inherits="asia")], {"europe": WatchlistDefaults()})
    with pytest.raises(ValueError, match='two watchlists are called "AI"'):
        resolve([Watchlist(name="AI"), Watchlist(name="AI")], {})
    with pytest.raises(ValueError, match='watchlist "AI" was formerly "6G", but a watchlist is called so'):
        resolve([Watchlist(name="6G"), Watchlist(name="AI", formerly=["6G"])], {})


def test_watches_by_body_and_group() -> None:
    one = Watchlist(name="x", groups=["RAN1", "ISO/TC 8/*"], whole_groups=["ITU-R WP5D"])
    assert one.watches("3GPP", "RAN1")
    assert one.watches("ISO", "ISO/TC 8/SC 13")
    assert one.watches("ITU", "ITU-R WP5D")
    assert one.watches("ISO", None)
    assert not one.watches("3GPP", "RAN2")
    assert not Watchlist(name="x", bodies=["ISO"]).watches("ITU", "ITU-T SG13")


def test_a_recipient_stands_on_a_watchlist_once_or_is_refused() -> None:
    own = {"address": "A@example.org", "cadence": "immediate"}
    same = Watchlist(name="x", recipients=["A <a@example.org>", "a@example.org", "b@example.org"])
    assert same.addresses == ("a@example.org", "b@example.org")
    with pytest.raises(ValidationError, match=r"a@example.org stands here twice"):
        Watchlist(name="x", recipients=["a@example.org", own])
    with pytest.raises(ValidationError, match="is no e-mail address"):
        Watchlist(name="x", recipients=["A <a@example.org> <b@example.org>"])
