"""How often a "first" is none: held against what an archive that reaches further back would know.

    python -m bench.firsts FOLDER

FOLDER holds RAN1's TDoc lists. At every meeting that has 20 others before it, each organisation of a watched country
that brings something is asked about twice: with so many meetings before it known, and with all of them. The share of
false firsts is of those that the short memory calls first and the long one does not. The second table says on what
items firsts are rare: by the number of the five meetings before at which anybody was on the item, the share of its
organisations that come for the first time, with all meetings known.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from alerts.signals import KNOWN_TOPIC
from alerts.standing import BASE
from bench.topics import Everybody, Own, counts

LONG = 20
"""Meetings that a long memory has at least: some three years."""
DEPTHS = (1, 2, 3, 4, 5, 6, 8, 10, 15)


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    own, everybody, meetings = counts(parser.parse_args().folder)
    print("meetings known | firsts on items | of them false | firsts in the group | of them false")
    for depth in DEPTHS:
        told, false = Counter[bool](), Counter[bool]()
        for owner, topic, meeting in asked(own, everybody, meetings, depth):
            if not own[owner, topic].keys() & set(range(meeting - depth, meeting)):
                told[topic is None] += 1
                false[topic is None] += min(own[owner, topic]) < meeting
        shares = (f"{told[whole]} | {false[whole] / max(1, told[whole]):.0%}" for whole in (False, True))
        print(depth, *shares, sep=" | ")
    print("\nof the five meetings before, on the item | organisations on it | of them for the first time")
    there, first = Counter[int](), Counter[int]()
    for owner, topic, meeting in asked(own, everybody, meetings, LONG):
        if topic is not None:
            spread = sum(1 for one in range(meeting - BASE, meeting) if everybody[topic][one])
            there[spread] += 1
            first[spread] += min(own[owner, topic]) == meeting
    for spread, number in sorted(there.items()):
        print(spread, number, f"{first[spread] / number:.1%}", sep=" | ")


def asked(own: Own, everybody: Everybody, meetings: int, depth: int) -> Iterator[tuple[str, str | None, int]]:
    """Who brought something on what at which meeting, where a first on it would be told with `depth` meetings known."""
    for (owner, topic), counted in own.items():
        for meeting in range(LONG, meetings):
            if not counted[meeting]:
                continue
            base = range(meeting - min(depth, BASE), meeting)
            busy = sum(everybody[topic][one] for one in base) >= KNOWN_TOPIC
            in_group = any(own[owner, None][one] for one in range(meeting - depth, meeting))
            if topic is None or (busy and in_group):
                yield owner, topic, meeting


if __name__ == "__main__":
    main()
