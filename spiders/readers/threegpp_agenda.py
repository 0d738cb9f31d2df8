"""SA2's TdocsByAgenda page: the meeting's documents by agenda item, kept by its secretary from 2018 to 2024 and on.

Its words differ from the portal's (`P-CR`, `Not Handled`), revisions stand as prose in the comments, and rows without
a number are headings. `e-mail_Discussion` quotes delegates by name and is not read.
"""

from __future__ import annotations

import re

from lxml.html import HtmlElement

from spiders.readers import pages, threegpp_words
from spiders.readers.repeats import Rows
from spiders.readers.threegpp_columns import Columns, Table
from spiders.readers.threegpp_names import file_url, group_of, meeting_of, tdoc_number
from spiders.rows import Context, ContributionRow, Reading, Reject

COLUMNS = Columns(
    {
        "ai": "agenda_item",
        "td#": "key",
        "type": "type",
        "doc for": "purpose",
        "title": "title",
        "subject": "title",
        "source": "source",
        "rel": "release",
        "work item": "work_items",
        "comments": "remarks",
        "comment": "remarks",
        "result": "status",
    },
    needed=frozenset({"td#", "source", "result"}),
    not_kept="e-mail_discussion",
)

_NUMBER = r"[A-Z][A-Z\d]-\d{6,7}"
_NUMBERS = rf"({_NUMBER}(?:(?:, | and ){_NUMBER})*)"
_WITHIN = r"(?:[^.]|\.(?=\S))*?"  # to the end of the sentence, over the dots of `23.502`
_REVISION_OF = re.compile(rf"(?:\b[Rr]evision (?:\d+ )?of\b{_WITHIN}|^Postponed ){_NUMBERS}")
_REVISED_TO = re.compile(rf"\bRevised\b{_WITHIN}\b(?:to|in) {_NUMBERS}")
_REPLY_TO = re.compile(rf"\bResponse to {_NUMBERS}")
_TITLE = re.compile(r"(\d\d\.\d{3}(?:-\d+)*)(?: CR(\d{4,5})(?:R(\d+))?)?(?: \(Rel-\d+, '([A-F])'\))?:")
_TOTAL = re.compile(r"Total documents:\s*(\d{1,9})")


def read(root: HtmlElement, table: Table, context: Context) -> Reading:
    """Read the page that `table` was found in. Raises MeetingUnknown."""
    reading = Reading(kind="3gpp.tdocs", layout="agenda")
    rows = list(COLUMNS.rows(table, reading))
    agendas = [
        pages.words(row.get("title")) for row in rows if (pages.words(row.get("type")) or "").upper() == "AGENDA"
    ]
    links = (href for row in rows if (href := pages.href(row.get("key"))))
    reading.group, reading.scope = meeting_of(context, *agendas, *reversed(re.split(r"[/\\]", next(links, ""))))

    collected = Rows(reading)
    agenda: dict[str, str] = {}
    for place, cells in enumerate(rows, 2):
        said = {field: pages.words(cell) for field, cell in cells.items()}
        number, item, title = said.get("key"), said.get("agenda_item"), said.get("title")
        if not number:  # a heading
            if item and title:
                agenda.setdefault(item, title)
            continue
        excerpt = f"{number} {title or ''}"[:200]
        if not (key := tdoc_number(number)):
            reading.rejects.append(Reject(place, f"{number[:40]!r} is not a TDoc number", excerpt))
        elif said.get("type") == "NOT USED":  # its title names the person it was set aside for
            reading.rejects.append(Reject(place, f"the number {key} was set aside and not used", key, fault=False))
        elif not title:
            reading.rejects.append(Reject(place, "no title", excerpt, fault=False))
        else:
            link = pages.href(cells["key"])
            said |= {"key": key, "agenda_title": agenda.get(item or ""), "url": file_url(link, context.url)}
            collected.add(place, _contribution(said, bool(link), reading))

    text = root.text_content()
    reading.claimed = int(totals[-1]) if (totals := _TOTAL.findall(text)) else None
    if "END OF LIST" not in text:
        reading.partial = reading.broken_off = True
        reading.notes.append("the page breaks off before its END OF LIST")
    return reading


def _contribution(said: dict[str, str | None], linked: bool, reading: Reading) -> ContributionRow:
    remarks = said.get("remarks") or ""
    spec, cr, revision, category = found.groups() if (found := _TITLE.match(said["title"] or "")) else (None,) * 4
    return ContributionRow.model_validate(
        said
        | {
            "body": "3GPP",
            "group": reading.group or group_of(said["key"]),
            "meeting": reading.scope,
            "source": threegpp_words.source(said.get("source")),
            "type": threegpp_words.document_type(said.get("type")),
            "purpose": threegpp_words.purpose(said.get("purpose")),
            # as in the portal: a number without a result is reserved until its file is there
            "status": threegpp_words.status(said.get("status")) or ("available" if linked else "reserved"),
            "spec": spec,
            "cr": cr,
            "cr_revision": revision,
            "cr_category": category,
            "revision_of": _numbers(_REVISION_OF, remarks),
            "revised_to": _numbers(_REVISED_TO, remarks),
            "reply_to": _numbers(_REPLY_TO, remarks),
        }
    )


def _numbers(pattern: re.Pattern[str], remarks: str) -> str | None:
    """The TDoc numbers that a sentence of the comments names, `, `-separated."""
    found = dict.fromkeys(n for group in pattern.findall(remarks) for n in re.findall(_NUMBER, group))
    return ", ".join(found) or None
