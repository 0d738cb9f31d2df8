"""ITU's document index of a group (XML `page_content`).

It lists the contributions, reports or collective letters of a study period, or the TDs of one meeting. Seen for
ITU-T's TDs alone; the other types and ITU-R follow the same schema by all that is known. Whether a joint
contribution's co-signers all stand in `main_source` is not, so the HTML listing supplements this one.
"""

from __future__ import annotations

from lxml import etree

from spiders import urls
from spiders.readers.itu_ids import parse
from spiders.readers.itu_pages import KINDS, liaison, revision, text
from spiders.readers.repeats import Rows
from spiders.readers.text import clean, day
from spiders.rows import Context, ContributionRow, Reading, Reject

EXPECTED = ("object_name", "main_source", "reception_date", "meeting_name", "ltitle_e", "doc_type", "study_questions")
IGNORED = {
    *("subgroup", "friendly_name", "doc_number", "doc_class", "ltitle_f", "ltitle_s", "observation_e", "observation_f"),
    *("observation_s", "abstract_e", "abstract_f", "abstract_s", "derived_from", "r_link_cnt", "access_type"),
    *("r_object_id", "md_part", "static_path"),
}


def read(page: etree._Element, context: Context) -> Reading:
    """Read an index from its root element."""
    reading = Reading("itu.documents", layout="index")
    group = parse(page.findtext("page_param/group"))
    meeting = page.findtext("meeting_desc/object_name")
    kind = (page.findtext("page_param/doc_type") or "").strip()
    reading.group = group.group_name if group else context.group
    reading.scope = "-".join(filter(None, (meeting or (str(group) if group else ""), kind)))
    rows = Rows(reading)
    columns: dict[str, None] = {}
    for place, folder in enumerate(page.iterfind("folder_list/folder"), 1):
        columns.update(dict.fromkeys(str(child.tag) for child in folder))
        row = _document(folder, meeting, place, reading)
        if isinstance(row, str):
            said = " ".join(filter(None, (text(folder, "object_name"), text(folder, "ltitle_e"))))
            reading.rejects.append(Reject(place, row, said[:200]))
        else:
            rows.add(place, row)
    if columns:
        reading.missing_columns = tuple(name for name in EXPECTED if name not in columns)
        reading.unknown_columns = tuple(name[:60] for name in columns if name not in EXPECTED and name not in IGNORED)
    return reading


def _document(folder: etree._Element, meeting: str | None, place: int, reading: Reading) -> ContributionRow | str:
    """The row of a folder, or why there is none."""
    name = parse(text(folder, "object_name"))
    if not name or name.number is None:
        return "its object_name is no document's"
    title = text(folder, "ltitle_e") or text(folder, "ltitle_f") or text(folder, "ltitle_s")
    observation = text(folder, "observation_e") or text(folder, "observation_f") or text(folder, "observation_s")
    received = text(folder, "reception_date")
    uploaded_at = day(received)
    if received and not uploaded_at:
        reading.undated(place, received)
    fields = {"type": KINDS.get(name.kind or "", name.kind), **liaison(title)}
    fields["source"] = _several(folder, "main_source", "; ") or fields.get("source")
    withdrawn = "withdrawn" in (observation or "").casefold()
    return ContributionRow(
        key=str(name),
        body="ITU",
        group=name.group_name,
        meeting=text(folder, "meeting_name") or name.meeting or meeting,
        title=title or str(name),
        url=urls.itu_document(str(name)),
        work_items=_several(folder, "study_questions", ", "),
        status="withdrawn" if withdrawn else "available" if received else "reserved",
        uploaded_at=uploaded_at,
        revision=name.revision or revision(text(folder, "friendly_name"), observation),
        abstract=text(folder, "abstract_e") or text(folder, "abstract_f") or text(folder, "abstract_s"),
        remarks=observation,
        **fields,
    )


def _several(folder: etree._Element, name: str, separator: str) -> str | None:
    """A child's text, or the texts of its `rvalue`s, joined."""
    values = filter(None, (clean(value.text) for value in folder.iterfind(f"{name}/rvalue")))
    return separator.join(values) or text(folder, name)
