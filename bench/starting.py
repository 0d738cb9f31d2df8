"""How long commands take to start, beside a Python that does nothing."""

from __future__ import annotations

from collections.abc import Iterator

from bench.lines import Line, whole_process

GOALS = {"--help": 0.25, "origin Huawei": 0.4}
"""Seconds, on the machine of docs/performance.md, where `python -c pass` takes about 0.022 s."""
REFERENCE = 0.022


def lines() -> Iterator[Line]:
    """A line a command."""
    nothing = whole_process(["-c", "pass"], 9)
    for command, goal in GOALS.items():
        ours = whole_process(["-m", "normwatch", *command.split()])
        against = f"python -c pass: {nothing:.3f} s"
        yield Line(f"normwatch {command}", against, ours, ours / nothing, goal / REFERENCE)
