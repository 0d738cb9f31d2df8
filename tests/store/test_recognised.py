"""Tests of fetches whose unchanged rows are neither read nor compared: they leave what reading all of them leaves."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from organisations import Resolver
from spiders.readers import read
from spiders.readers.iso_projects import READ
from spiders.rows import Context, NotThisListing
from store import tables
from store.archive import Archive
from store.incoming import Visit
from store.ingest import ingest
from store.recognised import known

LISTING = "iso.projects"
TABLES = ("listing", "fetch", "reject", "record", "project", "change")


def take(archive: Archive, resolver: Resolver, versions: Iterable[bytes], *, recognising: bool) -> list[Any]:
    """Take the versions in, an hour apart; what each did and how many of its rows were not read again."""
    done = []
    for hour, content in enumerate(versions):
        at = datetime(2026, 11, 20, tzinfo=UTC) + timedelta(hours=hour)
        visit = Visit(LISTING, LISTING, "ISO", "https://www.iso.org/x", at, content=content, kept=(content, ""))
        with archive.write() as connection:
            context = Context(known=known(connection, LISTING).keys if recognising else {})
            try:
                reading = read(LISTING, content, context)
            except NotThisListing as error:
                done.append((str(error), 0))
                continue
            done.append((ingest(connection, visit, reading, resolver, accept=hour % 2 == 1), len(reading.same)))
    return done


def held(archive: Archive) -> dict[str, list[Any]]:
    with archive.read() as connection:
        found = {name: connection.execute(select(tables.metadata.tables[name])) for name in TABLES}
        return {name: sorted(map(repr, rows)) for name, rows in found.items()}


def both(new_archive: Callable[[Path], Archive], resolver: Resolver, versions: list[bytes]) -> int:
    """Compare the archives that both ways lead to; the rows that one of them did not read again."""
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(new_archive(Path(folder) / "plain.sqlite")) as plain,
        closing(new_archive(Path(folder) / "quick.sqlite")) as quick,
    ):
        outcomes = take(plain, resolver, versions, recognising=False)
        quickly = take(quick, resolver, versions, recognising=True)
        assert [one for one, _ in quickly] == [one for one, _ in outcomes]
        assert held(quick) == held(plain)
        return sum(same for _, same in quickly)


def line(number: int, **fields: Any) -> bytes:
    record = dict.fromkeys(READ) | {"id": number, "reference": f"ISO {number}", "currentStage": 2000}
    return json.dumps(record | fields).encode() + b"\n"


PROJECT = st.builds(
    line,
    st.integers(0, 5),
    currentStage=st.sampled_from([2000, 6060, "not a stage"]),
    title=st.sampled_from([None, {"en": "Invented"}, {"en": "=1+1", "fr": "Autre"}]),
    ownerCommittee=st.sampled_from(["ISO/TC 1", "ISO/TC 2"]),
    pages=st.integers(1, 2),
)
OTHER = st.sampled_from([b"not JSON\n", b'{"id": 3, "reference": "ISO 3", "currentStage": 4020}\n', b"[]\n"])
VERSION = st.lists(st.one_of(PROJECT, PROJECT, PROJECT, OTHER), max_size=7).map(
    lambda lines: b"".join([*lines, line(9)])
)


@given(versions=st.lists(VERSION, min_size=2, max_size=5), again=st.lists(st.integers(0, 4), max_size=4))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_lists_leave_the_same_archive_either_way(
    new_archive: Callable[[Path], Archive], resolver: Resolver, versions: list[bytes], again: list[int]
) -> None:
    both(new_archive, resolver, [line(9), *versions, *(versions[number % len(versions)] for number in again), line(9)])


def test_what_vanishes_and_returns_does_so_either_way(
    new_archive: Callable[[Path], Archive], resolver: Resolver
) -> None:
    every = [line(number) for number in range(1, 9)]
    fewer = [b"".join([*every[:-1], line(20 + number)]) for number in range(3)]
    assert both(new_archive, resolver, [b"".join(every), *fewer, b"".join(every) + b"\n"]) == 7 * 4


def test_a_row_that_goes_back_to_what_it_was_is_read_again(
    new_archive: Callable[[Path], Archive], resolver: Resolver
) -> None:
    first, second, third = (line(1, currentStage=stage) + line(2) for stage in (2000, 6060, 2000))
    assert both(new_archive, resolver, [first, second, third, second]) == 3, "the second row, each time"


def test_a_long_list_is_sampled_alike(new_archive: Callable[[Path], Archive], resolver: Resolver) -> None:
    titles = [None, {"en": "Invented"}, {"en": "Invented"}]
    first, second = (
        [line(number, title=titles[(number + day * (number % 7 == 0)) % 3]) for number in range(1, 1300)]
        for day in (0, 1)
    )
    assert both(new_archive, resolver, [b"".join(first), b"".join(second)]) > 1000


def test_iso_s_own_files_leave_the_same_archive_either_way(
    new_archive: Callable[[Path], Archive], resolver: Resolver, captures: Path
) -> None:
    days = [
        (captures / f"iso/open_data/iso_deliverables_metadata_rebuilt_2025-{month}.jsonl").read_bytes()
        for month in ("01", "06")
    ]
    assert both(new_archive, resolver, [*days, days[0], days[1] + b"\n"])
