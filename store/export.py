"""Complete exports of records: safe in spreadsheets, in constant memory, written whole or not at all."""

from __future__ import annotations

import csv
import errno
import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from store import parquet, spreadsheets

FILES = ("csv", "jsonl", "xlsx")
"""Formats of one file."""
FORMATS = (*FILES, "parquet")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def export(
    rows: Iterable[dict[str, Any]],
    form: str,
    output: Path,
    each: Callable[[int], None] | None = None,
    *,
    columns: Sequence[str] = (),
) -> int:
    """Write `rows` to `output` in a format of `FORMATS`, in constant memory; returns how many.

    The file (for Parquet the folder, which must be new) appears when it is complete; nothing but a file is replaced.
    `each` is called with the count now and then. `columns` are those of a table (`store.reading.columns`); without, the
    first row's, and what only others have is left out. Raises OSError, and `parquet.MissingError` where
    PyArrow is not installed.
    """
    counted = _Counted(rows, each or (lambda _: None))
    if form == "parquet":
        parquet.write(counted, output, columns)
        return counted.count
    if output.exists() and not output.is_file():
        raise OSError(errno.EINVAL, "what is there is no file", str(output))
    output = output.resolve()  # a link stays one
    part = output.with_name(f".{output.name}.part")
    try:
        if form == "xlsx":
            spreadsheets.write(counted, part, columns, flat)
        else:
            with part.open("w", encoding="utf-8", newline="") as file:
                file.writelines(text(counted, form, columns))
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(output)
    finally:
        part.unlink(missing_ok=True)
    return counted.count


def text(rows: Iterable[dict[str, Any]], form: str, columns: Sequence[str] = ()) -> Iterator[str]:
    """`rows` as CSV or JSON Lines, one by one; CSV begins with its columns' names.

    CSV starts with a byte order mark, since spreadsheets take it for UTF-8 only then.
    """
    if form == "jsonl":
        for row in rows:
            yield json.dumps(row, ensure_ascii=False) + "\n"
        return
    writer: csv.DictWriter[str] | None = None
    line = _Line()
    for row in rows:
        if writer is None:
            writer = csv.DictWriter(line, columns or list(row), extrasaction="ignore")
            writer.writeheader()
            yield f"\ufeff{line.text}"
        writer.writerow({name: cell(value) for name, value in row.items()})
        yield line.text


class _Line:
    """Where `csv` writes a line to."""

    text = ""

    def write(self, text: str) -> None:
        self.text = text


@dataclass(slots=True)
class _Counted:
    """Rows that are counted while they go by."""

    rows: Iterable[dict[str, Any]]
    each: Callable[[int], None]
    count: int = 0

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for row in self.rows:
            yield row
            self.count += 1
            if self.count % 1000 == 0:
                self.each(self.count)


def cell(value: Any) -> Any:
    """A value for a CSV cell. Text that a spreadsheet would take for a formula gets an apostrophe before it (OWASP)."""
    value = flat(value)
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value


def flat(value: Any) -> Any:
    """One value for a list: `Huawei (source, CN); ZTE (source, CN)`."""
    return "; ".join(_short(one) for one in value) if isinstance(value, list) else value


def _short(value: Any) -> str:
    if isinstance(value, dict):
        named = str(value.get("name") or value.get("as_written") or value.get("member") or value.get("document"))
        details = [str(value[name]) for name in ("role", "home") if value.get(name)]
        return f"{named} ({', '.join(details)})" if details else named
    return str(value)
