"""Whether anything slows as the archive grows: one more list of 2,000 documents, its matching, and a day's digest.

    python -m bench.scale [SIZE...]             prints the lines; without sizes 10,000, 100,000 and 1,000,000 documents
    python -m bench.scale --one SQLITE_FILE     (itself) seconds on one archive, as JSON

The archives are invented (`bench.generated`). A million takes some minutes to make, so `make bench` leaves it out.
"""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from alerts.matching import Matcher
from bench.alerts import SLOWER, bring, digest, shipped
from bench.generated import generate
from bench.lines import Line, seconds, show
from normwatch.garbage import collect_seldom
from organisations import Registry, Resolver
from store.archive import Archive

SIZES = (10_000, 100_000, 1_000_000)
LIST = 2_000
WHAT = ("one more list of 2,000", "matching it", "a digest of 300 new ones")


def lines(sizes: tuple[int, ...] = SIZES[:2]) -> Iterator[Line]:
    """What each takes with the largest archive, beside the smallest; and bytes a contribution."""
    measured = []
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            path = Path(folder) / f"{size}.sqlite"
            generate(path, size).close()
            command = [sys.executable, "-m", "bench.scale", "--one", str(path)]
            done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - ourselves
            measured.append(json.loads(done.stdout))
    for what, small, large in zip(WHAT, measured[0]["seconds"], measured[-1]["seconds"], strict=True):
        against = f"the same with {sizes[0]:,}: {small:.2f} s"
        yield Line(f"{what}, in an archive of {sizes[-1]:,}", against, large, large / small, SLOWER)
    small, large = (one["bytes"] / size for one, size in ((measured[0], sizes[0]), (measured[-1], sizes[-1])))
    against = f"the same with {sizes[0]:,}: {small:.0f} bytes"
    yield Line(f"bytes of the database a document, of {sizes[-1]:,}", against, large, large / small, None)


def one(path: Path) -> dict[str, object]:
    """The measurements on one archive: the least of five lists, each of other new documents."""
    resolver = Resolver(Registry.load())
    archive = Archive.open(f"sqlite:///{path}")
    size = _bytes(path)
    told = []
    taken = []
    for run in range(5):
        taken.append(seconds(lambda: told.append(bring(archive, resolver, LIST, 1 + run))))  # noqa: B023
    matcher = Matcher(shipped())
    matching = seconds(lambda: [list(matcher.matches(change)) for change in told[-1]], 3)
    archive.close()
    _, telling = digest(path)
    return {"seconds": [min(taken[1:]), matching, telling], "bytes": size}


def _bytes(path: Path) -> int:
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path.stat().st_size


if __name__ == "__main__":
    collect_seldom()
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(one(Path(sys.argv[2]))))
    elif not show(list(lines(tuple(map(int, sys.argv[1:])) or SIZES))):
        sys.exit(1)
