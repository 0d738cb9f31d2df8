"""The document registers of IRG and WG 2 (ISO/IEC JTC 1/SC 2), 250 numbers a page, at www.unicode.org.

Numbers are listed before anything is posted under them; a revision replaces its row, so the key is the base number
and the revision a field. WG 2 writes bare numbers (`5354`). Columns have often no header. A page is one part of its
register: absence from it means nothing. Delegates' names are left out of the sources.
"""

from __future__ import annotations

import re
from datetime import date
from unicodedata import normalize
from urllib.parse import unquote

from lxml.html import HtmlElement

from spiders import urls
from spiders.readers import pages
from spiders.readers.opendata import OpenData
from spiders.readers.persons import noting_persons
from spiders.readers.text import clean, plain_hyphens
from spiders.rows import Context, ContributionRow, NotThisListing, Reading, Reject

COLUMNS = ("number", "subject", "source", "date")
PARSED = {"doc_number", "subject", "source", "date", "document_url"}
IGNORED = {
    *("entry_id", "display_number", "register_url", "registry", "related_links", "status"),
    *("catalog_source", "date_note", "provenance"),
}

EXPECTED = "a document register of IRG or WG 2 parsed to JSON Lines"

_NUMBER = re.compile(
    r"(?:(IRG|WG\s?2)\s*)?N?\s?([0-9]{3,5}[A-QS-Z]?)\s*-?\s*(R(?:ev\.?)?\s?[0-9]*)?\s*\*?(?:\s*\((.*)\))?",
    re.IGNORECASE,
)
_FILE = re.compile(r"n?0*(\d+)(r\d*)?(?![a-z0-9])", re.IGNORECASE)
_UNUSED = re.compile(r"\W*(?:unused|not used)\b", re.IGNORECASE)
_WITHDRAWN = re.compile(r"\W*withdrawn(?:\W*$|\s*[\[(:;,.-])", re.IGNORECASE)
_DATE = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})")
_NAMES = {"title": "subject", "author": "source", "authors": "source", "sources": "source"}
"""Other words for the columns that the registers head `Subject` and `Source`."""


class Register:
    """Collects a register's rows, one a base number: the posted one of the highest revision stays."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.rows: dict[str, tuple[int, int, ContributionRow]] = {}

    def add(self, place: int, row: ContributionRow) -> None:
        """Take a row; of several with one number the others are accounted for."""
        if row.key not in self.rows:
            self.rows[row.key] = (place, len(self.reading.rows), row)
            self.reading.rows.append(row)
            self.reading.unread += "uploaded-implausible" in (row.flags or "")
            return
        kept_place, index, kept = self.rows[row.key]
        if _standing(row) > _standing(kept):
            self.reading.rows[index] = row
            self.rows[row.key] = (place, index, row)
            place, row, kept = kept_place, kept, row
        what = "the first row" if kept.revision == row.revision else f"revision {kept.revision or 'none'}"
        reason = f"{row.key} is listed more than once: {what} is kept"
        self.reading.rejects.append(Reject(place, reason, row.title[:200], fault=False))


def read_page(root: HtmlElement, context: Context) -> Reading | None:
    """Read a register page; None if it is another page."""
    register = _register(root, context)
    reading = Reading("iso.registers", layout="register", partial=True)
    collected = Register(reading)
    known = False
    for table in pages.rows(root):
        columns = dict(zip(COLUMNS, range(4), strict=True))
        strays: list[Reject] = []
        for place, cells in enumerate(table, 1):
            said = [(pages.words(cell) or "") for cell in cells]
            if header := _header(said):
                known, columns = True, header
                continue
            whole = len(cells) > max(columns.values())
            number = _number(said[columns["number"]]) if whole else _number(said[0])
            if whole and number and (number[1] or register):
                known = True
                name = (number[1] or register or "").upper().replace(" ", "")
                collected.add(
                    place, _page_row(name, number, [cells[columns[name]] for name in COLUMNS], reading.personal)
                )
            elif number and not whole:
                strays.append(Reject(place, f"{len(cells)} cells under {max(columns.values()) + 1} columns", said[0]))
            elif whole and len(cells) == 4 and any(said) and not _navigation(cells[columns["number"]]):
                strays.append(Reject(place, _unnumbered(said[columns["number"]]), said[columns["subject"]][:200]))
        if known:
            reading.rejects += strays
    if not known:
        return None
    reading.group = reading.rows[0].group if reading.rows else _group(register) if register else None
    reading.scope = f"register {reading.rows[0].key.split()[0] if reading.rows else register or ''}".strip()
    return reading


def read_jsonl(content: bytes) -> Reading:
    """Read a register parsed to JSON Lines. Raises NotThisListing for any other file, and for one that is cut off."""
    reading = Reading("iso.registers")
    collected = Register(reading)
    data = OpenData(reading, EXPECTED, {"doc_number", "subject"}, PARSED | IGNORED)
    met: set[str] = set()
    for line, record in data.records(content):
        met.update(record)
        number = _number(clean(record.get("doc_number")) or "")
        register = ((number and number[1]) or clean(record.get("registry")) or "").upper().replace(" ", "")
        if not number or register not in ("IRG", "WG2"):
            data.reject(line, "no document number of IRG or WG 2", record.get("doc_number"))
            continue
        told = {name: clean(_one(record.get(name))) for name in ("subject", "source", "date")}
        told["link"] = clean(record.get("document_url"))
        collected.add(line, _row(register, number, told, reading.personal))
    if reading.rejects and not reading.rows:
        raise NotThisListing(EXPECTED, f"one of other documents, such as {reading.rejects[0].excerpt[:40]!r}")
    reading.group = reading.rows[0].group if reading.rows else None
    reading.scope = f"register {reading.rows[0].key.split()[0]}" if reading.rows else ""
    reading.missing_columns = tuple(sorted(PARSED - met)) if met else ()
    return reading


def _page_row(
    register: str, number: re.Match[str], cells: list[HtmlElement], personal: dict[str, str]
) -> ContributionRow:
    told = dict(zip(COLUMNS, map(pages.words, cells), strict=True))
    told["subject"] = told["subject"] or clean(number[4])
    return _row(register, number, {**told, "link": pages.href(cells[0])}, personal)


def _row(
    register: str, number: re.Match[str], told: dict[str, str | None], personal: dict[str, str]
) -> ContributionRow:
    subject, day, link = told["subject"], told["date"], told["link"]
    key = f"{register} N{number[2].upper()}"
    organisations, flag = noting_persons(told["source"], personal)
    uploaded_at = _day(day)
    file = _FILE.match(unquote(urls.parts(link).path.rsplit("/", 1)[-1]))
    revision = number[3] or (file[2] if file and file[1] == number[2].lstrip("0") else None)
    return ContributionRow(
        key=key,
        body="ISO",
        group=_group(register),
        title=subject or key,
        url=_public(register, link),
        source=organisations,
        status=_status(subject, link),
        uploaded_at=uploaded_at,
        revision=re.sub(r"\W|EV", "", revision.upper()) if revision else None,
        remarks=f"date as written: {day[:40]}" if day and not uploaded_at else None,
        flags=", ".join(filter(None, (flag, "uploaded-implausible" if day and not uploaded_at else None))) or None,
    )


def _status(subject: str | None, link: str | None) -> str:
    if link:
        return "available"
    if _UNUSED.match(subject or ""):
        return "unused"
    return "withdrawn" if _WITHDRAWN.match(subject or "") else "reserved"


def _day(text: str | None) -> str | None:
    """An ISO date of the registers' time; `199-02-01`, `2012-0419` and their like are None."""
    found = _DATE.fullmatch(plain_hyphens(text or ""))
    try:
        day = date(*map(int, found.groups())) if found else None
    except ValueError:
        return None
    return day.isoformat() if day and 1980 <= day.year < 2050 else None


def _number(text: str) -> re.Match[str] | None:
    return _NUMBER.fullmatch(plain_hyphens(normalize("NFKC", text)))


def _unnumbered(text: str) -> str:
    """Why a row is none: what has no digits may be anybody's name, and is not repeated."""
    return f"{text[:40]!r} is no document number" if re.search("[0-9]", text) else "no document number"


def _one(value: object) -> object:
    """A list's texts in one, as the registers write them."""
    return "; ".join(map(str, value)) if isinstance(value, list) else value


def _public(register: str, link: str | None) -> str | None:
    """The document's public address; None where it lies in the protected folder."""
    url = urls.public(link, urls.register("irg" if register == "IRG" else "wg2")) if link else None
    return None if url and "-private/" in url else url


def _standing(row: ContributionRow) -> tuple[bool, int]:
    """What decides between rows of one number: posted before not posted, then by revision (none, R, R2…)."""
    digits = (row.revision or "")[1:]
    return row.status == "available", int(digits or 1) if row.revision else 0


def _group(register: str) -> str:
    return f"ISO/IEC JTC 1/SC 2/{'IRG' if register == 'IRG' else 'WG 2'}"


def _register(root: HtmlElement, context: Context) -> str | None:
    title = clean(" ".join(root.xpath("//title//text() | //h1//text() | //h2//text()"))) or ""
    for text in (context.url or "", context.file or "", title):
        if found := re.search(r"(?<![a-z])(irg|wg\s?2)(?![a-z0-9])", text, re.IGNORECASE):
            return found[1].upper().replace(" ", "")
    return None


def _header(said: list[str]) -> dict[str, int] | None:
    """Where the columns stand, if this row names them."""
    names = [_NAMES.get(name, name) for name in (text.casefold() for text in said)]
    places = {name: names.index(name) for name in COLUMNS[1:] if name in names}
    number = next((i for i, name in enumerate(names) if "number" in name or name.startswith("doc")), None)
    return {"number": number, **places} if len(places) == 3 and number is not None else None


def _navigation(cell: HtmlElement) -> bool:
    return "register-" in (pages.href(cell) or "").casefold()
