from __future__ import annotations

import csv
import json
import os
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from store.conditions import Wanted
from store.export import cell, export
from store.reading import Asking
from store.selection import records

Row = Callable[..., Any]


def write(keeper: Any, form: str, path: Path, **wanted: Any) -> int:
    with keeper.archive.read() as connection:
        return export(records(connection, Wanted(**wanted), Asking(keeper.resolver)), form, path)


@pytest.mark.parametrize(
    "hostile",
    ["=1+1", "+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("https://example.org")', "=cmd|' /C calc'!A0"],
)
def test_text_that_a_spreadsheet_would_run_is_made_inert(hostile: str) -> None:
    assert cell(hostile) == f"'{hostile}"
    assert cell([{"name": hostile, "role": "source"}])[0] == "'"


@pytest.mark.parametrize("value", [-1, -1.5, 0, True, None, "1-2", "Huawei", "a=b", "", "华为", " =1"])
def test_numbers_and_plain_text_stay_as_they_are(value: Any) -> None:
    assert cell(value) is value


def test_a_csv_export_is_complete_and_opens_with_its_letters_intact(keeper: Any, tdoc: Row, tmp_path: Path) -> None:
    rows = [
        tdoc("R1-1", title="=1+1", source="Huawei, 华为技术有限公司"),
        tdoc("R1-2", title='Quotes ", commas,\nlines', source="Zzyzx Labs"),
        tdoc("R1-3", type="CR pack"),
    ]
    keeper.take(rows)
    path = tmp_path / "out.csv"
    assert write(keeper, "csv", path) == 3
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")  # spreadsheets take it for UTF-8 only then
    with path.open(encoding="utf-8-sig", newline="") as file:
        first, second, third = csv.DictReader(file)
    assert (first["title"], first["source"]) == ("'=1+1", "Huawei, 华为技术有限公司")
    assert first["organisations"].startswith("Huawei (source, CN)")
    assert second["title"] == 'Quotes ", commas,\nlines'
    assert second["organisations"] == "Zzyzx Labs (source)"
    assert third["key"] == "R1-3"
    assert None not in third


@pytest.mark.parametrize("order", [("CR pack", None), (None, "CR pack")])
def test_a_csvs_columns_do_not_depend_on_what_comes_first(
    keeper: Any, tdoc: Row, tmp_path: Path, order: tuple[str | None, ...]
) -> None:
    keeper.take([tdoc(f"R1-{number}", type=one) for number, one in enumerate(order)])
    write(keeper, "csv", tmp_path / "out.csv")
    assert "pack" in (tmp_path / "out.csv").read_text(encoding="utf-8-sig").splitlines()[0].split(",")


def test_a_jsonl_export_is_what_the_archive_says(keeper: Any, tdoc: Row, tmp_path: Path) -> None:
    keeper.take([tdoc("R1-1", title="=1+1\u2028", source="华为技术有限公司"), tdoc("R1-2")])
    path = tmp_path / "out.jsonl"
    assert write(keeper, "jsonl", path) == 2
    lines = path.read_text(encoding="utf-8").split("\n")
    found = [json.loads(line) for line in lines if line]
    assert found[0]["title"] == "=1+1\u2028" or found[0]["title"] == "=1+1"
    shown = keeper.show("R1-1")
    assert found[0] == {name: value for name, value in shown.items() if name not in ("history", "provenance")}


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_an_export_that_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path, form: str) -> None:
    path = tmp_path / "out"
    path.write_text("before")

    def rows() -> Iterator[dict[str, Any]]:
        yield {"key": "R1-1"}
        raise RuntimeError("the archive goes away")

    with pytest.raises(RuntimeError, match="goes away"):
        export(rows(), form, path)
    assert [(one.name, one.read_text()) for one in tmp_path.iterdir()] == [("out", "before")]


def test_an_export_to_where_nothing_can_be_written_says_so(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"nowhere"):
        export(iter([{"key": "R1-1"}]), "csv", tmp_path / "nowhere" / "out.csv")


def test_an_export_replaces_files_only_and_leaves_a_link_one(tmp_path: Path) -> None:
    pipe, link, file = (tmp_path / name for name in ("pipe", "link", "file"))
    os.mkfifo(pipe)
    link.symlink_to(file)
    with pytest.raises(OSError, match="no file") as raised:  # as root, /dev/stdout would be gone for everybody
        export(iter([{"key": "R1-1"}]), "csv", pipe)
    assert raised.value.filename == str(pipe)
    assert pipe.is_fifo()
    export(iter([{"key": "R1-1"}]), "jsonl", link)
    assert (link.is_symlink(), file.read_text()) == (True, '{"key": "R1-1"}\n')


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_an_export_of_any_length_takes_the_same_memory(tmp_path: Path, form: str) -> None:
    counted: list[int] = []

    def peak(count: int) -> int:
        rows = ({"key": f"R1-{number}", "title": "x" * 200} for number in range(count))
        tracemalloc.start()
        assert export(rows, form, tmp_path / "out", counted.append) == count
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return used

    peak(100)
    assert peak(20_000) < peak(1_000) + 100_000
    assert counted[:2] == [1000, 2000]
