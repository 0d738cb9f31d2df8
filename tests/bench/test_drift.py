"""No drift of a listing's layout is read wrong in silence, and none of the real lists is doubted for nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.drift import captured, invented, trials
from organisations import Registry, Resolver
from spiders.readers import read
from spiders.rows import Context
from store.archive import Archive
from store.incoming import Visit
from store.ingest import ingest


def verdicts(found: Iterable[tuple[str, str, bool, str, str]]) -> tuple[Counter[str], list[str]]:
    counts: Counter[str] = Counter()
    wrong = []
    for name, drift, known, verdict, _ in found:
        counts[verdict] += 1
        if verdict == "wrong":
            wrong.append(f"{name}, {'known' if known else 'new'}: {drift}")
    return counts, wrong


def test_every_drift_of_an_invented_listing_is_refused_doubted_or_told() -> None:
    counts, wrong = verdicts(trials(invented(), step=6))
    assert wrong == []
    assert min(counts[one] for one in ("refused", "doubted", "flagged", "right")) > 10, "each of them happens"


def test_every_drift_of_a_real_listing_is_refused_doubted_or_told(captures: Path) -> None:
    short = [one for one in captured(captures) if len(one.content) < 300_000]
    assert len(short) > 4
    assert verdicts(trials(short, step=8))[1] == []


def test_no_real_list_is_doubted_beside_those_before_it(captures: Path, tmp_path: Path) -> None:
    readings = []
    for path in sorted((captures / "3gpp/tdoc_lists").glob("*.xls*"))[::6]:
        reading = read("3gpp.tdocs", path.read_bytes(), Context(file=path.name))
        readings.append((min(row.reserved_at for row in reading.rows if row.reserved_at), path, reading))
    now, resolver = datetime(2026, 11, 20, tzinfo=UTC), Resolver(Registry.load())
    with closing(Archive.open(f"sqlite:///{tmp_path}/archive.sqlite", create=True)) as archive:
        for _, path, reading in sorted(readings, key=lambda one: one[0]):
            now += timedelta(days=1)
            visit = Visit(
                listing=f"3gpp.tdocs:{path.name}",
                kind="3gpp.tdocs",
                body="3GPP",
                url="https://example.org/list",
                fetched_at=now,
                group=reading.group,
                meeting=reading.scope,
                content=path.name.encode(),
            )
            with archive.write() as connection:
                assert ingest(connection, visit, reading, resolver).reason is None
