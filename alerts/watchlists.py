"""An operator's rules: where to look, what about, who, which changes, and whom to tell how often."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from functools import cache
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, field_validator

from alerts import cadence as cadences
from alerts.events import EVENTS, Significance
from alerts.topics import AREAS, Topics
from organisations import Policy, Role
from store.groups import THREEGPP, body_of

Signing = Literal["sole", "joint", "joint-domestic", "joint-foreign", "joint-unknown"]

_NAMES = {"3GPP": THREEGPP, "ISO": ("ISO/", "IEC/"), "ITU": ("ITU",)}
"""How the names of each body's groups begin."""
_NAMED = re.compile(r"""\s*(?:"[^"<>]*"|[^"<>]*)\s*<([^<>]*)>\s*""")
"""An address after the name of whose it is, as mail programs write it: `Officer <officer@example.org>`."""
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_ADDRESS = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9-]+)+")
"""As every relay takes it: letters other than ASCII's before the `@` need SMTPUTF8 all the way."""


def _group(name: str) -> str:
    """A group as its body writes it, or a pattern with `*`."""
    if "*" in name or body_of(name):
        return name
    raise ValueError(
        f'unknown group "{name}": write it as the body does (RAN1, SA2; ISO/TC 307, ISO/IEC JTC 1/SC 42; '
        "ITU-T SG13, ITU-R WP5D), or a pattern such as RAN*"
    )


def _address(written: str) -> str:
    """The bare address in lower case, so that one person is one however written: no server tells case apart."""
    named = _NAMED.fullmatch(written)
    address = (named[1] if named else written).strip().lower()
    if not _ADDRESS.fullmatch(address):
        raise ValueError(f'"{written}" is no e-mail address, such as officer@example.org')
    return address


_zones = cache(available_timezones)  # reads a whole folder each time


def _zone(zone: str) -> str:
    if zone not in _zones():
        raise ValueError(f'unknown time zone "{zone}": one such as Europe/Berlin is wanted')
    return zone


def _country(country: str) -> str:
    if not re.fullmatch(r"[A-Z]{2}", country):
        raise ValueError(f'"{country}" is no country: two capital letters are wanted, such as CN')
    return country


def _cadence(cadence: str) -> str:
    cadences.parse(cadence)
    return cadence


def _event(event: str) -> str:
    if event not in EVENTS:
        raise ValueError(f'unknown event "{event}": one of {", ".join(EVENTS)}')
    return event


def _area(area: str) -> str:
    if area not in AREAS:
        raise ValueError(f'unknown area "{area}": one of {", ".join(AREAS)}')
    return area


Group = Annotated[str, AfterValidator(_group)]
Address = Annotated[str, AfterValidator(_address)]
Zone = Annotated[str, AfterValidator(_zone)]
Cadence = Annotated[str, AfterValidator(_cadence)]
Country = Annotated[str, AfterValidator(_country)]


class Recipient(BaseModel):
    """Who is told; `cadence` and `zone` where this person's differ from the watchlist's."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    address: Address
    """Where to."""
    cadence: Cadence | None = None
    """How often this person is told."""
    zone: Zone | None = None
    """In which this person's times are."""
    formerly: tuple[Address, ...] = ()
    """Addresses this person had before: what waits for them, or was refused there, is told here."""


def _of_body(pattern: str, body: str) -> bool:
    """Whether a group of this body could meet the pattern."""
    if "*" not in pattern:
        return body_of(pattern) == body
    head = pattern.partition("*")[0]
    return any(head.startswith(name) or name.startswith(head) for name in _NAMES[body])


def _recipient(value: object) -> object:
    return {"address": value} if isinstance(value, str) else value


class WatchlistDefaults(BaseModel):
    """What a watchlist may say but for its name: also what a group of watchlists hands down to its members."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    context: str = ""
    """Why this is watched, and which policy names it: one sentence, shown above the area in every digest."""
    bodies: tuple[Literal["3GPP", "ISO", "ITU"], ...] = ()
    """Bodies watched; none: all."""
    groups: tuple[Group, ...] = ()
    """Groups in which what is on topic counts; none: everywhere. Patterns with `*` are allowed."""
    whole_groups: tuple[Group, ...] = ()
    """Groups all of whose business is on topic."""
    areas: tuple[Annotated[str, AfterValidator(_area)], ...] = ()
    """Names of areas whose standard synonyms are topics of this watchlist (`alerts/areas.toml`)."""
    topics: tuple[str, ...] = ()
    """Words, phrases and `wild*cards`, in the title, agenda item, work item, scope or abstract."""
    exclude: tuple[str, ...] = ()
    """Topics that must not be in the title, agenda item or work item."""
    work_items: tuple[str, ...] = ()
    """Work item acronyms or ITU Questions that are on topic whatever the title says (`FS_6G*`, `Q20/13`)."""
    specs: tuple[str, ...] = ()
    """Specifications likewise: `38.214`, `38.*`."""
    types: tuple[str, ...] = ()
    """Document types as the listing names them (`discussion`, `CR`); none: all."""
    exclude_types: tuple[str, ...] = ()
    """Document types that are left out."""
    roles: tuple[Role, ...] = tuple(role for role in Role if role not in (Role.PROVENANCE, Role.GROUP))
    """In which capacities an organisation must be named."""
    signing: tuple[Signing, ...] = ()
    """Sole or joint contributions only; none: both."""
    events: tuple[Annotated[str, AfterValidator(_event)], ...] = ()
    """Which events; none: all that are significant, or all."""
    significance: Significance = "significant"
    """Whether minor events count too: edits, returns, projects listed when they are far on already."""
    origins: tuple[Country, ...] = ("CN",)
    """Home countries of the organisations watched."""
    organisations: tuple[str, ...] = ()
    """Organisations watched wherever they are at home, by their name in the registry."""
    anybody: bool = False
    """Everything on topic, whoever brings it: `origins` and `organisations` then only say who is marked."""
    unknown: bool = True
    """Whether contributions are shown, apart, that name only organisations nobody knows."""
    joint_ventures: Literal["yes", "no", "mixed"] = "mixed"
    """Whether a joint venture with owners from a watched country counts as one of that country: only with `yes`."""
    arms_of_foreign_firms: bool = False
    """Whether an arm of a foreign company in a watched country counts as of that country."""
    arms_abroad: bool = True
    """Whether an arm of a watched country's company abroad counts as of that country."""
    also: tuple[Country, ...] = ()
    """Further countries or territories that count like the watched ones, such as HK, MO, TW."""
    cadence: Cadence = "daily 07:30"
    """`immediate`, `daily 07:30`, `weekly mon 07:30` or `meeting`."""
    zone: Zone = "UTC"
    """In which the cadence's times are, and those of the digest."""
    recipients: tuple[Annotated[Recipient, BeforeValidator(_recipient)], ...] = ()
    """Who is told: addresses, or tables with a cadence or zone of one's own."""

    @field_validator("recipients")
    @classmethod
    def _each_once(cls, recipients: tuple[Recipient, ...]) -> tuple[Recipient, ...]:
        by_address = {one.address: one for one in recipients}
        if other := [one.address for one in recipients if one != by_address[one.address]]:
            raise ValueError(f"{other[0]} stands here twice, at different times")
        return tuple(by_address.values())

    @field_validator("topics", "exclude")
    @classmethod
    def _readable(cls, topics: tuple[str, ...]) -> tuple[str, ...]:
        Topics(topics)
        return topics

    @property
    def policy(self) -> Policy:
        """What counts as an organisation of a watched country."""
        return Policy(
            joint_ventures=self.joint_ventures,
            arms_of_foreign_firms=self.arms_of_foreign_firms,
            arms_abroad=self.arms_abroad,
            also=frozenset(self.also),
        )


class Watchlist(WatchlistDefaults):
    """One rule. `inherits` names the group of watchlists whose settings hold where this one is silent."""

    name: str = Field(min_length=1, max_length=80)
    """What it is called in mails and on the command line; no other may be called the same."""
    formerly: tuple[str, ...] = ()
    """What it was called before: what is owed, and was told, under these names goes on under the new one."""
    inherits: str | None = None
    """The `[watchlist_groups.NAME]` whose settings hold where this one is silent."""

    @field_validator("name")
    @classmethod
    def _printable(cls, name: str) -> str:
        if not name.isprintable():
            raise ValueError("a watchlist's name is one line of text")
        return name

    @property
    def names(self) -> tuple[str, ...]:
        """What its matches in the archive may be called."""
        return (self.name, *self.formerly)

    @property
    def addresses(self) -> tuple[str, ...]:
        """Everybody who is told."""
        return tuple(one.address for one in self.recipients)

    def timing(self, address: str) -> tuple[str, str]:
        """Cadence and zone for this recipient, however its address is capitalised: its own, else the watchlist's."""
        for one in self.recipients:
            if one.address.lower() == address.lower():
                return one.cadence or self.cadence, one.zone or self.zone
        return self.cadence, self.zone

    def clock(self, address: str) -> ZoneInfo:
        """The zone in which this recipient reads times."""
        return ZoneInfo(self.timing(address)[1])

    def watches(self, body: str, group: str | None) -> bool:
        """Whether anything of this group could be told; group None: of any group of this body.

        What it reads of a source's blindness hangs on it.
        """
        if self.bodies and body not in self.bodies:
            return False
        patterns = (*self.groups, *self.whole_groups)
        if group is None:
            return not patterns or any(_of_body(pattern, body) for pattern in patterns)
        return not patterns or any(fnmatchcase(group, pattern) for pattern in patterns)

    def resolved(self) -> dict[str, Any]:
        """Every value that holds, for people to read: own, inherited and default ones."""
        return self.model_dump(mode="json")


class UnresolvedWatchlist(ValueError):
    """A watchlist that cannot stand with the others: `position` is its place among them, `key` what is wrong in it."""

    def __init__(self, message: str, position: int, key: str) -> None:
        super().__init__(message)
        self.position = position
        self.key = key


def resolve(watchlists: Iterable[Watchlist], groups: Mapping[str, WatchlistDefaults]) -> list[Watchlist]:
    """The watchlists with what they inherit filled in.

    Raises UnresolvedWatchlist, naming it, for an unknown group, a name used twice or a former address still in use.
    """
    resolved: dict[str, Watchlist] = {}
    watchlists = tuple(watchlists)
    called = {one.name for one in watchlists}
    for position, own in enumerate(watchlists):
        if still := called.intersection(own.formerly):
            message = f'watchlist "{own.name}" was formerly "{min(still)}", but a watchlist is called so'
            raise UnresolvedWatchlist(message, position, "formerly")
        if own.name in resolved:
            raise UnresolvedWatchlist(f'two watchlists are called "{own.name}"', position, "name")
        if own.inherits is not None and own.inherits not in groups:
            known = ", ".join(groups) or "none is there"
            message = f'watchlist "{own.name}" inherits "{own.inherits}", which is no watchlist group ({known})'
            raise UnresolvedWatchlist(message, position, "inherits")
        handed = groups[own.inherits].model_dump(exclude_unset=True) if own.inherits else {}
        resolved[own.name] = Watchlist.model_validate(handed | own.model_dump(exclude_unset=True))
    told = {address for one in resolved.values() for address in one.addresses}
    for position, one in enumerate(resolved.values()):
        if both := told.intersection(old for each in one.recipients for old in each.formerly):
            message = f"{min(both)} is called a former address, but is told by a watchlist still"
            raise UnresolvedWatchlist(message, position, "recipients")
    return list(resolved.values())
