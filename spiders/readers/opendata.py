"""ISO Open Data files, read record by record: JSON Lines, CSV with dotted columns, or a single JSON value.

JSON is UTF-8; the committees' CSV was seen in windows-1252, another CSV in UTF-8 with a byte order mark.

A file whose last record is cut off is refused as a whole; a broken record before the last is one reject.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterator
from io import BytesIO, StringIO
from typing import Any

from spiders.readers.recognising import digest
from spiders.readers.text import decode, describe
from spiders.rows import NotThisListing, Reading, Reject

Record = dict[str, Any]

_BOM = b"\xef\xbb\xbf"
_QUOTED = re.compile(r"[^\[\]'\",\s]+")
_LONGEST_CELL = 16 * 1024 * 1024

csv.field_size_limit(_LONGEST_CELL)


class OpenData:
    """The records of a file, each with its line; what cannot be read goes to the reading's rejects.

    `needed` are the columns without which the file is another one, `known` those that are read or knowingly ignored.
    `recognised` is asked of every line of JSON Lines, by its digest: what it recognises is not given as a record.
    """

    digest: int | None = None
    """Of the line that was given last, where somebody asks for digests."""

    def __init__(
        self,
        reading: Reading,
        expected: str,
        needed: set[str],
        known: set[str],
        recognised: Callable[[int], bool] | None = None,
    ) -> None:
        self.reading = reading
        self.expected = expected
        self.needed = needed
        self.known = known
        self.recognised = recognised

    def records(self, content: bytes) -> Iterator[tuple[int, Record]]:
        """Yield line and record; CSV records keep the dotted column names and text values, None for empty cells.

        Raises NotThisListing, possibly after some records.
        """
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            content = decode(content).encode()
        content = content.removeprefix(_BOM)
        first = content.lstrip()[:1]
        if first in (b"{", b"["):
            yield from self._json(content)
        elif first and first != b"<" and self._is_csv(content):
            yield from self._csv(content)
        else:
            found, refusal = describe(content)
            raise NotThisListing(self.expected, found, refusal=refusal)

    def reject(self, line: int, reason: str, record: object) -> None:
        """Account for a record that cannot be read."""
        excerpt = record if isinstance(record, str) else json.dumps(record, ensure_ascii=False)
        self.reading.rejects.append(Reject(line, reason, excerpt[:200]))

    def _json(self, content: bytes) -> Iterator[tuple[int, Record]]:
        self.reading.layout = "jsonl"
        decode_json = json.JSONDecoder().raw_decode  # json.loads would look for its encoding line by line
        broken: tuple[int, str, str] | None = None
        columns: Any = None
        recognised = self.recognised
        for number, line in enumerate(BytesIO(content), 1):
            if line.isspace():
                continue
            if broken:
                self.reject(*broken)
                broken = None
            if recognised:
                self.digest = digest(line)
                if recognised(self.digest):
                    columns = columns or frozenset()  # lines of JSON, whatever follows
                    continue
            try:
                text = line.decode().strip()
                record, end = decode_json(text)
                if end != len(text):
                    raise ValueError(f"more than one value, from character {end}")
            except (ValueError, RecursionError) as error:
                if columns is None and (whole := _whole(content)):
                    yield from self._whole(whole)
                    return
                broken = number, f"not JSON: {error}"[:200], line[:200].decode("utf-8", "replace")
                continue
            if not isinstance(record, dict):
                if columns is None and isinstance(record, list):
                    yield from self._whole(record)
                    return
                self.reject(number, "not a JSON object", record)
                continue
            if record.keys() != columns:
                columns = record.keys() if columns is None else columns
                self._check(record.keys(), "JSON with the keys")
            yield number, record
        if broken:
            raise NotThisListing(self.expected, f"JSON Lines cut off in line {broken[0]}")

    def _whole(self, records: list[Any]) -> Iterator[tuple[int, Record]]:
        self.reading.layout = "json"
        for number, record in enumerate(records, 1):
            if isinstance(record, dict):
                self._check(record.keys(), "JSON with the keys")
                yield number, record
            else:
                self.reject(number, "not a JSON object", record)

    def _is_csv(self, content: bytes) -> bool:
        header = content[:4096].split(b"\n", 1)[0].decode("utf-8", "replace").strip()
        return header.count(",") > 0 and describe(content)[0].startswith("text")

    def _csv(self, content: bytes) -> Iterator[tuple[int, Record]]:
        self.reading.layout = "csv"
        table = csv.reader(StringIO(decode(content, "text/csv; charset=utf-8"), newline=""), strict=True)
        try:
            header = [name.strip() for name in next(table)]
        except (csv.Error, StopIteration) as error:
            raise NotThisListing(self.expected, f"CSV broken or cut off in line 1 ({error})") from error
        self._check(dict.fromkeys(header).keys(), "CSV with the columns")
        short: tuple[int, str, list[str]] | None = None
        line = table.line_num + 1
        try:
            for row in table:
                if short:
                    self.reject(*short)
                    short = None
                if len(row) == len(header):
                    yield line, {name: cell or None for name, cell in zip(header, row, strict=True)}
                elif row:
                    short = line, f"{len(row)} cells under {len(header)} columns", row
                line = table.line_num + 1
        except csv.Error as error:
            raise NotThisListing(self.expected, f"CSV broken or cut off in line {line} ({error})") from error
        if short and len(short[2]) < len(header) and not content.endswith(b"\n"):
            raise NotThisListing(self.expected, f"CSV cut off in line {short[0]}")
        if short:
            self.reject(*short)

    def _check(self, columns: Any, what: str) -> None:
        """Refuse another file by its first record's columns; note what this one has more or less than is known."""
        if not self.reading.rows_seen and not self.needed <= columns:
            raise NotThisListing(self.expected, f"{what} {', '.join(list(columns)[:8])}"[:300])
        unknown = [name for name in columns if name not in self.known and name not in self.reading.unknown_columns]
        if unknown and len(self.reading.unknown_columns) < 50:
            self.reading.unknown_columns += tuple(name[:60] for name in unknown)


def listed(cell: str | None) -> list[str]:
    """The items of a list inside a CSV cell: `['49.140']`, `[12346]`, `"['en', 'fr']"`."""
    return _QUOTED.findall(cell) if cell else []


def _whole(content: bytes) -> list[Any] | None:
    """The file as one JSON value over several lines, if that is what it is."""
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, list) else [value]
