"""Throws random queries at an archive's search and facets: none may raise, none may take long.

    python -m bench.fuzz_search SQLITE_FILE [COUNT] [SEED]

Prints how many were asked, the slowest, and every one that raised; ends with 1 if any did.
"""

from __future__ import annotations

import random
import sys
import time

from organisations import Registry, Resolver
from store.archive import Archive
from store.conditions import Wanted
from store.facets import facets
from store.finding import page
from store.reading import Asking

PIECES = (
    *(
        "OR",
        "AND",
        "NOT",
        "NEAR",
        "NOT(",
        "(",
        ")",
        '"',
        "*",
        ":",
        "^",
        "+",
        "-",
        "{title}",
        "'",
        ";",
        "--",
        "\0",
        "\n",
    ),
    *("title:", "source:", "agenda:", "work:", "spec:", "abstract:", "key:", "group:", "meeting:", "status:", "type:"),
    *("release:", "organisation:", "origin:", "from:", "to:", "record:", "body:", "nothing:", "to:2019-02-30"),
    *(
        "beam",
        "mimo",
        "on",
        "R1-1609999",
        "38.214",
        "NR_MIMO_Ph5-Core",
        "华为",
        "华为技术有限公司",
        "é",
        "\u202e",
        "\udcff",
    ),
    *("group:RAN1", "origin:CN", "origin:zz", "from:2017", "to:2018-05", "status:agreed", "organisation:huawei", "be*"),
)


def main() -> None:
    """Ask, and report."""
    path, count, seed = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 100_000, sys.argv[3:4] or ["1"]
    dice = random.Random(seed[0])  # noqa: S311 - no secret
    archive = Archive.open(f"sqlite:///{path}")
    asking = Asking(Resolver(Registry.load()))
    raised = 0
    slowest = [(0.0, "")]
    began = time.perf_counter()
    with archive.read() as connection:
        for number in range(count):
            typed = typed_at_random(dice)
            start = time.perf_counter()
            try:
                found = page(connection, typed, Wanted(), asking, limit=10)
                page(connection, typed, Wanted(), asking, limit=10, cursor=found.cursor)
                if number % 10 == 0:
                    facets(connection, typed, Wanted())
            except Exception as error:
                raised += 1
                print(f"{typed!r}: {type(error).__name__}: {error}"[:500], flush=True)
            slowest = sorted([*slowest, (time.perf_counter() - start, typed)], reverse=True)[:5]
    seconds = time.perf_counter() - began
    print(f"{count:,} queries in {seconds:.0f} s: {raised} raised")
    for took, typed in slowest:
        print(f"  {took * 1000:.0f} ms {typed!r}")
    sys.exit(1 if raised else 0)


def typed_at_random(dice: random.Random) -> str:
    """What nobody would type: any characters, or pieces of the language in any order."""
    kind = dice.random()
    if kind < 0.3:  # any characters of Unicode, surrogates among them
        return "".join(chr(dice.randrange(0x110000)) for _ in range(dice.randrange(30)))
    if kind < 0.4:
        return "".join(chr(dice.randrange(32, 127)) for _ in range(dice.randrange(40)))
    return dice.choice(("", " ")).join(dice.choices(PIECES, k=dice.randrange(1, 12)))


if __name__ == "__main__":
    main()
