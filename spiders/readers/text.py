"""Cleaning and decoding shared by all readers, and naming what a wrong file is."""

from __future__ import annotations

import codecs
import re
from contextlib import suppress
from datetime import date
from html import unescape

_HYPHENS = dict.fromkeys((0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2015, 0x2212, 0xFE63, 0xFF0D), "-")
_INVISIBLE = dict.fromkeys((0x00AD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF))
_CONTROL = dict.fromkeys([*range(0x20), 0x7F, *range(0x80, 0xA0)], " ")
_CLEAN = {**_INVISIBLE, **_CONTROL, 0xA0: " ", 0x2007: " ", 0x202F: " ", 0x3000: " "}
_COMMENT = re.compile(r"<!--.*?(?:-->|$)", re.DOTALL)
_INLINE = re.compile(r"(?i)</?(?:span|strong|b|em|i|sub|sup|a|u|font)\b[^<>]*>")
_INLINE_END = re.compile(r"</[abefisuABEFISU]")
_TAG = re.compile(r"</?[A-Za-z!][^<>]*>")
_DAY = re.compile(r"(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?![0-9])")
_CHARSET = re.compile(rb"""(?:charset|<\?xml[^>]*\sencoding)\s*=\s*["']?([A-Za-z0-9_-]+)""", re.IGNORECASE)
_TITLE = re.compile(rb"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)
_ROOT = re.compile(rb"<([A-Za-z_][\w.:-]*)")
_PACKED = {b"\x1f\x8b": "a gzip file", b"7z\xbc\xaf": "a 7z archive", b"Rar!": "a RAR archive", b"BZh": "a bzip2 file"}
_LOGIN = re.compile(rb"(?i)type\s*=\s*[\"']?password|dologin|<title[^>]*>[^<]{0,80}\b(?:log|sign)[\s-]?(?:in|on)\b")
_BLOCK = re.compile(
    rb"(?i)captcha|just a moment|request rejected|access denied|403 forbidden|are you a robot"
    rb"|enable javascript and cookies"
)


def clean(value: object) -> str | None:
    """One line of text without control characters, invisible marks, NBSP or double blanks; None if nothing is left.

    Right-to-left and other printing marks stay: they are part of what was written, and every output escapes them.
    """
    if value is None:
        return None
    text = value if isinstance(value, str) else str(value)
    if not text.isprintable() or "  " in text:  # nothing that _CLEAN replaces is printable
        text = " ".join(text.split())
        if not text.isprintable():
            text = " ".join(text.translate(_CLEAN).split())
    return text.strip() or None


def without_markup(text: str) -> str | None:
    """The words of a piece of HTML as one cleaned line; for text, such as a scope, not for whole pages."""
    if "<" in text:
        if "<!" in text:
            text = _COMMENT.sub("", text)
        if _INLINE_END.search(text):
            text = _INLINE.sub("", text)
        text = _TAG.sub(" ", text)
    if "&" in text:
        text = unescape(text)
    return clean(text)


def plain_hyphens(text: str) -> str:
    """`text` with the typographic hyphens and dashes (U+2010 to U+2015, U+2212) as `-`, for numbers and dates."""
    return text if text.isascii() else text.translate(_HYPHENS)


def decode(content: bytes, content_type: str | None = None) -> str:
    """Decode a page by its BOM, the header's charset, its own `charset=`, UTF-8 if valid, else windows-1252.

    Browsers save pages as UTF-8 under the label they came with: what is valid UTF-8 is no windows-1252.
    """
    if content.startswith(b"\xef\xbb\xbf"):
        return content[3:].decode("utf-8", "replace")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    declared = _CHARSET.search((content_type or "").encode()) or _CHARSET.search(content[:4096])
    try:
        name = codecs.lookup(declared[1].decode()).name if declared else "utf-8"
    except LookupError:
        name = "utf-8"
    if name not in ("utf-8", "cp1252", "iso8859-1", "ascii"):
        with suppress(LookupError, UnicodeError):  # codecs that are none of text: hex, punycode
            return content.decode(name, "replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("windows-1252", "replace")  # what pages labelled Latin-1 really are


def day(value: str | None) -> str | None:
    """The ISO date that a text begins with, if there is such a day."""
    try:
        return date.fromisoformat(value[:10]).isoformat() if value and _DAY.match(value) else None
    except ValueError:
        return None


def describe(content: bytes) -> tuple[str, bool]:
    """What a wrong file is, in words for a person, and whether it is a refusal (a login or block page)."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        content = decode(content[: 2**17]).encode()
    head = content[:8192].lstrip(b"\xef\xbb\xbf \t\r\n\f\v")
    if not head:
        return "an empty body", False
    if head.startswith(b"PK\x03\x04"):
        return "a ZIP archive", False
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return "an old Office file (.xls, .doc)", False
    if packed := next((name for start, name in _PACKED.items() if head.startswith(start)), None):
        return f"{packed}, to be unpacked", False
    if head.startswith(b"%PDF"):
        return "a PDF", False
    if head[:1] in (b"{", b"["):
        keys = list(dict.fromkeys(re.findall(r'"(\w{1,30})"\s*:', decode(head[:2000]))))[:6]
        return f"JSON with the keys {', '.join(keys)}" if keys else "JSON", False
    page = content[:65536]
    if head[:1] == b"<":
        if b"<html" in page[:8192].lower() or b"<!doctype html" in page[:200].lower() or b"<body" in page.lower():
            title = _TITLE.search(page)
            name = clean(decode(title[1]))[:80] if title and clean(decode(title[1])) else None  # type: ignore[index]
            what = f'an HTML page titled "{name}"' if name else "an HTML page without a title"
            if _BLOCK.search(page):
                return f"{what} that blocks scripts", True
            if _LOGIN.search(page):
                return f"{what} that asks to log in", True
            return what, False
        root = _ROOT.search(re.sub(rb"<[?!][^>]*>", b"", page))
        return (f"XML with the root <{root[1].decode()}>" if root else "markup"), False
    if head.startswith(b"PAR1"):
        return "a Parquet file", False
    printable = sum(32 <= byte < 127 or byte in (9, 10, 13) for byte in head[:512])
    if printable > 0.9 * len(head[:512]):
        return f"text beginning {clean(head[:240].decode('utf-8', 'replace')[:60])!r}", False
    return "binary data of no known type", False
