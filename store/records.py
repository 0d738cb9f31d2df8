"""Writing rows into records: what is new, what differs, what is gone, each as a change of the fetch it comes from."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Connection, Row, func, select

from organisations import Resolver
from store import packs as cr_packs
from store import positions, search, tables, tallies
from store.attributions import Attributor
from store.bulk import Updates, among, insert_rows
from store.fields import FIELDS, OWN_VALUES, RECORD, TABLES, VALUES
from store.incoming import Reading
from store.renaming import rename_meetings

_change = tables.Change.__table__  # type: ignore[attr-defined]
_listing = tables.Listing.__table__  # type: ignore[attr-defined]

_HEAD = (
    *("id", "record", "body", "group_name", "key", "title", "url", "listing_id"),
    *("first_fetch_id", "first_seen_at", "last_fetch_id", "last_changed_at", "missed", "row_digest"),
)
"""Columns of a new record, in the order in which they are written."""

_DETAILS = frozenset(
    {"reserved_at", "uploaded_at", "work_items", "agenda_item", "agenda_title", "abstract", "remarks", "purpose", "url"}
)
"""Fields that one view of a document has and another leaves out: that the second fills them is no news."""

VANISHED_AFTER = 2
"""Complete fetches in a row that must lack a record before it counts as vanished."""
OWN = 2
"""Authority of a body's own list."""


@dataclass(slots=True)
class Tally:
    """Records by what a fetch did to them, and the changes to be told."""

    appeared: int = 0
    changed: int = 0
    vanished: int = 0
    unchanged: int = 0
    changes: list[int] = field(default_factory=list)


class Writer:
    """Writes one fetch's rows. Ids are given out here: the archive has one writer at a time."""

    def __init__(
        self,
        connection: Connection,
        resolver: Resolver | None,
        *,
        listing_id: int,
        authority: int,
        fetch_id: int,
        observed_at: str,
        baseline: bool,
        told_since: str | None,
        first: bool = False,
    ) -> None:
        """`first` if the listing has no records yet."""
        self._connection = connection
        self._attributor = Attributor(connection, resolver) if resolver else None
        self._listing_id = listing_id
        self._authority = authority
        self._fetch_id = fetch_id
        self._observed_at = observed_at
        self._baseline = baseline
        self._told_since = told_since
        self._first = first
        self._changes: list[dict[str, Any]] = []
        self._tally = Tally()
        self._known = 0
        self._counted: set[tuple[str, str]] = set()
        """Groups and meetings of the contributions that were written."""
        self._digests: Mapping[str, int] = {}
        self._renamed: dict[str, str] = {}
        """Meetings' new names by their old ones."""
        self._updates = Updates()
        self._reindexed: list[tuple[search.Entry, search.Entry]] = []

    def take(self, reading: Reading) -> Tally:
        """Write its rows; if it is complete, note what the listing no longer has."""
        self._digests = reading.digests
        self._known += len(reading.same)
        by_record: dict[str, list[Any]] = defaultdict(list)
        for row in reading.rows:
            by_record[row.record].append(row)
        for record, its_rows in by_record.items():
            self._take_record(record, its_rows, few=bool(reading.same))
        if reading.packs:
            cr_packs.take(self._connection, self._listing_id, reading.packs, self._note)
        if not (reading.partial or self._first) and self._authority > 0:
            present = {(row.record, row.key) for row in reading.rows}
            self._note_missing(present, among_these=reading.gone if reading.same else None)
        return self._finish()

    def still_missing(self) -> Tally:
        """One more complete fetch that lacks what the last one lacked."""
        self._note_missing(None)
        return self._finish()

    def _take_record(self, record: str, rows: list[Any], *, few: bool) -> None:
        known = self._load(record, rows, few=few)
        if self._attributor and record == "contribution":
            self._attributor.prepare(row.source for row in rows if row.source)
        new: list[Any] = []
        values, own = VALUES[record], len(FIELDS[record].names)
        for row in rows:
            old = known.get(row.key)
            if old is None:
                new.append(row)
                continue
            self._known += 1
            number, _, listing, missed, _, _, digest = old[:7]
            if listing != self._listing_id or missed or old[-own:] != values(row):
                self._compare(record, old, row)
            elif digest != self._digests.get(row.key):  # as it is, in a row of other bytes
                self._updates.add(RECORD.c.id, number, {"row_digest": self._digests.get(row.key)})
        self._write_updates(rows[0].body)
        if new:
            self._add(record, new)
        if record == "committee":
            added = {row.key for row in new}
            positions.take(self._connection, rows, added, self._note)

    def _load(self, record: str, rows: list[Any], *, few: bool) -> dict[str, Any]:
        """The archive's records with these keys: the listing's own in one query, strays, or all if few, by key."""
        own = TABLES[record]
        head = [RECORD.c.id, RECORD.c.key, RECORD.c.listing_id, RECORD.c.missed, RECORD.c.vanished_at]
        head += [RECORD.c.first_seen_at, RECORD.c.row_digest]
        if record == "contribution":
            head += [own.c.supplements, own.c.source_text_id]
        query = select(*head, *FIELDS[record].columns).join_from(RECORD, own, own.c.record_id == RECORD.c.id)
        mine = query.where(RECORD.c.listing_id == self._listing_id, RECORD.c.record == record)
        known = {} if few or self._first else {row[1]: row for row in self._connection.execute(mine).all()}
        body = rows[0].body
        if strays := [row.key for row in rows if row.key not in known]:
            named = among(self._connection, RECORD.c.key, strays)
            elsewhere = query.where(RECORD.c.record == record, RECORD.c.body == body, named)
            known.update((row[1], row) for row in self._connection.execute(elsewhere).all())
        return known

    # -- new records

    def _add(self, record: str, rows: list[Any]) -> None:
        next_id = (self._connection.execute(select(func.max(RECORD.c.id))).scalar() or 0) + 1
        listing, fetch, at = self._listing_id, self._fetch_id, self._observed_at
        own_values, digests = OWN_VALUES[record], self._digests
        heads, bodies, texts = [], [], []
        for number, row in enumerate(rows, next_id):
            about = (number, record, row.body, row.group, row.key, row.title, row.url)
            heads.append((*about, listing, fetch, at, fetch, at, 0, digests.get(row.key)))
            source_text = self._source_text(row) if record == "contribution" else None
            own = own_values(row)
            bodies.append((number, *own, source_text) if record == "contribution" else (number, *own))
            texts.append(search.entry(number, record, row, seen=at, who=self._who(source_text)))
            if self._is_news(row):
                self._note(number, "appeared")
        if self._attributor:
            self._attributor.flush()
        insert_rows(self._connection, RECORD, _HEAD, heads)
        more = ("source_text_id",) if record == "contribution" else ()
        insert_rows(self._connection, TABLES[record], ("record_id", *FIELDS[record].own, *more), bodies)
        search.add(self._connection, texts)
        if record == "contribution":
            self._counted.update((row.group, row.meeting or "") for row in rows)
        self._tally.appeared += len(rows)

    def _is_news(self, row: Any) -> bool:
        if not self._baseline:
            return True
        if self._told_since is None:
            return False
        dated = getattr(row, "reserved_at", None) or getattr(row, "uploaded_at", None)
        return dated is not None and dated >= self._told_since

    def _source_text(self, row: Any) -> int | None:
        if not row.source or self._attributor is None:
            return None
        dated = row.reserved_at or row.uploaded_at or self._observed_at
        return self._attributor.id_of(row.source, row.body, row.group, dated[:10])

    def _who(self, source_text: int | None) -> str:
        return self._attributor.who(source_text) if self._attributor else ""

    # -- records the archive knows

    def _compare(self, record: str, old: Row[Any], row: Any) -> None:
        names = FIELDS[record].names
        before = old[-len(names) :]
        after = VALUES[record](row)
        mine = old.listing_id == self._listing_id
        digest = self._digests.get(row.key) if mine else None
        owner = mine or self._owner(old, row)
        kept = json.loads(old.supplements) if record == "contribution" and old.supplements else {}
        differing: dict[str, tuple[str | None, str | None]] = {}
        for name, was, now in zip(names, before, after, strict=True):
            if was == now or name not in row.model_fields_set:
                continue
            if owner and (name in kept or not mine) and _says_less(name, was, now):
                kept.setdefault(name, old.listing_id)
            elif owner:
                differing[name] = was, now
                kept.pop(name, None)
            elif _says_less(name, now, was) or kept.get(name) == self._listing_id:
                differing[name] = was, now
                kept[name] = self._listing_id
        head: dict[str, Any] = {} if mine or not owner else {"listing_id": self._listing_id}
        if digest != old.row_digest:
            head["row_digest"] = digest
        if owner and old.missed:
            head["missed"] = 0
            if old.vanished_at is not None:
                head["vanished_at"] = None
                self._note(old.id, "returned")
        if mine or not self._baseline:
            renamed = record == "committee" and row.secretariat_id and "secretariat_id" not in differing
            for name, (was, now) in differing.items():
                completed = not mine and was is None and name in _DETAILS  # by another view: nothing happened
                if FIELDS[record].told(name) and not completed and not (renamed and name == "secretariat"):
                    self._note(old.id, "changed", name, old=was, new=now)
        self._update(record, old, row, head=head, differing=differing, kept=kept)

    def _owner(self, old: Row[Any], row: Any) -> bool:
        """Whether this listing becomes the one the record is read from."""
        theirs = self._connection.execute(select(_listing.c.authority).where(_listing.c.id == old.listing_id)).scalar()
        if self._authority != theirs:
            return self._authority > (theirs or 0)
        if old.missed or getattr(old, "status", None) == "withdrawn":
            return True
        moved = getattr(row, "meeting", None) != getattr(old, "meeting", None)
        return self._authority == OWN and not moved  # two views of a list would overwrite each other for ever

    def _update(
        self,
        record: str,
        old: Row[Any],
        row: Any,
        *,
        head: dict[str, Any],
        differing: dict[str, Any],
        kept: dict[str, int],
    ) -> None:
        own = TABLES[record]
        values = {name: now for name, (_, now) in differing.items() if name in own.c}
        head |= {_column(name): now for name, (_, now) in differing.items() if name not in own.c}
        if record == "contribution":
            if "source" in differing:
                values["source_text_id"] = self._source_text(row)
            supplements = json.dumps(kept, sort_keys=True) if kept else None
            if supplements != old.supplements:
                values["supplements"] = supplements
        self._updates.add(RECORD.c.id, old.id, head)
        self._updates.add(own.c.record_id, old.id, values)
        if record == "meeting" and "name" in differing:
            was, self._renamed[was] = differing["name"]
        if differing:
            before = {name: getattr(old, _column(name)) for name in FIELDS[record].own}
            before |= {"key": old.key, "body": row.body, "group": old.group_name, "title": old.title}
            after = before | {name: value for name, (_, value) in differing.items()}
            if record == "contribution" and tallies.basis(before) != tallies.basis(after):
                self._counted.update((fields["group"], fields["meeting"] or "") for fields in (before, after))
            was = getattr(old, "source_text_id", None)
            whom = self._who(was), self._who(values.get("source_text_id", was))
            was_indexed, indexed = (
                search.entry(old.id, record, SimpleNamespace(**fields), seen=old.first_seen_at, who=who)
                for fields, who in zip((before, after), whom, strict=True)
            )
            self._reindexed.append((was_indexed, indexed))

    def _write_updates(self, body: str) -> None:
        if self._attributor:
            self._attributor.flush()
        self._updates.write(self._connection)
        if self._renamed:
            self._counted |= rename_meetings(self._connection, body, self._renamed)
            self._renamed.clear()
        search.replace(self._connection, self._reindexed)
        self._reindexed.clear()

    # -- what is no longer listed

    def _note_missing(self, present: set[tuple[str, str]] | None, *, among_these: Sequence[str] | None = None) -> None:
        """Count one more fetch without them for the listing's records that are not `present`, or that were missed.

        Of those that can be recognised, only `among_these` may be missing.
        """
        query = select(RECORD.c.id, RECORD.c.record, RECORD.c.key, RECORD.c.missed).where(
            RECORD.c.listing_id == self._listing_id,
            RECORD.c.vanished_at.is_(None),
            RECORD.c.first_fetch_id != self._fetch_id,  # what this fetch brought is there
        )
        if present is None:
            query = query.where(RECORD.c.missed > 0)
        if among_these is not None:
            unknown = RECORD.c.row_digest.is_(None) | (RECORD.c.missed > 0)
            query = query.where(unknown | among(self._connection, RECORD.c.key, among_these))
        at = self._observed_at
        for number, record, key, missed in self._connection.execute(query).all():
            if present is not None and (record, key) in present:
                continue
            self._updates.add(RECORD.c.id, number, {"missed": missed + 1})
            if missed + 1 >= VANISHED_AFTER:
                self._note(number, "vanished")
                self._tally.vanished += 1
                gone = {"vanished_at": at, "last_fetch_id": self._fetch_id, "last_changed_at": at}
                self._updates.add(RECORD.c.id, number, gone)

    # -- changes

    def _note(
        self,
        record_id: int,
        kind: str,
        name: str = "",
        *,
        subject: str = "",
        old: str | None = None,
        new: str | None = None,
    ) -> None:
        self._changes.append(
            {
                "fetch_id": self._fetch_id,
                "record_id": record_id,
                "observed_at": self._observed_at,
                "kind": kind,
                "field": name,
                "subject": subject,
                "old": old,
                "new": new,
            }
        )

    def _finish(self) -> Tally:
        changed = {one["record_id"] for one in self._changes if one["kind"] in ("changed", "returned")}
        self._tally.changed = len(changed)
        self._tally.unchanged = self._known - len(changed)
        for number in changed:
            at = {"last_fetch_id": self._fetch_id, "last_changed_at": self._observed_at}
            self._updates.add(RECORD.c.id, number, at)
        self._updates.write(self._connection)
        tallies.count(self._connection, self._counted)
        if self._changes:
            first = (self._connection.execute(select(func.max(_change.c.id))).scalar() or 0) + 1
            for number, change in enumerate(self._changes, first):
                change["id"] = number
            columns = tuple(self._changes[0])
            insert_rows(self._connection, _change, columns, [tuple(change.values()) for change in self._changes])
            told = self._changes if not self._baseline else [one for one in self._changes if one["kind"] == "appeared"]
            self._tally.changes = [change["id"] for change in told]
        return self._tally


def _column(name: str) -> str:
    return "group_name" if name == "group" else name


def _says_less(name: str, value: str | None, now: str | None) -> bool:
    """Whether a listing only leaves out what another one gives: the field, or the co-signers after the first."""
    return now is None or (name == "source" and value is not None and value.startswith(now))
