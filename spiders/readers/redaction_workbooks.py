"""A TDoc list without its delegates: the cells under `Contact` and `Contact ID`, their texts and links, and authors.

The parts that hold them are written anew, all others are copied as they lie in the file: a list has 5 MB of XML, and it
is read thousands of times. Cells are removed from the sheet, since a contact's id may share its text with a number
that is read, and names from the texts (`sharedStrings.xml`), where a removed cell would leave them. Office programs
name persons in more places: who commented, by whom rows were filtered, in whose folder the file lay.
"""

from __future__ import annotations

import re
import struct
from collections import Counter
from collections.abc import Callable, Iterable
from functools import partial
from html import unescape
from zipfile import ZipInfo

from isal import isal_zlib

from spiders.readers.text import clean
from spiders.readers.workbooks import Package
from spiders.rows import NotThisListing

PERSONAL = re.compile(r"contact|delegate|person|author|e-?mail", re.IGNORECASE)
"""Headers of columns that name persons, if no row above has as many cells: `Authorization` may stand in a title."""
_CERTAINLY = re.compile(r"contact(?:[ -]?(?:id|person|name))?|delegates?|authors?|e-?mail(?: address)?", re.IGNORECASE)
"""What a header of such a column says wherever it stands."""

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
_PERSON, _MAILTO = (re.compile(rb"%b[^\"'<>]*(?:'[^\"'<> />?]+)*" % start) for start in (b"PersId=", b"mailto:"))
"""Of a link, what leads to a person. A list has 2 MB of links: to begin with plain letters takes a twentieth."""
_NAMES = (
    re.compile(
        rb"(<(?:dc:creator|dc:subject|dc:description|cp:lastModifiedBy|cp:keywords|(?:\w+:)?(?:author|t|text|lpw?str))"
        rb"(?:\s[^>]*)?>)[^<]+"
    ),
    re.compile(rb"((?:\b(?:displayName|userId|userName|url)=|<customWorkbookView\s[^>]*?\bname=)\")[^\"]+"),
)
_NAMING_PARTS = re.compile(r"docProps/(?:core|custom)\.xml|xl/(?:comments|threadedComments|persons|workbook\.xml)")
_MANAGER = (re.compile(rb"(<Manager>)[^<]+"),)
_AFTER_CELLS = (
    re.compile(rb"( (?:display|tooltip)=\")[^\"]+"),
    re.compile(rb"(ilter [^>]*?\bval=\")[^\"]+"),
    re.compile(rb"((?:Header|Footer)>)[^<]+"),
)
"""What a sheet may say of persons after its cells: its header and footer, its filters, its links' labels."""
_UNREAD = re.compile(
    r"customXml/|xl/(?:pivotCache|slicerCaches|revisions|externalLinks|queryTables|tables|charts|drawings/drawing)"
)
"""Parts that repeat cells or tell who worked on the file, and that no reader reads."""
_ROOT = re.compile(rb"<([\w:]+)([^>]*)>")
_NAMESPACE = re.compile(rb"\sxmlns(?::\w+)?=\"[^\"]*\"")


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
                left_out |= dict.fromkeys(sheet.personal.values())
            if sheet.mask_rest():
                left_out["labels beside the cells"] = None
            if sheet.changed:
                changed[name] = sheet.xml
            sheets.append(sheet)
        elif masking := next((one for one in _MASKS if one[0].match(name)), None):
            _, mask, why = masking
            part = package.read(name)
            if (masked := mask(part)) != part:
                changed[name] = masked
                left_out[why] = None
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
        self.changed = False
        self.taken: set[bytes] = set()
        """Indexes of shared texts that were removed. A bare number passes for one: a text that no cell uses may go."""
        self.personal: dict[bytes, str] = {}
        """Letters of the columns that name persons, with their headers."""
        self._prefix = prefix = _prefix(xml)
        self._head = 0
        cell = re.compile(rb"<%bc r=\"([A-Z]+)\d+\"([^>]*)(?<!/)>(.*?)</%bc>" % (prefix, prefix), re.DOTALL)
        rows = re.finditer(rb"<%brow[\s>].*?</%brow>" % (prefix, prefix), xml, re.DOTALL)
        most = widest = 0
        for _, row in zip(range(_HEADER_WITHIN), rows, strict=False):
            _refuse_unplaced(row[0])
            said = {letters: _words(attributes, text, strings) for letters, attributes, text in cell.findall(row[0])}
            texts = sum(map(bool, said.values()))
            names = PERSONAL.search if texts > widest else _CERTAINLY.fullmatch
            personal = {letters: text for letters, text in said.items() if len(text) < 30 and names(text)}
            widest = max(widest, texts)
            if personal and texts > most:
                self.personal, self._head, most = personal, row.end(), texts
            elif texts > most and most <= _NOTE and not any(map(_CERTAINLY.fullmatch, self.personal.values())):
                self.personal, most = {}, 0  # it was a note, and this is a header that names no persons
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
        self.changed = True
        self.taken = set(re.findall(rb"v>\s*(\d+)", b"".join(filter(None, set(pieces[1::2])))))

    def mask_rest(self) -> bool:
        """Remove what else may name persons, after the cells; gives whether there was any."""
        cells, end, rest = self.xml.rpartition(b"sheetData>")
        masked = _masked(_AFTER_CELLS, rest)
        if masked == rest:
            return False
        self.xml = cells + end + masked
        self.changed = True
        return True

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


def _masked_links(part: bytes) -> bytes:
    return _MAILTO.sub(b"mailto:", _PERSON.sub(b"PersId=", part))


def _masked(names: Iterable[re.Pattern[bytes]], part: bytes) -> bytes:
    """The part without what `names` find after their first groups."""
    for one in names:
        part = one.sub(rb"\1", part)
    return part


def _emptied(part: bytes) -> bytes:
    """The part's outermost element alone."""
    root = _ROOT.search(part)
    return b"<%b%b/>" % (root[1], b"".join(_NAMESPACE.findall(root[2]))) if root else b""


_MASKS: tuple[tuple[re.Pattern[str], Callable[[bytes], bytes], str], ...] = (
    (re.compile(r"xl/worksheets/_rels/"), _masked_links, "links to persons"),
    (_NAMING_PARTS, partial(_masked, _NAMES), "authors"),
    (re.compile(r"docProps/app\.xml"), partial(_masked, _MANAGER), "authors"),
    (_UNREAD, _emptied, "parts that no reader reads"),
)


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
