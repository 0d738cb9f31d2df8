"""How to cite a record: BibTeX that any reference manager reads, whatever a title holds."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

_ESCAPED = str.maketrans(
    {
        **{char: f"\\{char}" for char in "&%$#_"},
        "{": r"\textbraceleft{}",  # BibTeX counts braces, escaped or not
        "}": r"\textbraceright{}",
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
    }
)
_DATES = ("uploaded_at", "reserved_at", "starts_on", "published_on", "created_on", "first_seen_at")


def bibtex(record: dict[str, Any], permalink: str | None = None) -> str:
    """A `@techreport` for a record as `store.reading` gives it, with where and when it was seen.

    `permalink` is the record's address in this archive, where it has one.
    """
    dated = next((str(record[name]) for name in _DATES if record.get(name)), "")
    details = [record.get("type"), record.get("meeting") or record.get("name"), record.get("agenda_item")]
    seen = f"as listed on {record['last_changed_at'][:10]}, first seen {record['first_seen_at'][:10]}"
    fields = {
        "title": f"{{{_tex(record['title'])}}}",
        "author": f"{{{_tex(record.get('source') or record['group'])}}}",
        "institution": _tex(f"{record['body']} {record['group']}".removeprefix(f"{record['body']} {record['body']}-")),
        "number": _tex(record.get("reference") or record["key"]),
        "type": _tex(", ".join(str(one) for one in details if one)) or None,
        "year": dated[:4] if dated[:4].isdecimal() else None,
        "month": dated[5:7] if dated[5:7].isdecimal() else None,
        "url": _address(record.get("url")),
        "note": _tex(seen) + (rf"; \url{{{address}}}" if (address := _address(permalink)) else ""),
    }
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    return f"@techreport{{{_name(record)},\n" + ",\n".join(lines) + "\n}\n"


def _tex(text: object) -> str:
    """Text on one line without control characters, its special characters escaped: braces stay balanced."""
    line = " ".join("".join(" " if unicodedata.category(char) == "Cc" else char for char in str(text)).split())
    return line.translate(_ESCAPED)


def _address(url: str | None) -> str | None:
    """An address as it may stand in braces, None for what is none."""
    return (
        re.sub(r"[\s{}\\%]", lambda found: f"%{ord(found[0]):02X}" if found[0] != "%" else r"\%", url) if url else None
    )


def _name(record: dict[str, Any]) -> str:
    return re.sub(r"[^A-Za-z0-9.+-]+", "-", f"{record['body']}-{record['key']}").strip("-")
