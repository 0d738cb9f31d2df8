"""What is wrong with a configuration is named by key and line, and what would be right."""

from __future__ import annotations

from pathlib import Path

import pytest

from normwatch.config import Config, ConfigError, Problem, load
from normwatch.starter import StarterError, shipped, shipped_watchlists, start
from spiders.rows import KINDS


def problems(folder: Path, text: str | bytes) -> list[Problem]:
    path = folder / "config.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ConfigError) as caught:
        load(path)
    assert str(caught.value).startswith(f"{path}:")
    return caught.value.problems


ONE = """
[[watchlists]]
name = "A"
{}
"""


@pytest.mark.parametrize(
    ("text", "key", "line", "said"),
    [
        pytest.param('[crawl]\n\ncontct = "a"', "crawl.contct", 3, "did you mean 'contact'?", id="unknown key"),
        pytest.param('[mails]\nfolder = "a"', "mails", 1, "did you mean 'mail'?", id="unknown table"),
        pytest.param('[mail.smtp]\nhost = "a"\nprot = 25', "mail.smtp.prot", 3, "'port'", id="unknown key, nested"),
        pytest.param(
            ONE.format('cadance = "daily 07:30"'), "watchlists[A].cadance", 4, "'cadence'", id="of a watchlist"
        ),
        pytest.param(
            '[watchlist_groups.all]\norigin = ["CN"]',
            "watchlist_groups.all.origin",
            2,
            "'origins'",
            id="of a group of them",
        ),
        pytest.param(
            "[digests]\nnothing_like_it = 1", "digests.nothing_like_it", 2, "known: hosts", id="no suggestion"
        ),
        pytest.param('[sources.3gpp]\ngroups = ["RAN9"]', "sources.3gpp.groups", 2, "RAN1", id="3GPP group"),
        pytest.param('[sources.itu]\ngroups = ["SG13"]', "sources.itu.groups", 2, "ITU-T SG13", id="ITU group"),
        pytest.param(ONE.format('groups = ["RAN1", "Foo"]'), "watchlists[A].groups[1]", 4, "RAN*", id="watched group"),
        pytest.param(ONE.format('cadence = "hourly"'), "watchlists[A].cadence", 4, "daily 07:30", id="cadence"),
        pytest.param(ONE.format('cadence = "daily 24:00"'), "watchlists[A].cadence", 4, "07:30", id="time of day"),
        pytest.param(
            ONE.format('recipients = [{ address = "a@example.org", cadence = "often" }]'),
            "watchlists[A].recipients[0].cadence",
            4,
            "weekly mon 07:30",
            id="recipient's cadence",
        ),
        pytest.param('[schedule]\nsend = "often"', "schedule.send", 2, "every 30 min", id="interval"),
        pytest.param(
            '[schedule.cadences]\n"3gpp.meetings" = "every 2 h"\n"iso.projects" = "daily 07:30"',
            "schedule.cadences.iso.projects",
            3,
            "every 2 h",
            id="interval of a kind",
        ),
        pytest.param(
            '[schedule.cadences]\n"iso.project" = "every 2 h"',
            "schedule.cadences.iso.project",
            2,
            "iso.projects",
            id="kind",
        ),
        pytest.param('[mail]\nsender = "nobody"', "mail.sender", 2, "officer@example.org", id="address"),
        pytest.param(
            ONE.format('recipients = ["a@example.org", "b"]'),
            "watchlists[A].recipients[1].address",
            4,
            "officer@example.org",
            id="recipient's address",
        ),
        pytest.param(ONE.format('zone = "Berlin"'), "watchlists[A].zone", 4, "Europe/Berlin", id="zone"),
        pytest.param("a = 1\n[crawl", "", 2, "not TOML", id="not TOML"),
        pytest.param(b'country = "CN"\n# caf\xe9', "", 2, "UTF-8", id="not UTF-8"),
        pytest.param("[crawl]\ndelay = 'two'", "crawl.delay", 2, "a number is wanted, found 'two'", id="number"),
        pytest.param("[crawl]\ndays_back = 1.5", "crawl.days_back", 2, "a whole number is wanted", id="whole number"),
        pytest.param(
            "[sources.iso]\nprojects = 'yes please'", "sources.iso.projects", 2, "true or false", id="boolean"
        ),
        pytest.param(ONE.format('groups = "RAN1"'), "watchlists[A].groups", 4, "a list in [ ] is wanted", id="list"),
        pytest.param("\ncountry = 3", "country", 2, "text in quotes is wanted, found 3", id="text"),
        pytest.param("\ncrawl = 3", "crawl", 2, "a table is wanted", id="table"),
        pytest.param("[crawl]\ndelay = -1", "crawl.delay", 2, "greater than or equal to 0", id="range"),
        pytest.param('[archive]\nurl = "archive.sqlite"', "archive.url", 2, "sqlite:///archive.sqlite", id="database"),
        pytest.param(
            '[archive]\nurl = "mysql://example.org/x"', "archive.url", 2, "SQLite or PostgreSQL", id="other database"
        ),
        pytest.param('[archive]\nkeep_bytes = "some"', "archive.keep_bytes", 2, '"all" or a number', id="all or days"),
        pytest.param("[archive]\nkeep_bytes = 0", "archive.keep_bytes", 2, "1 or more", id="no days"),
        pytest.param(
            '[crawl]\nreplica = "https://example.org"', "crawl.replica", 2, "127.0.0.1", id="replica elsewhere"
        ),
        pytest.param('[mail]\ndelivery = "smtp"', "mail", 1, "needs [mail.smtp]", id="no relay"),
        pytest.param("[mail.smtp]\nport = 25", "mail.smtp.host", 1, "is needed here", id="missing key"),
        pytest.param(
            ONE.format("") + ONE.format(""),
            "watchlists[A].name",
            7,
            'two watchlists are called "A"',
            id="two of one name",
        ),
        pytest.param(
            "[watchlist_groups.all]" + ONE.format('inherits = "al"'),
            "watchlists[A].inherits",
            4,
            "no watchlist group (all)",
            id="unknown group to inherit from",
        ),
    ],
)
def test_a_problem_is_named_by_key_and_line(tmp_path: Path, text: str, key: str, line: int, said: str) -> None:
    (problem,) = problems(tmp_path, text)
    assert (problem.key, problem.line) == (key, line)
    assert said in problem.message


def test_all_problems_are_named_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    found = problems(tmp_path, '[mail]\nsender = "x"\n[crawl]\ndelay = -1\nagnt = ""\n')
    assert [(one.key, one.line) for one in found] == [("mail.sender", 2), ("crawl.delay", 4), ("crawl.agnt", 5)]


def test_a_missing_file_leads_to_init(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="normwatch init"):
        load(tmp_path / "config.toml")


@pytest.mark.parametrize("secret", ['password = "hunter2"', 'password = { env = "A", value = "hunter2" }'])
def test_a_secret_is_never_shown(tmp_path: Path, secret: str) -> None:
    found = problems(tmp_path, f'[mail.smtp]\nhost = "h"\nuser = "u"\n{secret}\n')
    assert found
    assert "hunter2" not in "".join(one.message for one in found)
    assert {one.line for one in found} == {4}


def test_relative_paths_are_taken_from_the_file_s_folder(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[registry]\nfiles = ["own.csv"]\n', encoding="utf-8")
    config = load(tmp_path / "config.toml")
    assert config.archive.url == f"sqlite:///{tmp_path}/archive.sqlite"
    assert config.registry.files == [str(tmp_path / "own.csv")]
    assert config.mail.folder == tmp_path / "outbox"


def test_a_watchlist_inherits_what_it_does_not_say(tmp_path: Path) -> None:
    text = '[watchlist_groups.all]\norigins = ["HK"]\nzone = "Asia/Tokyo"\n' + ONE.format('inherits="all"\nzone="UTC"')
    (tmp_path / "config.toml").write_text(text, encoding="utf-8")
    (found,) = load(tmp_path / "config.toml").watchlists
    assert (found.origins, found.zone) == (("HK",), "UTC")


def test_the_shipped_configuration_is_valid_and_visits_every_kind() -> None:
    config = load(shipped())
    assert list(config.schedule.cadences) == list(KINDS)
    assert config.schedule == Config().schedule, "the shipped schedule is the default one"
    assert all(one.recipients and one.context for one in config.watchlists)
    assert "[[watchlists]]" in shipped_watchlists()


def test_a_starter_configuration_is_never_written_over_another(tmp_path: Path) -> None:
    path = start(tmp_path / "new")
    with pytest.raises(StarterError, match="left as it is"):
        start(tmp_path / "new")
    assert path.read_text("utf-8") == shipped().read_text("utf-8")
