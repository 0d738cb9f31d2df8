"""A TDoc list without its delegates: the cells under `Contact` and `Contact ID`, their texts and links, and authors.

The parts that hold them are written anew, all others are copied as they lie in the file: a list has 5 MB of XML, and it
is read thousands of times. Cells are removed from the sheet, since a contact's id may share its text with a number
that is read, and names from the texts (`sharedStrings.xml`), where a removed cell would leave them.
"""

from __future__ import annotations

import re
import struct
from collections import Counter
from html import unescape
from zipfile import ZipInfo

from isal import isal_zlib

from spiders.readers.text import clean
from spiders.readers.workbooks import Package
from spiders.rows import NotThisListing

PERSONAL = re.compile(r"contact|delegate|person|author|e-?mail", re.IGNORECASE)
"""Headers of columns that name persons."""

_HEADER_WITHIN = 30
_FIRST_ROWS = 50_000
"""Bytes of a sheet that show which text most of its cells share."""
_NOTE = 2
"""Texts of a row that may be a note on whom to contact: a row below it that has more of them is the header."""
_STRINGS = "xl/sharedStrings.xml"
_PREFIX = re.compile(rb"<(\w+:)?(?:sheetData|sst)\b")
_UNPLACED = re.compile(rb'<(?:\w+:)?c(?:>|\s(?!r="[A-Z]+\d+"))')
"""A cell that does not begin with its place. All programs known write it first; what is cut out relies on it."""
_TEXT = re.compile(rb"<(?:\w+:)?t(?:\s[^>]*)?>([^<]*)</")
_NAMES = re.compile(
    rb"(<(?:dc:creator|cp:lastModifiedBy|Manager|(?:\w+:)?author)>)[^<]+|((?:displayName|userId)=)\"[^\"]*\""
)
_PERSON, _MAILTO = re.compile(rb"PersId=[^\"]*"), re.compile(rb"mailto:[^\"]*")
_NAMING_PARTS = re.compile(r"docProps/(?:core|app)\.xml|xl/(?:comments|threadedComments|persons)")


def redacted_workbook(content: bytes) -> tuple[bytes, str] | None:
    """The workbook without what names persons, and what that was; None if it cannot be taken apart."""
    try:
        return _redacted(Package(content, "a workbook"))
    except NotThisListing:
        return None


def _redacted(package: Package) -> tuple[bytes, str]:
    strings = _Strings(package.read(_STRINGS))
    left_out: dict[str, None] = {}
    changed: dict[str, bytes] = {}
    sheets: list[_Sheet] = []
    for name in package.parts:
        if name.startswith("xl/worksheets/") and name.endswith(".xml"):
            sheet = _Sheet(package.read(name), strings)
            if sheet.personal:
                sheet.blank()
                changed[name] = sheet.xml
                left_out |= dict.fromkeys(sheet.personal.values())
            sheets.append(sheet)
        elif name.startswith("xl/worksheets/_rels/"):
            links = package.read(name)
            masked = _MAILTO.sub(b"mailto:", _PERSON.sub(b"PersId=", links))
            if masked != links:
                changed[name] = masked
                left_out["links to persons"] = None
        elif _NAMING_PARTS.match(name) and _NAMES.search(part := package.read(name)):
            changed[name] = _NAMES.sub(lambda found: found[1] or found[2] + b'""', part)
            left_out["authors"] = None
    if taken := set[bytes]().union(*(sheet.taken for sheet in sheets)):
        changed[_STRINGS] = strings.without(taken.difference(*(sheet.used(taken) for sheet in sheets)))
    return (_packed(package, changed), ", ".join(left_out)) if changed else (package.content, "")


class _Strings:
    """The texts that cells share, by their index."""

    def __init__(self, xml: bytes) -> None:
        prefix = _prefix(xml)
        self._opening = b"<%bsi>" % prefix
        self._empty = b"<%bt/></%bsi>" % (prefix, prefix)
        self._items = xml.replace(b"<%bsi/>" % prefix, self._opening + self._empty).split(self._opening)

    def text(self, index: int) -> bytes:
        """The XML of a text. Raises NotThisListing where it cannot be found."""
        if index + 1 >= len(self._items):
            raise NotThisListing("a workbook", "one whose texts are written in an unknown way")
        return self._items[index + 1]

    def without(self, indexes: set[bytes]) -> bytes:
        """The part with these texts emptied."""
        for index in map(int, indexes):
            if index + 1 < len(self._items):
                end = self._items[index + 1].rpartition(b"</")[2] if index + 2 == len(self._items) else b""
                self._items[index + 1] = self._empty + (b"</" + end if end else b"")
        return self._opening.join(self._items)


class _Sheet:
    """A worksheet's XML, and which of its columns name persons. Raises NotThisListing if its cells cannot be told."""

    def __init__(self, xml: bytes, strings: _Strings) -> None:
        self.xml = xml
        self.taken: set[bytes] = set()
        """Indexes of shared texts that were removed. A bare number passes for one: a text that no cell uses may go."""
        self.personal: dict[bytes, str] = {}
        """Letters of the columns that name persons, with their headers."""
        self._prefix = prefix = _prefix(xml)
        self._head = 0
        cell = re.compile(rb"<%bc r=\"([A-Z]+)\d+\"([^>]*)(?<!/)>(.*?)</%bc>" % (prefix, prefix), re.DOTALL)
        rows = re.finditer(rb"<%brow[\s>].*?</%brow>" % (prefix, prefix), xml, re.DOTALL)
        most = 0
        for _, row in zip(range(_HEADER_WITHIN), rows, strict=False):
            _refuse_unplaced(row[0])
            said = {letters: _words(attributes, text, strings) for letters, attributes, text in cell.findall(row[0])}
            personal = {letters: text for letters, text in said.items() if len(text) < 30 and PERSONAL.search(text)}
            texts = sum(map(bool, said.values()))
            if personal and texts > most:
                self.personal, self._head, most = personal, row.end(), texts
            if most > _NOTE:
                return

    def blank(self) -> None:
        """Remove these columns' cells below the header."""
        cell = re.compile(
            rb'<%bc r="(?:%b)\d+"[^>]*(?:(?<=/)>|>(.*?)</%bc>)'
            % (self._prefix, b"|".join(self.personal), self._prefix),
            re.DOTALL,
        )
        pieces = cell.split(self.xml[self._head :])
        if len(pieces) == 1:
            _refuse_unplaced(pieces[0])
        self.xml = b"".join([self.xml[: self._head], *pieces[::2]])
        self.taken = set(re.findall(rb"v>\s*(\d+)", b"".join(filter(None, set(pieces[1::2])))))

    def used(self, texts: set[bytes]) -> set[bytes]:
        """Which of these shared texts its cells use. Half of the cells share one, no text: it is not collected."""
        cell = rb't="s"[^>]*><%bv>' % self._prefix
        first = Counter(re.findall(cell + rb"(\d+)<", self.xml[:_FIRST_ROWS]))
        often = max(first, key=first.__getitem__, default=b"")
        others = re.findall(cell + rb"(?!%b<)(\d+)" % often, self.xml)
        return texts & {often} | texts.intersection(others)


def _prefix(xml: bytes) -> bytes:
    """The prefix of the elements' names, with its colon."""
    found = _PREFIX.search(xml)
    return (found and found[1]) or b""


def _refuse_unplaced(rows: bytes) -> None:
    if _UNPLACED.search(rows):
        raise NotThisListing("a workbook", "one whose cells are written in an unknown way")


def _words(attributes: bytes, cell: bytes, strings: _Strings) -> str:
    if b't="s"' in attributes and (index := re.search(rb">(\d+)<", cell)):
        cell = strings.text(int(index[1]))
    return clean(unescape(b"".join(_TEXT.findall(cell)).decode("utf-8", "replace"))) or ""


def _packed(package: Package, changed: dict[str, bytes]) -> bytes:
    """The package with the changed parts deflated anew, all others as they lie in the file."""
    pieces: list[bytes] = []
    directory: list[bytes] = []
    offset = 0
    for part in package.parts.values():
        if (data := changed.get(part.filename)) is not None:
            packed, method = _deflated(data), 8
            crc, size = isal_zlib.crc32(data), len(data)
        else:
            packed, method, crc, size = package.packed(part), part.compress_type, part.CRC, part.file_size
        name = part.filename.encode()
        fields = struct.pack("<HHHHHLLLHH", 20, 0x800, method, *_moment(part), crc, len(packed), size, len(name), 0)
        pieces += [b"PK\x03\x04", fields, name, packed]
        directory.append(b"PK\x01\x02\x14\x00" + fields + struct.pack("<HHHLL", 0, 0, 0, 0, offset) + name)
        offset += 4 + len(fields) + len(name) + len(packed)
    index = b"".join(directory)
    end = struct.pack("<HHHHLLH", 0, 0, len(directory), len(directory), len(index), offset, 0)
    return b"".join([*pieces, index, b"PK\x05\x06", end])


def _deflated(data: bytes) -> bytes:
    packer = isal_zlib.compressobj(1, isal_zlib.DEFLATED, -15)
    return bytes(packer.compress(data) + packer.flush())


def _moment(part: ZipInfo) -> tuple[int, int]:
    """MS-DOS time and date, as a ZIP has them."""
    year, month, day, hour, minute, second = part.date_time
    return hour << 11 | minute << 5 | second // 2, year - 1980 << 9 | month << 5 | day
