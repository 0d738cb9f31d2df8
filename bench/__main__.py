"""Prints every benchmark's line, and says which goals are missed: `python -m bench`."""

from __future__ import annotations

import json
import subprocess
import sys

from bench import alerts, iso, poll, scale, starting
from bench.lines import Line, show
from normwatch.garbage import collect_seldom


def backfill() -> list[Line]:
    """The backfill's lines, from a process of its own."""
    done = subprocess.run([sys.executable, "-m", "bench.backfill"], capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"left out: {done.stderr.strip()}")
        return []
    return [Line(*json.loads(line)) for line in done.stdout.splitlines()]


def main() -> None:
    """Measure and print; a missed goal is said, and is no failure."""
    lines = [*starting.lines(), *backfill(), *poll.lines()]
    collect_seldom()  # as the commands do
    lines += [*iso.lines(), *alerts.lines(), *scale.lines()]
    if not show(lines):
        print("missed: " + "; ".join(line.what for line in lines if not line.met))


if __name__ == "__main__":
    main()
