"""What stands before and after a record: a document's revisions, the projects that one replaces or is replaced by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from store.changes import CHUNK, Told
from store.fields import RECORD, TABLES

_FIELDS = {"contribution": ("revision_of", "revised_to"), "project": ("replaces", "replaced_by")}


@dataclass(frozen=True, slots=True)
class Lineage:
    """The records before and after those of a digest, by body and key."""

    called: Mapping[tuple[str, str], tuple[str, str | None]]
    """What a reader calls one, and its address."""
    revisions: Mapping[tuple[str, str], Sequence[str]]
    """Those that say of themselves that they revise this one, which its own row may not know yet."""

    def earlier(self, told: Told) -> list[str]:
        """The keys of what this record revises or replaces."""
        return _named(told, 0)

    def later(self, told: Told) -> list[str]:
        """The keys of what it was revised to or is replaced by."""
        return list(dict.fromkeys([*_named(told, 1), *self.revisions.get((told.body, told.key), ())]))


def lineage(connection: Connection, records: Iterable[Told]) -> Lineage:
    """What the archive knows of what stands before and after these records."""
    listed = [one for one in records if one.record in _FIELDS]
    revisions = _revisions(connection, {(one.body, one.values["meeting"]) for one in listed if "meeting" in one.values})
    made = Lineage({}, revisions)
    wanted: dict[tuple[str, str], set[str]] = defaultdict(set)
    for one in listed:
        wanted[one.body, one.record].update(made.earlier(one), made.later(one))
    return Lineage(dict(_called(connection, wanted)), revisions)


def _named(told: Told, place: int) -> list[str]:
    if told.record not in _FIELDS:
        return []
    written = (told.values.get(_FIELDS[told.record][place]) or "").split(", ")
    return [key for key in written if key not in ("", "-", told.key)]


def _revisions(connection: Connection, meetings: set[tuple[str, str | None]]) -> dict[tuple[str, str], list[str]]:
    """By what is revised, its revisions at these meetings."""
    own = TABLES["contribution"]
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for body, meeting in sorted((body, meeting) for body, meeting in meetings if meeting):
        query = (
            select(RECORD.c.key, own.c.revision_of)
            .join_from(own, RECORD, RECORD.c.id == own.c.record_id)
            .where(own.c.meeting == meeting, own.c.revision_of.is_not(None), RECORD.c.body == body)
            .order_by(RECORD.c.id)
        )
        for row in connection.execute(query):
            for revised in row.revision_of.split(", "):
                if revised != row.key:
                    found[body, revised].append(row.key)
    return found


def _called(
    connection: Connection, wanted: Mapping[tuple[str, str], set[str]]
) -> Iterator[tuple[tuple[str, str], tuple[str, str | None]]]:
    project = TABLES["project"]
    for (body, record), keys in wanted.items():
        query = (
            select(RECORD.c.key, RECORD.c.url, project.c.reference)
            .outerjoin(project, project.c.record_id == RECORD.c.id)
            .where(RECORD.c.body == body, RECORD.c.record == record)
        )
        ordered = sorted(keys)
        for start in range(0, len(ordered), CHUNK):
            for row in connection.execute(query.where(RECORD.c.key.in_(ordered[start : start + CHUNK]))):
                yield (body, row.key), (row.reference or row.key, row.url)
