"""Tests of rows that are told by their bytes from rows read before."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from spiders.readers import read
from spiders.readers.iso_projects import READ
from spiders.rows import Context, NotThisListing, Reading


def line(number: int, **fields: Any) -> dict[str, Any]:
    record = dict.fromkeys(READ) | {"id": number, "reference": f"ISO {number}", "currentStage": 2000}
    return record | fields


def projects(*records: Any, known: Mapping[int, str] | None = None) -> Reading:
    texts = [one if isinstance(one, str) else json.dumps(one) for one in records]
    return read("iso.projects", "".join(f"{text}\n" for text in texts).encode(), Context(known=known or {}))


def known(*records: Any) -> dict[int, str]:
    return {digest: key for key, digest in projects(*records).digests.items()}


def test_a_row_that_is_known_is_not_read_again() -> None:
    reading = projects(line(1), line(2, currentStage=6060), line(3), known=known(line(1), line(2), line(4)))
    assert reading.same == {"1": 0}
    assert [row.key for row in reading.rows] == ["2", "3"]
    assert (reading.rows_read, reading.rows_seen, sorted(reading.gone)) == (3, 3, ["2", "4"])
    assert (reading.missing_columns, reading.unknown_columns, reading.layout) == ((), (), "jsonl")


def test_a_day_without_changes_reads_nothing() -> None:
    reading = projects(line(1), line(2), known=known(line(1), line(2)))
    assert (reading.rows, list(reading.same), reading.gone, reading.missing_columns) == ([], ["1", "2"], [], ())


@pytest.mark.parametrize("records", [[line(1), line(1, scope={"en": "fuller"})], [line(1), line(1)]])
@pytest.mark.parametrize("turned", [False, True])
def test_a_project_listed_twice_is_read_as_if_nothing_were_known(records: list[Any], turned: bool) -> None:
    records = records[::-1] if turned else records
    reading, plain = projects(*records, known=known(line(1))), projects(*records)
    assert reading == plain
    assert len(reading.rejects) == 1
    assert not reading.digests, "neither of them can stand for the project"


@pytest.mark.parametrize("record", [{"id": 1, "reference": "ISO 1", "currentStage": 2000}, line(1, chair="unheard of")])
def test_a_row_with_other_columns_is_read_every_time(record: dict[str, Any]) -> None:
    reading = projects(record)
    assert len(reading.rows) == 1
    assert not reading.digests


def test_rejected_rows_are_rejected_every_time() -> None:
    records = [line(1), line(2, currentStage="x"), "{", line(3)]
    reading = projects(*records, known=known(*records))
    assert (list(reading.same), [one.row for one in reading.rejects], reading.rows_seen) == (["1", "3"], [2, 3], 4)


def test_a_file_cut_off_after_known_rows_is_refused() -> None:
    with pytest.raises(NotThisListing, match="cut off in line 2"):
        projects(line(1), '{"id": 2, "refe', known=known(line(1)))


def test_another_readers_code_recognises_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    before = known(line(1))
    monkeypatch.setattr("spiders.readers.recognising._readers", lambda: b"mended")
    assert not projects(line(1), known=before).same
