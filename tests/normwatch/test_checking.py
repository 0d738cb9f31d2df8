"""What `check` doubts: watchlists that would tell too much, nothing, or nobody."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from normwatch import checking

MORE = """
[[watchlists]]
name = "Silent"
whole_groups = ["ISO/TC 307"]
recipients = ["officer@example.org"]

[[watchlists]]
name = "Nobody's"
whole_groups = ["ISO/TC 9901", "ISO/TC 9901/*"]
"""


def test_a_watchlist_that_would_tell_nothing_or_nobody_is_doubted(normwatch: Any, watched: Path) -> None:
    config = watched / "config.toml"
    config.write_text(config.read_text("utf-8") + MORE, encoding="utf-8")
    (found,) = normwatch.json("check")
    assert found["valid"] is True
    assert found["warnings"] == [
        "watchlist 'Silent' would have told nothing in the last four weeks",
        'watchlist "Nobody\'s" has no recipient',
    ]
    assert {one["name"]: one["per_week"] for one in found["watchlists"]} == {
        "Sundials": 1.9,
        "Silent": 0.0,
        "Nobody's": 1.9,
    }
    said = normwatch("check")
    assert said.exit_code == 0
    assert "would have told nothing" in said.output


def test_an_archive_with_nothing_recent_is_said_to_be_that(
    normwatch: Any, watched: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NORMWATCH_NOW", "2031-01-01T00:00:00Z")
    (found,) = normwatch.json("check")
    (said,) = (one for one in found["warnings"] if "last four weeks" in one)
    assert said.startswith("no watchlist would have told anything")
    assert "--since" in said


def test_a_watchlist_that_is_too_broad_is_doubted(
    normwatch: Any, watched: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "TOO_MANY", 0.5)
    (found,) = normwatch.json("check")
    assert found["warnings"] == ["watchlist 'Sundials' is broad: 1.9 items a week since 2026-11-10"]


def test_the_example_s_contact_and_no_operators_are_doubted_and_what_nobody_will_be_told(
    normwatch: Any, watched: Path
) -> None:
    (watched / "config.toml").write_text("", encoding="utf-8")
    (found,) = normwatch.json("check")
    owed = found["warnings"].pop(0)
    assert owed.startswith("3 changes owed to 1 recipient through “Sundials”, and no watchlist is called so")
    assert "formerly = [...]" in owed
    assert 'normwatch alerts forgo "Sundials"' in owed
    assert found["warnings"] == [
        "there is no watchlist: nobody will be told anything",
        "crawl.contact is still the example's: bodies cannot write to you",
        "mail.operators is empty: nobody hears of faults",
    ]


def test_a_secret_that_is_not_there_is_named_before_mail_is_due(
    normwatch: Any, watched: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = watched / "config.toml"
    relay = '[mail.smtp]\nhost = "mail.example.org"\nuser = "u"\npassword = { env = "INVENTED_PASSWORD" }\n'
    config.write_text(config.read_text("utf-8") + relay, encoding="utf-8")
    (found,) = normwatch.json("check")
    assert found["warnings"] == [
        "mail.smtp.password: the environment variable INVENTED_PASSWORD is not set, for this command at least"
    ]
    monkeypatch.setenv("INVENTED_PASSWORD", "x")
    assert normwatch.json("check")[0]["warnings"] == []


def test_a_watched_group_that_no_source_lists_is_named(normwatch: Any, watched: Path) -> None:
    config = watched / "config.toml"
    more = '[[watchlists]]\nname = "Far"\nrecipients = ["officer@example.org"]\n'
    more += 'groups = ["RAN1", "SA*", "ITU-T SG2", "ISO/TC 307", "CT6"]\n'
    sources = '\n[sources.3gpp]\ngroups = ["RAN1", "SA2"]\n[sources.itu]\ngroups = ["ITU-T SG13"]\n'
    config.write_text(config.read_text("utf-8") + "\n" + more + sources, encoding="utf-8")
    (found,) = normwatch.json("check")
    assert [one for one in found["warnings"] if "no source is visited" in one] == [
        "watchlist 'Far' watches ITU-T SG2, of which no source is visited: see [sources]",
        "watchlist 'Far' watches CT6, of which no source is visited: see [sources]",
    ]
