"""ISO's committees, from ISO Open Data (`iso_technical_committees`, JSON Lines or CSV; licence ODC-By 1.0).

References, titles and acronyms change; the ids of committees and members do not. The file names no chair, manager or
working group. For committees that IEC administers (JTC 1/SC 25, SC 41, JTC 3, JSyC BDC) members are missing.
"""

from __future__ import annotations

from typing import Any, Literal

from spiders import urls
from spiders.readers.opendata import OpenData, Record
from spiders.readers.repeats import Rows
from spiders.readers.text import clean, day, without_markup
from spiders.rows import CommitteeRow, Context, Member, Reading

NEEDED = {"id", "reference", "secretariat"}
READ = (*sorted(NEEDED), "status", "title", "creationDate", "scope", "parentId", "pMembers", "oMembers")
IGNORED = ("childrenId", "committeeLiaisons", "organizationLiaisons", "sortKey")
CSV_NEEDED = {"id", "reference", "secretariat.id"}
CSV_READ = {
    *("id", "reference", "status", "title.en", "secretariat.id", "secretariat.acronym", "creationDate"),
    *("scope.en", "parentId", "pMembers.id", "pMembers.acronym", "oMembers.id", "oMembers.acronym"),
}
CSV_IGNORED = {
    *("title.fr", "scope.fr", "childrenId", "sortKey", "committeeLiaisons.id", "committeeLiaisons.reference"),
    *("organizationLiaisons.id", "organizationLiaisons.acronym"),
}
EXPECTED = "ISO's committees (JSON Lines or CSV)"


def read(content: bytes, context: Context) -> Reading:
    """Read the committees. Raises NotThisListing for any other file, and for one that is cut off."""
    reading = Reading(kind="iso.committees")
    rows = Rows(reading)
    is_csv = content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] not in (b"{", b"[")
    needed, known = (CSV_NEEDED, CSV_READ | CSV_IGNORED) if is_csv else (NEEDED, {*READ, *IGNORED})
    data = OpenData(reading, EXPECTED, needed, known)
    met: set[str] = set()
    for line, record in data.records(content):
        met.update(record)
        row = _committee(_nested(record) if is_csv else record)
        if isinstance(row, str):
            data.reject(line, row, record)
            continue
        if row.created_on is None and record.get("creationDate"):
            reading.undated(line, record["creationDate"])
        rows.add(line, row)
    reading.missing_columns = tuple(name for name in (sorted(CSV_READ) if is_csv else READ) if met and name not in met)
    return reading


def _committee(record: Record) -> CommitteeRow | str:
    """The row, or why there is none."""
    key, reference = identity(record.get("id")), clean(record.get("reference"))
    if not key:
        return "its id is not a number"
    if not reference:
        return "no reference"
    secretariat = _object(record.get("secretariat"), "acronym")
    scope = in_english(record.get("scope"))
    return CommitteeRow(
        key=key,
        body="ISO",
        group=reference,
        title=clean(in_english(record.get("title"))) or reference,
        url=urls.iso_committee(key),
        status=clean(record.get("status")),
        secretariat_id=identity(secretariat.get("id")),
        secretariat=clean(secretariat.get("acronym")),
        parent=identity(record.get("parentId")),
        created_on=day(clean(record.get("creationDate"))),
        scope=without_markup(scope) if scope else None,
        members=(*_members(record.get("pMembers"), "P"), *_members(record.get("oMembers"), "O")),
    )


def _members(listed: Any, role: Literal["P", "O"]) -> list[Member]:
    """The members of a list, each once; one without an id cannot be told from another."""
    members = [_object(member, "id") for member in listed] if isinstance(listed, list) else []
    known = {key: member for member in reversed(members) if (key := identity(member.get("id")))}
    return [Member(id=key, acronym=clean(known[key].get("acronym")), role=role) for key in reversed(known)]


def _object(value: Any, name: str) -> dict[str, Any]:
    """An object, made of a bare value as the one of that name."""
    return value if isinstance(value, dict) else {name: value} if isinstance(value, str | int) else {}


def in_english(value: Any) -> str | None:
    """The English text of `{"en": …, "fr": …}`, else the French one, else a bare text."""
    if isinstance(value, dict):
        value = value.get("en") or value.get("fr")
    return value if value and isinstance(value, str) else None


def identity(value: Any) -> str | None:
    """An id as text; None unless it is a positive whole number, which programs may have made a decimal one."""
    if type(value) is int:
        return str(value) if value > 0 else None
    text = value if isinstance(value, str) else str(value) if isinstance(value, float) else ""
    if not text.isdecimal():
        text = text.strip().removesuffix(".0")
    return text if text.isascii() and text.isdigit() and text.strip("0") else None


def _nested(cells: Record) -> Record:
    """A CSV record in the shape of a JSON one."""
    record: Record = {name: cells.get(name) for name in ("id", "reference", "status", "creationDate", "parentId")}
    record["title"] = {"en": cells.get("title.en"), "fr": cells.get("title.fr")}
    record["scope"] = {"en": cells.get("scope.en")}
    record["secretariat"] = {"id": cells.get("secretariat.id"), "acronym": cells.get("secretariat.acronym")}
    for name in ("pMembers", "oMembers"):
        ids, acronyms = _items(cells.get(f"{name}.id")), _items(cells.get(f"{name}.acronym"))
        if len(acronyms) != len(ids):  # an acronym with a comma of its own: better none than another body's
            acronyms = [None] * len(ids)
        record[name] = [{"id": key, "acronym": acronym} for key, acronym in zip(ids, acronyms, strict=True)]
    return record


def _items(cell: str | None) -> list[str | None]:
    """`[SAC, UNMS SR, O'ZTTSA]`: names hold blanks and apostrophes, only `, ` parts them."""
    inside = (cell or "").strip().removeprefix("[").removesuffix("]")
    return [None if item == "null" else item for item in inside.split(", ")] if inside else []
