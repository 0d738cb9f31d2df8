"""Questions that are given up when they take too long: a reader is told, and the others are not kept waiting."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

STEPS = 20_000
"""Of SQLite's machine between two looks at the clock: about a millisecond."""
_CANCELLED = "57014"
"""PostgreSQL's code for a statement that ran out of time."""


class TooLong(Exception):
    """The archive did not answer in time."""


@contextmanager
def within(
    connection: Connection, seconds: float | None, clock: Callable[[], float] = time.monotonic
) -> Iterator[None]:
    """Give up what is asked in here when `seconds` are over (None: never), by raising TooLong. May be nested.

    On PostgreSQL every single statement has so long. The connection can be asked other things afterwards.
    """
    if seconds is None:
        yield
        return
    sqlite = connection.dialect.name == "sqlite"
    before = connection.info.get("deadline")
    ends = clock() + seconds
    try:
        with nullcontext() if sqlite else connection.begin_nested():
            if sqlite:
                _set(connection, (lambda: clock() > ends))
            else:
                connection.exec_driver_sql(f"SET LOCAL statement_timeout = {max(1, int(seconds * 1000))}")
            yield
            if not sqlite:
                connection.exec_driver_sql("SET LOCAL statement_timeout = DEFAULT")
    except DBAPIError as error:
        if "interrupted" in str(error.orig) or getattr(error.orig, "sqlstate", None) == _CANCELLED:
            raise TooLong(f"no answer within {seconds:g} s") from error
        raise
    finally:
        if sqlite:
            _set(connection, before)


def _set(connection: Connection, over: Callable[[], bool] | None) -> None:
    connection.info["deadline"] = over
    driver: Any = connection.connection.driver_connection
    driver.set_progress_handler(over, STEPS if over else 0)
