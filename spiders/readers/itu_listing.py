"""ITU's HTML listing of a group's or meeting's documents, by number (`/md/meetingdoc.asp?lang=en&parent=T25-SG13-C`).

It shows every source of a joint document, which the XML index may not, and numbers that are reserved: those stand
without `<strong>`. Only adds to the index. No real page was seen: the layout is what other readers of it rely on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qs

from lxml.html import HtmlElement

from spiders import urls
from spiders.readers import pages
from spiders.readers.itu_ids import ItuId, parse
from spiders.readers.itu_pages import KINDS, liaison, revision
from spiders.readers.itu_paging import paging
from spiders.readers.repeats import Rows
from spiders.readers.text import clean, plain_hyphens
from spiders.rows import Context, ContributionRow, Reading, Reject

COLUMNS = ("number", "title", "source", "ai/question", "date")

_NUMBER = re.compile(r"\[?\s*(\d{1,4})(?:-((?!Rev|Add|Corr?\b)[A-Z]{2,}\d?[A-Z]?)\b)?", re.IGNORECASE)
_PARENT = re.compile(r"/md/([A-Z]\d\d-[A-Z0-9.!-]+)(?:/|$)", re.IGNORECASE)
_DAY = re.compile(r"(\d{4})[-/.](\d\d)[-/.](\d\d)\b")

Cells = dict[str, HtmlElement]


def read(root: HtmlElement, context: Context) -> Reading | None:
    """Read a listing; None if this is another page."""
    for table, start, columns in tables(root, COLUMNS[:4]):
        reading = Reading("itu.documents", layout="listing", supplement=True)
        listing = parse(_listing(root, context))
        reading.scope = str(listing) if listing else ""
        reading.group = listing.group_name if listing else context.group
        rows = Rows(reading)
        for place, cells in enumerate(table[start:], start + 1):
            named = {name: cells[i] for name, i in columns.items() if i < len(cells)}
            if len(named) < len(COLUMNS) - 1 or not any(map(pages.words, cells)):
                continue  # caption, pager and footer
            row = _document(named, listing, place, reading)
            if isinstance(row, str):
                reading.rejects.append(Reject(place, row, (pages.words(named["title"]) or "")[:200]))
            else:
                rows.add(place, row)
        paging(root, reading)
        return reading
    return None


def tables(root: HtmlElement, names: tuple[str, ...]) -> Iterator[tuple[list[list[HtmlElement]], int, dict[str, int]]]:
    """Tables whose header has all `names`, with the first row below it and where the columns stand."""
    for table in pages.rows(root):
        for index, cells in enumerate(table[:4]):
            said = [(pages.words(cell) or "").casefold() for cell in cells]
            if all(name in said for name in names):
                yield table, index + 1, {name: said.index(name) for name in (*names, *COLUMNS) if name in said}
                break


def document_id(cell: HtmlElement | None, listing: ItuId | None) -> ItuId | str:
    """The document that a number cell names: by its link's `parent=`, else number and listing; or why none.

    Links are relative and resolve wrongly, and may hold line breaks: only their `parent` is believed.
    """
    if link := re.sub(r"\s+", "", pages.href(cell) or ""):
        address = urls.parts(link)
        query, path = parse_qs(address.query), _PARENT.search(address.path)
        name = parse(query.get("parent", [path[1] if path else ""])[0])
        if name and name.number is not None:
            return name
    number = _NUMBER.match(pages.words(cell) or "")
    if not number:
        return "no document number"
    if not listing or not listing.kind:
        return "its link names no document, and the listing is of several types"
    is_td = listing.kind == "TD"  # only TDs carry their meeting and subgroup in the id
    subgroup = (number[2] or listing.subgroup or "").upper() if is_td else None
    date = listing.date if is_td else None
    return replace(listing, date=date, subgroup=subgroup or None, number=int(number[1]))


def several(cell: HtmlElement | None, separator: str) -> str | None:
    """A cell with one link a source or Question, joined; its text if it has no links."""
    if cell is None:
        return None
    linked = [words for link in cell.iter("a") if (words := pages.words(link))]
    return separator.join(dict.fromkeys(linked)) or pages.words(cell)


def standing(number: HtmlElement, day: HtmlElement | None, place: int, reading: Reading) -> tuple[str, dict[str, str]]:
    """Status and date of a row: a number that is not bold is reserved, and its date no upload's."""
    status = "available" if number.xpath(".//strong | .//b") else "reserved"
    said = plain_hyphens(pages.words(day) or "")
    name = "uploaded_at" if status == "available" else "reserved_at"
    if said and not (found := _DAY.match(said)):
        reading.undated(place, said)
    return status, {name: "-".join(found.groups())} if said and found else {}


def _document(cells: Cells, listing: ItuId | None, place: int, reading: Reading) -> ContributionRow | str:
    number = cells["number"]
    name = document_id(number, listing)
    if isinstance(name, str):
        return name
    title, remarks = _title(cells["title"])
    status, moment = standing(number, cells.get("date"), place, reading)
    withdrawn = "withdrawn" in (remarks or "").casefold()
    fields = {"type": KINDS.get(name.kind or "", name.kind), **liaison(title)}
    fields["source"] = several(cells["source"], "; ") or fields.get("source")
    return ContributionRow(
        key=str(name),
        body="ITU",
        group=name.group_name,
        meeting=name.meeting or (listing.meeting if listing else None),
        title=title or str(name),
        url=urls.itu_document(str(name)),
        work_items=several(cells["ai/question"], ", "),
        status="withdrawn" if withdrawn else status,
        revision=name.revision or revision(pages.words(number)),
        remarks=remarks,
        **fields,
        **moment,
    )


def _title(cell: HtmlElement) -> tuple[str | None, str | None]:
    """The title, which ends at the first line break of the source, and the red note after it."""
    notes = clean(" ".join(font.text_content() for font in cell.iter("font")))
    for said in cell.itertext():
        if said.strip():
            first = clean(re.split(r"[\r\n]", said.strip(), maxsplit=1)[0])
            return first, notes if notes != first else None
    return None, notes


def _listing(root: HtmlElement, context: Context) -> str | None:
    """The id of what is listed, from the address, else from the page's links to itself in another language."""
    url = urls.parts(context.url)
    path = _PARENT.search(url.path)
    if named := parse_qs(url.query).get("parent", [path[1] if path else None])[0]:
        return named
    for link in root.iter("a"):
        query = parse_qs(urls.parts(re.sub(r"\s+", "", link.get("href") or "")).query)
        name = parse(query.get("parent", [""])[0])
        if "lang" in query and name and name.number is None and name.kind:
            return str(name)
    return None
