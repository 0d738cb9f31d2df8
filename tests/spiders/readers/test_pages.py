from __future__ import annotations

import pytest

from spiders.readers import pages
from spiders.readers.text import decode

HEAD = "<tr><th>Number</th><th>Topic</th><th>Title</th></tr>"


def said(markup: str) -> list[list[str | None]]:
    root = pages.parse(markup.encode())
    assert root is not None
    return [[pages.words(cell) for cell in cells] for table in pages.rows(root) for cells in table]


def test_tags_of_any_case_left_open_or_not_make_the_same_rows() -> None:
    markup = f"<table>{HEAD}<tr><td>1</td><td>a</td><td>b</td></tr></table>"
    rows = [["Number", "Topic", "Title"], ["1", "a", "b"]]
    assert said(markup) == rows
    assert said(markup.upper().replace("A<", "a<").replace(">B", ">b"))[1] == ["1", "a", "b"]
    assert said(markup.replace("</td>", "").replace("</th>", "").replace("</tr>", "")) == rows


def test_a_cell_that_spans_rows_stands_in_each_of_them() -> None:
    rows = said(
        f"<table>{HEAD}<tr><td>1</td><td rowspan=3>a</td><td>x</td></tr><tr><td>2</td><td rowspan='2'>y</td></tr>"
        "<tr><td>3</td></tr><tr><td>4</td><td>b</td><td>z</td></tr></table>"
    )
    assert rows[1:] == [["1", "a", "x"], ["2", "a", "y"], ["3", "a", "y"], ["4", "b", "z"]]


@pytest.mark.parametrize("span", ["0", "-1", "x", "", "99999", "9" * 5000])
def test_a_span_without_sense_ends_nothing(span: str) -> None:
    rows = said(f"<table>{HEAD}<tr><td>1</td><td rowspan='{span}'>a</td><td>x</td></tr><tr><td>2</td></tr></table>")
    assert rows[1] == ["1", "a", "x"]
    assert rows[2][0] == "2"


def test_scripts_are_no_text_and_their_tags_no_rows() -> None:
    page = f"<html><body><table>{HEAD}<tr><td>1<script>f('<tr>')</script></td><td>a</td><td>b</td></tr></table>"
    page += "<script>document.write('<table><tr>')</script></body></html>"
    assert said(page)[1] == ["1", "a", "b"]
    assert not pages.breaks_off(page.encode())


@pytest.mark.parametrize("character", ["\x01", "&#1;", "&#xFFFF;", "\x0b", "&#99999999;"])
def test_characters_that_no_text_holds_end_nothing(character: str) -> None:
    rows = said(f"<table>{HEAD}<tr><td>1</td><td>a<br>{character}b</td><td>{character}</td></tr></table>")
    assert rows[1][0] == "1"
    assert (rows[1][1] or "").startswith("a ")


@pytest.mark.parametrize(
    ("end", "broken"), [("</table></body></html>", False), ("</BODY></HTML>", False), ("</table>", False), ("", True)]
)
def test_a_page_breaks_off_where_neither_table_nor_page_is_closed(end: str, broken: bool) -> None:
    page = f"<html><body><table>{HEAD}<tr><td>1</td><td>a</td><td>b</td></tr>{end}"
    assert pages.breaks_off(page.encode()) is broken
    assert len(said(page)) == (1 if broken else 2)


@pytest.mark.parametrize("label", ["windows-1252", "iso-8859-1", "utf-8", "no-such-charset", "hex", "idna", ""])
@pytest.mark.parametrize("encoding", ["windows-1252", "utf-8", "utf-8-sig", "utf-16"])
def test_text_is_decoded_whatever_label_a_browser_left_on_it(label: str, encoding: str) -> None:
    page = f"<html><meta charset='{label}'><td>Genève – Nº 1</td>"
    assert decode(page.encode(encoding)) == page


def test_other_labels_are_believed() -> None:
    page = "<html><meta charset='windows-1251'><td>Женева</td>"
    assert decode(page.encode("windows-1251")) == page
