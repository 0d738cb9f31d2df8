"""ITU's `/md` listings: classic ASP in Latin-1, tables in tables, all sources of a document as links."""
# ruff: noqa: E501 - pages as their server writes them

from __future__ import annotations

from datetime import date, timedelta
from html import escape
from urllib.parse import quote_plus

from demo.itu_documents import Document, Index
from demo.resource import MARK, Resource, Shape

PAGE_SIZE = 50
ENCODING = "iso-8859-1"
NBSP = "\xa0"


def listing(index: Index, offset: int) -> Resource:
    """The listing by document number, from a row offset on: the newest first, reserved numbers without `<strong>`."""

    def draw(shape: Shape) -> bytes:
        heads = ("Number", "Title", "Source", "AI/Question")
        cells = "".join(f"<td><strong>{shape.name(head)}</strong></td>" for head in heads)
        above = "<tr><td colspan=6>Note</td></tr>\n" * shape.pushed_down
        page = index.documents[offset : offset + PAGE_SIZE]
        rows = "".join(_row(index, row) for row in shape.rows(page))
        table = f"""<table border="0" width="100%">
<tr><td colspan="6">{_pager(index)}</td></tr>
{above}<tr bgcolor="#FFFFC4"><td>{NBSP}</td>{cells}<td><strong>Date</strong></td></tr>
{rows}<tr><td colspan="6">{_pager(index)}</td></tr>
</table>"""
        return _page(index, table)

    return Resource("text/html", draw, (("Cache-Control", "private"),), "etag")


def target(index: Index, offset: int) -> str:
    """A page's target: the short one for the first, the classic one for those that follow."""
    return (
        f"/md/{index.name()}/en" if offset == 0 else f"/md/meetingdoc.asp?lang=en&parent={index.name()}&PageLB={offset}"
    )


def offsets(index: Index) -> range:
    """Where the pages of a listing start."""
    return range(0, max(1, len(index.documents)), PAGE_SIZE)


def _pager(index: Index) -> str:
    pages = [f'<a href="{escape(target(index, offset))}">{place}</a>' for place, offset in enumerate(offsets(index), 1)]
    return f"Results: {len(index.documents)} total items.<br>Result Page:{NBSP} {' - '.join(pages)}"


def _row(index: Index, row: Document) -> str:
    shown = f"[ {row.number}{'-' + row.subgroup if row.subgroup else ''} ]"
    number = shown if row.reserved else f"<strong>{shown}</strong>"
    revision = f" <font color=red>(Rev.{row.revision})</font>" if row.revision else ""
    parent = index.name(row)
    group = index.group.name.removeprefix("SG")
    sources = ", ".join(
        f'<a href="/md/meetingdoc.asp?lang=en&amp;parent={index.name()}&amp;source={quote_plus(source)}">{escape(source)}</a>'
        for source in row.sources
    )
    questions = " ".join(
        f'<a href="/md/meetingdoc.asp?lang=en&amp;parent={index.name()}&amp;question={question}/{group}">{question}/{group}</a>'
        for question in row.questions
    )
    return f"""<tr bgcolor="#FFFFFF"><td>{NBSP}</td>
<td nowrap><a href="
\t/md/meetingdoc.asp?lang=en&amp;parent={parent}">{number}</a>{revision}</td>
<td>{escape(row.title)}\r
<br></td><td>{sources}</td><td>{questions}</td><td>{NBSP}</td></tr>
"""


def recent(index: Index, today: date) -> Resource:
    """The "recently posted" listing: other columns, in another order, and a row for each file."""

    def draw(shape: Shape) -> bytes:
        heads = ("Number", "Date", "Source", "Title", "Questions")
        cells = "".join(f"<td><strong>{shape.name(head)}</strong></td>" for head in heads)
        rows = [row for row in index.documents if not row.reserved][:PAGE_SIZE]
        body = "".join(_recent_row(index, row, today) for row in shape.rows(rows))
        above = "<tr><td colspan=6>Note</td></tr>\n" * shape.pushed_down
        table = f"""<table border="0" width="100%">
<tr><td colspan="6">Results: {len(rows)} total items.</td></tr>
{above}<tr bgcolor="#FFFFC4"><td>{NBSP}</td>{cells}</tr>
<tr><td>{NBSP}</td><td><strong>Number</strong></td><td><strong>Posted</strong></td><td colspan=3><strong>Size</strong></td></tr>
{body}<tr><td colspan="6">{NBSP}</td></tr>
</table>"""
        return _page(index, table)

    return Resource("text/html", draw, (("Cache-Control", "private"),), "etag")


def _recent_row(index: Index, row: Document, today: date) -> str:
    day = today - timedelta(days=row.age)
    label = f"[ {row.number} ]"
    group = index.group.name.removeprefix("SG")
    questions = " ".join(f"{question}/{group}" for question in row.questions) or "N/A"
    size = f"{40_000 + row.number * 7:,}".replace(",", "'")
    return f"""<tr><td>{NBSP}</td>
<td><a href="/md/meetingdoc.asp?lang=en&amp;parent={index.name(row)}"><strong>{label}</strong></a></td><td>{day}</td>
<td>{escape(", ".join(row.sources))}</td><td>{escape(row.title)}</td><td>{questions}</td></tr>
<tr><td>{NBSP}</td><td>{label} English -{NBSP} Word</td><td>{day} [10:{row.number % 60:02}]</td><td colspan=3>{size}{NBSP} bytes</td></tr>
"""


def _page(index: Index, table: str) -> bytes:
    group = index.group
    page = f"""<html>
<head>
<META http-equiv="Content-Type" content="text/html; charset=iso-8859-1">
<title>ITU-{group.sector} {group.name} Meeting Documents (invented)</title>
</head>
<body bgcolor="#FFFFFF"><!-- {MARK} --><table border="0" width="100%"><tr><td>
<a href="/md/{group.id}/fr">Fran\xe7ais</a>{NBSP}<a href="/md/{group.id}/es">Espa\xf1ol</a></td></tr>
<tr><td>Home : ITU-{group.sector} : {group.id} <a href="/md/{group.id}/new/en">Recently posted</a>{NBSP}-{NBSP} Search Meeting Documents</td></tr>
<tr><td><strong>ITU-{group.sector} {group.id} Meeting Documents</strong></td></tr>
<tr><td>
{table}
</td></tr></table>
<p>Copyright \xa9 ITU 2008 (invented)</p></body></html>
"""
    return page.encode(ENCODING, "xmlcharrefreplace")
