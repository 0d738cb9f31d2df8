"""Early warnings: what a reader of the whole archive would notice first, each with its evidence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations

from sqlalchemy import Connection

from alerts.events import accepted
from alerts.history import SIGNING, brought, chance, contributed, counts, known, together, topics
from alerts.items import Link, Maker
from alerts.matching import Match, watched
from alerts.standing import BASE
from alerts.wording import plain, some, stage
from organisations import Named
from store.changes import Told

SURGE = 0.001
"""A count is a surge if chance gives one as high less often than this (`history.chance`)."""
SURGE_FROM = 5
"""Fewer contributions than this are no surge, whatever came before."""
TOPIC_BASE = 3
"""Of the five meetings before, how many a warning on an item needs at which somebody was on it (`bench.firsts`)."""
SURGE_TOPIC = 50
"""What all organisations must have brought on it at the five meetings before: on a small item, everybody surges."""
KNOWN_GROUP = 200
"""Earlier contributions a group needs in the archive before an organisation's first there means anything."""
KNOWN_MEETINGS = BASE
"""The same in meetings, for firsts on its items and together too: with two known, a quarter of the firsts on items are
none (`bench.firsts`)."""
KNOWN_TOPIC = 20
"""The same for a work or agenda item, at the five meetings before: on a new item everybody comes for the first time."""
KNOWN_PARTNER = 20
"""The same for each of two organisations that sign together for the first time."""
_LINKED = 5
"""Documents that a warning links to."""
_ORDER = ("first", "together", "surge", "secretariat", "committee", "project", "agreed")


@dataclass(frozen=True, slots=True)
class Signal:
    """One early warning. `kind`: first, together, surge, secretariat, committee, project, agreed."""

    kind: str
    label: str
    text: str
    evidence: str
    links: tuple[Link, ...] = ()
    count: int = 1
    about: frozenset[tuple[str, str, str]] = frozenset()
    """The items it stands on (`Item.id`)."""


@dataclass(frozen=True, slots=True)
class _Brought:
    """A contribution that is new in this digest, and the watched organisations whose own it is."""

    told: Told
    owners: dict[str, Named]


Changed = Sequence[tuple[Told, Sequence[Match]]]


def signals(connection: Connection, records: Sequence[Changed], maker: Maker) -> list[Signal]:
    """The early warnings in these records' changes, the weightiest first."""
    by_group: dict[str, list[_Brought]] = defaultdict(list)
    found = list(_positions(records, maker))
    for each in records:
        told = each[0][0]
        owners = _owners(each, maker)
        if owners and told.kind == "appeared" and not (told.values["type"] or "").startswith("LS"):
            by_group[told.group].append(_Brought(told, owners))
    for group, new in sorted(by_group.items()):
        found += _contributed(connection, group, new, maker)
    found += _accepted(records, maker)
    return sorted(found, key=lambda signal: _ORDER.index(signal.kind))


def _owners(each: Changed, maker: Maker) -> dict[str, Named]:
    told = each[-1][0]
    if told.record != "contribution":
        return {}
    lists = {maker.watchlists[match.watchlist] for _, met in each for match in met}
    return {
        one.owner_id: one
        for one in reversed(told.attribution.organisations)
        if one.role in SIGNING and any(watched(each, one) for each in lists)
    }


def _contributed(connection: Connection, group: str, new: list[_Brought], maker: Maker) -> Iterator[Signal]:
    before = min(one.told.observed_at for one in new)
    by_owner: dict[str, list[_Brought]] = defaultdict(list)
    by_meeting: dict[str, list[_Brought]] = defaultdict(list)
    for one in new:
        for owner in one.owners:
            by_owner[owner].append(one)
        if one.told.values["meeting"]:
            by_meeting[one.told.values["meeting"]].append(one)
    depth = 0 if by_meeting else KNOWN_MEETINGS  # where documents name no meeting, their number must do
    usual: dict[str | None, int] = defaultdict(int)
    lately: set[tuple[str, str | None]] = set()
    surges: list[tuple[str, Signal]] = []
    newcomers: set[str] = set()
    subjects = {None, *(topic for one in new for topic in _topics(one))}
    for meeting, here in by_meeting.items():
        owners = {owner for one in here for owner in one.owners}
        counted = counts(connection, group, meeting, owners, wanted=subjects, before=before)
        depth = max(depth, len(counted.meetings) - 1)
        for topic, (*everybody, _) in counted.all.items():
            if sum(1 for number in everybody if number) >= TOPIC_BASE:
                usual[topic] = max(usual[topic], sum(everybody))
        lately.update(which for which, number in counted.before.items() if number)
        surges += _surges(meeting, here, counted.all, counted.own, maker)

    @cache
    def names(owner: str) -> frozenset[str]:
        return frozenset((owner, *(one.owners[owner].id or owner for one in by_owner[owner])))

    @cache
    def is_first(owner: str, topic: str | None) -> bool:
        return (owner, topic) not in lately and not contributed(connection, group, names(owner), before, topic)

    @cache
    def only_coded_now(owner: str, item: str) -> bool:
        return contributed(connection, group, names(owner), before, item, uncoded=True)

    @cache
    def all_known() -> tuple[int, str]:
        return known(connection, group, before)

    for owner, its in by_owner.items() if depth >= KNOWN_MEETINGS else ():
        if firsts := _firsts(owner, its, usual, is_first, only_coded_now):
            total, since = all_known()
            if firsts.keys() == {None} and total < KNOWN_GROUP:
                continue
            docs = list({one.told.key: one for ones in firsts.values() for one in ones}.values())
            on = some([f"“{plain(topic, 60)}”" for topic in firsts if topic])
            name = plain(its[0].owners[owner].as_written, 80)
            newcomers |= {owner} if None in firsts else set()
            yield Signal(
                "first",
                "First time",
                f"{name} {f'on {on} ' if on else ''}in {group}, {_number(docs)}",
                f"None by it {'there ' if on else ''}among the {total:,} contributions to {group} known before"
                f"{f', since {since}' if since else ''}.",
                _links(docs, maker),
                about=_shown(docs),
            )
    yield from (surge for owner, surge in surges if owner not in newcomers)  # of whom all is more than before
    if depth >= KNOWN_MEETINGS:
        yield from _partners(connection, group, new, before, maker)


def _firsts(
    owner: str,
    its: list[_Brought],
    usual: Mapping[str | None, int],
    is_first: Callable[[str, str | None], bool],
    only_coded_now: Callable[[str, str], bool],
) -> dict[str | None, list[_Brought]]:
    """What an owner brings for the first time, by topic; by None if it is its first in the group altogether.

    A work item is nothing new to who was on that agenda item when the list named no work items yet (`only_coded_now`).
    `usual`: what all brought on a topic at the meetings before, of topics that were dealt with at enough of them.
    """
    if is_first(owner, None):
        return {None: its}
    by_topic: dict[str, list[_Brought]] = defaultdict(list)
    for one in its:
        item = one.told.values["agenda_title"] or ""
        for topic in _topics(one):
            if usual[topic] < KNOWN_TOPIC or not is_first(owner, topic):
                continue
            if topic == item or not (item and only_coded_now(owner, item)):
                by_topic[topic].append(one)
    return dict(sorted(by_topic.items()))


def _topics(one: _Brought) -> set[str]:
    return topics(one.told.values["work_items"], one.told.values["agenda_title"])


def _surges(
    meeting: str,
    here: list[_Brought],
    everybody: dict[str | None, list[int]],
    own: dict[tuple[str, str | None], list[int]],
    maker: Maker,
) -> Iterator[tuple[str, Signal]]:
    for owner in dict.fromkeys(owner for one in here for owner in one.owners):
        mine = [one for one in here if owner in one.owners]
        found: list[tuple[int, bool, str | None, list[_Brought]]] = []
        for topic in (None, *sorted({topic for one in mine for topic in _topics(one)})):
            added = [one for one in mine if topic is None or topic in _topics(one)]
            *earlier, now = own.get((owner, topic), [0])
            *all_earlier, all_now = everybody.get(topic, [0])
            told_before = is_surge(now - len(added), earlier, all_now, all_earlier)
            if is_surge(now, earlier, all_now, all_earlier) and not told_before:
                found.append((now, topic is not None, topic, added))
        if found:
            now, _, topic, added = max(found, key=lambda one: one[:2])
            *earlier, now = own[owner, topic]
            *all_earlier, all_now = everybody[topic]
            on = f"on “{plain(topic, 60)}” at {plain(meeting)}" if topic else f"at {plain(meeting)}"
            usual = f"{min(earlier)} to {max(earlier)}" if min(earlier) != max(earlier) else f"{min(earlier)}"
            surge = Signal(
                "surge",
                "Surge",
                f"{plain(added[0].owners[owner].as_written, 80)} {on}: {now} contributions",
                f"{usual} at each of the {len(earlier)} meetings before; all organisations together {all_now:,}, "
                f"before {round(sum(all_earlier) / len(all_earlier)):,} a meeting.",
                _links(added, maker),
                about=_shown(added),
            )
            yield owner, surge


def is_surge(now: int, earlier: Sequence[int], all_now: int = 0, all_earlier: Sequence[int] = ()) -> bool:
    """Whether `now` is more than chance makes of the meetings before, everybody's growth allowed for."""
    if now < SURGE_FROM or sum(all_earlier) < SURGE_TOPIC or now <= max(earlier):
        return False
    if sum(1 for number in all_earlier if number) < TOPIC_BASE:
        return False
    growth = max(1.0, all_now * len(all_earlier) / sum(all_earlier))
    return chance(now, earlier, growth) < SURGE


def _partners(connection: Connection, group: str, new: list[_Brought], before: str, maker: Maker) -> Iterator[Signal]:
    pairs: dict[tuple[str, str], list[_Brought]] = defaultdict(list)
    for one in new:
        for pair in combinations(sorted(one.owners), 2):
            pairs[pair].append(one)

    @cache
    def is_known(owner: str) -> bool:
        return brought(connection, group, owner, before, KNOWN_PARTNER) == KNOWN_PARTNER

    for pair, ones in pairs.items():
        if all(map(is_known, pair)) and not together(connection, *pair, before):
            first, second = (brought(connection, group, owner, before) for owner in pair)
            names = [plain(ones[0].owners[owner].as_written, 80) for owner in pair]
            yield Signal(
                "together",
                "First together",
                f"{names[0]} and {names[1]} in {group}, {_number(ones)}",
                f"Before, {first:,} and {second:,} here, none of both in the archive.",
                _links(ones, maker),
                about=_shown(ones),
            )


def _positions(records: Sequence[Changed], maker: Maker) -> Iterator[Signal]:
    """New projects and committees, and secretariats that change hands: from the changes themselves."""
    for each in records:
        for told, met in each:
            events = {match.event for match in met if any(reason.kind == "organisation" for reason in match.reasons)}
            title = plain(told.title, 120)
            link = (maker.link(told),)
            own = frozenset({_id(told)})
            holder = ", ".join(plain(one.as_written) for one in told.attribution.organisations)
            if "project-new" in events:
                yield Signal(
                    "project",
                    f"New project under {holder}",
                    f"“{title}”, {told.group}, stage {stage(told.values['stage'])}",
                    "",
                    link,
                    about=own,
                )
            elif "committee-new" in events:
                yield Signal("committee", f"New committee under {holder}", f"“{title}”", "", link, about=own)
            elif events & {"secretariat-gained", "secretariat-lost"}:
                yield Signal(
                    "secretariat",
                    "Secretariat",
                    f"“{title}” goes to {plain(told.new) or 'nobody yet'}",
                    f"Before: {plain(told.old) or 'nobody'}.",
                    link,
                    about=own,
                )


def _accepted(records: Sequence[Changed], maker: Maker) -> Iterator[Signal]:
    """What of watched organisations was agreed, in one line."""
    done = [
        _Brought(each[-1][0], owners)
        for each in records
        if any(_says_yes(told) and any(match.event == "decided" for match in met) for told, met in each)
        if (owners := _owners(each, maker))
    ]
    if done:
        whose = some([*dict.fromkeys(plain(name.as_written, 60) for one in done for name in one.owners.values())])
        groups = some([*dict.fromkeys(one.told.group for one in done)])
        said = f"{_number(done)} of {whose} in {groups}"
        about = frozenset(_id(one.told) for one in done)
        yield Signal("agreed", "Agreed", said, "", _links(done, maker), len(done), about)


def _says_yes(told: Told) -> bool:
    """Whether the change is that it was accepted, or it was accepted already when it was first seen."""
    if told.kind == "appeared":
        return accepted(told.values.get("status"))
    return told.field == "status" and accepted(told.new)


def _id(told: Told) -> tuple[str, str, str]:
    return told.body, told.record, told.key


def _number(ones: Sequence[_Brought]) -> str:
    return f"{len(ones)} contribution{'s' if len(ones) > 1 else ''}"


def _links(ones: Sequence[_Brought], maker: Maker) -> tuple[Link, ...]:
    return tuple(maker.link(one.told) for one in ones[:_LINKED])


def _shown(ones: Sequence[_Brought]) -> frozenset[tuple[str, str, str]]:
    return frozenset(_id(one.told) for one in ones[:_LINKED])
