"""Spreadsheets (.xlsx, .xlsm) within bounds: a sheet's rows, and the hyperlinks that calamine does not give."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import unescape
from io import BytesIO
from zipfile import BadZipFile, ZipFile, ZipInfo

from isal import isal_zlib
from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from spiders.readers.text import clean, describe
from spiders.rows import NotThisListing

LARGEST = 256 * 2**20
"""Bytes that a workbook, or one part of it, may inflate to. The largest list of 2016 to 2025 has 8 MB."""

_DEFLATE_RATIO = 1032
"""The most that deflate can gain: a part whose packed size times this is below LARGEST needs no test inflation."""

_LOCKED = "EncryptedPackage".encode("utf-16-le")
_SHEET = re.compile(rb"<(?:\w+:)?sheet\s[^>]*>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\s[^>]*>")
_ID = re.compile(rb"""\sId\s*=\s*["']([^"']*)["']""")
_ATTRIBUTE = re.compile(rb"""([\w:]+)\s*=\s*["']([^"']*)["']""")


class Package:
    """A workbook's parts. Raises NotThisListing for anything else and for what would inflate beyond LARGEST."""

    def __init__(self, content: bytes, expected: str) -> None:
        self._expected = expected
        self.content = content
        found, refusal = describe(content)
        if content.startswith(b"\xd0\xcf\x11\xe0"):
            found = "a workbook locked with a password" if _LOCKED in content else f"{found}, to be saved as .xlsx"
        if not content.startswith(b"PK\x03\x04"):
            raise NotThisListing(expected, found, refusal=refusal)
        try:
            self.parts = {part.filename: part for part in ZipFile(BytesIO(content)).infolist()}
        except (BadZipFile, NotImplementedError, ValueError) as error:
            raise NotThisListing(expected, "a ZIP archive cut short or damaged") from error
        if "xl/workbook.xml" not in self.parts:
            raise NotThisListing(expected, _other_archive(self.parts))
        if sum(part.file_size for part in self.parts.values()) > LARGEST or len(self.parts) > 1000:
            raise NotThisListing(expected, f"a workbook that inflates to more than {LARGEST >> 20} MB")

    def read(self, name: str) -> bytes:
        """A part's bytes, none if there is no such part."""
        part = self.parts.get(name)
        return self._inflate(part) if part else b""

    def packed(self, part: ZipInfo) -> bytes:
        """The part's bytes as they lie in the file."""
        start = part.header_offset + 30
        name, extra = self.content[start - 4 : start - 2], self.content[start - 2 : start]
        start += int.from_bytes(name, "little") + int.from_bytes(extra, "little")
        return self.content[start : start + part.compress_size]

    def _inflate(self, part: ZipInfo) -> bytes:
        """The part's bytes, never more than it states. Without ZipFile's checksum, which calamine has verified."""
        packed = self.packed(part)
        if part.compress_type == 0:
            return packed
        inflater = isal_zlib.decompressobj(-isal_zlib.MAX_WBITS)
        try:
            data = inflater.decompress(packed, part.file_size + 1)
        except isal_zlib.IsalError as error:  # type: ignore[misc]  # its stub calls the class an instance
            raise NotThisListing(self._expected, "a workbook with a damaged part") from error
        if len(data) > part.file_size:
            raise NotThisListing(self._expected, "a workbook that inflates to more than it states")
        return data


class Workbook(Package):
    """An opened workbook. Raises NotThisListing as `Package` does."""

    def __init__(self, content: bytes, expected: str) -> None:
        super().__init__(content, expected)
        for part in self.parts.values():
            if part.compress_size * _DEFLATE_RATIO > LARGEST:
                self._inflate(part)  # calamine has no bounds, and the stated size may lie: see that it does not
        try:
            self._book = CalamineWorkbook.from_filelike(BytesIO(content))
        except (CalamineError, PasswordError, OSError) as error:
            raise NotThisListing(expected, f"a workbook that cannot be opened ({error})") from error

    @property
    def sheets(self) -> list[str]:
        """The sheets' names, in order, hidden ones too."""
        return self._book.sheet_names

    def rows(self, sheet: str) -> list[list[object]]:
        """A sheet's rows from its first, all of one width; an empty cell is `""`, a date a datetime."""
        try:
            return self._book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)  # type: ignore[return-value]
        except (CalamineError, OSError) as error:
            raise NotThisListing(self._expected, f"a workbook whose sheet {sheet} is damaged ({error})") from error

    def link_targets(self, sheet: str, prefix: bytes) -> list[str]:
        """Where the sheet's hyperlinks lead that begin with the pattern `prefix`, in the file's order."""
        relations = self.read(_relations_of(self._part_of(sheet)))
        return [_text(target) for target in re.findall(b'Target="(%b[^"]*)"' % prefix, relations)]

    def cell_links(self, sheet: str, column: str) -> dict[str, str]:
        """Cell (`A2`) to hyperlink, for the column of that letter. Costs an inflation of the whole sheet."""
        part = self._part_of(sheet)
        after_cells = self.read(part).rpartition(b"sheetData>")[2]
        link = rb"<(?:\w+:)?hyperlink\s[^>]*?\bref=[\"']" + column.encode() + rb"\d[^>]*>"
        links = [dict(_ATTRIBUTE.findall(element)) for element in re.findall(link, after_cells)]
        targets = dict.fromkeys((said.get(b"r:id") for said in links), b"")
        for relation in _RELATION.findall(self.read(_relations_of(part))):
            if (found := _ID.search(relation)) and found[1] in targets:
                targets[found[1]] = dict(_ATTRIBUTE.findall(relation)).get(b"Target", b"")
        return {
            _text(said[b"ref"]).partition(":")[0]: _text(target)
            for said in links
            if (target := targets[said.get(b"r:id")])
        }

    def _part_of(self, sheet: str) -> str:
        ids = {}
        for element in _SHEET.findall(self.read("xl/workbook.xml")):
            said = dict(_ATTRIBUTE.findall(element))
            ids[_text(said.get(b"name", b""))] = said.get(b"r:id")
        for relation in _RELATION.findall(self.read("xl/_rels/workbook.xml.rels")):
            said = dict(_ATTRIBUTE.findall(relation))
            if said.get(b"Id") == ids.get(sheet):
                target = _text(said.get(b"Target", b"")).lstrip("/")
                return target if target.startswith("xl/") else f"xl/{target}"
        return ""


def _other_archive(parts: Iterable[str]) -> str:
    """What an archive is that is no workbook, by the names in it."""
    names = list(parts)
    if "xl/workbook.bin" in names:
        return "a binary workbook (.xlsb), to be saved as .xlsx"
    if "content.xml" in names and "mimetype" in names:
        return "an OpenDocument file (.ods), to be saved as .xlsx"
    if "word/document.xml" in names:
        return "a Word document"
    packed = next((name for name in names if re.search(r"(?i)\.xls[xm]$", name)), None)
    return (
        f"a ZIP archive to be unpacked: it holds {clean(packed)!r:.80}"
        if packed
        else "a ZIP archive that is no workbook"
    )


def _relations_of(part: str) -> str:
    folder, _, name = part.rpartition("/")
    return f"{folder}/_rels/{name}.rels"


def _text(value: bytes) -> str:
    return unescape(value.decode("utf-8", "replace"))
