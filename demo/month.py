"""A month of the replica: invented listings that change every day, made by chance from a seed, with the whole truth.

It begins where the two days of the demonstration end, with fewer listings and rows, so that a month can be crawled in
minutes. No field of a record changes twice within a week (`APART`):
whoever reads a listing once in that time sees it all.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from random import Random
from typing import Any, NamedTuple

from demo import iso, iso_unicode, itu, itu_documents, threegpp
from demo.expected import of_committee, of_itu, of_meeting, of_project, of_register, of_tdoc, register_key
from demo.iso_committees import committees
from demo.iso_projects import projects
from demo.month_days import ITU_GROUP, Step, World
from demo.resource import Site
from demo.threegpp_meetings import RAN1_NOW, SA2_NOW, Meeting, meetings
from demo.threegpp_tdocs import Tdoc, tdocs

THREEGPP_GROUPS = ("RAN1", "SA2")
REGISTER = "/irg/IRG-curdoc.html"
LISTS = (RAN1_NOW, SA2_NOW)
"""Meetings that have a list from the start; a third one's and a fourth one's open on the way."""


class Change(NamedTuple):
    """One difference between two days. `kind` is appeared, changed, vanished or returned."""

    day: int
    body: str
    record: str
    key: str
    kind: str
    field: str = ""
    old: str | None = None
    new: str | None = None


class Month:
    """`demo.listings.Days` of the days 0 to `days`; the first is the baseline, and later ones are like the last."""

    hosts = ("www.3gpp.org", "portal.3gpp.org", iso.BLOB, "www.unicode.org", "www.itu.int")

    def __init__(self, first: date, *, seed: int = 1, days: int = 30) -> None:
        self.first = first
        self.days = days
        chance = Random(seed)  # noqa: S311 - made up, not secret
        touched: dict[tuple[str, Any], int] = {}
        self._worlds = [self._begin()]
        for day in range(1, days + 1):
            self._worlds.append(Step(self._worlds[-1].copy(), first, day, chance, touched).world)
        self.site = cache(self._site)
        self.modified = cache(self._modified)

    def world(self, day: int) -> World:
        """What stands in the listings on a day."""
        return self._worlds[min(day, self.days)]

    @property
    def truth(self) -> list[Change]:
        """Every change of the month, day by day."""
        found: list[Change] = []
        known = set(self._records(0))
        for day in range(1, self.days + 1):
            before, after = self._records(day - 1), self._records(day)
            for place, fields in after.items():
                if place not in before:
                    found.append(Change(day, *place, "returned" if place in known else "appeared"))
                    continue
                was = before[place]
                found += [
                    Change(day, *place, "changed", name, was.get(name), fields.get(name))
                    for name in sorted(was | fields)
                    if was.get(name) != fields.get(name)
                ]
            found += [Change(day, *place, "vanished") for place in before if place not in after]
            known |= after.keys()
        return found

    def _begin(self) -> World:
        today = self.first
        held = {m.id: m for m in meetings(1) if m.group in THREEGPP_GROUPS and (m.offset > 0 or m.offset < -130)}
        some = itu_documents.contributions(ITU_GROUP, today, 1).documents[-12:]  # never more than a page shows
        return World(
            meetings=held,
            tdocs={one: {row.number: row for row in tdocs(held[one], today, 2)[:40]} for one in LISTS},
            projects={project.id: project for project in projects(today, 2)[:60]},
            committees={committee.id: committee for committee in committees(2)[:24]},
            register={row.number: row for row in iso_unicode.documents(REGISTER, 2)},
            contributions={row.number: replace(row, sources=row.sources[:1]) for row in some},
        )

    def _records(self, day: int) -> dict[tuple[str, str, str], dict[str, str | None]]:
        """Every record: (body, record, key) -> its fields."""
        world = self.world(day)
        index = self._index(world)
        found = {("3GPP", "meeting", str(one.id)): of_meeting(one, self.first) for one in world.meetings.values()}
        found |= {
            ("3GPP", "contribution", row.number): of_tdoc(row) for rows in world.tdocs.values() for row in rows.values()
        }
        found |= {("ISO", "project", str(one.id)): of_project(one) for one in world.projects.values()}
        found |= {("ISO", "committee", str(one.id)): of_committee(one) for one in world.committees.values()}
        for row in world.register.values():
            found["ISO", "contribution", register_key("IRG", row)] = of_register("IRG", row)
        for document in world.contributions.values():
            found["ITU", "contribution", index.name(document)] = of_itu(document)
        return found

    def _index(self, world: World) -> itu_documents.Index:
        rows = sorted(world.contributions.values(), key=lambda row: -row.number)
        return itu_documents.Index(ITU_GROUP, "C", None, tuple(rows))

    def _site(self, host: str, day: int) -> Site | None:
        """A host as of a day."""
        world, made = self.world(day), self.first + timedelta(days=min(day, self.days))
        if host.endswith("3gpp.org"):
            lists = {one: tuple(sorted(world.tdocs.get(one.id, {}).values(), key=_number)) for one in _newest(world)}
            return threegpp.hosts(lists, self.first, datetime.combine(made, time(2, 5)))[host]
        if host == iso.BLOB:
            return iso.open_data(world.committees.values(), world.projects.values(), self.first.toordinal() + day, 2)
        if host == "www.unicode.org":
            return iso_unicode.host({REGISTER: tuple(world.register.values())}, self.first)
        if host == "www.itu.int":
            temporary = [itu_documents.temporary(ITU_GROUP, place, self.first, 2) for place in (0, 1)]
            return itu.host({ITU_GROUP: [self._index(world), *temporary]}, self.first, made)
        return None

    def _modified(self, host: str, target: str, day: int) -> datetime:
        """When a resource last changed."""
        day = min(day, self.days)
        if day:
            before, after = self.site(host, day - 1), self.site(host, day)
            assert before is not None  # noqa: S101 - who asks has found it
            assert after is not None  # noqa: S101
            old = before.resources.get(target)
            if old is not None and old.body == after.resources[target].body:
                return self.modified(host, target, day - 1)
        return datetime.combine(self.first + timedelta(days=day), time(0, 10), UTC)


def _newest(world: World) -> list[Meeting]:
    return sorted(world.meetings.values(), key=lambda one: -one.offset)


def _number(row: Tdoc) -> str:
    return row.number
