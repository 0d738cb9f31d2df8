"""ITU's listing of what was recently posted in a group (`/md/R23-WP4A/new/en`): documents, each with its files.

Its columns are ordered otherwise than the full listing's. Rows of files carry a posting time and a size and are not
documents. A recent list: absence from it means nothing.
"""

from __future__ import annotations

import re

from lxml.html import HtmlElement

from spiders import urls
from spiders.readers import pages
from spiders.readers.itu_ids import parse
from spiders.readers.itu_listing import document_id, several, standing, tables
from spiders.readers.itu_pages import KINDS, liaison, revision
from spiders.readers.itu_paging import paging
from spiders.readers.repeats import Rows
from spiders.readers.text import clean
from spiders.rows import Context, ContributionRow, Reading, Reject

COLUMNS = ("number", "date", "source", "title", "questions")

_POSTED = re.compile(r"\d{4}-\d\d-\d\d\s*\[\d\d:\d\d\]")
_FILES_HEADER = re.compile(r"^Number\s+Posted\s+Size")
_GROUP = re.compile(r"\b([TRDS]\d\d-[A-Z][A-Z0-9.]*)\s+Meeting Documents")


def read(root: HtmlElement, context: Context) -> Reading | None:
    """Read a list of recent documents; None if this is another page."""
    for table, start, columns in tables(root, COLUMNS):
        reading = Reading("itu.documents", layout="new", partial=True, supplement=True)
        said = _GROUP.search(clean(root.text_content()) or "")
        group = parse(said[1]) if said else None
        reading.group = group.group_name if group else context.group
        reading.scope = f"{group or reading.group or ''} new".strip()
        rows, files = Rows(reading), 0
        for place, cells in enumerate(table[start:], start + 1):
            named = {name: cells[i] for name, i in columns.items() if i < len(cells)}
            text = " ".join(filter(None, map(pages.words, cells)))
            if _POSTED.search(text):
                files += 1
            elif _FILES_HEADER.search(text):
                continue
            elif len(named) == len(COLUMNS) and (pages.words(named["title"]) or pages.href(named["number"])):
                row = _document(named, place, reading)
                if isinstance(row, str):
                    reading.rejects.append(Reject(place, row, (pages.words(named["title"]) or "")[:200]))
                else:
                    rows.add(place, row)
        if files:
            reading.notes.append(f"{files} rows of files belong to these documents")
        paging(root, reading)
        return reading
    return None


def _document(cells: dict[str, HtmlElement], place: int, reading: Reading) -> ContributionRow | str:
    name = document_id(cells["number"], None)
    if isinstance(name, str):
        return name
    title, questions = pages.words(cells["title"]), several(cells["questions"], ", ")
    fields = {"type": KINDS.get(name.kind or "", name.kind), **liaison(title)}
    fields["source"] = several(cells["source"], "; ") or fields.get("source")
    status, moment = standing(cells["number"], cells["date"], place, reading)
    return ContributionRow(
        key=str(name),
        body="ITU",
        group=name.group_name,
        meeting=name.meeting,
        title=title or str(name),
        url=urls.itu_document(str(name)),
        work_items=None if questions in (None, "N/A") else questions,
        status=status,
        revision=name.revision or revision(pages.words(cells["number"])),
        **fields,
        **moment,
    )
