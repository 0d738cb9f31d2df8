"""Records as a folder of Parquet files, `body=3GPP/year=2016/part-0.parquet`, for DuckDB, Spark or a warehouse.

Needs PyArrow, which is not installed with Normwatch: `normwatch[parquet]`.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

BUFFERED = 20_000
"""Rows kept over all partitions before the fullest is written out: what bounds memory."""
DATES = ("starts_on", "reserved_at", "uploaded_at", "published_on", "created_on", "first_seen_at")
"""The first of these that a record has gives its year."""


class MissingError(Exception):
    """PyArrow is not installed; the message says how to get it."""


def write(rows: Iterable[dict[str, Any]], output: Path, columns: Sequence[str] = ()) -> None:
    """Write `rows` into the new folder `output`. All files have the same columns; without `columns`, the first row's.

    Times stay ISO text, as precise as the body gives them; lists and structures stay such. Raises MissingError, and
    FileExistsError where there is something already.
    """
    try:
        import pyarrow as pa  # noqa: F401, PLC0415
    except ImportError as error:
        raise MissingError("Parquet needs PyArrow: pip install 'normwatch[parquet]'") from error
    if output.exists():
        raise FileExistsError(17, "there is something already: name a new folder", str(output))
    part = output.with_name(f".{output.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir()
    try:
        with ExitStack() as stack:
            partitions = _Partitions(part, stack, columns)
            for row in rows:
                partitions.take(row)
            partitions.finish()
        part.rename(output)
    finally:
        shutil.rmtree(part, ignore_errors=True)


class _Partitions:
    """The files being written, one a body and year."""

    def __init__(self, folder: Path, stack: ExitStack, columns: Sequence[str]) -> None:
        self._folder = folder
        self._stack = stack
        self._columns = columns
        self._schema: pa.Schema | None = None
        self._writers: dict[tuple[str, str], pq.ParquetWriter] = {}
        self._waiting: dict[tuple[str, str], list[dict[str, Any]]] = {}
        self._rows = 0

    def take(self, row: dict[str, Any]) -> None:
        if self._schema is None:
            self._schema = _schema(self._columns or list(row))
        dated = next((str(row[name]) for name in DATES if row.get(name)), "")
        year = dated[:4] if dated[:4].isdecimal() else "unknown"
        self._waiting.setdefault((str(row.get("body")), year), []).append(row)
        self._rows += 1
        if self._rows >= BUFFERED:
            self._write(max(self._waiting, key=lambda partition: len(self._waiting[partition])))

    def finish(self) -> None:
        for partition in list(self._waiting):
            self._write(partition)

    def _write(self, partition: tuple[str, str]) -> None:
        import pyarrow as pa  # noqa: PLC0415
        import pyarrow.parquet as pq  # noqa: PLC0415

        rows = self._waiting.pop(partition)
        self._rows -= len(rows)
        assert self._schema is not None  # noqa: S101 - rows were taken
        if partition not in self._writers:
            body, year = partition
            folder = self._folder / f"body={quote(body, safe='')}" / f"year={year}"
            folder.mkdir(parents=True)
            writer = pq.ParquetWriter(folder / "part-0.parquet", self._schema, compression="zstd")
            self._writers[partition] = self._stack.enter_context(writer)
        self._writers[partition].write_table(pa.Table.from_pylist(rows, schema=self._schema))


def _schema(columns: Sequence[str]) -> pa.Schema:
    """Columns of records; `body` and `year` stand in the folders' names."""
    import pyarrow as pa  # noqa: PLC0415

    text = pa.string()
    lists = {
        "flags": text,
        "organisations": _struct("name", "as_written", "role", "parent", "home", "registered", "chinese"),
        "members": _struct("member", "id", "role"),
        "pack": _struct(
            *("document", "spec", "cr", "cr_revision", "group_decision", "tsg_decision", "cr_category"),
            *("release", "version", "title"),
        ),
    }
    types = {name: pa.list_(kind) for name, kind in lists.items()} | {"vanished": pa.bool_()}
    return pa.schema([(name, types.get(name, text)) for name in columns if name != "body"])


def _struct(*names: str) -> pa.StructType:
    import pyarrow as pa  # noqa: PLC0415

    return pa.struct([(name, pa.string()) for name in names])
