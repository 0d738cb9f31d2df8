"""One day of a month after another: what stands in its listings, and what chance changes of that."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any, TypeVar

from demo import iso_unicode, itu_documents
from demo.iso_committees import MEMBERS, Committee
from demo.iso_projects import Project
from demo.threegpp_agenda import AGENDAS, CHINESE, ELSEWHERE
from demo.threegpp_meetings import RAN1_NEXT, SA2_NEXT, Meeting, meetings
from demo.threegpp_tdocs import Tdoc

ITU_GROUP = itu_documents.GROUPS[0]
OPENS = {RAN1_NEXT: 8, SA2_NEXT: 12}
"""Meeting -> the day on which its list opens."""
APART = 7
"""Days between two changes of a record, at least."""
GONE, BACK = 10, 20
"""Days on which a project leaves ISO's file, and stands in it again."""
STEPS = {20: 1020, 1020: 2000, 2000: 2060, 2060: 3000, 3000: 3060, 3060: 4020, 4020: 4060, 4060: 5000, 5000: 6000}
"""Stage -> the next one."""
DECIDED = ("agreed", "noted", "not pursued", "postponed", "endorsed")

Row = TypeVar("Row", Tdoc, Project, Committee, iso_unicode.Document, itu_documents.Document, Meeting)


@dataclass
class World:
    """What stands in the listings on one day."""

    meetings: dict[int, Meeting]
    tdocs: dict[int, dict[str, Tdoc]]
    projects: dict[int, Project]
    committees: dict[int, Committee]
    register: dict[str, iso_unicode.Document]
    contributions: dict[int, itu_documents.Document]
    gone: dict[int, Project] = field(default_factory=dict)

    def copy(self) -> World:
        """To be changed without changing this one."""
        tables = {name: dict(table) for name, table in vars(self).items()}
        tables["tdocs"] = {meeting: dict(rows) for meeting, rows in self.tdocs.items()}
        return World(**tables)


class Step:
    """One day's changes, by chance; `touched` says on which day a record last changed."""

    def __init__(
        self, world: World, first: date, day: int, chance: Random, touched: dict[tuple[str, Any], int]
    ) -> None:
        self.world, self._first, self._day, self._chance, self._touched = world, first, day, chance, touched
        self._now = datetime.combine(first + timedelta(days=day), time(1))
        self._meetings()
        for meeting in list(world.tdocs):
            self._list(world.meetings[meeting])
        self._projects()
        if day % 3 == 0:
            self._committees()
        if day % 2:
            self._register()
        self._contributions()

    def _some(self, what: str, table: dict[Any, Row], most: int, **only: Any) -> list[Row]:
        """Up to `most` rows that have not changed for long and have these values."""
        rested = [
            row
            for key, row in table.items()
            if self._day - self._touched.get((what, key), -APART) >= APART
            and all(getattr(row, name) in values for name, values in only.items())
        ]
        return self._chance.sample(rested, min(most, len(rested)))

    def _put(self, what: str, table: dict[Any, Row], key: Any, row: Row) -> None:
        table[key] = row
        self._touched[what, key] = self._day

    def _meetings(self) -> None:
        held = self.world.meetings
        if self._day == 3:  # a meeting is announced, another moves, a third is cancelled
            held[SA2_NEXT] = replace(next(one for one in meetings(2) if one.id == SA2_NEXT), folder="")
        if self._day == 6:
            held[990104] = replace(held[990104], offset=held[990104].offset + 14, town="Chengdu")
        if self._day == 15:
            held[990303] = replace(held[990303], cancelled=True)
        for meeting, opens in OPENS.items():
            if self._day == opens:
                folder = f"{'TSGR1_' if meeting == RAN1_NEXT else 'TSGS2_'}{held[meeting].number}"
                held[meeting] = replace(held[meeting], folder=folder)
                self.world.tdocs[meeting] = {}

    def _list(self, meeting: Meeting) -> None:
        rows, name = self.world.tdocs[meeting.id], f"tdocs {meeting.id}"
        for _ in range(self._chance.randint(1, 3) + 5 * (not rows)):
            self._reserve(meeting, rows, name)
        for row in self._some(name, rows, 1, status=("reserved",)):
            self._put(name, rows, row.number, replace(row, status="available", uploaded=self._now))
        for row in self._some(name, rows, 2, status=("available",)):
            self._put(name, rows, row.number, replace(row, status=self._chance.choice(DECIDED)))
        for row in self._some(name, rows, self._chance.randint(0, 1), status=("available",)):
            revision = self._reserve(meeting, rows, name, source=row.source, title=row.title, revision_of=row.number)
            self._put(name, rows, row.number, replace(row, status="revised", revised_to=revision))
        for row in self._some(name, rows, self._chance.randint(0, 1), status=("available", "reserved")):
            source = f"{row.source}, {self._chance.choice([one for one in ELSEWHERE if one not in row.source])}"
            self._put(name, rows, row.number, replace(row, source=source))

    def _reserve(self, meeting: Meeting, rows: dict[str, Tdoc], name: str, **fields: str) -> str:
        suffix = f"{600 + sum(int(number[-3:]) >= 600 for number in rows)}"
        number = meeting.tdoc(suffix, self._first)
        item = self._chance.choice(AGENDAS[meeting.group])
        there = self._chance.random() < 0.6
        row = Tdoc(
            number,
            f"On {self._chance.choice(item.topics)} ({suffix})",
            self._chance.choice(CHINESE if self._chance.random() < 0.5 else ELSEWHERE),
            item,
            int(suffix),
            self._now - timedelta(hours=5),
            self._now - timedelta(hours=1) if there else None,
            type=item.type or "discussion",
            purpose=item.purpose,
            status="available" if there else "reserved",
        )
        self._put(name, rows, number, replace(row, **fields))  # type: ignore[arg-type]
        return number

    def _projects(self) -> None:
        world = self.world
        for project in self._some("projects", world.projects, self._chance.randint(1, 2), stage=tuple(STEPS)):
            self._put("projects", world.projects, project.id, replace(project, stage=STEPS[project.stage]))
        if self._day % 2:
            base = self._chance.choice([one for one in world.projects.values() if one.id < 9900900])
            title = f"{base.title.partition(' — ')[0]} — New subject {self._day}"
            new = Project(9901000 + self._day, base.committee, title, 1020, f"{96000 + self._day}")
            self._put("projects", world.projects, new.id, new)
        if self._day % 5 == 0:
            for project in self._some("projects", world.projects, 1):
                self._put("projects", world.projects, project.id, replace(project, title=f"{project.title}, revised"))
        if self._day == GONE:
            (project,) = self._some("projects", world.projects, 1)
            world.gone[project.id] = world.projects.pop(project.id)
        if self._day == BACK:
            for key, project in world.gone.items():
                self._put("projects", world.projects, key, project)
            world.gone.clear()

    def _committees(self) -> None:
        table = self.world.committees
        for committee in self._some("committees", table, 1):
            heir = self._chance.choice([name for name in committee.p if name != committee.secretariat])
            self._put("committees", table, committee.id, replace(committee, secretariat=heir))
        for committee in self._some("committees", table, 1):
            other = self._chance.choice([name for name in MEMBERS if name not in (*committee.p, *committee.o)])
            self._put("committees", table, committee.id, replace(committee, o=(*committee.o, other)))
        if self._day % 6 == 0:
            title = f"Invented subjects of day {self._day}"
            new = Committee(9901000 + self._day, f"ISO/TC {900 + self._day}", title, "SAC", ("SAC", "DIN"), ("BSI",))
            self._put("committees", table, new.id, new)

    def _register(self) -> None:
        table = self.world.register
        number = f"N{9920 + self._day}"
        origin = next(iter(table.values())).origin
        new = iso_unicode.Document(
            origin, number, f"Proposal of day {self._day}", "China", -self._day, f"{number.lower()}-Proposal.pdf"
        )
        self._put("register", table, number, new)
        for row in self._some("register", table, 1, subject=("",)):
            file = f"{row.number.lower()}-Filled.pdf"
            filled = replace(row, subject=f"Filled on day {self._day}", source="TCA", age=-self._day, file=file)
            self._put("register", table, row.number, filled)
        for row in self._some("register", table, 1):
            if row.subject and not row.number.endswith("R"):
                self._put("register", table, row.number, replace(row, number=f"{row.number}R", age=-self._day))

    def _contributions(self) -> None:
        table = self.world.contributions
        for number in range(max(table) + 1, max(table) + 2 + (self._day % 5 == 0)):
            source = self._chance.choice(itu_documents.CHINESE + itu_documents.ELSEWHERE)
            title = f"Proposal on {self._chance.choice(ITU_GROUP.topics)} ({number})"
            origin = next(iter(table.values())).origin
            new = itu_documents.Document(origin, "", number, title, (source,), ("Q1",), -self._day)
            self._put("contributions", table, number, new)
        for row in self._some("contributions", table, 1):
            changed = replace(row, title=f"{row.title}, amended") if self._day % 2 else replace(row, revision=1)
            if changed != row:
                self._put("contributions", table, row.number, changed)
