"""The invented document registers of ISO/IEC JTC 1/SC 2: WG 2 and IRG, static pages of unicode.org."""
# ruff: noqa: E501 - tables, one row a line

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape
from urllib.parse import quote

from demo.news import CN, XX, Origin
from demo.resource import MARK, Resource, Shape, Site, text


@dataclass(frozen=True)
class Document:
    """One row; without a subject it is a number that waits for its document. `age` is days before day two."""

    origin: Origin
    number: str
    subject: str = ""
    source: str = ""
    age: int = 0
    file: str = ""


# fmt: off
_IRG = (
    Document(XX, "N9901", "IRG meeting #966 agenda", "Rapporteur", 60, "n9901-Agenda.pdf"),
    Document(CN, "N9902", "China activity report (invented)", "China", 55, "n9902-ChinaActivityReport.pdf"),
    Document(XX, "N9903", "TCA comments on working set 909", "TCA", 50, "n9903-TCA%20comments.pdf"),
    Document(XX, "N9904", "Vietnam horizontal extensions", "Vietnam", 44, "n9904-Vietnam.pdf"),
    Document(CN, "N9905", "Evidence for 12 invented ideographs", "China NB", 30, "n9905-Evidence.pdf"),
    Document(XX, "N9906", "Comments of the UK on N9905", "UK", 21, "n9906-UK&Comments.pdf"),
    Document(XX, "N9907", "Editorial report, draft", "IRG editors", 14, "n9907-Editorial.pdf"),
    Document(CN, "N9908"),
    Document(XX, "N9909"),
    Document(XX, "N9910"),
)
_IRG_CHANGED = {
    "N9908": Document(CN, "N9908", "G-source horizontal extensions for 96 invented ideographs", "China", 1, "n9908-ChinaExtension.pdf"),
    "N9907": Document(XX, "N9907R", "Editorial report, revised", "IRG editors", 1, "n9907R-Editorial.pdf"),
}
_IRG_NEW = (
    Document(CN, "N9911", "Proposal on facial symbols for access control", "China NB", 1, "n9911-Symbols.pdf"),
    Document(XX, "N9912", "Feedback on N9905", "TCA", 1, "n9912-Feedback.pdf"),
    Document(XX, "N9913"),
)

_WG2 = (
    Document(XX, "N9501", "WG 2 meeting 974, agenda", "Convenor", 70, "n9501-Agenda.pdf"),
    Document(CN, "N9502", "Proposal to encode an invented script", "China", 61, "n9502-Script.pdf"),
    Document(XX, "N9503", "Comments of Japan on N9502", "Japan", 40, "n9503-Japan.pdf"),
    Document(CN, "N9504", "Proposal on components (invented)", "China and TCA", 33, "n9504-Components.pdf"),
    Document(XX, "N9505", "Ireland on Latin additions", "Ireland", 20, "n9505-Latin.pdf"),
    Document(XX, "N9506"),
)
_WG2_CHANGED = {
    "N9504": Document(CN, "N9504R", "Proposal on components (invented), revised", "China and TCA", 1, "n9504R-Components.pdf"),
}
_WG2_NEW = (Document(CN, "N9507", "Improved encoding of an invented script", "China", 1, "n9507-Improved.pdf"),)
# fmt: on

REGISTERS = {
    "/irg/IRG-curdoc.html": ("IRG", "irg", _IRG, _IRG_CHANGED, _IRG_NEW),
    "/wg2/WG2-curdoc.html": ("WG2", "wg2", _WG2, _WG2_CHANGED, _WG2_NEW),
}
"""Page -> name, folder, rows of day one, rows that day two replaces, rows that it adds."""


def documents(page: str, day: int) -> tuple[Document, ...]:
    """The rows of a register as of a day."""
    _, _, before, changed, new = REGISTERS[page]
    return before if day == 1 else (*(changed.get(row.number, row) for row in before), *new)


def unicode_org(today: date, day: int) -> Site:
    """The host as of a day."""
    return host({page: documents(page, day) for page in REGISTERS}, today)


def host(registers: Mapping[str, Sequence[Document]], today: date) -> Site:
    """The host with these rows on the pages of its registers."""
    resources = {page: _register(page, listed, today) for page, listed in registers.items()}
    resources["/robots.txt"] = text("text/plain", "User-agent: *\nDisallow: /cgi-bin/\n")
    missing = text(
        "text/html; charset=iso-8859-1",
        f"<html><head><title>404 Not Found</title></head><body><!-- {MARK} --><h1>Not Found</h1></body></html>",
    )
    return Site("Apache", resources, missing)


def _register(page: str, listed: Sequence[Document], today: date) -> Resource:
    name, folder, *_ = REGISTERS[page]

    def draw(shape: Shape) -> bytes:
        head = "".join(f"<th>{shape.name(header)}</th>" for header in ("Doc number", "Subject", "Source", "Date"))
        above = "<tr><td colspan=4>Current documents</td></tr>\n" * shape.pushed_down
        rows = "\n".join(_row(row, folder, name, today) for row in shape.rows(listed))
        return f"""<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>{name} Document Register (invented)</title></head>
<body><!-- {MARK} --><h1>{name} Document Register</h1>
<p><a href="Register-0001.html">Older documents</a></p>
<table border="1" class="subtle">
{above}<tr>{head}</tr>
{rows}
</table></body></html>
""".encode()

    return Resource("text/html", draw)


def _row(row: Document, folder: str, name: str, today: date) -> str:
    shown = f"IRG {row.number}" if name == "IRG" else row.number.removeprefix("N")
    if not row.subject:
        return f"<tr><td>{shown}</td><td>&nbsp;</td><td>&nbsp;</td><td>&nbsp;</td></tr>"
    link = f'<a href="https://www.unicode.org/{folder}/docs/{quote(row.file, safe="%&")}">{shown}</a>'
    day = today - timedelta(days=row.age)
    return f"<tr><td>{link}</td><td>{escape(row.subject)}</td><td>{escape(row.source)}</td><td>{day}</td></tr>"
