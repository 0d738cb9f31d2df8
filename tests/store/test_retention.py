from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from store.retention import prune, vacuum

Row = Callable[..., Any]
KEPT = "SELECT size FROM content ORDER BY size"


def test_old_bytes_go_and_their_provenance_stays(keeper: Any, tdoc: Row) -> None:
    for day, status in enumerate(("reserved", "available", "agreed", "noted")):
        keeper.take([tdoc("R1-1", status=status)], hours=24, visit={"content": b"x" * (day + 1)})
    fetches = keeper.rows('SELECT * FROM "fetch"')
    history = keeper.show("R1-1")["history"]
    done = prune(keeper.archive, keeper.now, days=1)
    assert (done.copies, done.size > 0) == (2, True)
    assert keeper.rows(KEPT) == [(3,), (4,)]
    assert keeper.rows('SELECT * FROM "fetch"') == fetches
    assert keeper.show("R1-1")["history"] == history
    assert prune(keeper.archive, keeper.now, days=1).copies == 0


def test_the_newest_good_bytes_of_a_listing_stay_however_old(keeper: Any, tdoc: Row) -> None:
    keeper.take([tdoc("R1-1")], visit={"content": b"x"})
    keeper.fail(content=b"login page")
    keeper.now += timedelta(days=4000)
    prune(keeper.archive, keeper.now, days=1)
    assert keeper.rows(KEPT) == [(1,)]


def test_bytes_that_came_again_lately_stay(keeper: Any, tdoc: Row) -> None:
    keeper.take([tdoc("R1-1")], visit={"content": b"x"})
    keeper.take([tdoc("R1-1", status="noted")], visit={"content": b"xx"})
    keeper.take([tdoc("R1-1")], hours=24 * 100, visit={"content": b"x"})
    keeper.take([tdoc("R1-1", status="noted")], visit={"content": b"xx"})
    assert prune(keeper.archive, keeper.now, days=30).copies == 0


def test_more_than_one_transactions_worth_goes(keeper: Any, tdoc: Row) -> None:
    for number in range(230):
        keeper.fail(content=f"fault {number}".encode())
    keeper.now += timedelta(days=10)
    assert prune(keeper.archive, keeper.now, days=5).copies == 230


def test_a_file_that_is_shrunk_is_smaller_and_the_same(keeper: Any, tdoc: Row) -> None:
    keeper.take([tdoc("R1-1")])
    for number in range(30):
        keeper.fail(content=bytes(range(256)) * 100 + str(number).encode() * 20_000)
    keeper.now += timedelta(days=10)
    prune(keeper.archive, keeper.now, days=5)
    pages = "PRAGMA page_count"
    before = keeper.rows(pages)
    vacuum(keeper.archive)
    assert keeper.rows(pages) < before
    assert keeper.show("R1-1")["key"] == "R1-1"
    assert keeper.find("Invented") == ["R1-1"]


def test_a_file_that_is_shrunk_has_its_full_text_in_one_piece(keeper: Any, tdoc: Row) -> None:
    for title in ("Invented beam", "Invented waveform"):
        keeper.take([tdoc(f"R1-{one}", title=title) for one in range(5)])
    pieces = "SELECT COUNT(DISTINCT segid) FROM search_idx"
    assert keeper.rows(pieces)[0][0] > 1
    vacuum(keeper.archive)
    assert keeper.rows(pieces) == [(1,)]
    assert keeper.find("beam") == []
    assert sorted(keeper.find("waveform")) == [f"R1-{one}" for one in range(5)]
