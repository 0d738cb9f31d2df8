"""One line of the table that `make bench` prints, and measuring it."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """A measured ratio. `goal` is the most it may be; None where none is set."""

    what: str
    limit: str
    """What it is measured against, and its seconds in this run."""
    ours: float
    """Seconds of processor time, or MB for memory."""
    ratio: float
    goal: float | None
    note: str = ""

    @property
    def met(self) -> bool:
        """Whether the goal is met."""
        return self.goal is None or self.ratio <= self.goal


def seconds(work: Callable[[], object], runs: int = 1) -> float:
    """The least processor time of some runs: other programs' load takes no part in it."""
    best = float("inf")
    for _ in range(runs):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds on the clock, and of processor time, ours and of our ended processes."""

    elapsed: float
    processor: float


def spent(work: Callable[[], object], runs: int = 1) -> Spent:
    """The least of some runs, of either; what is elapsed says little while other programs run."""
    found = []
    for _ in range(runs):
        clock, before = time.perf_counter(), os.times()
        work()
        after = os.times()
        found.append(Spent(time.perf_counter() - clock, sum(after[:4]) - sum(before[:4])))
    return Spent(min(one.elapsed for one in found), min(one.processor for one in found))


def whole_process(command: Sequence[str], runs: int = 5) -> float:
    """The median user and system seconds of a whole process."""
    taken = []
    for _ in range(runs):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, *command], check=True, stdout=subprocess.DEVNULL)  # noqa: S603
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        taken.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return sorted(taken)[runs // 2]


_START = "import subprocess as s, sys; sys.exit(s.run([sys.executable, *sys.argv[1:]]).returncode)"
_PEAK = (
    "import resource as r, subprocess as s, sys; s.run([sys.executable, *sys.argv[1:]], check=True, stdout=s.DEVNULL); "
    "print(r.getrusage(r.RUSAGE_CHILDREN).ru_maxrss)"
)


def apart(command: Sequence[str]) -> str:
    """What a Python program prints, started by a small process: what started it would count as its largest size."""
    started = [sys.executable, "-c", _START, *command]
    return subprocess.run(started, check=True, stdout=subprocess.PIPE, text=True).stdout  # noqa: S603


def its_peak_mb(command: Sequence[str]) -> float:
    """Run a Python program; its largest resident size, in MB."""
    return int(apart(["-c", _PEAK, *command])) / 1024


def peak_mb(*, children: bool = False) -> float:
    """This process's largest resident size so far, in MB; or that of the largest of those it started, which ended."""
    return resource.getrusage(resource.RUSAGE_CHILDREN if children else resource.RUSAGE_SELF).ru_maxrss / 1024


def show(lines: Sequence[Line]) -> bool:
    """Print the table; returns whether every goal is met."""
    heads = ("what", "against", "ours", "ratio", "goal", "")
    rows = [
        (
            one.what,
            one.limit,
            f"{one.ours:.2f}",
            f"{one.ratio:.2f}",
            "-" if one.goal is None else f"{one.goal:.2f}",
            ("" if one.met else "MISSED ") + one.note,
        )
        for one in lines
    ]
    widths = [max(len(row[column]) for row in (heads, *rows)) for column in range(len(heads))]
    for row in (heads, *rows):
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    return all(one.met for one in lines)
