"""3GPP's dynareport meetings page, with what makes the real one hard to read.

Hyphens in dates are U+2011, hrefs hold backslashes and doubled slashes and a folder that may not exist, a stray
`</span>` follows the first link, and rows stand twice.
"""
# ruff: noqa: E501 - pages as their server writes them

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from html import escape

from demo.resource import MARK, Resource, Shape
from demo.threegpp_meetings import GROUPS, Meeting

HEADERS = (
    "Meeting<br>click for details and to reserve a tdoc number",
    "Title",
    "<b>Town</b><br>click for meeting invitation directory",
    "<b>Start</b><br>click for agenda",
    "<b>End</b><br>click for report",
    '<b>First &amp; Last tdoc</b><br>Click range for tdoc directory<br>Click "full document list" for full tdoc list',
    "<b>Register</b>",
    "<b>Participants</b>",
    "<b>Files</b>",
    "iCal<br>click for iCalendar (appointment) file",
    "Feedback<br>click to complete meeting satisfaction questionnaire",
)


def meetings_page(group: str, meetings: Sequence[Meeting], today: date) -> Resource:
    """The page of one group, all its meetings."""

    def draw(shape: Shape) -> bytes:
        rows = [m for meeting in meetings for m in ((meeting, meeting) if meeting.twice else (meeting,))]
        cells = "".join(f"    <th>{shape.name(header)}</th>" for header in HEADERS)
        head = "<tr><td colspan=11>&nbsp;</td></tr>\n" * shape.pushed_down + f'<tr bgcolor="#BEF781">{cells}</tr>'
        body = "\n".join(_row(meeting, today, number) for number, meeting in enumerate(shape.rows(rows)))
        code = GROUPS[group].code
        return f"""<!DOCTYPE html>
<html xml:lang="en-gb" lang="en-gb"><head><meta charset="utf-8"><title>{code} meetings (invented)</title></head>
<body class="site com_content"><!-- {MARK} --><nav><ul class="mod-menu"><li><a href="/specifications-groups">Groups</a></li></ul></nav>
<h1>3GPP meetings for group {code}</h1><p align="right"><a href="https://www.3gpp.org/3gpp-calendar">Go to 3GPP meetings page</a></p>
<table style="font-size: 14px;" id="a3dyntab" class="dsptab adynspec tablesorter sortable meetings table table-sm"><thead>
{head}
</thead><tbody>
{body}
</tbody></table></body></html>
""".encode()

    return Resource("text/html; charset=utf-8", draw, headers=(("Cache-Control", "private"),), validators="date")


def _row(meeting: Meeting, today: date, number: int) -> str:
    start = meeting.starts(today)
    end = start + timedelta(days=meeting.days - 1)
    code = f"{GROUPS[meeting.group].code}-{meeting.number}"[:20]
    title = escape(f"3GPP{meeting.name}" + (" CANCELLED" if meeting.cancelled else ""))
    town = escape(meeting.town)
    cells = [
        (
            f'<td width="60"><a name="{code}" target="_blank" '
            f'href="https://portal.3gpp.org/Home.aspx#/meeting?MtgId={meeting.id}">{code}</a></span></td>'
        ),
        f'<td width="100" align="left"><a name="bm{code}--{start}">{title}</a></td>',
    ]
    if meeting.folder:
        cells += [
            f'<td width="100" align="left">{_folder(meeting, "Invitation/", town)}</td>',
            f'<td width="80" align="center">{_folder(meeting, "Agenda/", _day(start))}</td>',
            f'<td width="80" align="center">{_folder(meeting, "Report/", _day(end))}</td>',
        ]
    else:
        where = f'<a target="_blank" href="/../../..//Specification-Groups/">{town}</a>' if number % 2 else town
        cells.append(f'<td width="100" align="left">{where}</td>')
        cells += [f'<td width="80" align="center">{_day(day)}</td>' for day in (start, end)]
    cells.append(_documents(meeting, today))
    open_for = start > today and not meeting.cancelled
    cells += [
        _link(open_for, f"https://webapp.etsi.org/3GPPRegistration/fMain.asp?mid={meeting.id}", "Register"),
        _link(
            bool(meeting.folder),
            f"https://webapp.etsi.org/3GPPRegistration/fViewPart.asp?mid={meeting.id}",
            "Participants",
        ),
        f'<td width="40" align="center">{_folder(meeting, "", "Files") if meeting.folder else "-"}</td>',
        _link(open_for, f"https://portal.3gpp.org/webapp/meetingCalendar/ical.asp?qMTG_ID={meeting.id}", "ICS"),
        '<td width="80" align="center">-</td>',
    ]
    return f'<tr class="{"even" if number % 2 else "odd"}">    {"    ".join(cells)}  </tr>'


def _documents(meeting: Meeting, today: date) -> str:
    if not meeting.documents:
        return '<td width="160" align="center"> - </td>'
    span = " - ".join(meeting.tdoc(suffix, today) for suffix in meeting.documents)
    full = f"https://portal.3gpp.org/ngppapp/TdocList.aspx?meetingId={meeting.id}"
    return (
        f'<td width="160" align="left">{_folder(meeting, chr(92) + "docs" + chr(92), span)}&nbsp;&nbsp;'
        f'<a target="_blank" href="{full}"><br>full document list</a></td>'
    )


def _folder(meeting: Meeting, inside: str, label: str) -> str:
    """A link as the server writes it: backslashes, and in SA's pages a doubled one after `ftp`."""
    root = GROUPS[meeting.group].root.replace("/", "\\")
    slashes = "\\\\" if root.startswith("tsg_sa") else "\\"
    return f'<a target="_blank" href="/../../../\\ftp{slashes}{root}\\{meeting.folder}\\{inside}">{label}</a>'


def _link(there: bool, url: str, label: str) -> str:
    return (
        f'<td width="40" align="center"><a target="_blank" href="{url}">{label}</a></td>'
        if there
        else '<td width="40" align="center">-</td>'
    )


def _day(day: date) -> str:
    return f"{day}".replace("-", "&#8209;")
