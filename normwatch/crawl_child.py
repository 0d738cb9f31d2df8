"""A crawl's child process as its parent sees it: started, heard, kept within its bounds, and its end explained."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Bounds:
    """Until when a crawl may go on (`time.monotonic`), which is so many `minutes`, and with how much memory."""

    deadline: float
    minutes: int
    memory_mb: int | None
    stop: threading.Event

    @property
    def reading(self) -> float:
        """Seconds that one listing may take to be read and taken in."""
        return self.minutes * 60 * READING


READING = 1 / 3
"""Share of a crawl's time that reading and taking in one listing may take."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A process that ended before its work was done. `during`: the visit whose listing it was reading, if any."""

    why: str
    during: dict[str, Any] | None


@dataclass(slots=True)
class _Watched:
    """What the process last said, and why it was ended, if it was."""

    begun: dict[str, Any] | None = None
    begun_at: float = 0.0
    ended: list[str] = field(default_factory=list)
    """One reason at most, from the thread that ended it."""
    late: bool = False
    """Whether it was ended for the listing that it was reading."""


def carry_out(
    job: dict[str, Any],
    bounds: Bounds,
    on_fetch: Callable[[dict[str, Any]], None],
    module: str = "normwatch.crawl_process",
) -> Ended | None:
    """Do a job in a process of its own, which runs `module`; None if it was done."""
    command = [sys.executable, "-m", module, json.dumps(job)]
    watched = _Watched()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8") as process:  # noqa: S603 - ourselves
        threading.Thread(target=end_in_time, args=(process, bounds, watched), daemon=True).start()
        try:
            assert process.stdout is not None  # noqa: S101 - we asked for a pipe
            for line in process.stdout:
                said = json.loads(line)
                if "begins" in said:
                    watched.begun, watched.begun_at = said["begins"], time.monotonic()
                else:
                    watched.begun = None
                    on_fetch(said)
        except BaseException:
            process.terminate()
            raise
        code = process.wait()
    if watched.ended:
        return Ended(watched.ended[0], watched.begun if watched.late else None)
    return Ended(_meaning(code, bounds, watched.begun), watched.begun) if code else None


def end_in_time(process: subprocess.Popen[str], bounds: Bounds, watched: _Watched) -> None:
    """End the process, and note why, once it has taken too long or is to stop."""
    while process.poll() is None:
        if bounds.stop.wait(0.5):
            watched.ended.append("it was stopped")
        elif time.monotonic() > bounds.deadline:
            watched.ended.append(f"it took more than {bounds.minutes} minutes")
        elif watched.begun is not None and time.monotonic() - watched.begun_at > bounds.reading:
            watched.late = True
            watched.ended.append(f"reading it took more than {bounds.minutes * READING:.0f} minutes")
        else:
            continue
        process.terminate()
        return


def _meaning(code: int, bounds: Bounds, begun: dict[str, Any] | None) -> str:
    """What a process's end means, in words."""
    if code == -signal.SIGABRT and begun is not None and bounds.memory_mb:
        return f"reading it wants more than the {bounds.memory_mb} MB of memory that a crawl may have"
    if code == -signal.SIGKILL:
        return "its process was killed, for want of memory perhaps"
    if code < 0:
        return f"its process was ended by {signal.Signals(-code).name}"
    return f"its process ended with {code}"
