"""What ITU's listings have in common: safe XML, refusals, liaison statements, revisions.

A throttled request gets a block that can look like an answer: 200 with a "not available" page, an empty 200, an error
page with 200. All of these are refusals, never an empty listing.
"""

from __future__ import annotations

import re

from lxml import etree

from spiders.readers.text import clean, decode, describe
from spiders.rows import NotThisListing

KINDS = {
    "C": "contribution",
    "TD": "temporary document",
    "R": "report",
    "COL": "collective letter",
    "CIR": "circular",
    "ADM": "administrative document",
    "INF": "information document",
}
"""ITU's document types in its own words."""

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|&#(x[0-9A-Fa-f]{1,6}|[0-9]{1,7});")
_SHELL = re.compile(
    rb"(?i)is not available|not found|unavailable|\berror\b|\b(?:403|404|429|500|502|503)\b|too many requests|rejected"
)
_TITLE = re.compile(rb"(?is)<title[^>]*>(.*?)</title>")
_LIAISON = re.compile(r"\s*LS/([io])(?:/r)?\b", re.IGNORECASE)
_SUFFIX = re.compile(r"\[\s*(from|to|cc)[:\s]\s*([^\]]+?)\s*\]", re.IGNORECASE)
_REPLY = re.compile(r"[(\[]\s*reply to ([^)\]]+?)\s*[)\]]", re.IGNORECASE)
_REVISION = re.compile(r"Rev\.?\s*(?:\d+\s*-\s*)?(\d+)", re.IGNORECASE)


def refused(expected: str, content: bytes) -> NotThisListing:
    """The error to raise for a file that is another one; a refusal if it is empty, a login, block or error page."""
    found, refusal = describe(content)
    title = _TITLE.search(content[:65536])
    shell = title is not None and _SHELL.search(title[1]) is not None
    return NotThisListing(expected, found, refusal=refusal or shell or not content.strip())


def root(content: bytes, expected: str) -> etree._Element:
    """The root of an XML listing, read without entities, network or DTD. Raises NotThisListing."""
    markup = decode(content).lstrip("\ufeff \r\n\t")
    if not markup.startswith("<") or re.search(r"(?i)<html|<!doctype html", markup[:4096]):
        raise refused(expected, content)
    if "<!DOCTYPE" in markup or "<!ENTITY" in markup:
        raise NotThisListing(expected, "XML with a document type definition, which no listing has")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, encoding="utf-8")
    try:
        return etree.fromstring(_CONTROL.sub(_allowed, markup).encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError as error:
        raise NotThisListing(expected, f"XML cut off or broken ({error.msg})"[:200]) from error


def _allowed(found: re.Match[str]) -> str:
    """A blank for a character that XML cannot hold, bare or by its number: one in a title must not cost the list."""
    number = found[1] or ""
    code = int(number[1:], 16) if number.startswith("x") else int(number or 0)
    return found[0] if code in (9, 10, 13) or 32 <= code < 0xD800 or 0xE000 <= code < 0xFFFE else " "


def text(element: etree._Element, name: str) -> str | None:
    """The cleaned text of a child; None if it is absent or empty."""
    return clean(element.findtext(name))


def liaison(title: str | None) -> dict[str, str]:
    """What a title says of a liaison statement (`LS/i/r on X (reply to SG2-LS7) [from IETF]`), as fields of its row.

    `source` is the sender named in the suffix. Empty for any other title.
    """
    found = _LIAISON.match(title or "")
    if not found or not title:
        return {}
    fields = {"type": "LS in" if found[1].lower() == "i" else "LS out"}
    for name, groups in _SUFFIX.findall(title):
        fields["source" if name.lower() == "from" else name.lower()] = groups
    if reply := _REPLY.search(title):
        fields["reply_to"] = reply[1]
    return fields


def revision(*texts: str | None) -> str | None:
    """The current revision: `1` of `(Rev.1)`, `3` of `(Rev.1-3)`."""
    return next((found[1] for part in texts if part and (found := _REVISION.search(part))), None)
