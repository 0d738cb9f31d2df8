"""SA3's AgendaWithTdocAllocation page: documents by agenda item, made several times a day during a meeting.

The head has no `<tr>`, an agenda item stands in its own row or in its first document's row alone, and numbers have
typographic hyphens. `Treated` hides the discussion, with names, in a tooltip and is not read.
"""

from __future__ import annotations

from lxml.html import HtmlElement

from spiders.readers import pages, threegpp_words
from spiders.readers.repeats import Rows
from spiders.readers.threegpp_columns import Columns, Table
from spiders.readers.threegpp_names import file_url, group_of, meeting_of, tdoc_number
from spiders.rows import Context, ContributionRow, Reading, Reject

COLUMNS = Columns(
    {
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
        "replaced-by": "revised_to",  # what a document was merged into, too
        "replaces": "revision_of",
    },
    needed=frozenset({"tdoc", "title", "source", "decision"}),
    not_kept="treated",
)


def read(table: Table, context: Context) -> Reading:
    """Read the page's table. Raises MeetingUnknown where the request names no meeting: the page does not."""
    reading = Reading(kind="3gpp.tdocs", layout="allocation")
    reading.group, reading.scope = meeting_of(context)

    collected = Rows(reading)
    item, topic = None, None
    for place, cells in enumerate(COLUMNS.rows(table, reading), 2):
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
