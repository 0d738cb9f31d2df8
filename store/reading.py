"""Records as analysts get them: one by key with its history, many by filters, as of any day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from organisations import DEFAULT_POLICY, Attribution, Policy, Resolver, Role, explain
from store import packs as cr_packs
from store import tables
from store.changes import changes_of, held_by, record_attributions, record_values
from store.conditions import called
from store.fields import RECORD, TABLES

_fetch = tables.Fetch.__table__  # type: ignore[attr-defined]
_position = tables.Position.__table__  # type: ignore[attr-defined]
_pack = tables.PackEntry.__table__  # type: ignore[attr-defined]
_HIDDEN = ("record_id", "source_text_id", "supplements")
_FIRST = ("key", "record", "body", "group", "title")
_ADDED = {"contribution": ("flags", "pack"), "committee": ("members",)}
_LAST = ("first_seen_at", "last_changed_at", "vanished", "url", "organisations")


@dataclass(frozen=True, slots=True)
class Asking:
    """From which country an answer looks: what `chinese` means in it."""

    resolver: Resolver
    country: str = "CN"
    policy: Policy = DEFAULT_POLICY


def columns(kinds: Iterable[str]) -> list[str]:
    """The fields of records of these kinds as `complete` gives them, each once."""
    own: dict[str, None] = {}
    for kind in kinds:
        own |= dict.fromkeys(column.name for column in TABLES[kind].c if column.name not in _HIDDEN)
        own |= dict.fromkeys(_ADDED.get(kind, ()))
    return [*_FIRST, *own, *_LAST]


def show(connection: Connection, key: str, asking: Asking, as_of: str | None = None) -> list[dict[str, Any]]:
    """Every record with this key (meetings also by name, projects and committees by reference), with its history.

    With `as_of`, an ISO date or stamp, each as it was known then; records first seen later are left out.
    """
    wanted = RECORD.c.id.in_(called(connection, {_text(key)}))
    rows = list(connection.execute(select(RECORD).where(wanted).order_by(RECORD.c.id)).mappings())
    found = []
    for row, now in zip(rows, complete(connection, rows, asking), strict=True):
        one = dict(now)
        history = list(changes_of(connection, row["id"]))
        if as_of is not None:
            if row["first_seen_at"][: len(as_of)] > as_of:
                continue
            later = [change for change in history if change["observed_at"][: len(as_of)] > as_of]
            history = [change for change in history if change not in later]
            _undo(one, later)
            if later:
                one["last_changed_at"] = history[-1]["observed_at"] if history else row["first_seen_at"]
            one["as_of"] = as_of
            named = _named_then(one, later, as_of, asking.resolver)
            if named is not None:
                one["organisations"] = _explained(named, asking)
        one["history"] = history
        one["provenance"] = _provenance(connection, row)
        found.append(one)
    return found


def _text(typed: str) -> str:
    """What a person typed, as text that a database takes: a command line can hold bytes that are no letters."""
    return typed.encode("utf-8", "replace").decode()


def _undo(one: dict[str, Any], later: list[dict[str, Any]]) -> None:
    """Give a record's fields, members and pack entries the values they had before these changes, oldest first."""
    members = {member["member"] or member["id"]: member for member in one.get("members", ())}
    for change in reversed(later):
        if change["field"] == "membership":
            subject, role = change["subject"], change["old"]
            if role is None:
                members.pop(subject, None)
            else:
                members[subject] = members.get(subject, {"member": subject, "id": None}) | {"role": role}
        elif change["subject"]:
            for entry in one.get("pack", ()):
                if cr_packs.subject(entry) == change["subject"]:
                    entry[change["field"]] = change["old"]
        elif change["kind"] == "changed":
            one[change["field"]] = change["old"]
        elif change["kind"] in ("vanished", "returned"):
            one["vanished"] = change["kind"] == "returned"
    if "members" in one:
        one["members"] = [members[name] for name in sorted(members)]
    if any(change["field"] == "secretariat" for change in later):  # its id has no history of its own
        one["secretariat_id"] = members.get(one["secretariat"], {"id": None})["id"]


def _named_then(one: dict[str, Any], later: list[dict[str, Any]], as_of: str, resolver: Resolver) -> Attribution | None:
    """Who was behind a record whose changes are undone; None where those of today were behind it then."""
    fields = {change["field"] for change in later}
    if "source" in fields:
        dated = one["reserved_at"] or one["uploaded_at"] or as_of
        return resolver.attribute(one["source"], body=one["body"], group=one["group"], on=dated[:10])
    return held_by(resolver, one["secretariat"], Role.SECRETARIAT) if "secretariat" in fields else None


def _provenance(connection: Connection, row: Any) -> list[dict[str, Any]]:
    """The fetches that the record was first and last read from."""
    query = select(_fetch).where(_fetch.c.id.in_({row["first_fetch_id"], row["last_fetch_id"]})).order_by(_fetch.c.id)
    return [
        {
            "fetch": fetch.id,
            "url": fetch.url,
            "at": fetch.fetched_at,
            "status": fetch.status,
            "sha256": fetch.sha256,
            "size": fetch.size,
        }
        for fetch in connection.execute(query)
    ]


def in_order(connection: Connection, ids: Sequence[int], asking: Asking) -> list[dict[str, Any]]:
    """The records with these ids, in their order."""
    rows = {row["id"]: row for row in connection.execute(select(RECORD).where(RECORD.c.id.in_(ids))).mappings()}
    return list(complete(connection, [rows[number] for number in ids], asking))


def complete(connection: Connection, rows: list[Any], asking: Asking) -> Iterator[dict[str, Any]]:
    """Rows of `record` with all that belongs to them, as answers show records."""
    own = record_values(connection, ((row["record"], row["id"]) for row in rows))
    groups = {(row["record"], row["id"]): row["group_name"] for row in rows}
    named = record_attributions(connection, asking.resolver, groups, own)
    for row in rows:
        values = dict(own[row["id"]])
        one: dict[str, Any] = {
            "key": row["key"],
            "record": row["record"],
            "body": row["body"],
            "group": row["group_name"],
            "title": row["title"],
        }
        one |= {name: value for name, value in values.items() if name not in _HIDDEN}
        if row["record"] == "contribution":
            one["flags"] = values["flags"].split(", ") if values["flags"] else []
            one["pack"] = _entries(connection, row["id"]) if values["type"] == "CR pack" else []
        if row["record"] == "committee":
            one["members"] = _members(connection, row["id"])
        one |= {
            "first_seen_at": row["first_seen_at"],
            "last_changed_at": row["last_changed_at"],
            "vanished": row["vanished_at"] is not None,
            "url": row["url"],
            "organisations": _explained(named[row["id"]], asking),
        }
        yield one


def _members(connection: Connection, committee: int) -> list[dict[str, Any]]:
    query = (
        select(_position)
        .where(_position.c.committee_id == committee)
        .order_by(_position.c.acronym.nulls_first(), _position.c.member_id)
    )
    return [{"member": row.acronym, "id": row.member_id, "role": row.role} for row in connection.execute(query)]


def _entries(connection: Connection, pack: int) -> list[dict[str, Any]]:
    query = (
        select(_pack)
        .where(_pack.c.pack_id == pack)
        .order_by(*(_pack.c[name] for name in ("document", "spec", "cr", "cr_revision")))
    )
    rows = connection.execute(query).mappings()
    return [{name: value for name, value in row.items() if name != "pack_id"} for row in rows]


def _explained(attribution: Attribution, asking: Asking) -> list[dict[str, Any]]:
    named: list[dict[str, Any]] = explain(attribution, asking.country, asking.policy)["organisations"]
    return named + [
        {"name": None, "as_written": name, "role": "source", "parent": None, "home": None, "registered": None}
        | {"chinese": "unknown"}
        for name in attribution.unresolved
    ]
