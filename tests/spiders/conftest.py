"""Workbooks for the readers' tests, built from a readable description so that nothing binary is kept."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
import xlsxwriter

Builder = Callable[[dict[str, Any]], bytes]


def build(description: dict[str, Any]) -> bytes:
    """A workbook from `{sheet: [[cell, …], …]}`.

    A cell is a text, a number, null or `{"text": …, "link": …}`, a text with a hyperlink. A sheet whose name begins
    with `.` is hidden (and loses the dot).
    """
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as workbook:
        for name, rows in description.items():
            sheet = workbook.add_worksheet(name.removeprefix("."))
            if name.startswith("."):
                sheet.hide()
            for y, row in enumerate(rows):
                for x, cell in enumerate(row):
                    if isinstance(cell, dict):
                        sheet.write_url(y, x, cell["link"], string=cell["text"])
                    elif isinstance(cell, str):
                        sheet.write_string(y, x, cell)
                    elif cell is not None:
                        sheet.write_number(y, x, cell)
    return buffer.getvalue()


@pytest.fixture(scope="session")
def build_workbook() -> Builder:
    return build
