"""The table of documents on the pages of SA2's and SA3's secretaries, and which of its columns is which."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml.html import HtmlElement

from spiders.readers import pages
from spiders.rows import Reading

Table = list[list[HtmlElement]]


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a page's layout, by what its header says in lower case."""

    fields: dict[str, str]
    """Header to field; several headers may be one field."""
    needed: frozenset[str]
    """Headers without which it is another page."""
    not_kept: str
    """The header of a column that names delegates."""

    def find(self, root: HtmlElement) -> Table | None:
        """The page's table of documents from its header row on; None on another page."""
        for table in pages.rows(root):
            for i, cells in enumerate(table[:3]):
                if self.needed.issubset(pages.columns(cells)):
                    return table[i:]
        return None

    def rows(self, table: Table, reading: Reading) -> Iterator[dict[str, HtmlElement]]:
        """The rows below the header, each as cells by field; notes in the reading which columns are new or gone."""
        header = pages.columns(table[0])
        places = {self.fields[text]: i for i, text in enumerate(header) if text in self.fields}
        reading.unknown_columns = tuple(
            text for text in header if text and text not in self.fields and text != self.not_kept
        )
        missing = {field: text for text, field in self.fields.items() if field not in places}
        reading.missing_columns = tuple(missing.values())
        for cells in table[1:]:
            yield {field: cells[i] for field, i in places.items() if i < len(cells)}
