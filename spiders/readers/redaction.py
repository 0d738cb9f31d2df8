"""The copy of a listing that may be kept: what names persons is left out, everything that is read stays.

3GPP's workbooks name a contact for every document, ISO's registers name authors, office programs name who saved a page.
The copy is read to the same rows. What cannot be redacted may not be kept: only its hash and the reason stay.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from lxml import html

from spiders.readers import pages
from spiders.readers.redaction_workbooks import redacted_workbook
from spiders.readers.text import clean, decode

Copy = tuple[bytes, str]
"""The bytes that may be kept, and what was left out of them, for people; '' where they are as they came."""

_AUTHORS = re.compile(
    rb"<(?:(o:(?:Last)?Author>|o:Manager>)[^<]+|(meta\s+name=[\"']?author[\"']?\s+content=)(?:\"[^\"]+\"|'[^']+'))",
    re.IGNORECASE,
)
_LISTS = re.compile(rb"<tr[\s>]|^\s*[{\[]", re.IGNORECASE)


def public_copy(
    kind: str, content: bytes, content_type: str | None = None, personal: Mapping[str, str] | None = None
) -> Copy | None:
    """What may be kept of a fetch; None if its persons cannot be told from the rest.

    `personal` is the reading's: which cells name persons, and what of them stays; None where no reader could read it.
    """
    if content.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
        return redacted_workbook(content)
    if content[:2] not in (b"\xff\xfe", b"\xfe\xff") and b"\0" in content[:4096]:
        return None  # no text: a program's file of unknown form
    if kind == "iso.registers":
        if personal is None:
            return None if _LISTS.search(content) else (content, "")
        return _without(content, content_type, personal) if personal else (content, "")
    masked = _AUTHORS.sub(lambda found: b"<" + (found[1] or found[2] + b'""'), content)
    return (masked, "the page's authors") if masked != content else (content, "")


def _without(content: bytes, content_type: str | None, personal: Mapping[str, str]) -> Copy | None:
    if content.lstrip()[:1] == b"{":
        lines = [_line(line, personal) for line in decode(content).splitlines(keepends=True)]
        return "".join(lines).encode(), "persons in sources"
    torn = pages.breaks_off(content)
    root = html.document_fromstring(decode(pages.whole_rows(content), content_type))
    for cell in root.iter("td"):
        if (stays := personal.get(_words(cell))) is not None:
            del cell[:]
            cell.text = stays
    for link in root.iter("a"):
        if (link.get("href") or "").casefold().startswith("mailto:"):
            link.set("href", "mailto:")
    page = html.tostring(root, encoding="ascii")  # references for all else, so that it reads the same in any encoding
    return page + (b"<tr>" if torn else b""), "persons in sources, addresses"


def _words(cell: html.HtmlElement) -> str:
    """A cell's words as `pages.words` gives them for a page whose line breaks are text."""
    pages.breaks_as_text(cell)
    return pages.words(cell) or ""


def _line(line: str, personal: Mapping[str, str]) -> str:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return "\n"  # it was rejected: nobody can say whom it names
    if not isinstance(record, dict):
        return "\n"
    masked = {name: personal.get(clean(value) or "", value) if isinstance(value, str) else value
              for name, value in record.items()}  # fmt: skip
    return line if masked == record else json.dumps(masked, ensure_ascii=False) + "\n"
