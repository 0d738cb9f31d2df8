"""A job in a process of its own, as that process sees it: given as JSON, and ended in words that its parent tells."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from typing import Any

import typer

from normwatch.output import DONE_WITH_FAULTS, cannot_write, note


def perform(work: Callable[[dict[str, Any]], None]) -> None:
    """Do the work with the job that the command line gives, and end the process if that cannot be done."""
    try:
        work(json.loads(sys.argv[1]))
    except typer.Exit as ended:  # said why on stderr
        sys.exit(ended.exit_code)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is still in its buffer goes nowhere
        note("nobody hears this process any more: it ends, and what it took in is kept")
        sys.exit(DONE_WITH_FAULTS)
    except Exception as error:
        if (why := cannot_write(error)) is None:
            raise
        note(why)
        sys.exit(DONE_WITH_FAULTS)
