from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from store import spreadsheets
from store.conditions import Wanted
from store.export import export
from store.reading import Asking
from store.selection import records

Row = Callable[..., Any]
HOSTILE = (
    "=1+1",
    "+1",
    "-2",
    "@SUM(A1)",
    '=HYPERLINK("https://example.org")',
    "https://example.org",
    "\x0b=cmd",
    "1e5",
)


def sheets(path: Path) -> list[list[list[Any]]]:
    book = CalamineWorkbook.from_path(path)
    return [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]


def test_records_become_typed_cells(keeper: Any, tdoc: Row, tmp_path: Path) -> None:
    about = {"source": "Huawei, ZTE", "agenda_item": "7.10", "reserved_at": "2019-02-01T10:00:00"}
    keeper.take([tdoc("R1-1", uploaded_at="2019-02-03", cr="0012", **about), tdoc("R1-2", reserved_at="1850-01-01")])
    with keeper.archive.read() as connection:
        rows = records(connection, Wanted(), Asking(keeper.resolver))
        assert export(rows, "xlsx", tmp_path / "out.xlsx") == 2
    ((head, first, second),) = sheets(tmp_path / "out.xlsx")
    found = dict(zip(head, first, strict=True))
    assert found["reserved_at"] == datetime.fromisoformat("2019-02-01T10:00:00")
    assert found["uploaded_at"] == date(2019, 2, 3)
    assert (found["agenda_item"], found["cr"]) == ("7.10", "0012")  # no numbers of what only looks like one
    assert found["vanished"] is False
    assert found["organisations"] == "Huawei (source, CN); ZTE (source, CN)"
    assert dict(zip(head, second, strict=True))["reserved_at"] == "1850-01-01"


@pytest.mark.parametrize("hostile", HOSTILE)
def test_nothing_in_a_workbook_is_a_formula_or_a_link(tmp_path: Path, hostile: str) -> None:
    path = tmp_path / "out.xlsx"
    assert export(iter([{"key": hostile, "title": hostile, hostile: [hostile]}]), "xlsx", path) == 1
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name).decode() for name in book.namelist()}
    assert not re.search(r"<f[ >]", parts["xl/worksheets/sheet1.xml"])
    assert "<hyperlink" not in parts["xl/worksheets/sheet1.xml"].lower()
    assert not [name for name in parts if "external" in name.lower()]
    assert len(sheets(path)[0]) == 2


def test_more_rows_than_a_sheet_holds_go_on_in_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheets, "SHEET_ROWS", 4)
    assert export(({"key": f"R1-{n}"} for n in range(7)), "xlsx", tmp_path / "out.xlsx") == 7
    found = sheets(tmp_path / "out.xlsx")
    assert [len(rows) for rows in found] == [4, 4, 2]
    assert {rows[0][0] for rows in found} == {"key"}
    assert [row[0] for rows in found for row in rows[1:]] == [f"R1-{n}" for n in range(7)]


def test_a_text_too_long_for_a_cell_says_that_it_is_cut(tmp_path: Path) -> None:
    assert export(iter([{"title": "x" * 40_000}]), "xlsx", tmp_path / "out.xlsx") == 1
    title = sheets(tmp_path / "out.xlsx")[0][1][0]
    assert len(title) == spreadsheets.CELL
    assert title.endswith("x […]")


def test_an_empty_export_opens(tmp_path: Path) -> None:
    assert export(iter([]), "xlsx", tmp_path / "out.xlsx") == 0
    assert sheets(tmp_path / "out.xlsx") == [[]]
