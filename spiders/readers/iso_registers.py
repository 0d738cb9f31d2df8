"""ISO's public document registers: JTC 1/SC 2's IRG and WG 2, and JVET (SC 29/WG 5), each in its own layout."""

from __future__ import annotations

from spiders.readers import iso_jvet, iso_register_pages, pages
from spiders.readers.text import describe
from spiders.rows import Context, NotThisListing, Reading


def read(content: bytes, context: Context) -> Reading:
    """Read a register's page, JVET's list of meetings or documents, or a register parsed to JSON Lines.

    Raises NotThisListing for any other file.
    """
    if content.lstrip()[:1] == b"{":
        return iso_register_pages.read_jsonl(content)
    root = pages.parse(content, context.content_type) if b"<" in content[:4096] else None
    if root is not None:
        for layout in (iso_jvet.read_documents, iso_jvet.read_meetings, iso_register_pages.read_page):
            if reading := layout(root, context):
                if pages.breaks_off(content):
                    reading.break_off()
                return reading
    found, refusal = describe(content)
    raise NotThisListing("a document register (IRG, WG 2 or JVET)", found, refusal=refusal or not content.strip())
