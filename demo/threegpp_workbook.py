"""TDoc lists as 3GPP's portal makes them: three sheets, every cell text but the upload's serial, links in cells."""
# ruff: noqa: E501 - tables, one row a line

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any, Literal
from urllib.parse import quote

import xlsxwriter

from demo.resource import MARK, Resource, Shape
from demo.threegpp_meetings import Meeting
from demo.threegpp_tdocs import Tdoc

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_START = (
    "TDoc", "Title", "Source", "Contact", "Contact ID", "Type", "For", "Abstract", "Secretary Remarks",
    "Agenda item sort order", "Agenda item", "Agenda item description", "TDoc sort order within agenda item", "TDoc Status",
    "Reservation date", "Uploaded", "Is revision of", "Revised to", "Release", "Spec", "Version", "Related WIs", "CR",
    "CR revision", "CR category", "TSG CR Pack",
)  # fmt: skip
_NEWER = ("UICC", "ME", "RAN", "CN", "Clauses Affected")
_END = ("Reply to", "To", "Cc", "Original LS", "Reply in")
COLUMNS = {31: _START + _END, 36: _START + _NEWER + _END}
"""Column sets by their number: 31 in templates up to 2021, 36 since 2022."""

PACK_COLUMNS = (
    "CR Pack TDoc", "WG Tdoc", "WG TDoc decision", "CR Individual TSG decision", "Spec", "CR", "CR revision", "CR category",
    "Release", "Version", "CR title",
)  # fmt: skip

PARAMETERS = {
    "Types of Tdocs": ("agenda", "Work Plan", "LS in", "LS out", "pCR", "draftCR", "CR", "CR pack", "ToR", "WID new", "WID revised", "SID new", "SID revised", "WI status report", "report", "discussion", "other"),
    "Possible statuses of Tdocs": ("reserved", "available", "revised", "agreed", "approved", "endorsed", "merged", "not pursued", "postponed", "noted", "withdrawn", "reissued", "not treated"),
    "Categories": ("A", "B", "C", "D", "E", "F"),
    "": ("Decision", "Agreement", "Approval", "Information", "Discussion", "Action", "Endorsement", "Presentation"),
}  # fmt: skip


@dataclass(frozen=True)
class Style:
    """How a list was made: which template, and which locale wrote its reservation dates."""

    columns: Literal[31, 36] = 36
    dates: Literal["US", "dd/MM", "serial"] = "US"


def workbook(meeting: Meeting, rows: Sequence[Tdoc], style: Style, today: date, *, attached: bool) -> Resource:
    """A meeting's list; `attached` as the portal sends it, with the file's name in Content-Disposition."""
    name = f"TDoc_List_Meeting_{meeting.name}.xlsx"
    headers = (("Content-Disposition", f'attachment;filename="{name}"'),) if attached else ()

    def draw(shape: Shape) -> bytes:
        buffer = BytesIO()
        book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
        created = datetime(today.year, today.month, today.day, tzinfo=UTC).replace(tzinfo=None)
        book.set_properties({"author": "3GPP Portal (demo)", "comments": MARK, "title": name, "created": created})
        _list(book, meeting, shape.rows(rows), style, shape)
        _packs(book, [row for row in rows if row.type == "CR pack"], shape)
        _parameters(book)
        book.close()
        return buffer.getvalue()

    return Resource(XLSX, draw, headers, "etag" if attached else "both", weak=attached)


def _list(book: Any, meeting: Meeting, rows: Sequence[Tdoc], style: Style, shape: Shape) -> None:
    sheet = book.add_worksheet("TDoc_List")
    moment = book.add_format({"num_format": "dd/mm/yyyy hh:mm:ss"})
    columns = COLUMNS[style.columns]
    for above in range(shape.pushed_down):
        sheet.write_string(above, 0, "Please note: this list is being updated")
    for column, header in enumerate(columns):
        sheet.write_string(shape.pushed_down, column, shape.name(header))
    for place, row in enumerate(rows, start=shape.pushed_down + 1):
        cells = _cells(row, style)
        for column, header in enumerate(columns):
            value = cells.get(header, "")
            if isinstance(value, datetime):
                sheet.write_datetime(place, column, value, moment)
            elif isinstance(value, float):
                sheet.write_number(place, column, value)
            elif value:
                link = _link(header, value, row, meeting)
                if link:
                    sheet.write_url(place, column, link, string=value)
                else:
                    sheet.write_string(place, column, value)


def _cells(row: Tdoc, style: Style) -> dict[str, str | float | datetime]:
    person = sum(map(ord, row.source)) % 90  # stands for a delegate, whom the demo does not have
    order = 100 * row.order
    return {
        "TDoc": row.number,
        "Title": row.title,
        "Source": row.source,
        "Contact": f"Delegate {person}",
        "Contact ID": str(person),
        "Type": row.type,
        "For": row.purpose,
        "Abstract": row.abstract,
        "Secretary Remarks": row.remarks,
        "Agenda item sort order": row.item.number.replace(".", ""),
        "Agenda item": row.item.number,
        "Agenda item description": row.item.title,
        "TDoc sort order within agenda item": float(order) if style.dates == "serial" else str(order),
        "TDoc Status": row.status,
        "Reservation date": _moment(row.reserved, style),
        "Uploaded": row.uploaded or "",
        "Is revision of": row.revision_of,
        "Revised to": row.revised_to,
        "Release": row.item.release,
        "Spec": row.spec,
        "Version": row.version,
        "Related WIs": row.item.work_item,
        "CR": row.cr,
        "CR category": row.cr_category,
        "RAN": "True" if row.cr else "",
        "Clauses Affected": "5.2.2" if row.cr else "",
        "Reply to": row.reply_to,
        "To": row.to,
        "Cc": row.cc,
        "Original LS": row.original,
    }


def _moment(value: datetime, style: Style) -> str | datetime:
    if style.dates == "serial":
        return value
    if style.dates == "dd/MM":
        return f"{value:%d/%m/%Y %H:%M:%S}"
    return f"{value.month}/{value.day}/{value.year} {value.hour % 12 or 12}:{value:%M:%S} {value:%p}"


def _link(header: str, value: str, row: Tdoc, meeting: Meeting) -> str:
    match header:
        case "TDoc" if row.uploaded:
            return f"https://www.3gpp.org{quote(meeting.path())}/Docs/{value}.zip"
        case "Contact ID":
            return "https://webapp.etsi.org/teldir/ListPersDetails.asp?PersId=0"
        case "Is revision of" | "Revised to":
            return f"https://portal.3gpp.org/ngppapp/CreateTdoc.aspx?mode=view&contributionId=99{value[-5:]}"
        case "Spec":
            return (
                "https://portal.3gpp.org/desktopmodules/Specifications/SpecificationDetails.aspx?specificationId=990001"
            )
        case _:
            return ""


def _packs(book: Any, packs: Sequence[Tdoc], shape: Shape) -> None:
    """The second sheet: three CRs in each CR pack of a plenary; only its header elsewhere."""
    sheet = book.add_worksheet("CR_Packs_List")
    sheet.write_row(0, 0, [shape.name(header) for header in PACK_COLUMNS])
    for place, (pack, number) in enumerate(((pack, number) for pack in packs for number in range(3)), start=1):
        group = ("R1", "R2", "R2")[number]
        tdoc = f"{group}-{pack.number[3:5]}9{int(pack.number[-3:]) * 3 + number:04}"
        decisions = ("agreed", "approved" if pack.status == "approved" else "")
        cells = (
            pack.number,
            tdoc,
            *decisions,
            "38.331",
            f"{5000 + place}",
            "1" if number else "",
            "F",
            "Rel-19",
            "19.2.0",
            f"Correction {place} of the demo",
        )
        sheet.write_row(place, 0, cells)


def _parameters(book: Any) -> None:
    sheet = book.add_worksheet("Parameters")
    for column, (header, values) in enumerate(PARAMETERS.items()):
        sheet.write_column(0, column, (header, "", *values))
    sheet.write_string(0, len(PARAMETERS) + 1, MARK)
    sheet.hide()
