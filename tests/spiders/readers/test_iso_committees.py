from __future__ import annotations

import json
from pathlib import Path

import pytest

from spiders.readers import read
from spiders.rows import CommitteeRow, Context, Member, NotThisListing, Reading

FILES = {
    "iso_technical_committees_2025-06.csv": 785,
    "iso_technical_committees_2025-06.jsonl": 785,
    "iso_technical_committees_2025-07-01.jsonl": 785,
    "iso_technical_committees_2025-08-20.jsonl": 788,
}
RECORD = {"id": 1, "reference": "ISO/TC 9901", "secretariat": {"id": 5, "acronym": "XX"}, "title": {"en": "Invented"}}


def committees(content: bytes) -> Reading:
    return read("iso.committees", content, Context())


def by_key(reading: Reading) -> dict[str, CommitteeRow]:
    return {row.key: row for row in reading.rows if isinstance(row, CommitteeRow)}


def captured(captures: Path, name: str) -> Reading:
    return committees((captures / "iso" / "open_data" / name).read_bytes())


def lines(*records: object) -> bytes:
    return "".join(json.dumps(record) + "\n" for record in records).encode()


@pytest.mark.parametrize("name", FILES)
def test_every_captured_file_is_read_without_rejects(captures: Path, name: str) -> None:
    reading = captured(captures, name)
    assert len(reading.rows) == FILES[name]
    assert (reading.rejects, reading.unknown_columns, reading.missing_columns) == ([], (), ())
    assert not reading.partial


def test_csv_says_the_same_as_json_lines(captures: Path) -> None:
    """The two were saved on different days: 21 committees' members moved. The CSV drops line breaks in scopes."""
    rows = [by_key(captured(captures, f"iso_technical_committees_2025-06.{ending}")) for ending in ("csv", "jsonl")]
    without = {"scope": None, "members": ()}
    assert [row.model_copy(update=without) for row in rows[0].values()] == [
        row.model_copy(update=without) for row in rows[1].values()
    ]
    assert sum(rows[0][key].members != rows[1][key].members for key in rows[0]) == 21


def test_facts_of_june_2025(captures: Path) -> None:
    rows = by_key(captured(captures, "iso_technical_committees_2025-06.jsonl"))
    sac = [row for row in rows.values() if row.secretariat_id == "1635"]
    assert (len(sac), sum(row.status == "Suspended" for row in sac)) == (90, 1)
    roles = [member.role for row in rows.values() for member in row.members if member.id == "1635"]
    assert (roles.count("P"), roles.count("O")) == (778, 2)
    assert [row.group for row in rows.values() if row.secretariat is None] == ["ISO/IEC JTC 1/SC 25"]
    assert not any("</" in (row.scope or "") for row in rows.values())


def test_new_and_moved_committees_of_summer_2025(captures: Path) -> None:
    before = by_key(captured(captures, "iso_technical_committees_2025-07-01.jsonl"))
    after = by_key(captured(captures, "iso_technical_committees_2025-08-20.jsonl"))
    appeared = {row.group: row for key, row in after.items() if key not in before}
    assert appeared["ISO/TC 352"].key == "11173882"
    assert appeared["ISO/TC 352"].secretariat == appeared["ISO/TC 344/SC 2"].secretariat == "SAC"
    assert appeared["ISO/TC 344/SC 2"].key == "11325267"
    lost = {
        row.group: (before[key].secretariat, row.secretariat)
        for key, row in after.items()
        if key in before and before[key].secretariat_id == "1635" != row.secretariat_id
    }
    assert lost == {"ISO/TC 269/SC 1": ("SAC", "AFNOR")}


def test_where_china_joined_and_moved_in_summer_2025(captures: Path) -> None:
    names: dict[str, str] = {}

    def places(reading: Reading) -> set[tuple[str, str]]:
        names.update({key: row.group for key, row in by_key(reading).items()})
        return {(key, m.role) for key, row in by_key(reading).items() for m in row.members if m.id == "1635"}

    before = places(captured(captures, "iso_technical_committees_2025-07-01.jsonl"))
    after = places(captured(captures, "iso_technical_committees_2025-08-20.jsonl"))
    joined, left = ({(names[key], role) for key, role in found} for found in (after - before, before - after))
    new = {
        ("ISO/TC 352", "P"),
        ("ISO/TC 353", "O"),
        ("ISO/TC 354", "P"),
        ("ISO/TC 354/SC 1", "P"),
        ("ISO/TC 344/SC 2", "P"),
    }
    assert joined == {*new, ("ISO/TC 92/SC 1", "O")}
    assert left == {("ISO/TC 92/SC 1", "P"), ("ISO/PC 250", "P")}


def test_a_reference_changes_and_the_key_does_not(captures: Path) -> None:
    before = by_key(captured(captures, "iso_technical_committees_2025-07-01.jsonl"))
    after = by_key(captured(captures, "iso_technical_committees_2025-08-20.jsonl"))
    renamed = {(before[key].group, after[key].group) for key in before.keys() & after.keys()}
    assert {pair for pair in renamed if pair[0] != pair[1]} == {("ISO/IEC/JTC 4", "ISO/IEC JTC 4")}


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", "an empty body"),
        (b"<html><title>Just a moment...</title></html>", "blocks scripts"),
        (b'<html><title>Log in</title><form><input type="password"></form></html>', "asks to log in"),
        (
            lines({"id": 1, "reference": "ISO 1", "currentStage": 6060}),
            "JSON with the keys id, reference, currentStage",
        ),
        (b"id,reference,currentStage\n1,ISO 1,6060\n", "CSV with the columns id, reference, currentStage"),
        (lines(RECORD) + b'{"id": 2, "reference": "ISO/TC 99', "JSON Lines cut off in line 2"),
        (b'{"id": 1, "refere', "JSON Lines cut off in line 1"),
        (b"id,reference,secretariat.id,status\n1,ISO/TC 9901,5,Active\n2,ISO/TC", "CSV cut off in line 3"),
        (b'id,reference,secretariat.id\n1,"ISO/TC 99', "CSV broken or cut off in line 2"),
        (b"\x00\x01\x02\x03" * 50, "binary data"),
    ],
)
def test_another_file_is_refused_and_named(content: bytes, found: str) -> None:
    with pytest.raises(NotThisListing, match=found):
        committees(content)


def test_login_and_block_pages_are_refusals() -> None:
    with pytest.raises(NotThisListing) as caught:
        committees(b'<html><title>Log in</title><form><input type="password"></form></html>')
    assert caught.value.refusal


def test_garbage_between_records_is_rejected_with_its_line() -> None:
    content = lines(RECORD) + b"{broken\n" + lines([1], 7, {**RECORD, "id": True}, {**RECORD, "id": 2, "reference": ""})
    reading = committees(
        content + b"\n" + lines({**RECORD, "id": 3, "title": "text", "pMembers": {"a": 1}, "scope": 4})
    )
    assert [row.key for row in reading.rows] == ["1", "3"]
    assert [reject.row for reject in reading.rejects] == [2, 3, 4, 5, 6]
    assert reading.rows_seen == 7
    assert reading.rejects[-1].reason == "no reference"


@pytest.mark.parametrize(
    ("name", "value", "field", "told"),
    [
        ("title", "Bare", "title", "Bare"),
        ("secretariat", "SAC", "secretariat", "SAC"),
        ("secretariat", {"id": 1635.0, "acronym": "SAC"}, "secretariat_id", "1635"),
        ("creationDate", "2031-05-19T00:00:00", "created_on", "2031-05-19"),
        ("parentId", "7.0", "parent", "7"),
        ("pMembers", [1635, {"id": 7}], "members", (Member(id="1635", role="P"), Member(id="7", role="P"))),
        (
            "pMembers",
            [{"id": 7, "acronym": "A"}, {"id": 7}, {"acronym": "B"}],
            "members",
            (Member(id="7", acronym="A", role="P"),),
        ),
    ],
)
def test_values_in_another_shape_are_the_same_values(name: str, value: object, field: str, told: object) -> None:
    assert getattr(by_key(committees(lines({**RECORD, name: value})))["1"], field) == told


def test_a_date_that_is_none_costs_no_row() -> None:
    reading = committees(lines({**RECORD, "creationDate": "spring 2031"}))
    assert (by_key(reading)["1"].created_on, reading.unread) == (None, 1)
    assert reading.notes == ["row 1: 'spring 2031' is not a date"]


def test_hostile_text_comes_out_plain() -> None:
    nasty = "<script>alert(1)</script> \r\n\0x\u200b &lt;img src=x&gt;"
    reading = committees(lines({**RECORD, "title": {"en": nasty}, "scope": {"en": nasty + "<" * 100_000}}))
    row = by_key(reading)["1"]
    assert row.title == "<script>alert(1)</script> x &lt;img src=x&gt;"
    assert row.scope is not None
    assert row.scope.startswith("alert(1) x <img src=x>")


def test_a_very_long_cell_is_read() -> None:
    cell = "x" * 1_000_000
    reading = committees(f"id,reference,secretariat.id,title.en\n1,ISO/TC 9901,5,{cell}\n".encode())
    assert reading.rows[0].title == cell


def test_nesting_without_end_is_rejected() -> None:
    reading = committees(lines(RECORD) + b'{"id":' + b"[" * 200_000 + b"\n" + lines({**RECORD, "id": 2}))
    assert [row.key for row in reading.rows] == ["1", "2"]
    assert len(reading.rejects) == 1
