from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from spiders.readers import read
from spiders.rows import Context, NotThisListing, ProjectRow, Reading

FILES = {
    "iso_deliverables_metadata_rebuilt_2025-01.jsonl": 1021,
    "iso_deliverables_metadata_rebuilt_2025-06.jsonl": 1359,
    "browser-specs_two_deliverables.jsonl": 2,
    "importer_62085.json": 1,
    "importer_88821.json": 1,
    "importer_88821-88915.jsonl": 2,
    "iso_monitor_snapshot_2026-08-19.csv": 81_323,
}
RECORD = {"id": 1, "reference": "ISO/NP 99001", "currentStage": 1020}


def projects(content: bytes) -> Reading:
    return read("iso.projects", content, Context())


def captured(captures: Path, name: str) -> Reading:
    return projects((captures / "iso" / "open_data" / name).read_bytes())


def by_key(reading: Reading) -> dict[str, ProjectRow]:
    return {row.key: row for row in reading.rows if isinstance(row, ProjectRow)}


def lines(*records: object) -> bytes:
    return "".join(json.dumps(record) + "\n" for record in records).encode()


@pytest.mark.parametrize("name", FILES)
def test_every_captured_file_is_read_without_rejects(captures: Path, name: str) -> None:
    reading = captured(captures, name)
    assert (len(reading.rows), reading.rejects, reading.unknown_columns) == (FILES[name], [], ())


def test_stages_of_the_full_set(captures: Path) -> None:
    reading = captured(captures, "iso_monitor_snapshot_2026-08-19.csv")
    stages = Counter(row.stage for row in by_key(reading).values())
    some = ("00.20", "00.98", "10.20", "10.99", "20.00", "60.60", "95.99")
    assert [stages[code] for code in some] == [14, 2858, 260, 219, 1034, 8506, 29626]
    live = sum(n for code, n in stages.items() if code and code < "60.60" and not code.endswith(".98"))
    assert live == 5327
    assert reading.supplement, "an extract without committees must not overwrite the full file"
    assert "ownerCommittee" in reading.missing_columns


def test_half_a_year_of_projects(captures: Path) -> None:
    """338 new, 336 changed: what changes is stage, reference, supplement (Amd renumbered) and owner, alone."""
    before = by_key(captured(captures, "iso_deliverables_metadata_rebuilt_2025-01.jsonl"))
    after = by_key(captured(captures, "iso_deliverables_metadata_rebuilt_2025-06.jsonl"))
    assert len(after.keys() - before.keys()) == 338
    assert not before.keys() - after.keys()
    changed = {key for key in before if before[key] != after[key]}
    assert len(changed) == 336
    fields = Counter(
        name
        for key in changed
        for name in ProjectRow.model_fields
        if getattr(before[key], name) != getattr(after[key], name)
    )
    assert fields == {"stage": 332, "reference": 136, "supplement": 28, "group": 3}


def test_single_records_as_published(captures: Path) -> None:
    iso_9001 = captured(captures, "importer_62085.json").rows[0]
    assert isinstance(iso_9001, ProjectRow)
    assert (iso_9001.reference, iso_9001.stage, iso_9001.group) == ("ISO 9001:2015", "90.92", "ISO/TC 176/SC 2")
    assert (iso_9001.replaces, iso_9001.replaced_by, iso_9001.languages) == (
        "46486, 54538",
        "88464",
        "ar, en, es, fr, ru",
    )
    assert iso_9001.title == iso_9001.reference, "this record has no title, so its reference stands in"
    word = by_key(captured(captures, "importer_88821-88915.jsonl"))
    assert not any(mark in (word["88821"].scope or "") for mark in ("<", "mso-", "supportLists", "  "))
    assert (word["88915"].supplement, word["88915"].scope) == ("Amd", None)


@pytest.mark.parametrize(
    ("written", "stage"),
    [
        *(
            (20, "00.20"),
            (60, "00.60"),
            (0, "00.00"),
            (1020, "10.20"),
            (6060, "60.60"),
            (1098, "10.98"),
            ("20", "00.20"),
        ),
        *(
            ("20.00", "20.00"),
            ("00.20", "00.20"),
            ("0.20", "00.20"),
            (" 90.93 ", "90.93"),
            (20.0, "20.00"),
            (60.6, "60.60"),
        ),
        *(("", None), (None, None)),
    ],
)
def test_stage_is_padded(written: object, stage: str | None) -> None:
    assert by_key(projects(lines({**RECORD, "currentStage": written})))["1"].stage == stage


@pytest.mark.parametrize("written", ["many", -20, 10200, [20], {"a": 1}, True, "90,93", "60.6"])
def test_a_stage_that_is_none_is_rejected(written: object) -> None:
    reading = projects(lines({**RECORD, "currentStage": written}, {**RECORD, "id": 2}))
    assert [row.key for row in reading.rows] == ["2"]
    assert reading.rejects[0].row == 1
    assert "stage" in reading.rejects[0].reason.casefold()


def test_twenty_is_a_stage_or_a_substage_by_how_it_is_written() -> None:
    reading = projects(lines({**RECORD, "currentStage": 20}, {**RECORD, "id": 2, "currentStage": 20.0}))
    assert [row.stage for row in by_key(reading).values()] == ["00.20", "20.00"]


@pytest.mark.parametrize(
    ("name", "value", "field", "told"),
    [
        ("title", "Bare", "title", "Bare"),
        ("title", {"en": None, "fr": "En français"}, "title", "En français"),
        ("title", {"en": ["x"]}, "title", "ISO/NP 99001"),
        ("scope", "Bare", "scope", "Bare"),
        ("icsCode", "35.030", "ics", "35.030"),
        ("icsCode", ["35.030", None, ["x"]], "ics", "35.030"),
        ("replaces", 62085, "replaces", "62085"),
        ("replaces", [None], "replaces", None),
        ("languages", "en", "languages", "en"),
        ("edition", 2.0, "edition", "2"),
        ("publicationDate", "2031-05-19T00:00:00Z", "published_on", "2031-05-19"),
        ("id", 1.0, "key", "1"),
        ("id", " 1 ", "key", "1"),
    ],
)
def test_values_in_another_shape_are_the_same_values(name: str, value: object, field: str, told: str | None) -> None:
    assert getattr(by_key(projects(lines({**RECORD, name: value})))["1"], field) == told


@pytest.mark.parametrize("written", ["2031", "19/05/2031", "2031-02-30", "0001-01-01"])
def test_a_date_that_is_none_costs_no_row(written: str) -> None:
    reading = projects(lines({**RECORD, "publicationDate": written}))
    assert (by_key(reading)["1"].published_on, reading.unread) == (None, 1)
    assert reading.notes == [f"row 1: {written!r} is not a date"]


@pytest.mark.parametrize("name", ["ownerCommittee", "edition"])
def test_several_values_for_one_are_named(name: str) -> None:
    reading = projects(lines({**RECORD, name: ["ISO/TC 1", "ISO/TC 2"]}))
    assert [reject.reason for reject in reading.rejects] == [
        f"its {name} is not one value but ['ISO/TC 1', 'ISO/TC 2']"
    ]


def test_numbers_that_a_table_program_made_decimal_are_whole() -> None:
    content = b"id,reference,currentStage,edition,replaces\n95169.0,ISO/CD 99007,3020.0,2.0,[62085]\n"
    row = by_key(projects(content))["95169"]
    assert (row.stage, row.edition, row.replaces) == ("30.20", "2", "62085")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_lines_in_another_encoding(encoding: str) -> None:
    assert projects(lines(RECORD).decode().encode(encoding)).rows == projects(lines(RECORD)).rows


def test_absent_and_null_values() -> None:
    bare = by_key(projects(lines({**RECORD, "currentStage": None, "title": None, "scope": None, "languages": None})))[
        "1"
    ]
    assert (bare.stage, bare.title, bare.scope, bare.languages, bare.group) == (None, "ISO/NP 99001", None, None, "ISO")


def test_csv_with_byte_order_mark_and_new_column() -> None:
    reading = projects("\ufeffid,reference,currentStage,colour\n7,ISO/CD 99007,3020,blue\n".encode())
    assert reading.rows[0].key == "7"
    assert reading.unknown_columns == ("colour",)


def test_several_lines_of_one_json_value() -> None:
    assert len(projects(json.dumps([RECORD, {**RECORD, "id": 2}], indent=2).encode()).rows) == 2


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", "an empty body"),
        (b"[]x", "JSON"),
        (b'"id"x,reference,currentStage\n1,ISO 1,6060\n', "CSV broken or cut off in line 1"),
        (b"PAR1" + bytes(40), "a Parquet file"),
        (b"<!DOCTYPE html><html><head><title>403 Forbidden</title></head></html>", "blocks scripts"),
        (lines({"id": 1, "reference": "ISO/TC 1", "secretariat": {}}), "JSON with the keys id, reference, secretariat"),
        (b"identifier,parent,titleEn\n01,,Generalities\n", "CSV with the columns identifier"),
        (b"id,designation,stage\n1,ISO 1,6060\n", "CSV with the columns id, designation, stage"),
        (lines(RECORD) + b'{"id": 2, "reference": "ISO', "cut off in line 2"),
        (b"id,reference,currentStage\n1,ISO 1,6060\n2,ISO", "cut off in line 3"),
    ],
)
def test_another_file_is_refused_and_named(content: bytes, found: str) -> None:
    with pytest.raises(NotThisListing, match=found):
        projects(content)


def test_the_last_csv_row_without_a_line_break_is_read() -> None:
    assert len(projects(b"id,reference,currentStage\n1,ISO 1,6060\n2,ISO 2,6060").rows) == 2
