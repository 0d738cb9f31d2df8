"""SA3's AgendaWithTdocAllocation page: documents by agenda item, made several times a day during a meeting.

The head has no `<tr>`, an agenda item stands in its own row or in its first document's row alone, and numbers have
typographic hyphens. `Treated` hides the discussion, with names, in a tooltip and is not read.
"""

from __future__ import annotations

from lxml.html import HtmlElement

from spiders.readers import pages, threegpp_words
from spiders.readers.repeats import Rows
from spiders.readers.threegpp_names import file_url, group_of, meeting_of, tdoc_number
from spiders.rows import Context, ContributionRow, Reading, Reject

COLUMNS = {
    "agenda": "agenda_item",
    "topic": "agenda_title",
    "tdoc": "key",
    "title": "title",
    "source": "source",
    "type": "type",
    "for": "purpose",
    "avail": "available",
    "decision": "status",
    "wdrn": "withdrawn",
    "replaced-by": "revised_to",
    "replaces": "revision_of",
}
"""Header to field; `Replaced-by` holds what a document was merged into, too."""

_NOT_KEPT = "treated"
_NEEDED = {"tdoc", "title", "source", "decision"}

Table = list[list[HtmlElement]]


def find(root: HtmlElement) -> Table | None:
    """The page's table of documents from its header row on; None on another page."""
    for table in pages.rows(root):
        for i, cells in enumerate(table[:3]):
            if set(pages.columns(cells)) >= _NEEDED:
                return table[i:]
    return None


def read(table: Table, context: Context) -> Reading:
    """Read the page's table. Raises MeetingUnknown where the request names no meeting: the page does not."""
    header = pages.columns(table[0])
    places = {COLUMNS[text]: i for i, text in enumerate(header) if text in COLUMNS}
    reading = Reading(kind="3gpp.tdocs", layout="allocation")
    reading.unknown_columns = tuple(t for t in header if t and t not in COLUMNS and t != _NOT_KEPT)
    reading.missing_columns = tuple(name for name, field in COLUMNS.items() if field not in places)
    reading.group, reading.scope = meeting_of(context)

    collected = Rows(reading)
    item, topic = None, None
    for place, row in enumerate(table[1:], 2):
        cells = {field: row[i] for field, i in places.items() if i < len(row)}
        said = {field: text and text.replace("‑", "-") for field, text in _words(cells).items()}
        if said.get("agenda_item"):
            item, topic = said.get("agenda_item"), said.get("agenda_title")
        number = said.get("key")
        if not number:  # an agenda item without documents
            continue
        excerpt = f"{number} {said.get('title') or ''}"[:200]
        if not (key := tdoc_number(number)):
            reading.rejects.append(Reject(place, f"{number[:40]!r} is not a TDoc number", excerpt))
        elif not said.get("title"):
            reading.rejects.append(Reject(place, "no title", excerpt, fault=False))
        else:
            said |= {"key": key, "agenda_item": item, "agenda_title": topic}
            if said.get("available") == "Yes":  # the page links every number
                said["url"] = file_url(pages.href(cells["key"]), context.url)
            collected.add(place, _contribution(said, reading))
    return reading


def _words(cells: dict[str, HtmlElement]) -> dict[str, str | None]:
    return {field: pages.words(cell) for field, cell in cells.items()}


def _contribution(said: dict[str, str | None], reading: Reading) -> ContributionRow:
    available = "available" if said.pop("available", None) == "Yes" else "reserved"
    withdrawn = said.pop("withdrawn", None) == "Yes"
    return ContributionRow.model_validate(
        said
        | {
            "body": "3GPP",
            "group": reading.group or group_of(said["key"]),
            "meeting": reading.scope,
            "source": threegpp_words.source(said.get("source")),
            "type": threegpp_words.document_type(said.get("type")),
            "purpose": threegpp_words.purpose(said.get("purpose")),
            "status": "withdrawn" if withdrawn else threegpp_words.status(said.get("status")) or available,
        }
    )
