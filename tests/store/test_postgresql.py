"""One archive on SQLite and on PostgreSQL: the same listings make the same answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from organisations import Resolver
from spiders.readers import read
from spiders.rows import Context
from store.archive import Archive, ArchiveError
from store.conditions import Wanted
from store.facets import facets
from store.figures import Scope, shares, success
from store.finding import page
from store.moving import move
from store.places import memberships, secretariats
from store.reading import Asking, show
from store.signing import cosigning, offices, time_to_agreement

QUERIES = (
    *("", "mimo", "MIMO beam", '"beam failure"', "beam*", "R1-2102391", "38.214", "NR_feMIMO-Core", "R1-210*"),
    *(
        "Huawei",
        "source:Huawei",
        "source:华为",
        "中国",
        "title:beam NOT source:Ericsson",
        "Ad-hoc",
        "Sécurité",
        "securite",
    ),
    *(
        "mimo OR csi",
        "(mimo OR csi) codebook",
        "mimo NOT csi",
        "agenda:8.1",
        "agenda:8.1*",
        "agenda:uplink",
        "work:NR_feMIMO-Core",
    ),
    *(
        "origin:CN",
        "origin:unknown",
        "organisation:Huawei",
        "organisation:huawei mimo",
        "status:agreed",
        "type:CR beam",
    ),
    *(
        "group:RAN1",
        "meeting:RAN1#104-e",
        "meeting:RAN1#*",
        "RAN1#104-e",
        "from:2021 to:2021",
        "record:committee",
        "group:ISO*",
    ),
    *(
        "blockchain",
        "record:committee status:active",
        "NOT beam",
        "NOT group:RAN1 NOT beam",
        "quantum OR record:meeting",
    ),
    *("beam group:RAN1 OR origin:DE", "from:2021-02-01 beam", "a'b\\c:d&e|f!g<->h", "'", "\\", ":* & !", "\0", "zzyzx"),
)
FILES = (
    ("3gpp.tdocs", "3gpp/tdoc_lists/TDoc_List_TSGR1_104-e*.xlsx", "RAN1", "RAN1#104-e"),
    ("3gpp.tdocs", "3gpp/tdoc_lists/TDoc_List_TSGR1_*85*.xlsx", "RAN1", "RAN1#85"),
    ("3gpp.meetings", "3gpp/meetings_pages/*.htm*", "RAN1", None),
    ("iso.projects", "iso/open_data/importer_88821-88915.jsonl", None, None),
)
Both = tuple[Any, Any]


@pytest.fixture(scope="module")
def both(
    captures: Path,
    postgresql: Any,
    tmp_path_factory: pytest.TempPathFactory,
    keeper_of: Callable[[Archive], Any],
    committee: Any,
) -> Iterator[Both]:
    """Keepers of the same real listings on SQLite and PostgreSQL, the lists of documents twice: once amended."""
    file = tmp_path_factory.mktemp("both") / "a.sqlite"
    made = keeper_of(Archive.open(f"sqlite:///{file}", create=True)), keeper_of(postgresql.archive())
    for kind, pattern, group, meeting in FILES:
        for path in sorted(captures.glob(pattern))[:2]:
            rows = read(kind, path.read_bytes(), Context(file=path.name, group=group, meeting=meeting)).rows
            listing = f"{kind}:{meeting or path.stem}"
            for keeper in made:
                keeper.take(rows, listing)
                keeper.take([rows[0].model_copy(update={"title": f"Amended 修正 {path.stem}"}), *rows[1:]], listing)
    for keeper in made:
        keeper.take(
            [committee(number, ("1", "SAC", "P"), secretariat=who) for number, who in (("1", "SAC"), ("2", "BSI"))],
            "iso.committees",
        )
        keeper.take([committee(number, ("2", "BSI", "P"), secretariat="DIN") for number in "12"], "iso.committees")
    yield made
    for keeper in made:
        keeper.archive.close()


def answers(keeper: Any, ask: Callable[[Any], Any]) -> Any:
    with keeper.archive.read() as connection:
        return ask(connection)


def test_both_hold_the_same(both: Both) -> None:
    for table in ("record", "contribution", "change", "attribution", "source_text", "signer", "tally", "position"):
        one, other = (keeper.rows(f'SELECT COUNT(*) FROM "{table}"') for keeper in both)  # noqa: S608
        assert one == other != [(0,)], table


@pytest.mark.parametrize("typed", QUERIES)
def test_a_search_finds_the_same_in_the_same_order_with_the_same_facets(
    both: Both, resolver: Resolver, typed: str
) -> None:
    found = [answers(one, lambda c: page(c, typed, Wanted(), Asking(resolver), limit=200)) for one in both]
    assert found[0] == found[1]
    assert answers(both[0], lambda c: facets(c, typed, Wanted())) == answers(
        both[1], lambda c: facets(c, typed, Wanted())
    )


@pytest.mark.parametrize(
    "ask",
    [
        lambda c: shares(c, Scope(), "country", per="meeting"),
        lambda c: shares(c, Scope(group="RAN1"), "organisation", measure="agreed", count="fractional"),
        lambda c: success(c, Scope(), "organisation", count="first"),
        lambda c: cosigning(c, Scope()),
        lambda c: offices(c, Scope()),
        lambda c: time_to_agreement(c, Scope(), per="release"),
        secretariats,
        memberships,
    ],
)
def test_figures_are_the_same(both: Both, ask: Callable[[Any], Any]) -> None:
    one, other = (answers(keeper, ask) for keeper in both)
    assert (one.columns, one.covers) == (other.columns, other.covers)
    assert [pytest.approx(row) for row in one.rows] == other.rows
    assert [[type(value) for value in row.values()] for row in one.rows] == [
        [type(value) for value in row.values()] for row in other.rows
    ]


def test_an_archive_moves_to_postgresql_with_all_that_is_in_it(
    both: Both, postgresql: Any, resolver: Resolver, keeper_of: Callable[[Archive], Any], tdoc: Any
) -> None:
    target = postgresql.archive()
    counts = move(both[0].archive, target)
    moved = SimpleNamespace(archive=target)
    assert counts["contribution"] == both[0].rows("SELECT COUNT(*) FROM contribution")[0][0]
    found, found_there = (
        answers(one, lambda c: [page(c, typed, Wanted(), Asking(resolver), limit=200) for typed in QUERIES])
        for one in (both[0], moved)
    )
    assert found == found_there
    key = "R1-2102391"
    assert answers(both[0], lambda c: show(c, key, Asking(resolver))) == answers(
        moved, lambda c: show(c, key, Asking(resolver))
    )
    with pytest.raises(ArchiveError, match="not empty"):
        move(both[0].archive, target)
    keeper = keeper_of(target)
    assert keeper.take([tdoc("R9-1")], "3gpp.tdocs:RAN1#998").outcome == "ok"  # ids go on where they were
    target.close()


def test_a_database_that_sorts_by_a_language_is_refused(postgresql: Any) -> None:
    postgresql.do("CREATE DATABASE sorted TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'de-DE' LOCALE 'C.UTF-8'")
    with pytest.raises(ArchiveError, match=r"sorts text by de.*createdb"):
        Archive.open(postgresql.url("sorted"), create=True)
    with pytest.raises(ArchiveError, match="not a Normwatch archive"):
        Archive.open(postgresql.url("sorted"))


def test_a_password_is_in_no_message(postgresql: Any) -> None:
    url = postgresql.url("nowhere").replace("tests@", "tests:geheim@")
    with pytest.raises(ArchiveError) as caught:
        Archive.open(url)
    assert "nowhere" in str(caught.value)
    assert "geheim" not in str(caught.value)
    with pytest.raises(ArchiveError) as caught:
        Archive.open("oracle-of-delphi://me:geheim@x/y")
    assert "geheim" not in str(caught.value)


def test_what_postgresql_cannot_hold_does_not_stop_a_fetch(
    postgresql: Any, keeper_of: Callable[[Archive], Any], tdoc: Any
) -> None:
    keeper = keeper_of(postgresql.archive())
    keeper.take([tdoc("R1-1", title="in\0vented", abstract="x" * 1_000_000 + " beam")])
    assert keeper.show("R1-1")["title"] == "in\N{REPLACEMENT CHARACTER}vented"
    assert keeper.find("beam") == ["R1-1"]
    keeper.archive.close()


def test_a_reader_for_pages_can_write_nothing(postgresql: Any) -> None:
    from store.postgresql import only_read

    archive = postgresql.archive()
    only_read(archive.engine)
    with archive.read() as connection, pytest.raises(DBAPIError, match="read-only"):
        connection.exec_driver_sql("DELETE FROM record")
    archive.close()
