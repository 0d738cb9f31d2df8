"""ITU's lists of documents: the XML index of a group or meeting, the HTML listing, and what was recently posted."""

from __future__ import annotations

from spiders.readers import itu_index, itu_listing, itu_new, pages
from spiders.readers.itu_pages import refused, root
from spiders.readers.text import decode
from spiders.rows import Context, NotThisListing, Reading

EXPECTED = "an ITU document index (XML) or listing (HTML, in English)"


def read(content: bytes, context: Context) -> Reading:
    """Read a list of documents. Raises NotThisListing for any other file, a block page or a cut-off index."""
    head = decode(content[:4096]).lower()
    is_page = "<html" in head or "<!doctype html" in head  # some pages begin with an XML declaration
    if "<page_content" in head or ("<?xml" in head[:200] and not is_page):
        index = root(content, EXPECTED)
        if index.tag != "page_content":
            raise NotThisListing(EXPECTED, f"XML with the root <{index.tag}>")
        return itu_index.read(index, context)
    page = pages.parse(content, context.content_type) if "<" in head else None
    if page is not None:
        for layout in (itu_listing.read, itu_new.read):
            if reading := layout(page, context):
                if pages.breaks_off(content):
                    reading.break_off()
                return reading
    error = refused(EXPECTED, content)
    columns = pages.named_columns(page)
    raise NotThisListing(EXPECTED, error.found + columns, refusal=error.refusal)
