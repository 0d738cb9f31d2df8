"""Records as an XLSX workbook: times as times, everything else as text that no spreadsheet takes for a formula."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

SHEET_ROWS = 1_048_576
CELL = 32_767
"""Characters that Excel takes in one cell."""
CUT = " […]"

_TIME = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?Z?)?")
_WIDTHS = {"title": 60, "source": 30, "organisations": 40, "url": 30, "abstract": 40}


def write(rows: Iterable[dict[str, Any]], output: Path, columns: Sequence[str], flat: Callable[[Any], Any]) -> None:
    """Write `rows` in constant memory. More than a sheet holds go on in further sheets.

    Without `columns`, they are the first row's. Times are cells of that type: in UTC where the archive gives `Z`, else
    as the body gives them, without a zone. A text longer than Excel takes ends in `CUT`. `flat` makes one value of a
    list.
    """
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(output, options | {"strings_to_numbers": False, "in_memory": False}) as book:
        bold = book.add_format({"bold": True})
        formats = {
            10: book.add_format({"num_format": "yyyy-mm-dd"}),
            20: book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        }
        sheet: Worksheet | None = None
        place = SHEET_ROWS
        for row in rows:
            if sheet is None or place == SHEET_ROWS:
                columns = columns or list(row)
                sheet, place = book.add_worksheet(), 1
                sheet.freeze_panes(1, 1)
                for column, name in enumerate(columns):
                    sheet.set_column(column, column, _WIDTHS.get(name, 14))
                    sheet.write_string(0, column, name, bold)
            for column, name in enumerate(columns):
                _cell(sheet, (place, column), flat(row.get(name)), formats)
            place += 1
        if sheet is None:
            book.add_worksheet()


def _cell(sheet: Worksheet, place: tuple[int, int], value: Any, formats: dict[int, Format]) -> None:
    if value is None or value == "":
        return
    if isinstance(value, bool):
        sheet.write_boolean(*place, value)
    elif isinstance(value, int | float):
        sheet.write_number(*place, value)
    elif (moment := _moment(str(value))) is not None:
        sheet.write_datetime(*place, moment, formats[10 if len(value) == 10 else 20])
    else:
        text = str(value)
        sheet.write_string(*place, text if len(text) <= CELL else text[: CELL - len(CUT)] + CUT)


def _moment(text: str) -> datetime | date | None:
    """What a time in the archive's form is to Excel, which knows none before 1900 and no zones."""
    if not _TIME.fullmatch(text) or text < "1900-03":
        return None
    try:
        return datetime.fromisoformat(text.removesuffix("Z"))
    except ValueError:
        return None
