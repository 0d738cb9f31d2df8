"""Crawls of the replica over real sockets, each in a process of its own as in life.

One archive has seen day one, another day two as well; tests crawl on from copies of these.
"""

from __future__ import annotations

import itertools
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

import demo
from demo.expected import day_two
from normwatch.clock import VARIABLE
from normwatch.crawling import Crawled, crawl
from organisations import Registry, Resolver
from spiders.urls import ALLOWED_HOSTS
from store.archive import Archive
from store.changes import Filter, changes
from store.listings import sources

TODAY = date(2026, 11, 21)
DAY_ONE = datetime(2026, 11, 20, 10, tzinfo=UTC)
DAY_TWO = datetime(2026, 11, 21, 6, tzinfo=UTC)

CONFIG = """
[crawl]
delay = 0
contact = "watcher@example.org"
replica = {replica}
timeout = 5
{more}
[sources.3gpp]
groups = {threegpp}
agenda_pages = ["SA2", "SA3"]

[sources.itu]
groups = {itu}
"""


@dataclass
class Watch:
    """A folder with a configuration and an archive, and the replica that it crawls."""

    folder: Path
    replica: demo.Replica

    def crawl(self, at: datetime, *only: str, day: int = 2) -> dict[str, Crawled]:
        """What one crawl at a time did, by source."""
        self.replica.day = day
        self.replica.log.clear()
        before = os.environ.get(VARIABLE)
        os.environ[VARIABLE] = at.isoformat()
        try:
            return {one.source: one for one in crawl(self.folder / "config.toml", only, minutes=2, memory_mb=1500)}
        finally:
            os.environ.pop(VARIABLE) if before is None else os.environ.update({VARIABLE: before})

    def on(self, folder: Path) -> Watch:
        """The same archive, copied to be crawled further."""
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        return Watch(folder, self.replica)

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        connection = sqlite3.connect(self.folder / "archive.sqlite")
        try:
            return connection.execute(statement).fetchall()
        finally:
            connection.close()

    def states(self) -> dict[str, dict[str, Any]]:
        """What `normwatch sources` says, by source."""
        archive = Archive.open(f"sqlite:///{self.folder / 'archive.sqlite'}")
        with archive.read() as connection:
            found = {one["source"]: one for one in sources(connection, DAY_TWO)}
        archive.close()
        return found

    def told(self, since: datetime) -> set[tuple[str, ...]]:
        """Every change from a time on, as (kind, body, record, key, field, subject, old, new)."""
        archive = Archive.open(f"sqlite:///{self.folder / 'archive.sqlite'}")
        with archive.read() as connection:
            found = {
                (one.kind, one.body, one.record, one.key, one.field, one.subject, one.old, one.new)
                for one in changes(connection, Resolver(Registry.load()), Filter(since=since.isoformat()))
            }
        archive.close()
        return found

    def asked(self, host: str = "") -> list[demo.Seen]:
        """The requests of the last crawl, robots.txt aside."""
        return [seen for seen in self.replica.log if seen.target != "/robots.txt" and seen.host.startswith(host)]


@pytest.fixture(scope="module")
def server() -> Iterator[demo.Replica]:
    with demo.Replica(today=TODAY) as running:
        yield running


@pytest.fixture
def replica(server: demo.Replica) -> Iterator[demo.Replica]:
    server.clear()
    yield server
    server.clear()


@pytest.fixture(scope="module")
def configure(server: demo.Replica) -> Callable[..., Watch]:
    def write(folder: Path, more: str = "") -> Watch:
        groups = {"threegpp": list(demo.THREEGPP_GROUPS), "itu": list(demo.ITU_GROUPS)}
        values = {name: json.dumps(value) for name, value in (groups | {"replica": server.base_url}).items()}
        (folder / "config.toml").write_text(CONFIG.format(more=more, **values), encoding="utf-8")
        return Watch(folder, server)

    return write


@pytest.fixture(scope="module")
def day_one(configure: Callable[..., Watch], tmp_path_factory: pytest.TempPathFactory) -> Watch:
    """An archive that has seen day one."""
    watch = configure(tmp_path_factory.mktemp("one"))
    watch.replica.clear()
    watch.crawl(DAY_ONE, day=1)
    return watch


@pytest.fixture(scope="module")
def day_two_log() -> list[demo.Seen]:
    return []


@pytest.fixture(scope="module")
def both_days(day_one: Watch, day_two_log: list[demo.Seen], tmp_path_factory: pytest.TempPathFactory) -> Watch:
    """An archive that has seen both days."""
    watch = day_one.on(tmp_path_factory.mktemp("two"))
    watch.replica.clear()
    watch.crawl(DAY_TWO)
    day_two_log += watch.replica.log
    return watch


# -- the whole truth


def test_the_first_day_is_a_baseline(day_one: Watch) -> None:
    assert day_one.rows("SELECT count(*) FROM change") == [(0,)]
    assert {one["state"] for one in day_one.states().values()} <= {"ok", "new"}
    bodies = dict(day_one.rows("SELECT body, count(*) FROM record WHERE record = 'contribution' GROUP BY body"))
    assert bodies.keys() == {"3GPP", "ISO", "ITU"}


def test_the_second_day_tells_exactly_what_is_new(both_days: Watch) -> None:
    truth = day_two(TODAY)
    told = both_days.told(DAY_TWO)
    for body in ("3GPP", "ISO", "ITU"):
        for record in ("contribution", "project", "committee", "meeting"):
            appeared = {key for kind, *place, key, _, _, _, _ in told if (kind, *place) == ("appeared", body, record)}
            expected = {item.key for item in truth.appeared if (item.body, item.record) == (body, record)}
            assert appeared == expected, (body, record)


def changed(told: set[tuple[Any, ...]], body: str, record: str) -> dict[str, dict[str, tuple[Any, Any]]]:
    """The told changes of one kind of record: key -> field -> old and new value."""
    found: dict[str, dict[str, tuple[Any, Any]]] = {}
    for kind, *place, key, field, _, old, new in told:
        if (kind, *place) == ("changed", body, record):
            found.setdefault(key, {})[field] = old, new
    return found


@pytest.mark.parametrize(
    ("body", "record"),
    [
        ("3GPP", "contribution"),
        ("3GPP", "meeting"),
        ("ISO", "contribution"),
        ("ISO", "project"),
        ("ITU", "contribution"),
    ],
)
def test_the_second_day_tells_exactly_what_changed(both_days: Watch, body: str, record: str) -> None:
    truth = day_two(TODAY)
    items = [*truth.appeared, *(edit.item for edit in truth.edited)]
    counted = {field for item in items if (item.body, item.record) == (body, record) for field in item.fields}
    found = changed(both_days.told(DAY_TWO), body, record)
    for key in {
        item.key for item in truth.appeared
    } & found.keys():  # another listing adds co-signers to a new document
        ((field, (first, signed)),) = found.pop(key).items()
        assert (field, signed[: len(first)]) == ("source", first)
    of_note = {key: {field: fields[field] for field in fields.keys() & counted} for key, fields in found.items()}
    assert {key: fields for key, fields in of_note.items() if fields} == truth.changes(body, record)


def test_the_second_day_tells_committees_that_move_and_no_renamed_members(both_days: Watch) -> None:
    truth = day_two(TODAY).changes("ISO", "committee")
    told = both_days.told(DAY_TWO)
    found = changed(told, "ISO", "committee")
    assert found.keys() == truth.keys()
    for key, fields in truth.items():
        kinds = {"secretariat" if name == "secretariat_id" else name.partition(" ")[0] for name in fields}
        assert {"member" if name == "membership" else name for name in found[key]} == kinds
    moves = [one for one in told if one[4] == "membership"]
    assert len(moves) == sum(name.startswith("member ") for fields in truth.values() for name in fields)


# -- polite


def test_a_second_crawl_makes_conditional_requests_only_and_changes_nothing(
    both_days: Watch, replica: demo.Replica, tmp_path: Path
) -> None:
    watch = both_days.on(tmp_path)
    before = (
        watch.rows("SELECT * FROM record"),
        watch.rows("SELECT * FROM change"),
        watch.rows("SELECT * FROM contribution"),
    )
    found = watch.crawl(DAY_TWO + timedelta(hours=1))
    after = (
        watch.rows("SELECT * FROM record"),
        watch.rows("SELECT * FROM change"),
        watch.rows("SELECT * FROM contribution"),
    )
    assert after == before
    conditional = {"if-none-match", "if-modified-since"}
    fetched = [seen for seen in watch.asked() if seen.status == 200 and not conditional & seen.headers.keys()]
    assert [seen.target for seen in fetched] == []
    assert any("/ftp/" in seen.target and seen.target.endswith("/") for seen in watch.asked()), "folders too"
    assert {seen.status for seen in watch.asked()} <= {200, 304, 404}
    assert sum(one.not_modified for one in found.values()) > 50
    assert {one.state for one in found.values()} <= {"ok", "new"}


def test_every_request_says_who_we_are_and_goes_to_the_bodies_alone(
    both_days: Watch, day_two_log: list[demo.Seen]
) -> None:
    assert len(day_two_log) > 50
    assert {seen.headers["user-agent"] for seen in day_two_log} == {
        "Mozilla/5.0 (compatible; Normwatch/0.1; +mailto:watcher@example.org)"
    }
    assert {seen.host for seen in day_two_log} <= ALLOWED_HOSTS
    assert {seen.method for seen in day_two_log} == {"GET"}
    assert not any("cookie" in seen.headers or "authorization" in seen.headers for seen in day_two_log)
    robots = [seen for seen in day_two_log if seen.target == "/robots.txt"]
    assert {seen.host for seen in robots} == {seen.host for seen in day_two_log}


def test_a_list_that_the_portal_lacks_is_read_from_the_file_server(both_days: Watch) -> None:
    source = both_days.states()["3gpp.tdocs:SA3#991"]
    assert (source["state"], source["group"]) == ("ok", "SA3")
    assert source["url"].startswith("https://www.3gpp.org/ftp/")
    assert source["url"].endswith("TDoc_List_Meeting_SA3%23991.xlsx")


def test_agenda_pages_add_co_signers_and_the_portals_list_stays_the_source(both_days: Watch) -> None:
    states = both_days.states()
    pages = [states["3gpp.tdocs:SA2#975:agenda"], states["3gpp.tdocs:SA3#991:agenda"]]
    assert [page["state"] for page in pages] == ["ok", "ok"]
    proposed = {item.key: item.proposed for item in day_two(TODAY).appeared if item.proposed}
    sources_now = dict(both_days.rows("SELECT key, source FROM record JOIN contribution ON record_id = id"))
    assert proposed
    for key, names in proposed.items():
        assert names.rstrip("?") in sources_now[key]
    owned = "SELECT count(*) FROM record JOIN listing ON listing.id = listing_id WHERE listing.key LIKE '%:agenda'"
    assert both_days.rows(owned) == [(0,)]


# -- what goes wrong at the bodies' servers

LISTS = "portal.3gpp.org/ngppapp/GenerateDocumentList.aspx?meetingId="
MEETINGS = "www.3gpp.org/dynareport?code=Meetings-"
BLOB = "isopublicstorageprod.blob.core.windows.net"

FAULTS: dict[str, tuple[str, str, dict[str, Any], str, str]] = {
    # source: (address, fault, its parameters, state, words of the reason)
    "3gpp.tdocs:RAN1#927": (LISTS + "990102", "half", {}, "suspect", "rows, where the last good fetch had"),
    "3gpp.tdocs:RAN2#934": (LISTS + "990202", "cut", {}, "suspect", "the answer was cut short"),
    "3gpp.tdocs:RAN1#926-bis": (LISTS + "990101", "html", {}, "suspect", "an HTML page"),
    "3gpp.tdocs:RAN2#933-bis": (LISTS + "990201", "bomb", {"size": (64 << 20) + 1}, "suspect", "exceeded"),
    "3gpp.tdocs:RAN#914": (LISTS + "990001", "login", {}, "refused", "Log in"),
    "3gpp.meetings:RAN": (MEETINGS + "RP.htm", "empty", {}, "suspect", "an empty body"),
    "3gpp.meetings:RAN1": (MEETINGS + "R1.htm", "status", {"code": 500}, "suspect", "HTTP 500"),
    "3gpp.meetings:RAN2": (MEETINGS + "R2.htm", "block", {}, "refused", "Just a moment"),
    "3gpp.meetings:SA2": (MEETINGS + "S2.htm", "redirect", {}, "refused", "redirected to login.example.invalid"),
    "3gpp.meetings:SA3": (MEETINGS + "S3.htm", "loop", {}, "suspect", "max redirections"),
    "iso.committees": (BLOB + "/opendata/_latest/iso_technical", "status", {"code": 403}, "refused", "HTTP 403"),
    "iso.projects": (BLOB + "/opendata/_latest/iso_deliv", "short", {}, "suspect", ""),
    "iso.registers:IRG": (
        "www.unicode.org/irg",
        "status",
        {"code": 429, "retry_after": 7200},
        "refused",
        "HTTP 429, wait",
    ),
    "iso.registers:JVET": (
        "jvet-experts.org/doc",
        "status",
        {"code": 429, "retry_after": format_datetime(DAY_TWO + timedelta(hours=3), usegmt=True)},
        "refused",
        "HTTP 429, wait until 2026-11-21 09:00 UTC",
    ),
    "itu.meetings:T": ("www.itu.int/net/epub/ITU-Sync/ITU-T", "no-rows", {}, "suspect", ""),
    "itu.meetings:R": ("www.itu.int/net/epub/ITU-Sync/ITU-R", "huge", {"size": 65 << 20}, "suspect", "too large"),
    "itu.documents:T25-SG13-261130-TD": (
        "www.itu.int/dms_pages/itu-t/md/25/SG13/td/T25-SG13-261130",
        "renamed-column",
        {"old": "main_source", "new": "origin"},
        "suspect",
        "no column main_source",
    ),
}


@pytest.fixture(scope="module")
def faulty(
    day_one: Watch, server: demo.Replica, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Watch, dict[str, Crawled]]:
    """An archive that has seen day one, and on day two nothing but faults at many sources at once."""
    watch = day_one.on(tmp_path_factory.mktemp("faulty"))
    server.clear()
    for where, kind, params, _, _ in FAULTS.values():
        server.fault(where, kind, **params)
    found = watch.crawl(DAY_TWO)
    server.clear()
    return watch, found


@pytest.mark.parametrize("source", FAULTS)
def test_a_fault_is_named_and_nothing_is_lost(
    day_one: Watch, faulty: tuple[Watch, dict[str, Crawled]], source: str
) -> None:
    watch, found = faulty
    _, _, _, state, words = FAULTS[source]
    said = watch.states()[source]
    before = day_one.states()[source]
    assert (said["state"], said["faults_in_a_row"]) == (state, 1), said["reason"]
    assert words in said["reason"]
    assert (said["rows"], said["last_good_at"], said["url"]) == (before["rows"], before["last_good_at"], before["url"])
    assert (found[source].state, found[source].faults, found[source].changed) == (state, 1, 0)
    mine = f"FROM record JOIN listing ON listing.id = listing_id WHERE listing.key = '{source}'"
    columns = "record.id, missed, vanished_at, first_seen_at"
    query = f"SELECT {columns} {mine} ORDER BY 1"
    assert watch.rows(query) == day_one.rows(query) != []


def test_the_other_sources_are_read_all_the_same(faulty: tuple[Watch, dict[str, Crawled]]) -> None:
    watch, found = faulty
    good = {name for name, one in found.items() if one.state == "ok"}
    assert {"iso.registers:WG2"} - good == {"iso.registers:WG2"}  # its host asked us to wait
    assert {"itu.documents:T25-SG17-C", "itu.meetings:D"} <= good
    assert not any(kind == "vanished" for kind, *_ in watch.told(DAY_ONE))


def test_a_listing_that_wants_all_memory_or_inflates_without_end_is_faulty_alone(
    day_one: Watch, replica: demo.Replica, tmp_path: Path
) -> None:
    watch = day_one.on(tmp_path)
    config = tmp_path / "config.toml"
    patient = config.read_text(encoding="utf-8").replace("timeout = 5", "timeout = 60")  # a bomb takes long to make
    config.write_text(patient, encoding="utf-8")
    replica.fault(LISTS + "990102", "far-cell")
    replica.fault(LISTS + "990202", "workbook-bomb")
    found = watch.crawl(DAY_TWO, "3gpp.tdocs")
    states = watch.states()
    far, bomb = states["3gpp.tdocs:RAN1#927"], states["3gpp.tdocs:RAN2#934"]
    assert (far["state"], far["reason"]) == (
        "suspect",
        "reading it wants more than the 1500 MB of memory that a crawl may have",
    )
    assert bomb["state"] == "suspect"
    assert "a workbook that inflates to more than 256 MB" in bomb["reason"]
    assert len([one for one in found.values() if one.state == "ok"]) > 5
    assert len(watch.asked("portal.3gpp.org")) == len({seen.target for seen in watch.asked("portal.3gpp.org")}), "once"


def test_what_was_missed_is_told_at_the_next_good_visit_and_no_more(
    both_days: Watch, faulty: tuple[Watch, dict[str, Crawled]], replica: demo.Replica, tmp_path: Path
) -> None:
    watch = faulty[0].on(tmp_path)
    waiting = watch.crawl(DAY_TWO + timedelta(hours=1))
    assert not watch.asked("www.unicode.org")
    assert not watch.asked("jvet-experts.org")
    assert waiting["3gpp.tdocs:RAN1#927"].state == "ok"
    watch.crawl(DAY_TWO + timedelta(hours=4), "iso.registers")
    assert watch.asked("www.unicode.org")
    assert watch.asked("jvet-experts.org")
    assert {one["state"] for one in watch.states().values()} <= {"ok", "new"}
    assert watch.told(DAY_TWO) == both_days.told(DAY_TWO)


def test_a_server_that_asks_us_to_wait_is_asked_no_further(
    day_one: Watch, replica: demo.Replica, tmp_path: Path
) -> None:
    watch = day_one.on(tmp_path)
    replica.fault("www.itu.int/net", "status", code=429)
    watch.crawl(DAY_TWO, "itu")
    assert [seen.target for seen in watch.asked("www.itu.int")] == ["/net/epub/ITU-Sync/ITU-T_Meetings.xml"]


def test_robots_txt_is_obeyed(
    configure: Callable[..., Watch], day_one: Watch, replica: demo.Replica, tmp_path: Path
) -> None:
    watch = day_one.on(tmp_path)
    replica.fault("www.unicode.org", "robots", disallow="/irg/")
    replica.fault("jvet-experts.org", "robots", status=500)
    replica.fault("www.itu.int", "robots", crawl_delay=0.3)
    replica.fault("www.3gpp.org", "slow", seconds=0.15)
    watch.crawl(DAY_TWO, "iso.registers", "itu.meetings", "itu.documents:T25-SG13-C", "3gpp.meetings")
    states = watch.states()
    irg, jvet = states["iso.registers:IRG"], states["iso.registers:JVET"]
    assert (irg["state"], irg["reason"]) == ("disallowed", "robots.txt does not allow it")
    assert (jvet["state"], jvet["reason"]) == ("suspect", "robots.txt: HTTP 500")
    assert states["iso.registers:WG2"]["state"] == "ok"
    assert [seen.target for seen in watch.asked("www.unicode.org")] == ["/wg2/WG2-curdoc.html"]
    assert not watch.asked("jvet-experts.org")
    for host, apart in (
        ("www.itu.int", 0.3 / 2),  # a request takes its time to come here, sometimes longer than the one after it
        ("www.3gpp.org", 0.15),  # one at a time: each waits for the answer before
    ):
        times = [seen.time for seen in watch.asked(host)]
        assert len(times) >= 4
        assert min(later - earlier for earlier, later in itertools.pairwise(times)) >= apart


def test_a_crawl_whose_parent_is_gone_asks_nobody_any_more(
    configure: Callable[..., Watch], day_one: Watch, replica: demo.Replica, tmp_path: Path
) -> None:
    """Nobody hears it, and nobody bounds its time: it ends with the first listing that it would tell of."""
    watch = day_one.on(tmp_path)
    replica.day = 2
    job: dict[str, Any] = dict.fromkeys(("run", "memory_mb", "everything", "due", "accept"))
    job |= {"config": str(watch.folder / "config.toml"), "only": ["iso", "itu"], "done": [], "fatal": []}
    reader, writer = os.pipe()
    os.close(reader)
    line = [sys.executable, "-m", "normwatch.crawl_process", json.dumps(job)]
    env = os.environ | {VARIABLE: DAY_TWO.isoformat()}
    done = subprocess.run(line, stdout=writer, stderr=subprocess.PIPE, env=env, check=False, text=True)  # noqa: S603
    os.close(writer)
    assert done.returncode == 1
    assert done.stderr.splitlines() == ["nobody hears this process any more: it ends, and what it took in is kept"]
    assert len(watch.asked()) == 1
