"""The agenda pages of SA2 and SA3: their own vocabularies, revisions told in prose, windows-1252."""
# ruff: noqa: E501 - pages as their makers write them

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from html import escape

from demo.resource import MARK, Resource, Shape
from demo.threegpp_meetings import Meeting
from demo.threegpp_tdocs import Tdoc

ENCODING = "windows-1252"

BY_AGENDA = ("AI", "TD#", "Type", "Doc For", "Subject", "Source", "Rel", "Work Item", "Comment", "Result")
ALLOCATION = (
    "Agenda", "Topic", "TDoc", "Title", "Source", "Type", "For", "Avail", "Treated", "Decision", "Wdrn", "Replaced-by", "Replaces",
)  # fmt: skip

TYPES = {"pCR": "P-CR", "LS in": "LS In", "LS out": "LS OUT", "discussion": "DISCUSSION"}
"""SA2's words for the portal's types."""
RESULTS = {
    "available": "",
    "reserved": "",
    "noted": "Noted",
    "revised": "Revised",
    "withdrawn": "Withdrawn",
    "agreed": "Agreed",
}
"""SA2's words for the portal's statuses."""


def tdocs_by_agenda(meeting: Meeting, rows: Sequence[Tdoc], today: date) -> Resource:
    """SA2's TdocsByAgenda page, as Word makes it: one page inside another, a row of its own for each agenda item."""

    def draw(shape: Shape) -> bytes:
        head = "".join(_by_agenda_cell(f"<b> {shape.name(header)} </b>", "#C0C0C0") for header in BY_AGENDA)
        above = "<TR><TD COLSPAN=10>&nbsp;</TD></TR>\n" * shape.pushed_down
        body = "\n".join(shape.rows(list(_by_agenda_rows(meeting, rows))))
        page = f"""<HTML>
<HEAD>
<META HTTP-EQUIV="Content-Type" CONTENT="text/html;charset=windows-1252">
<TITLE>Document List for meeting All sessions - Ordered by Agenda Item</TITLE>
</HEAD>

<BODY>
<!-- {MARK} -->
<html xmlns:w="urn:schemas-microsoft-com:office:word"><head><title>Chairman's notes</title></head><body lang=EN-GB>
<table class=MsoTableGrid border=1><tr><td><p class=MsoNormal>IPR reminder (invented).</p></td></tr></table>
</body></html>
<FONT style=FONT-SIZE:16pt FACE="Arial" COLOR=#000000>List for Meeting:  <B> All Sessions </B></FONT><br>
<FONT FACE="Arial" COLOR=#000000><B>Temporary Documents List - Ordered by Agenda Item</B></FONT><br>
<table style="border:1px solid black;" TABLE BORDER=1 BGCOLOR=#FFFFFF CELLSPACING=0 WIDTH=1000 & >
<THEAD>
{above}<TR VALIGN=TOP>
{head}
</TR>
</THEAD>
<TBODY>
{body}
</TBODY>
</TABLE>
<FONT FACE="Arial" COLOR=#000000>Created: &nbsp&nbsp&nbsp&nbsp <B>END OF LIST</B></FONT><br>
<FONT style=FONT-SIZE:16pt FACE="Arial" COLOR=#FF0000>Total documents:         <B>{len(rows)} </B></FONT><br>
</BODY>
</HTML>
"""
        return page.encode(ENCODING, "xmlcharrefreplace")

    return Resource("text/html", draw)


def _by_agenda_rows(meeting: Meeting, rows: Sequence[Tdoc]) -> Iterator[str]:
    code = meeting.name.replace("#", "-").replace("SA2", "S2")
    yield _by_agenda_row(
        ("0", "-", "-", "-", "All Agenda Items", "-", "-", code, "Docs:=0<br>", "<b> - </b>"), "#99CCFF"
    )
    ordered = sorted(rows, key=lambda row: (row.item.number, row.number))
    seen = ""
    for row in ordered:
        if row.item.number != seen:
            seen = row.item.number
            count = f"Docs:={sum(other.item.number == seen for other in rows)}<br>"
            yield _by_agenda_row(
                (seen, "-", "-", "-", escape(row.item.title), "-", "-", "-", count, "<b> - </b>"), "#99CCFF"
            )
        link = f'<a name={row.number} target="_blank" href="Docs\\{row.number}.zip"><b> {row.number}</b></a>'
        told = [
            f"Revision of {row.revision_of}." if row.revision_of else "",
            f"Revised to {row.revised_to}." if row.revised_to else "",
        ]
        source = ", ".join(name for name in (row.source, row.proposed) if name)
        cells = (
            row.item.number, link if row.uploaded else row.number, TYPES.get(row.type, row.type.upper()), row.purpose,
            escape(row.title), escape(source), row.item.release, row.item.work_item,
            " ".join(filter(None, told)) + "<br>", RESULTS.get(row.status, row.status.capitalize()),
        )  # fmt: skip
        yield _by_agenda_row(cells, "#FFFFFF")


def _by_agenda_row(cells: Sequence[str], colour: str) -> str:
    return "<TR VALIGN=TOP>\n" + "".join(_by_agenda_cell(cell, colour) for cell in cells) + "\n</TR>"


def _by_agenda_cell(content: str, colour: str) -> str:
    return f'  <TD BORDERCOLOR=#000000 BGCOLOR ={colour}><FONT style=FONT-SIZE:8pt FACE="Arial" COLOR=>{content}</FONT></TD>'


def allocation(meeting: Meeting, rows: Sequence[Tdoc], today: date) -> Resource:
    """SA3's AgendaWithTdocAllocation page: bare `<TH>` in the head, U+2011 in numbers, the item in its first row only."""

    def draw(shape: Shape) -> bytes:
        head = "".join(_allocation_cell("TH", shape.name(header)) for header in ALLOCATION)
        above = "<TR><TD COLSPAN=13>&nbsp;</TD></TR>\n" * shape.pushed_down
        body = "".join(shape.rows(list(_allocation_rows(rows))))
        page = f"""<HTML>
<HEAD>
<META HTTP-EQUIV="Content-Type" CONTENT="text/html;charset=windows-1252">
<TITLE>TDoc list</TITLE>
</HEAD>

<BODY>
<!-- {MARK} -->
<P><FONT FACE="Arial" COLOR=#000000><B>Tdoc List</B></FONT></P>
<P><FONT FACE="Arial" COLOR=#000000>{meeting.starts(today)} 19:21</FONT></P>

<TABLE BORDER=1 BGCOLOR=#FFFFFF CELLSPACING=0>
<THEAD>
{above}{head}</THEAD>
{body}</TBODY>
</TABLE>
</BODY>
</HTML>
"""
        return page.encode(ENCODING, "xmlcharrefreplace")

    return Resource("text/html", draw)


def _allocation_rows(rows: Sequence[Tdoc]) -> Iterator[str]:
    seen = ""
    for row in sorted(rows, key=lambda row: (row.item.number, row.number)):
        first = row.item.number != seen
        seen = row.item.number
        number = row.number.replace("-", "&#x2011;")
        cells = (
            seen if first else "", escape(row.item.title) if first else "",
            f'<a name="{row.number}" target="_blank" href="docs\\{row.number}.zip">{number}</a>',
            escape(row.title), escape(row.source), row.type, row.purpose or "-",
            "Yes" if row.uploaded else "No",
            f'<div class="tooltip">{"No" if row.status in ("available", "reserved") else "Yes"}<span class="tooltiptext"></span></div>',
            row.status, "Yes" if row.status == "withdrawn" else "No", _anchor(row.revised_to), _anchor(row.revision_of),
        )  # fmt: skip
        yield "<TR VALIGN=TOP>\n" + "".join(_allocation_cell("TD", cell or "&nbsp;") for cell in cells) + "</TR>\n"


def _anchor(number: str) -> str:
    return f'<a href="#{number}">{number.replace("-", "&#x2011;")}</a>' if number else ""


def _allocation_cell(tag: str, content: str) -> str:
    return f'<{tag} BGCOLOR=#FFFFFF BORDERCOLOR=#000000 ><FONT style=FONT-SIZE:8pt FACE="Arial" COLOR=#000000>\n{content}\n</FONT></TH>\n'
