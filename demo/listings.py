"""All sites of the replica on both days, and since when their content stands."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol

from demo import iso, itu, threegpp
from demo.resource import Site


class Days(Protocol):
    """The hosts of all sites, and what each has on each day."""

    hosts: tuple[str, ...]

    def site(self, host: str, day: int) -> Site | None:
        """A host as of a day."""

    def modified(self, host: str, target: str, day: int) -> datetime:
        """When a resource, named as in `Site.resources`, last changed."""


class Listings:
    """The three bodies' hosts. `today` is day two; day one is the day before."""

    def __init__(self, today: date) -> None:
        self._days = {day: self._sites(today, day) for day in (1, 2)}
        self._made = {
            1: datetime.combine(today - timedelta(days=1), time(9, 40), UTC),
            2: datetime.combine(today, time(0, 10), UTC),
        }
        self.hosts = tuple(self._days[1])

    def site(self, host: str, day: int) -> Site | None:
        """A host as of a day."""
        return self._days[day].get(host)

    def modified(self, host: str, target: str, day: int) -> datetime:
        """When a resource, named as in `Site.resources`, last changed."""
        before = self._days[1][host].resources.get(target)
        after = self._days[day][host].resources[target]
        return self._made[1 if before and before.body == after.body else day]

    @staticmethod
    def _sites(today: date, day: int) -> dict[str, Site]:
        return threegpp.sites(today, day) | iso.sites(today, day) | itu.sites(today, day)
