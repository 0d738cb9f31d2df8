"""Listings spoilt in the ways that layouts drift: a table taken out of a file, changed, and put back in its format."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import datetime
from io import BytesIO
from typing import Any, Protocol

import xlsxwriter
from lxml import etree, html
from python_calamine import CalamineWorkbook

from spiders.readers.text import decode

_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
TITLES = {"meeting", "town", "start", "end", "number", "source", "date"}
CHALLENGE = b"<html><head><title>Just a moment...</title></head><body><h1>Verify you are human</h1></body></html>"
LOGIN = b'<html><head><title>Log in</title></head><body><form><input type="password" name="p"></form></body></html>'
AWAY = b"<html><head><title>Maintenance</title></head><body><p>This service is being updated.</p></body></html>"


@dataclass(frozen=True)
class Table:
    """What a listing lists: the names of its columns, and its rows. A cell is whatever its form uses."""

    columns: list[str]
    rows: list[list[Any]]
    above: int = 0
    """Rows of text above the header."""


class Form(Protocol):
    """A file format that holds a table."""

    aligned: bool
    """Whether cells belong to columns by their place, not by a name of their own."""

    def take(self, content: bytes) -> Table:
        """The table inside."""

    def put(self, content: bytes, table: Table) -> bytes:
        """The file with another table inside."""

    def blank(self) -> Any:
        """A cell of a column that nobody knows."""

    def empty(self) -> Any:
        """A cell with nothing in it."""

    def redate(self, cell: Any, write: Callable[[re.Match[str]], str]) -> Any:
        """The cell with its dates written otherwise."""


class Workbook:
    """The TDoc list of a workbook; its other sheets are left out."""

    aligned = True

    def take(self, content: bytes) -> Table:
        """The table inside."""
        book = CalamineWorkbook.from_filelike(BytesIO(content))
        header, *rows = book.get_sheet_by_name("TDoc_List").to_python(skip_empty_area=False)
        return Table([str(name) for name in header], [list(row) for row in rows if any(row)])

    def put(self, content: bytes, table: Table) -> bytes:
        """A workbook with the table."""
        out = BytesIO()
        with xlsxwriter.Workbook(out, {"strings_to_urls": False, "strings_to_formulas": False}) as book:
            day = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
            sheet = book.add_worksheet("TDoc_List")
            for line in range(table.above):
                sheet.write_string(line, 0, "Invented notice")
            for line, row in enumerate([table.columns, *table.rows], table.above):
                for column, value in enumerate(row):
                    if isinstance(value, datetime):
                        sheet.write_datetime(line, column, value, day)
                    elif value != "":
                        sheet.write(line, column, value)
        return out.getvalue()

    def blank(self) -> Any:
        """An unknown column's cell."""
        return "x"

    def empty(self) -> Any:
        """A cell with nothing in it."""
        return ""

    def redate(self, cell: Any, write: Callable[[re.Match[str]], str]) -> Any:
        """Dates as text of another form."""
        text = cell.isoformat(" ") if isinstance(cell, datetime) else cell
        return _DATE.sub(write, text) if isinstance(text, str) and _DATE.match(text) else cell


class Page:
    """The longest table of an HTML page."""

    aligned = True

    def take(self, content: bytes) -> Table:
        """The table inside: columns as text, cells as elements."""
        lines = self._lines(self._table(html.document_fromstring(decode(content))))
        header = self._header(lines)
        rows = [[deepcopy(cell) for cell in line] for line in lines[header + 1 :]]
        return Table([cell.text_content().strip() for cell in lines[header]], rows)

    def put(self, content: bytes, table: Table) -> bytes:
        """The page with the table's rows exchanged; what stands above its header stays."""
        root = html.document_fromstring(decode(content))
        element = self._table(root)
        lines = self._lines(element)
        header = self._header(lines)
        head, parent = lines[header], lines[header].getparent()
        for line in lines[header + 1 :]:
            line.getparent().remove(line)
        cells = [cell.text_content().strip() for cell in head]
        if cells != table.columns:
            for cell in list(head):
                head.remove(cell)
            for name in table.columns:
                etree.SubElement(head, "th").text = name
        for _ in range(table.above):
            notice = html.fragment_fromstring("<tr><td>Invented notice</td></tr>")
            parent.insert(parent.index(head), notice)
        for row in table.rows:
            line = etree.SubElement(parent if parent.tag != "thead" else element, "tr")
            line.extend(deepcopy(row))
        return html.tostring(root, encoding="utf-8", doctype="<!doctype html>")

    def blank(self) -> Any:
        """An unknown column's cell."""
        return html.fragment_fromstring("<td>x</td>", create_parent=False)

    def empty(self) -> Any:
        """A cell with nothing in it."""
        return html.fragment_fromstring("<td></td>", create_parent=False)

    def redate(self, cell: Any, write: Callable[[re.Match[str]], str]) -> Any:
        """The cell with each date of its text written otherwise."""
        changed = deepcopy(cell)
        for element in changed.iter():
            if element.text:
                element.text = _DATE.sub(write, element.text)
            if element.tail:
                element.tail = _DATE.sub(write, element.tail)
        return changed

    @staticmethod
    def _table(root: Any) -> Any:
        return max(root.iter("table"), key=lambda table: len(table.xpath("./tr | ./tbody/tr")))

    @staticmethod
    def _lines(table: Any) -> list[Any]:
        return list(table.xpath("./tr | ./thead/tr | ./tbody/tr"))

    @staticmethod
    def _header(lines: list[Any]) -> int:
        said = [{cell.text_content().strip().casefold() for cell in line} for line in lines[:6]]
        return max(range(len(said)), key=lambda i: (len(said[i]) > 2, len(said[i] & TITLES), -i))


class Lines:
    """JSON Lines: the keys are the columns. A key that a line lacks is an absent cell."""

    aligned = False

    absent = object()

    def take(self, content: bytes) -> Table:
        """The table inside."""
        records = [json.loads(line) for line in content.splitlines() if line.strip()]
        names = list(dict.fromkeys(name for record in records for name in record))
        return Table(names, [[record.get(name, self.absent) for name in names] for record in records])

    def put(self, content: bytes, table: Table) -> bytes:
        """A file with the table."""
        lines = [
            json.dumps({n: v for n, v in zip(table.columns, row, strict=False) if v is not self.absent})
            for row in table.rows
        ]
        return b"Invented notice\n" * table.above + "".join(f"{line}\n" for line in lines).encode()

    def blank(self) -> Any:
        """An unknown key's value."""
        return "x"

    def empty(self) -> Any:
        """A cell with nothing in it."""
        return None

    def redate(self, cell: Any, write: Callable[[re.Match[str]], str]) -> Any:
        """Every date of the value, in texts and in what it holds."""
        if isinstance(cell, dict):
            return {name: self.redate(value, write) for name, value in cell.items()}
        if isinstance(cell, list):
            return [self.redate(value, write) for value in cell]
        return _DATE.sub(write, cell) if isinstance(cell, str) else cell


class Records:
    """XML with an element that holds records: their children are the cells, by name."""

    aligned = False

    def __init__(self, holder: str | None = None) -> None:
        self._holder = holder

    def take(self, content: bytes) -> Table:
        """The table inside; a child that a record lacks is an absent cell, one it repeats is lost."""
        records = list(self._inside(self._root(content)))
        names = list(dict.fromkeys(str(child.tag) for record in records for child in record))
        return Table(names, [[deepcopy(record.find(name)) for name in names] for record in records])

    def put(self, content: bytes, table: Table) -> bytes:
        """The file with the table."""
        root = self._root(content)
        holder = self._inside(root)
        tag = holder[0].tag
        for child in list(holder):
            holder.remove(child)
        for row in table.rows:
            record = etree.SubElement(holder, tag)
            for name, cell in zip(table.columns, row, strict=False):
                if cell is not None:
                    record.append(deepcopy(cell))
                    record[-1].tag = name
        for _ in range(table.above):
            holder.insert(0, etree.Element("Invented_notice"))
        return etree.tostring(root, encoding="utf-8", xml_declaration=True)

    def blank(self) -> Any:
        """An unknown element."""
        cell = etree.Element("unknown")
        cell.text = "x"
        return cell

    def empty(self) -> Any:
        """A cell with nothing in it."""
        return None

    def redate(self, cell: Any, write: Callable[[re.Match[str]], str]) -> Any:
        """The element with its dates written otherwise."""
        if cell is None or not cell.text:
            return cell
        changed = deepcopy(cell)
        changed.text = _DATE.sub(write, cell.text)
        return changed

    def _inside(self, root: Any) -> Any:
        return root.find(self._holder) if self._holder else root

    @staticmethod
    def _root(content: bytes) -> Any:
        return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))


def spoilt(form: Form, content: bytes, step: int = 1) -> Iterator[tuple[str, bytes]]:
    """Every drift of a listing: its kind, and the bytes that would come; of its columns each `step`th."""
    table = form.take(content)

    def put(columns: list[str] | None = None, rows: list[list[Any]] | None = None, above: int = 0) -> bytes:
        changed = replace(table, columns=columns or table.columns, rows=table.rows if rows is None else rows)
        return form.put(content, replace(changed, above=above))

    names, rows = table.columns, table.rows
    for i, name in list(enumerate(names))[::step]:
        if name:
            yield "a column renamed", put([*names[:i], f"Neu_{name}", *names[i + 1 :]])
            yield "a column emptied", put(rows=[[*row[:i], form.empty(), *row[i + 1 :]] for row in rows])
            yield "a column dropped", put(_without(names, i), [_without(row, i) for row in rows])
            yield (
                "a column moved",
                put(
                    [*_without(names, i), name], [[*_without(row, i), row[i]] if len(row) > i else row for row in rows]
                ),
            )
    yield "a column added", put(["Neu", *names], [[form.blank(), *row] for row in rows])
    if form.aligned:
        yield "a column added without a header", put(rows=[[form.blank(), *row] for row in rows])
    yield "the header pushed down", put(above=3)
    yield "the header pushed far down", put(above=40)
    yield "an empty table", put(rows=[])
    yield "half the rows", put(rows=rows[: len(rows) // 2])
    yield "every row twice", put(rows=[row for row in rows for _ in range(2)])
    yield "headers in another language", put([f"Le_{name}" for name in names])
    for what, write in (
        ("day/month/year", r"\3/\2/\1"),
        ("month/day/year", r"\2/\3/\1"),
        ("day.month.year", r"\3.\2.\1"),
        ("year/month/day", r"\1/\2/\3"),
    ):
        yield (
            f"dates as {what}",
            put(rows=[[form.redate(cell, lambda found, w=write: found.expand(w)) for cell in row] for row in rows]),
        )
    for share in (0.5, 0.9, 0.99):
        yield "the file broken off", content[: int(len(content) * share)]
    yield "no bytes at all", b""
    yield "a captcha", CHALLENGE
    yield "a login page", LOGIN
    yield "a notice instead", AWAY
    yield "another format", b"<html><body><table><tr><th>TDoc</th></tr></table></body></html>"
    yield (
        "another encoding",
        content.decode("utf-8", "replace").encode("utf-16") if content[:2] != b"PK" else b"\xff" + content,
    )


def _without(items: list[Any], i: int) -> list[Any]:
    return items[:i] + items[i + 1 :]
