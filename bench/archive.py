"""How fast an archive of a million contributions answers, on one core with a warm cache, as ratios to what is promised.

    python -m bench.archive SQLITE_FILE [COUNT]     makes the file with COUNT (1,000,000) invented contributions first

Every question is asked once to warm up, then with others of its kind in random order. Time is the process's own (what
one core spends), beside the wall clock's, which suffers from whatever else runs. Ends with 1 if a limit is exceeded.
"""

from __future__ import annotations

import random
import resource
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import quantiles

from sqlalchemy import Connection, text

from bench.generated import COMMON, GROUPS, generate
from organisations import Registry, Resolver
from store.archive import Archive
from store.conditions import Wanted
from store.facets import facets
from store.figures import Scope, shares, success
from store.finding import page
from store.reading import Asking, show
from store.remembering import Remembered
from store.signing import cosigning, offices, time_to_agreement

ASKED = 100
SEARCH_MS, PAGE_MS = 30, 100
MEMORY_MB = 300

Question = Callable[[], object]


def main() -> None:
    """Measure, and report."""
    path, count = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
    if not path.exists():
        start = time.perf_counter()
        generate(path, count).close()
        print(f"{count:,} contributions generated and taken in: {time.perf_counter() - start:.0f} s")
    archive = Archive.open(f"sqlite:///{path}")
    asking = Asking(Resolver(Registry.load()))
    dice = random.Random(7)  # noqa: S311 - no secret
    exceeded = False
    with archive.read() as connection:
        total = connection.execute(text("SELECT COUNT(*) FROM contribution")).scalar()
        print(f"{total:,} contributions, {path.stat().st_size / 1e9:.2f} GB, {ASKED} questions a kind")
        for name, limit, questions in _kinds(connection, asking, dice):
            exceeded |= _measure(name, limit, questions)
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"memory at most {used:.0f} MB, {used / MEMORY_MB:.2f} of {MEMORY_MB} MB")
    sys.exit(1 if exceeded or used > MEMORY_MB else 0)


def _kinds(connection: Connection, asking: Asking, dice: random.Random) -> list[tuple[str, float, list[Question]]]:
    last = connection.execute(text("SELECT MAX(id) FROM record")).scalar() or 1
    key = text("SELECT key FROM record WHERE id = :id")
    some = [connection.execute(key, {"id": dice.randrange(1, last)}).scalar() or "" for _ in range(ASKED)]
    typed = [_typed(dice, one) for one in some]
    scopes = [
        Scope(group=dice.choice(GROUPS), first_year=(first := dice.randrange(2000, 2020)), last_year=first + 5)
        for _ in range(ASKED)
    ]
    remembered = Remembered()
    everything = [
        partial(remembered, connection, ask, scope, **more)
        for ask, more in ((shares, {"by": "organisation"}), (cosigning, {}), (offices, {}), (time_to_agreement, {}))
        for scope in (Scope(), Scope(first_year=2016))
    ]
    search = partial(page, connection, wanted=Wanted(), asking=asking)
    return [
        ("ranked search, the first 20", SEARCH_MS, [partial(search, one, limit=20) for one in typed]),
        ("search page: 50 hits and facets", PAGE_MS, [partial(_page, connection, one, asking) for one in typed]),
        ("record with history", PAGE_MS, [partial(show, connection, one, asking) for one in some]),
        ("shares by country, a group", PAGE_MS, [partial(shares, connection, one) for one in scopes]),
        (
            "shares by organisation, a group",
            PAGE_MS,
            [partial(shares, connection, one, "organisation") for one in scopes],
        ),
        ("rate of agreement, a group", PAGE_MS, [partial(success, connection, one, "organisation") for one in scopes]),
        ("co-signing, a group", PAGE_MS, [partial(cosigning, connection, one) for one in scopes]),
        ("time to agreement, a group", PAGE_MS, [partial(time_to_agreement, connection, one) for one in scopes]),
        ("offices, a group", PAGE_MS, [partial(offices, connection, one) for one in scopes]),
        ("shares by country, all groups", PAGE_MS, [partial(shares, connection, Scope())] * 20),
        ("figures over everything, kept", PAGE_MS, everything * 10),
    ]


def _typed(dice: random.Random, key: str) -> str:
    """What people type: identifiers, words common and rare, phrases, and filters."""
    word = partial(dice.choice, COMMON)
    return dice.choice(
        (
            key,
            f"38.{dice.randrange(101, 400)}",
            word(),
            f"{word()} {word()}",
            f"{word()} {word()} {word()} {word()}",
            f'"{word()} {word()}"',
            f"{word()[:3]}*",
            f"{word()} OR {word()} NOT {word()}",
            f"{word()} group:{dice.choice(GROUPS)}",
            f"source:Huawei {word()}",
            f"{word()} origin:CN",
            f"{word()} status:agreed from:{dice.randrange(2000, 2026)}",
            f"organisation:huawei {word()}",
        )
    )


def _page(connection: Connection, typed: str, asking: Asking) -> None:
    page(connection, typed, Wanted(), asking, limit=50)
    facets(connection, typed, Wanted())


def _measure(name: str, limit: float, questions: list[Question]) -> bool:
    for question in questions:
        question()
    own, wall = [], []
    for question in questions:
        start, clock = time.process_time(), time.perf_counter()
        question()
        own.append((time.process_time() - start) * 1000)
        wall.append((time.perf_counter() - clock) * 1000)
    p95 = quantiles(own, n=20)[-1]
    middle, by_the_clock = quantiles(own, n=2)[0], quantiles(wall, n=20)[-1]
    print(
        f"{name:34} p50 {middle:6.1f} ms, p95 {p95:6.1f} ms ({by_the_clock:.1f} by the clock), "
        f"worst {max(own):.1f} ms: {p95 / limit:.2f} of {limit} ms"
    )
    return p95 > limit


if __name__ == "__main__":
    main()
