"""How often the surge test cries out when there is nothing: on real counts whose meetings have been shuffled.

    python -m bench.surges FOLDER [SHUFFLES]

FOLDER holds RAN1's TDoc lists. For every organisation of a watched country and every topic (the group as a whole, work
items, agenda items), the counts of six meetings in a row are put in a random order: after that, the last of them is no
surge but by chance. What is printed is how many of the tests are answered with a surge, in the true order and shuffled.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from pathlib import Path

from alerts.signals import SURGE, SURGE_FROM, is_surge
from alerts.standing import BASE
from bench.topics import counts


def main() -> None:
    """Print both rates."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("shuffles", type=int, nargs="?", default=20)
    arguments = parser.parse_args()
    own, everybody, meetings = counts(arguments.folder)
    rng = random.Random(2026)  # noqa: S311 - figures that come out the same again
    asked, true, shuffled = Counter[bool](), Counter[bool](), Counter[bool]()
    for (_, topic), counted in own.items():
        for last in range(BASE, meetings):
            window = list(range(last - BASE, last + 1))
            series = [(counted[place], everybody[topic][place]) for place in window]
            if max(count for count, _ in series) < SURGE_FROM:
                continue
            whole = topic is None
            asked[whole] += 1
            true[whole] += _asks(series)
            for _ in range(arguments.shuffles):
                rng.shuffle(series)
                shuffled[whole] += _asks(series)
    for whole, name in ((True, "group as a whole"), (False, "work and agenda items")):
        rate = shuffled[whole] / (asked[whole] * arguments.shuffles)
        found = f"surges {true[whole]} ({true[whole] / asked[whole]:.3%})"
        print(f"{name}: {asked[whole]} tests, {found}, shuffled {rate:.3%}")
    print(f"threshold {SURGE}, at least {SURGE_FROM} contributions, {meetings} meetings")


def _asks(series: list[tuple[int, int]]) -> bool:
    *earlier, (now, all_now) = series
    return is_surge(now, [count for count, _ in earlier], all_now, [total for _, total in earlier])


if __name__ == "__main__":
    main()
