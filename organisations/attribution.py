"""Who a source string names: the values this package gives to the rest."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

Origin = Literal["yes", "no", "mixed", "unknown", "group"]


class Role(StrEnum):
    """In which capacity a source string names an organisation."""

    SOURCE = "source"
    PROPOSED = "proposed"
    MODERATOR = "moderator"
    RAPPORTEUR = "rapporteur"
    CHAIR = "chair"
    GROUP = "group"
    PROVENANCE = "provenance"
    SECRETARIAT = "secretariat"
    MEMBER = "member"


@dataclass(frozen=True, slots=True)
class Policy:
    """What counts as an organisation of a country of interest; the defaults are those of our evaluation."""

    joint_ventures: Literal["yes", "no", "mixed"] = "mixed"
    arms_of_foreign_firms: bool = False
    """Whether a firm registered in the country counts though its owner's home is elsewhere."""
    arms_abroad: bool = True
    """Whether a firm registered elsewhere counts when its owner's home is the country."""
    also: frozenset[str] = frozenset()
    """Further countries or territories (alpha-2) that count like the country itself, such as HK, MO, TW."""


DEFAULT_POLICY = Policy()


@dataclass(frozen=True, slots=True)
class Named:
    """One organisation as a source string names it, with what holds about it on the document's date."""

    name: str
    id: str | None
    as_written: str
    role: Role
    kind: str
    parent: str | None = None
    """The ultimate parent, None when the organisation is its own."""
    parent_id: str | None = None
    home: str | None = None
    """Country of the ultimate parent (alpha-2); None for groups, international bodies and what is not established."""
    registered: str | None = None
    """Country of the named legal entity where it is another than `home`."""
    joint_venture_homes: tuple[str, ...] = ()
    """Home countries of the co-owners of a joint venture."""

    def origin(self, country: str = "CN", policy: Policy = DEFAULT_POLICY) -> Origin:
        """Whether this organisation is of `country`: `group` for a group, `unknown` where its home is not known."""
        if self.kind == "group":
            return "group"
        wanted = {country, *policy.also}
        if wanted.intersection(self.joint_venture_homes) and not wanted.issuperset(self.joint_venture_homes):
            return policy.joint_ventures
        if self.home in wanted:
            return "yes" if policy.arms_abroad or self.registered is None or self.registered in wanted else "no"
        if policy.arms_of_foreign_firms and self.registered in wanted:
            return "yes"
        return "no" if self.home or self.kind == "international" else "unknown"

    @property
    def owner_id(self) -> str:
        """The ultimate parent's id, or its own: what counts once."""
        return self.parent_id or self.id or self.name


@dataclass(frozen=True, slots=True)
class Attribution:
    """Everybody a source string names, in the order written, and the names nobody could be found for."""

    source_string: str
    organisations: tuple[Named, ...]
    unresolved: tuple[str, ...] = ()

    def origin(self, country: str = "CN", policy: Policy = DEFAULT_POLICY) -> Origin:
        """The whole string, over every role but provenance: yes before mixed before unknown before no before group."""
        found = {named.origin(country, policy) for named in self.named()}
        if self.unresolved or not found:
            found.add("unknown")
        for origin in ("yes", "mixed", "unknown", "no"):
            if origin in found:
                return origin
        return "group"

    def named(self) -> Iterable[Named]:
        """The organisations but for those that only an earlier version came from."""
        return (named for named in self.organisations if named.role is not Role.PROVENANCE)


def explain(attribution: Attribution, country: str = "CN", policy: Policy = DEFAULT_POLICY) -> dict[str, Any]:
    """The JSON object of `normwatch origin`; a string that names only groups is `no`, each of them `group`."""
    whole = attribution.origin(country, policy)
    return {
        "source_string": attribution.source_string,
        "chinese": "no" if whole == "group" else whole,
        "organisations": [
            {
                "name": named.name,
                "as_written": named.as_written,
                "role": str(named.role),
                "parent": named.parent,
                "home": named.home,
                "registered": named.registered,
                "chinese": named.origin(country, policy),
            }
            for named in attribution.organisations
        ],
        "unresolved": list(attribution.unresolved),
    }
