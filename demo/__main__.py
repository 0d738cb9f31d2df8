"""`python -m demo`: the replica in the foreground, for a person with a browser."""

from __future__ import annotations

import argparse
from contextlib import closing, suppress
from datetime import UTC, date, datetime

from demo.server import Replica


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m demo", description=__doc__)
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--day", type=int, choices=(1, 2), default=1)
    parser.add_argument("--today", type=date.fromisoformat, default=datetime.now(UTC).date(), help="date of day two")
    options = parser.parse_args()
    with (
        closing(Replica(today=options.today, day=options.day, port=options.port)) as replica,
        suppress(KeyboardInterrupt),
    ):
        print(f"Day {options.day} of the demo at {replica.base_url}/ (Ctrl-C ends it)")  # noqa: T201 - it is a command
        replica.serve_forever()


if __name__ == "__main__":
    main()
