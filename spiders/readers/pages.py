"""HTML tables as rows of cells, found by what their header says."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree, html
from lxml.etree import ParserError
from lxml.html import HtmlElement

from spiders.readers.text import clean, decode

_CONTROL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*>")


def parse(content: bytes, content_type: str | None = None) -> HtmlElement | None:
    """The page's root with line breaks as text, so that `A<br>B` reads `A B`, and without scripts; None if no markup.

    A page that breaks off inside a table loses its last row, which may be torn.
    """
    content = whole_rows(content)
    text = _XML_DECLARATION.sub("", decode(content, content_type).replace("\0", ""))
    try:
        root = html.document_fromstring(text)
    except ParserError:
        return None
    etree.strip_elements(root, "script", "style", with_tail=False)
    breaks_as_text(root)
    return root


def breaks_as_text(element: HtmlElement) -> None:
    """Put a line break into the text after each `<br>`."""
    for line_break in element.iter("br"):
        line_break.tail = "\n" + _CONTROL.sub(" ", line_break.tail or "")


def rows(root: HtmlElement) -> Iterator[list[list[HtmlElement]]]:
    """Each table of the page, as its rows of cells; a head without a `<tr>` counts as a row. Nested tables apart.

    A cell that spans several rows stands in each of them.
    """
    for table in root.iter("table"):
        found = []
        spanning: dict[int, tuple[int, HtmlElement]] = {}
        for row in table.xpath("./tr | ./thead[not(tr)] | ./thead/tr | ./tbody/tr"):
            cells = [cell for cell in row if cell.tag in ("td", "th")]
            if spanning or any("rowspan" in cell.attrib for cell in cells):
                cells, spanning = _spanned(cells, spanning)
            if cells:
                found.append(cells)
        yield found


def _spanned(
    cells: list[HtmlElement], spanning: dict[int, tuple[int, HtmlElement]]
) -> tuple[list[HtmlElement], dict[int, tuple[int, HtmlElement]]]:
    """A row's cells with those of rows above that reach into it; by place, the cells that reach on, and how far."""
    whole: list[HtmlElement] = []
    further = {}
    own = iter(cells)
    for place in range(len(cells) + len(spanning)):
        rows_left, cell = spanning.get(place) or (0, next(own, None))
        if cell is None:
            break
        if place not in spanning:
            span = cell.get("rowspan", "1").strip()
            rows_left = int(span) if span.isdecimal() and len(span) < 5 else 1
        if rows_left > 1:
            further[place] = (rows_left - 1, cell)
        whole.append(cell)
    return whole, further


def breaks_off(content: bytes) -> bool:
    """Whether the page ends inside a table, as one does whose download was cut: neither it nor the page is closed."""
    page = content.lower()
    return max(map(page.rfind, (b"</table", b"</body", b"</html"))) < page.rfind(b"<tr")


def whole_rows(content: bytes) -> bytes:
    """The page without its last row, if it breaks off inside a table."""
    return content[: content.lower().rfind(b"<tr")] if breaks_off(content) else content


def columns(cells: list[HtmlElement]) -> list[str]:
    """What a header row says, in lower case."""
    return [(words(cell) or "").casefold() for cell in cells]


def named_columns(root: HtmlElement | None) -> str:
    """` with the columns …`, by the first row that looks like a header, so that a refused page can be recognised."""
    for table in rows(root) if root is not None else ():
        for cells in table[:4]:
            said = [text for cell in cells if cell.xpath("self::th | .//strong | .//b") and (text := words(cell))]
            if len(said) > 2 and all(len(text) < 30 for text in said):
                return f" with the columns {', '.join(said)}"[:200]
    return ""


def words(cell: HtmlElement | None) -> str | None:
    """What a cell says, cleaned; None for an empty cell and for the dashes that stand for nothing."""
    text = clean(cell.text_content()) if cell is not None else None
    return None if text in ("-", "‑", "–", "—") else text


def href(cell: HtmlElement | None) -> str | None:
    """The first link of a cell, as written."""
    if cell is None:
        return None
    return next((link.get("href") for link in cell.iter("a") if link.get("href")), None)
