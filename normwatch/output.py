"""What a command prints: JSON for scripts on stdout, text for people; all else goes to stderr."""

from __future__ import annotations

import errno
import json
import sys
from collections.abc import Iterable, Mapping
from typing import Any, NoReturn

import typer

DONE_WITH_FAULTS = 1
UNUSABLE = 2
_UNWRITABLE = (
    *(errno.ENOSPC, errno.EROFS, errno.EDQUOT, errno.EACCES),
    *(errno.EEXIST, errno.ENOTDIR, errno.EISDIR, errno.ENAMETOOLONG),
)
"""The disk is full, or a person named a place that is none for a file."""


def emit(value: Mapping[str, Any]) -> None:
    """One JSON object on a line of its own, flushed, so that a reader of the stream sees it at once."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=str) + "\n")
    sys.stdout.flush()


def say(text: str = "") -> None:
    """A line of text for people, on stdout."""
    typer.echo(printable(text))


def note(text: str) -> None:
    """A line for people on stderr: progress, faults."""
    typer.echo(printable(text), err=True)


def fail(text: str, code: int = UNUSABLE) -> NoReturn:
    """Say on stderr what is wrong and end with `code`."""
    note(text)
    raise typer.Exit(code)


def many(number: int, what: str) -> str:
    """`1 file`, `1,200 files`."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def cannot_write(error: Exception) -> str | None:
    """What the disk or the database said, in words; None for an error of another kind."""
    if isinstance(error, OSError) and error.errno in _UNWRITABLE:
        return f"{error.filename or 'a file'} cannot be written: {error.strerror}"
    database = sys.modules.get("sqlalchemy.exc")  # not imported where no archive was opened
    if database is not None and isinstance(error, database.OperationalError):
        return f"the archive cannot be used: {error.orig}"
    return None


def printable(text: str) -> str:
    """Scraped text without what would steer a terminal: control characters and marks that reverse the reading order."""
    return "".join(
        char if char in "\n\t" or (char.isprintable() and char not in _REORDERING) else "\N{REPLACEMENT CHARACTER}"
        for char in text
    )


_REORDERING = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def table(rows: Iterable[Iterable[object]], heads: Iterable[str]) -> None:
    """A plain table on stdout, its columns as wide as needed."""
    lines = [
        [" ".join(printable(str("" if cell is None else cell)).splitlines()) for cell in row] for row in (heads, *rows)
    ]
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    for line in lines:
        say("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())
