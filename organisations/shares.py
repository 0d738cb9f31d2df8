"""Shares of organisations and countries in a contribution, one ultimate parent counting once."""

from __future__ import annotations

from typing import Literal

from organisations.attribution import Attribution, Named, Role

Count = Literal["any", "first", "fractional"]
Signing = Literal["sole", "joint-domestic", "joint-foreign", "joint-unknown", "none"]

UNKNOWN = "unknown"
GROUP = "group"
# Who stands behind a document: not who hoped-for co-signers are, nor who wrote an earlier version.
SIGNING = frozenset({Role.SOURCE, Role.MODERATOR, Role.RAPPORTEUR, Role.CHAIR})


def shares(
    attribution: Attribution,
    count: Count = "any",
    by: Literal["country", "organisation"] = "country",
    roles: frozenset[Role] = SIGNING,
) -> dict[str, float]:
    """What one document adds to each country's or organisation's count.

    `any`: 1 to everyone named. `first`: 1 to the first named, known or not. `fractional`: 1 in all, in equal parts to
    each ultimate parent. Names nobody was found for take their part as `unknown`. A joint venture counts for its
    parent's home. Groups count only where nobody else is named.
    """
    signers = _signing(attribution, roles)
    owners = list(dict.fromkeys((named.owner_id, _label(named, by)) for named in signers))
    labels = [label for _, label in owners] + [UNKNOWN] * len(attribution.unresolved)
    if not labels:
        return {GROUP: 1.0} if any(named.kind == "group" for named in attribution.organisations) else {}
    if count == "first":
        return {UNKNOWN if _begins_unknown(attribution, signers) else labels[0]: 1.0}
    if count == "any":
        return dict.fromkeys(labels, 1.0)
    found: dict[str, float] = {}
    for label in labels:
        found[label] = found.get(label, 0.0) + 1 / len(labels)
    return found


def signing(attribution: Attribution, roles: frozenset[Role] = SIGNING) -> Signing:
    """Whether one parent signs alone, with others of its own country, or with foreign ones."""
    named = _signing(attribution, roles)
    owners = {one.owner_id for one in named}
    homes = {home for one in named for home in (one.joint_venture_homes or (one.home,))}
    if not owners:
        return "none"
    if attribution.unresolved or None in homes:
        return "joint-unknown"
    if len(owners) == 1:
        return "sole"
    return "joint-domestic" if len(homes) == 1 else "joint-foreign"


def _signing(attribution: Attribution, roles: frozenset[Role]) -> list[Named]:
    return [named for named in attribution.organisations if named.role in roles and named.kind != "group"]


def _begins_unknown(attribution: Attribution, signers: list[Named]) -> bool:
    """Whether a name that nobody was found for stands before everybody else's."""
    text = attribution.source_string

    def place(name: str) -> tuple[int, int]:
        return text.find(name) % (len(text) + 1), -len(name)  # last what is not there as written

    known = min((place(named.as_written) for named in signers), default=(len(text), 0))
    return any(place(name) < known for name in attribution.unresolved)


def _label(named: Named, by: str) -> str:
    return (named.home or UNKNOWN) if by == "country" else (named.parent or named.name)
