"""JVET's invented meeting and document pages (ISO/IEC JTC 1/SC 29). Meeting 96 and its letters CR are invented."""
# ruff: noqa: E501 - tables, one row a line

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from html import escape

from demo.news import CN, HOSTILE, UN, XX, Origin
from demo.resource import MARK, Resource, Shape, Site, text

NOW = 96
ID_OFFSET = 164
"""id_meeting is the meeting's number and this."""

MEETINGS = {91: "Geneva", 92: "Antalya", 93: "Rennes", 94: "Kemer", 95: "Online", NOW: "Sapporo", 97: "Hangzhou"}
"""Number -> city; the last one is first listed on day two."""


@dataclass(frozen=True)
class Document:
    """One row of a meeting's page. Versions: 0 is a number without a file."""

    origin: Origin
    number: int
    title: str
    source: str
    version: int = 1
    withdrawn: bool = False


# fmt: off
_DAY_ONE = (
    Document(XX, 1, "AHG report: project management (AHG1)", "A. Example"),
    Document(XX, 2, "AHG report: neural network video coding (AHG11)", "B. Example, C. Example"),
    Document(CN, 41, "EE1: loop filter with fewer parameters", "D. Example, E. Example (Bytedance)", 2),
    Document(XX, 42, "EE1: cross-check of JVET-CR0041", "F. Example (Nokia)"),
    Document(CN, 43, "EE2: template matching for chroma", "G. Example, H. Example (OPPO)"),
    Document(XX, 44, "AHG9: SEI message for film grain", "I. Example (Dolby), J. Example (InterDigital)"),
    Document(CN, 45, "AHG8: coding of screen content", "K. Example (Tencent), L. Example(Sharp)"),
    Document(XX, 46, "AHG10: encoder rate control", "M. Example (Fraunhofer HHI)"),
    Document(CN, 47, "EE2: intra prediction fusion", "", 0),
    Document(XX, 48, "On low-delay configurations", "N. Example (Ericsson)", withdrawn=True),
)
_CHANGED = {
    43: Document(CN, 43, "EE2: template matching for chroma", "G. Example, H. Example (OPPO)", 3),
    47: Document(CN, 47, "EE2: intra prediction fusion", "O. Example, P. Example (Alibaba), Q. Example (CityU)"),
}
_NEW = (
    Document(CN, 101, "AHG11: AI-based in-loop filtering at low complexity", "R. Example, S. Example (Bytedance), T. Example (Qualcomm)"),
    Document(CN, 102, "Generative face video: facial parameters", "U. Example (Alibaba)"),
    Document(XX, 103, "AHG9: editorial changes", "V. Example (Sony)"),
    Document(UN, 104, "EE2: motion refinement", "W. Example (Velodisk Labs)"),
    Document(CN, 105, f"EE1: <img src=x onerror=alert(1)> super resolution {HOSTILE}", "X. Example (Kwai)"),
)
# fmt: on

_PAST = ("(InterDigital)", "(Bytedance)", "(Nokia)", "(Alibaba)", "(Qualcomm)", "(vivo)", "(KDDI)", "(Sharp)")
"""Who brought the documents of past meetings, which never change."""


def letters(meeting: int) -> str:
    """A meeting's letters: A to Z, then AA; 44 is AR."""
    first, second = divmod(meeting - 1, 26)
    return (chr(64 + first) if first else "") + chr(65 + second)


def meetings(day: int) -> tuple[int, ...]:
    """The meetings' numbers as of a day."""
    return tuple(meeting for meeting in MEETINGS if meeting <= NOW or day == 2)


def documents(meeting: int, day: int) -> tuple[Document, ...]:
    """The documents of a meeting as of a day; those of past meetings never change, one ahead has none."""
    if meeting != NOW:
        made_up = (
            Document(XX, place, f"Past contribution {place}", f"Y. Example {who}") for place, who in enumerate(_PAST, 1)
        )
        return tuple(made_up) if meeting < NOW else ()
    if day == 1:
        return _DAY_ONE
    return (*(_CHANGED.get(row.number, row) for row in _DAY_ONE), *_NEW)


def key(document: Document, meeting: int = NOW) -> str:
    """`JVET-CR0041`."""
    return f"JVET-{letters(meeting)}{document.number:04}"


def jvet(today: date, day: int) -> Site:
    """The host as of a day."""
    resources = {"/doc_end_user/all_meeting.php": _all_meetings(today, day)}
    for meeting in meetings(day):
        target = (
            f"/doc_end_user/current_meeting.php?id_meeting={meeting + ID_OFFSET}&search_id_group=1&search_sub_group=1"
        )
        resources[target] = _meeting(meeting, documents(meeting, day), today, day)
    resources["/robots.txt"] = text("text/plain", "User-agent: *\nDisallow: /admin/\n")
    missing = text(
        "text/html; charset=iso-8859-1",
        f"<html><head><title>404 Not Found</title></head><body><!-- {MARK} --><h1>Not Found</h1></body></html>",
    )
    return Site("Apache", resources, missing, (("X-Powered-By", "PHP/8.1"),))


def _start(meeting: int, today: date) -> date:
    return today + timedelta(days=6 + 91 * (meeting - NOW))


def _page(title: str, tables: str) -> bytes:
    page = f'<!DOCTYPE html>\n<html><head><meta charset="utf-8"><title>{title} (invented)</title></head>\n<body><!-- {MARK} -->\n{tables}\n</body></html>\n'
    return page.replace("\n", "\r\n").encode()


def _cells(cells: tuple[str, ...], tag: str = "td") -> str:
    return "<tr>" + "".join(f'<{tag} width="*" align="center">{cell}</{tag}>\n' for cell in cells) + "</tr>\n"


def _all_meetings(today: date, day: int) -> Resource:
    def draw(shape: Shape) -> bytes:
        names = tuple(shape.name(header) for header in ("Number", "Name", "Start date", "End date", "USL"))
        rows = [
            (
                str(meeting),
                f'<a href="current_meeting.php?id_meeting={meeting + ID_OFFSET}&search_id_group=1&search_sub_group=1">{MEETINGS[meeting]}</a>',
                str(_start(meeting, today)),
                str(_start(meeting, today) + timedelta(days=8)),
                letters(meeting),
            )
            for meeting in reversed(meetings(day))
        ]
        above = _cells(("All meetings",)) * shape.pushed_down
        return _page(
            "JVET meetings",
            f"<table>\n{above}{_cells(names)}{''.join(_cells(row) for row in shape.rows(rows))}</table>",
        )

    return Resource("text/html; charset=UTF-8", draw, weak=True)


def _meeting(meeting: int, rows: tuple[Document, ...], today: date, day: int) -> Resource:
    def draw(shape: Shape) -> bytes:
        headers = (
            "JVET number",
            "MPEG number",
            "Created",
            "First upload",
            "Last upload",
            "Title",
            "Source",
            "Download",
        )
        above = _cells(("Documents",)) * shape.pushed_down
        body = "".join(_cells(_document(row, meeting, today)) for row in shape.rows(rows))
        first = f"<table><tr><td>Meeting {meeting}, {MEETINGS[meeting]}</td></tr></table>"
        foot = f"<tr><td colspan=8>{len(rows)} documents</td></tr>"
        names = _cells(tuple(shape.name(header) for header in headers))
        return _page("JVET documents", f"{first}\n<table>\n{above}{names}{body}{foot}</table>")

    return Resource("text/html; charset=UTF-8", draw, weak=True)


def _document(row: Document, meeting: int, today: date) -> tuple[str, ...]:
    name = key(row, meeting)
    created = _start(meeting, today) - timedelta(days=7 if row.number > 100 else 18)
    when = f"{created} 10:{row.number % 60:02}:00"
    there = row.version and not row.withdrawn
    latest = f"{today - timedelta(days=1)} 15:{row.number % 60:02}:00" if row.version > 2 else when
    file = f"../doc_end_user/documents/{meeting}_{MEETINGS[meeting]}/wg11/{name}-v{row.version}.zip"
    return (
        f'<a href="current_document.php?id={99000 + row.number}">{name}</a>',
        f"m{99000 + row.number}",
        when,
        when if row.version else "",
        latest if row.version else "",
        escape(row.title),
        escape(row.source),
        f'<a href="{file}">{name}-v{row.version}</a>' if there else "Withdrawn" if row.withdrawn else "",
    )
