from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from starlette.testclient import TestClient

from web.pages import exports


def rows(answer: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_what_is_exported_is_what_the_search_finds(local: TestClient) -> None:
    asked = {"q": "beam NOT Nokia", "group": "RAN1"}
    found = [one["key"] for one in local.get("/api/v1/records", params=asked).json()["records"]]
    assert found == ["R1-9990001"]
    assert [row["key"] for row in rows(local.get("/export/csv", params=asked))] == found
    lines = local.get("/export/jsonl", params=asked).text.splitlines()
    assert [json.loads(line)["key"] for line in lines] == found
    book = CalamineWorkbook.from_filelike(io.BytesIO(local.get("/export/xlsx", params=asked).content))
    assert [row[0] for row in book.get_sheet_by_index(0).to_python()] == ["key", *found]


def test_every_kind_of_record_keeps_its_columns(local: TestClient) -> None:
    by_record = {row["record"]: row for row in rows(local.get("/export/csv"))}
    assert set(by_record) == {"contribution", "meeting", "committee"}
    assert by_record["meeting"]["starts_on"] == "2026-11-16"
    assert by_record["committee"]["secretariat"] == "SAC"
    assert by_record["contribution"]["agenda_item"]


def test_parquet_comes_as_an_archive_of_its_folder(local: TestClient, tmp_path: Path) -> None:
    dataset = pytest.importorskip("pyarrow.dataset", reason="PyArrow, normwatch[parquet], is not installed")
    answer = local.get("/export/parquet", params={"record": "contribution"})
    assert answer.headers["Content-Disposition"].endswith('.parquet.zip"')
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        archive.extractall(tmp_path / "out")
    assert dataset.dataset(tmp_path / "out", partitioning="hive").count_rows() == 3


def test_a_format_that_cannot_be_had_is_not_offered(local: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "/export/parquet" in local.get("/search?q=beam").text
    monkeypatch.setattr(exports, "find_spec", lambda _: None)
    assert "/export/parquet" not in local.get("/search?q=beam").text
    assert local.get("/export/parquet").status_code == 404


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_an_export_that_breaks_off_is_told_from_a_whole_one(
    local: TestClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, form: str
) -> None:
    (tmp_path / "folder").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "folder"))

    def breaking(*_: Any) -> Any:
        yield {"key": "R1-1"}
        raise RuntimeError("the archive goes away")

    monkeypatch.setattr(exports, "records", breaking)
    for _ in range(exports.AT_ONCE + 1):  # none of them keeps its place
        with pytest.raises(RuntimeError, match="goes away"):
            local.get(f"/export/{form}")
    assert list((tmp_path / "folder").iterdir()) == []


def test_exports_wait_for_each_other(local: TestClient) -> None:
    for _ in range(exports.AT_ONCE):
        assert exports._places.acquire(blocking=False)
    try:
        answer = local.get("/export/csv")
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    finally:
        exports._places.release(exports.AT_ONCE)
    for _ in range(exports.AT_ONCE + 1):
        assert local.get("/export/xlsx").status_code == 200
