"""What is derived of contributions as fetches come in, held against the same made anew, after fetches at random."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection

from store import search, tallies
from tests.store.conftest import Keeper, meeting, tdoc

KEYS = [f"R1-26000{number:02}" for number in range(20)]
VALUES: dict[str, list[str | None]] = {
    "title": ["Invented ambient IoT", "Invented 华为 beam"],
    "source": ["Huawei, HiSilicon", "ZTE", "Moderator (Huawei)", "Ericsson, Huawei", "Exrobo Invented", None],
    "group": ["RAN1", "RAN2"],
    "status": ["reserved", "available", "agreed", "approved", "withdrawn", None],
    "release": ["Rel-18", "Rel-19", None],
    "reserved_at": ["2025-12-30T10:00:00", "2026-01-02T10:00:00", None],
    "uploaded_at": ["2025-12-31T10:00:00", "2026-01-05T10:00:00", None],
    "revision_of": [*KEYS, *[None] * 20],
    "work_items": ["NR_MIMO_Ph5-Core", None],
    "agenda_item": ["7.1", None],
}
DERIVED = ("signer", "tally", "total", "pair", "agreement", "agreement_step")


def fetches_at_random(keeper: Keeper, chance: random.Random) -> Iterator[None]:
    """Lists, other views and supplements of three meetings, which now and then take each other's names."""
    names = ["RAN1#997", "RAN1#998", "RAN1#999"]
    listed: dict[str, dict[str, Any]] = {}
    while True:
        if chance.random() < 0.1:
            names[chance.randrange(3)] = f"RAN1#{chance.randint(900, 996)}"
            chance.shuffle(names)
            numbered = enumerate(names) if len(set(names)) == 3 else ()
            keeper.take([meeting(str(number), name) for number, name in numbered], "3gpp.meetings:RAN1", accept=True)
            yield
            continue
        here = chance.choice(names)
        view = chance.choice(["", "", "", ":agenda", ":inbox"])
        rows = listed.setdefault(here + view, {})
        for key in chance.sample(KEYS, chance.choice([1, 1, 1, 6])):
            fields = {name: chance.choice(values) for name, values in VALUES.items()}
            if key in rows:  # one field alone, so that nothing else has its meeting counted
                field = chance.choice(sorted(fields))
                rows[key] = rows[key].model_copy(update={field: fields[field]})
            else:
                rows[key] = tdoc(key, **fields | {"meeting": chance.choice([here] * 5 + [*names, None])})
        if chance.random() < 0.3:
            del rows[chance.choice(sorted(rows))]
        about = {":agenda": {"layout": "agenda"}, ":inbox": {"supplement": True}}.get(view, {})
        baseline = chance.choice([None, True, False])
        keeper.take(list(rows.values()), f"3gpp.tdocs:{here}{view}", accept=True, baseline=baseline, **about)
        yield


def derived(connection: Connection) -> dict[str, list[str]]:
    found = {}
    for table in DERIVED:
        rows = connection.exec_driver_sql(f"SELECT * FROM {table}")  # noqa: S608
        found[table] = sorted(str([round(one, 5) if isinstance(one, float) else one for one in row]) for row in rows)
    return found


def indexed(connection: Connection) -> list[tuple[Any, ...]]:
    """All that the full text has of contributions."""
    if connection.dialect.name == "postgresql":
        words = "SELECT rowid, document::text FROM search WHERE rowid IN (SELECT record_id FROM contribution)"
    else:
        connection.exec_driver_sql(
            "CREATE VIRTUAL TABLE IF NOT EXISTS temp.words USING fts5vocab('main', 'search', 'instance')"
        )
        words = 'SELECT doc, term, col, "offset" FROM temp.words WHERE doc IN (SELECT record_id FROM contribution)'
    return sorted(map(tuple, connection.exec_driver_sql(words)))


def index_anew(connection: Connection) -> None:
    everything = "DELETE FROM search"
    if connection.dialect.name == "sqlite":
        everything = "INSERT INTO search (search) VALUES ('delete-all')"
    connection.exec_driver_sql(everything)
    rows = connection.execute(search.contributions()).all()
    search.add(
        connection,
        [search.entry(row.id, "contribution", row, seen=row.first_seen_at, who=row.who) for row in rows],
    )


@pytest.mark.parametrize("seed", range(5))
def test_counts_measures_and_full_text_are_those_made_anew(keeper: Keeper, seed: int) -> None:
    fetches = fetches_at_random(keeper, random.Random(seed))  # noqa: S311
    for _ in range(30):
        next(fetches)
        next(fetches)
        with keeper.archive.write() as connection:
            counted, words = derived(connection), indexed(connection)
            tallies.rebuild(connection)
            index_anew(connection)
            assert derived(connection) == counted
            assert indexed(connection) == words
    assert words
    assert all(counted.values()), "there was something to compare"
