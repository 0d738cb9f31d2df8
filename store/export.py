"""Complete exports of records: safe in spreadsheets, in constant memory, written whole or not at all."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TextIO

from store import parquet, spreadsheets

FILES = ("csv", "jsonl", "xlsx")
"""Formats of one file."""
FORMATS = (*FILES, "parquet")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def export(rows: Iterable[dict[str, Any]], form: str, output: Path, each: Callable[[int], None] | None = None) -> int:
    """Write `rows` of one kind to `output` in a format of `FORMATS`, in constant memory; returns how many.

    The file (for Parquet the folder, which must be new) appears when it is complete. `each` is called with the count
    now and then. Raises OSError, and `parquet.MissingError` where PyArrow is not installed.
    """
    told = each or (lambda _: None)
    if form == "parquet":
        return parquet.write(rows, output, told)
    part = output.with_name(f".{output.name}.part")
    try:
        if form == "xlsx":
            count = spreadsheets.write(rows, part, told, flat)
        else:
            with part.open("w", encoding="utf-8-sig" if form == "csv" else "utf-8", newline="") as file:
                count = _WRITERS[form](rows, file, told)
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(output)
    finally:
        part.unlink(missing_ok=True)
    return count


def _csv(rows: Iterable[dict[str, Any]], file: TextIO, each: Callable[[int], None]) -> int:
    writer: csv.DictWriter[str] | None = None
    count = 0
    for row in rows:
        if writer is None:
            writer = csv.DictWriter(file, list(row), extrasaction="ignore")
            writer.writeheader()
        writer.writerow({name: cell(value) for name, value in row.items()})
        count += 1
        if count % 1000 == 0:
            each(count)
    return count


def _jsonl(rows: Iterable[dict[str, Any]], file: TextIO, each: Callable[[int], None]) -> int:
    count = 0
    for row in rows:
        file.write(json.dumps(row, ensure_ascii=False) + "\n")
        count += 1
        if count % 1000 == 0:
            each(count)
    return count


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


_WRITERS = {"csv": _csv, "jsonl": _jsonl}
