"""3GPP's lists of a meeting's documents (TDocs), in three layouts told apart by content.

`portal`: the workbook of every group. `agenda`: SA2's TdocsByAgenda page. `allocation`: SA3's
AgendaWithTdocAllocation page. The pages run ahead of the portal during a meeting and hold less.
"""

from __future__ import annotations

from spiders.readers import pages, threegpp_agenda, threegpp_allocation, threegpp_portal
from spiders.readers.text import describe
from spiders.rows import Context, NotThisListing, Reading


def read(content: bytes, context: Context) -> Reading:
    """Read a TDoc list of any layout.

    Raises NotThisListing for any other file, MeetingUnknown where neither the list nor the request names the meeting.
    """
    if b"<" not in content[:4096] or content.startswith(b"PK"):
        return threegpp_portal.read(content, context)
    root = pages.parse(content, context.content_type)
    if root is not None and (table := threegpp_agenda.COLUMNS.find(root)):
        return threegpp_agenda.read(root, table, context)
    if root is not None and (table := threegpp_allocation.COLUMNS.find(root)):
        reading = threegpp_allocation.read(table, context)
        if pages.breaks_off(content):
            reading.break_off()
        return reading
    found, refusal = describe(content)
    expected = f"{threegpp_portal.EXPECTED} or SA2's or SA3's page of documents by agenda item"
    raise NotThisListing(expected, found + pages.named_columns(root), refusal=refusal)
