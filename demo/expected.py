"""What day two changes, told plainly: what an officer must hear of, and the noise that nobody should.

Keys, field names and values are the application's: the body's own ids, `source`, `status`, `stage`; of people who stand
in a source only their organisations. Taken from the same
tables as the listings, so that it is the whole truth for a given date.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from demo import iso_jvet, iso_unicode, itu_documents, threegpp_news, threegpp_tdocs
from demo.iso_committees import MEMBERS, MOVES, Committee, committees
from demo.iso_projects import Project, projects
from demo.news import CN, GR, XX, Origin
from demo.threegpp_meetings import Meeting, meetings


@dataclass(frozen=True)
class Item:
    """One record of one day. `fields` are those whose changes count; dates that merely follow them are left out."""

    body: str
    record: str
    key: str
    group: str
    title: str
    source: str | None
    origin: Origin
    area: str
    fields: dict[str, str | None]
    new_list: bool = False
    """True in a listing that did not exist on day one, so that its first fetch is also its baseline."""
    proposed: str = ""
    """Hoped-for co-signers that SA2's agenda page alone shows."""
    only_in_html: bool = False
    """True for ITU's reserved numbers and co-signers, which its XML leaves out."""


@dataclass(frozen=True)
class Edit:
    """One field of one record that day two changes. `item` is the record as of day two."""

    item: Item
    field: str
    old: str | None
    new: str | None


@dataclass(frozen=True)
class DayTwo:
    """Everything that differs between the days, and nothing else does."""

    appeared: tuple[Item, ...]
    edited: tuple[Edit, ...]

    def new_keys(self, body: str, record: str = "contribution", origin: Origin = CN) -> set[str]:
        """Keys that appear, by body and origin: the Chinese contributions unless asked otherwise."""
        return {item.key for item in self.appeared if (item.body, item.record, item.origin) == (body, record, origin)}

    def changes(self, body: str, record: str = "contribution") -> dict[str, dict[str, tuple[str | None, str | None]]]:
        """Key -> field -> old and new value."""
        found: dict[str, dict[str, tuple[str | None, str | None]]] = {}
        for edit in self.edited:
            if (edit.item.body, edit.item.record) == (body, record):
                found.setdefault(edit.item.key, {})[edit.field] = (edit.old, edit.new)
        return found

    @property
    def noise(self) -> set[str]:
        """Keys of contributions, projects and committees that change without anything Chinese: to be kept, not told.

        Joint ventures, companies nobody knows and hoped-for co-signers are left out: they are the configuration's to
        decide.
        """
        touched = [*self.appeared, *(edit.item for edit in self.edited)]
        quiet = {
            item.key for item in touched if item.origin in (XX, GR) and not item.proposed and item.record != "meeting"
        }
        return quiet - {item.key for item in touched if item.origin == CN}

    @property
    def areas(self) -> set[str]:
        """Areas of `demo.news.AREAS` with Chinese news."""
        touched = [*self.appeared, *(edit.item for edit in self.edited)]
        return {item.area for item in touched if item.origin == CN and item.area}


def day_two(today: date) -> DayTwo:
    """What changes between the day before `today` and `today`."""
    before, after = ({(item.record, item.body, item.key): item for item in _all(today, day)} for day in (1, 2))
    edits = [
        Edit(item, field, before[place].fields.get(field), item.fields.get(field))
        for place, item in after.items()
        if place in before
        for field in sorted(before[place].fields | item.fields)
        if before[place].fields.get(field) != item.fields.get(field)
    ]
    return DayTwo(tuple(item for place, item in after.items() if place not in before), tuple(edits))


def of_meeting(meeting: Meeting, today: date) -> dict[str, str | None]:
    """A 3GPP meeting's fields."""
    return {
        "title": f"3GPP{meeting.name}" + (" CANCELLED" if meeting.cancelled else ""),
        "starts_on": str(meeting.starts(today)),
        "place": meeting.town or None,
        "status": "cancelled" if meeting.cancelled else "planned",
    }


def of_tdoc(row: threegpp_tdocs.Tdoc) -> dict[str, str | None]:
    """The fields of a row of a TDoc list."""
    return {
        "title": row.title,
        "source": row.source,
        "status": row.status,
        "revision_of": row.revision_of or None,
        "revised_to": row.revised_to or None,
    }


def of_committee(committee: Committee) -> dict[str, str | None]:
    """A committee's fields, one for each member's place."""
    places = {
        f"member {MEMBERS[name]}": role for role, names in (("P", committee.p), ("O", committee.o)) for name in names
    }
    held = str(MEMBERS[committee.secretariat]) if committee.secretariat else None
    return {"group": committee.reference, "title": committee.title, "secretariat_id": held} | places


def of_project(project: Project) -> dict[str, str | None]:
    """A project's fields."""
    stage = f"{project.stage // 100:02}.{project.stage % 100:02}"
    return {"stage": stage, "reference": project.reference, "title": project.title}


def register_key(name: str, row: iso_unicode.Document) -> str:
    """What a document is called in a register of unicode.org."""
    return f"{name} {row.number.rstrip('R')}"


def of_register(name: str, row: iso_unicode.Document) -> dict[str, str | None]:
    """The fields of a row of a register."""
    return {
        "title": row.subject or register_key(name, row),
        "source": row.source or None,
        "status": "available" if row.subject else "reserved",
        "revision": "R" if row.number.endswith("R") else None,
    }


def of_itu(row: itu_documents.Document) -> dict[str, str | None]:
    """The fields of a document of ITU."""
    return {
        "title": row.title,
        "source": "; ".join(row.sources),
        "status": "reserved" if row.reserved else "available",
        "revision": str(row.revision) if row.revision else None,
    }


def _all(today: date, day: int) -> Iterator[Item]:
    yield from _threegpp(today, day)
    yield from _iso(today, day)
    yield from _registers(today, day)
    yield from _itu(today, day)


def _threegpp(today: date, day: int) -> Iterator[Item]:
    for meeting in meetings(day):
        held = of_meeting(meeting, today)
        yield Item("3GPP", "meeting", str(meeting.id), meeting.group, meeting.name, None, GR, "", held)
        tables = (threegpp_news.BEFORE.get(meeting.id, ()), threegpp_news.NEW.get(meeting.id, ()))
        known = {meeting.tdoc(entry.suffix, today): entry for table in tables for entry in table}
        turned = {meeting.tdoc(suffix, today) for place, suffix in threegpp_news.NEWLY_CHINESE if place == meeting.id}
        for row in threegpp_tdocs.tdocs(meeting, today, day):
            entry = known.get(row.number)
            origin = CN if day == 2 and row.number in turned else entry.origin if entry else XX
            yield Item(
                "3GPP",
                "contribution",
                row.number,
                meeting.group,
                row.title,
                row.source,
                origin,
                entry.area if entry else "",
                of_tdoc(row),
                new_list=meeting.id not in threegpp_news.BEFORE,
                proposed=row.proposed,
            )


def _iso(today: date, day: int) -> Iterator[Item]:
    gone = {committee.id: committee.secretariat for committee in committees(1)}
    for committee in committees(day):
        origin = (
            CN
            if (committee.reference, "SAC") in MOVES or "SAC" in (committee.secretariat, gone.get(committee.id))
            else XX
        )
        fields = of_committee(committee)
        area = {"ISO/TC 991": "ai", "ISO/TC 268/SC 91": "cities"}.get(committee.reference, "")
        yield Item(
            "ISO", "committee", str(committee.id), committee.reference, committee.title, None, origin, area, fields
        )
    for project in projects(today, day):
        yield Item(
            "ISO",
            "project",
            str(project.id),
            project.committee,
            project.title,
            None,
            project.origin,
            project.area,
            of_project(project),
        )


def _registers(today: date, day: int) -> Iterator[Item]:
    for page, (name, *_) in iso_unicode.REGISTERS.items():
        for row in iso_unicode.documents(page, day):
            key = register_key(name, row)
            fields = of_register(name, row)
            title = row.subject or key
            yield Item("ISO", "contribution", key, "ISO/IEC JTC 1/SC 2", title, row.source, row.origin, "", fields)
    for meeting in iso_jvet.meetings(day):
        number = str(meeting + iso_jvet.ID_OFFSET)
        yield Item("ISO", "meeting", number, "ISO/IEC JTC 1/SC 29", f"JVET-{meeting}", None, GR, "", {})
    for document in iso_jvet.documents(iso_jvet.NOW, day):
        named = ", ".join(re.findall(r"\([^)]*\)", document.source))
        fields = {
            "title": document.title,
            "source": named or None,
            "status": "withdrawn" if document.withdrawn else "available" if document.version else "reserved",
            "revision": f"v{document.version}" if document.version and not document.withdrawn else None,
        }
        key, title = iso_jvet.key(document), document.title
        yield Item("ISO", "contribution", key, "ISO/IEC JTC 1/SC 29", title, named, document.origin, "", fields)


def _itu(today: date, day: int) -> Iterator[Item]:
    for group in itu_documents.GROUPS:
        indexes = [itu_documents.contributions(group, today, day)]
        indexes += [itu_documents.temporary(group, place, today, day) for place in (0, 1)]
        spoken = f"ITU-{group.sector} {group.name}"
        for index in indexes:
            for row in index.documents:
                source = "; ".join(row.sources)
                hidden = row.reserved or (group.name, row.number) in itu_documents.ONLY_IN_HTML
                key = index.name(row)
                yield Item(
                    "ITU",
                    "contribution",
                    key,
                    spoken,
                    row.title,
                    source,
                    row.origin,
                    row.area,
                    of_itu(row),
                    only_in_html=hidden,
                )
