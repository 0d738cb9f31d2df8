"""ISO's projects and publications, from ISO Open Data (`iso_deliverables_metadata`, JSON Lines or CSV; ODC-By 1.0).

Some 81,000 records, 90 MB as JSON Lines: read in one pass, a record at a time. The id alone identifies a project; its
reference and title change with its stage, and its stage can move back. Deleted projects (stage xx.98) stay for ever.
The file has no stage dates, no proposer and no working group. A single record and the five-column extract that
monitors keep are read too: what they leave out is None, and an extract only adds to the full file.

Of one day's 81,000 lines all but some dozens are the day before's: those that the context knows are not read again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from spiders import urls
from spiders.readers import iso_project_pages, pages
from spiders.readers.iso_committees import identity, in_english
from spiders.readers.opendata import OpenData, Record, listed
from spiders.readers.repeats import ListedAgain, Rows
from spiders.readers.text import clean, day, decode, without_markup
from spiders.rows import Context, ProjectRow, Reading

NEEDED = {"id", "reference", "currentStage"}
READ = (
    *("id", "deliverableType", "supplementType", "reference", "title", "publicationDate", "edition", "icsCode"),
    *("ownerCommittee", "currentStage", "replaces", "replacedBy", "languages", "scope"),
)
CSV_READ = (*(name for name in READ if name not in ("title", "scope")), "title.en", "scope.en")
KNOWN = {*READ, *CSV_READ, "title.fr", "pages", "pages.en", "scope.fr"}
_READ = frozenset(READ)
_LARGEST_PAGE = 2**23
"""Bytes that a page may have: those of 2019 to 2024 have 76,000 at most."""
_SINGLE = ("currentStage", "ownerCommittee", "deliverableType", "supplementType", "edition", "publicationDate")
_DOTTED = re.compile(r"([0-9]{1,2})\.([0-9]{2})")
EXPECTED = "ISO's deliverables (JSON Lines or CSV) or a project's page"
_day = lru_cache(4096)(day)


@lru_cache(4096, typed=True)
def word(value: Any) -> str | None:
    """`clean` for the values that thousands of records share."""
    return clean(value)


def read(content: bytes, context: Context) -> Reading:
    """Read the projects, or the page of one. Raises NotThisListing for any other file, and for one that is cut off."""
    if len(content) < _LARGEST_PAGE and decode(content[:4096]).lstrip().startswith("<"):
        root = pages.parse(content, context.content_type)
        if root is not None and (reading := iso_project_pages.read_page(root, context)):
            return reading
    try:
        return _read(content, context.known)
    except ListedAgain:
        return _read(content, {})


def _read(content: bytes, known: Mapping[int, str]) -> Reading:
    reading = Reading(kind="iso.projects")
    rows = Rows(reading)

    def recognised(digest: int) -> bool:
        if key := known.get(digest):
            rows.recognise(key)
        return key is not None

    data = OpenData(reading, EXPECTED, NEEDED, KNOWN, recognised)
    met: Any = {}.keys()
    usual: Any = None
    for line, record in data.records(content):
        if record.keys() != met:
            met = met | record.keys()
        if record.keys() != usual and record.keys() <= KNOWN and record.keys() >= _READ:
            usual = record.keys()
        row = _project(_nested(record) if reading.layout == "csv" else record)
        if isinstance(row, str):
            data.reject(line, row, record)
            continue
        if row.published_on is None and record.get("publicationDate"):
            reading.undated(line, record["publicationDate"])
        rows.add(line, row, data.digest if record.keys() == usual else None)
    if reading.same:
        met = met | _READ
        reading.gone = [key for key in known.values() if key not in reading.same]
    columns = CSV_READ if reading.layout == "csv" else READ
    reading.missing_columns = tuple(name for name in columns if met and name not in met)
    reading.supplement = "ownerCommittee" in reading.missing_columns
    return reading


def _project(record: Record) -> ProjectRow | str:
    """The row, or why there is none."""
    get = record.get
    key, reference = identity(get("id")), clean(get("reference"))
    if not key:
        return "its id is not a number"
    if not reference:
        return "no reference"
    try:
        stage = _stage(get("currentStage"))
        group, kind, supplement = word(get("ownerCommittee")), word(get("deliverableType")), word(get("supplementType"))
        edition, published_on = word(get("edition")), word(get("publicationDate"))
    except ValueError as error:
        return str(error)[:200]
    except TypeError:
        several = next(name for name in _SINGLE if isinstance(get(name), list | dict))
        return f"its {several} is not one value but {str(get(several))[:80]}"
    scope = in_english(get("scope"))
    return ProjectRow(
        key=key,
        body="ISO",
        group=group or "ISO",
        title=clean(in_english(get("title"))) or reference,
        url=urls.iso_project(key),
        reference=reference,
        type=kind,
        supplement=supplement,
        stage=stage,
        edition=edition and edition.removesuffix(".0"),
        ics=_joined(get("icsCode")),
        published_on=_day(published_on),
        replaces=_joined(get("replaces")),
        replaced_by=_joined(get("replacedBy")),
        languages=_joined(get("languages")),
        scope=without_markup(scope) if scope else None,
    )


@lru_cache(1024, typed=True)
def _stage(value: Any) -> str | None:
    """`00.20` of 20, `60.60` of 6060: the file writes stage and substage as one number, others with a dot between.

    Raises ValueError.
    """
    if value is None or value == "":
        return None
    text = f"{value:.2f}" if isinstance(value, float) else str(value).strip().removesuffix(".0")
    if found := _DOTTED.fullmatch(text):
        return f"{found[1].zfill(2)}.{found[2]}"
    if not (text.isascii() and text.isdigit() and len(text) <= 4):
        raise ValueError(f"its stage {text[:20]!r} is not a stage code such as 6060 or 60.60")
    text = text.zfill(4)
    return f"{text[:2]}.{text[2:]}"


def _joined(items: Any) -> str | None:
    """The single values of a list, or a bare value."""
    if not items:
        return None
    values = items if isinstance(items, list) else [items]
    return ", ".join([said for value in values if isinstance(value, (str, int)) and (said := word(value))]) or None


def _nested(cells: Record) -> Record:
    """A CSV record in the shape of a JSON one."""
    record = dict(cells)
    record["title"] = {"en": cells.get("title.en"), "fr": cells.get("title.fr")}
    record["scope"] = {"en": cells.get("scope.en")}
    for name in ("icsCode", "replaces", "replacedBy", "languages"):
        record[name] = listed(cells.get(name))
    return record
