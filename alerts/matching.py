"""Which watchlists a change meets, and why. Pure: no database, no clock.

Many watchlists are met at once: each has a bit, each property of a change gives the set of watchlists it satisfies as
an integer, and only those left over are looked at one by one. What repeats from change to change (groups, source
strings, work items) is remembered.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from alerts.events import Event, events
from alerts.topics import AREAS, Hit, Topics
from alerts.watchlists import Watchlist
from organisations import Attribution, Named, signing
from store.changes import Told

_REMEMBERED = 50_000
_TOPIC_FIELDS = (
    ("title", "title"),
    ("agenda_title", "agenda item"),
    ("work_items", "work item"),
    ("scope", "scope"),
    ("abstract", "abstract"),
)
"""Where topics are looked for, and what a reader calls the place."""
_EXCLUDED_FIELDS = frozenset({"title", "agenda_title", "work_items"})


@dataclass(frozen=True, slots=True)
class Reason:
    """One ground for a match, in the document's own words.

    `kind`: organisation, unknown, topic, work item, specification, group. `text`: the organisation or the words as
    written. `where`: the field they were found in; for an organisation, its role.
    """

    kind: str
    text: str
    where: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """A change that meets a watchlist."""

    change_id: int
    watchlist: str
    event: str
    reasons: tuple[Reason, ...]


def watched(watchlist: Watchlist, named: Named) -> bool:
    """Whether this organisation, in this role, is one that the watchlist is about."""
    if named.role not in watchlist.roles:
        return False
    if any(named.origin(country, watchlist.policy) == "yes" for country in watchlist.origins):
        return True
    return any(name in (named.name, named.parent, named.id) for name in watchlist.organisations)


class Matcher:
    """Watchlists made ready to meet many changes."""

    def __init__(self, watchlists: Sequence[Watchlist]) -> None:
        self._lists = tuple(watchlists)
        self._all = (1 << len(self._lists)) - 1
        self._memory: dict[tuple[Any, ...], Any] = {}
        self._own = {
            one.name: frozenset((*one.topics, *(word for area in one.areas for word in AREAS[area])))
            for one in self._lists
        }
        self._topic_bits: dict[str, int] = defaultdict(int)
        self._excluded_bits: dict[str, int] = defaultdict(int)
        self._profiles: dict[tuple[Any, ...], tuple[Watchlist, int]] = {}
        self._whose: list[tuple[int, bool]] = []  # by place, the profile's number: those alike have like reasons
        numbers: dict[tuple[Any, ...], int] = {}
        for bit, one in self._bits():
            for topic in self._own[one.name]:
                self._topic_bits[topic] |= bit
            for topic in one.exclude:
                self._excluded_bits[topic] |= bit
            profile = (one.origins, one.organisations, frozenset(one.roles), one.policy)
            self._profiles[profile] = (one, self._profiles.get(profile, (one, 0))[1] | bit)
            self._whose.append((numbers.setdefault(profile, len(numbers)), one.anybody))
        self._topics = Topics(self._topic_bits)
        self._excluded = Topics(self._excluded_bits)
        self._untopical = self._where(lambda one: not (one.topics or one.areas or one.work_items or one.specs))
        self._anybody = self._where(lambda one: one.anybody)
        self._unknown = self._where(lambda one: one.unknown)

    def matches(self, told: Told) -> list[Match]:
        """The watchlists this change meets, in their order, each once."""
        met: dict[int, Match] = {}
        meant = events(told)
        if not meant:
            return []
        hits = self._hits(told)
        subject = self._subject(told, hits)
        for event in meant if subject else ():
            named = self._named(told, event)
            left = subject & self._admitting(event)
            left &= self._all if told.record == "meeting" else self._by_whom(told, named)
            brought: dict[tuple[int, bool], list[Reason]] = {}
            for index in _indexes(left):
                if index not in met:
                    one, whose = self._lists[index], self._whose[index]
                    if whose not in brought:
                        brought[whose] = list(_organisations(one, told, named))
                    reasons = (*brought[whose], *self._reasons(one, told, hits))
                    met[index] = Match(told.id, one.name, event.name, reasons)
        return [met[index] for index in sorted(met)]

    # -- what it is about

    def _subject(self, told: Told, hits: list[tuple[str, str, Hit]]) -> int:
        """The watchlists whose bodies, groups, document types and topics admit the record."""
        key = ("group", told.body, told.group)
        entire, within, explicit = self._remember(key, self._scopes, told.body, told.group)
        if told.record == "meeting":
            return int(explicit)
        topical = 0
        for _, _, hit in hits:
            topical |= self._topic_bits[hit.topic]
        if told.record == "committee":
            if told.kind == "appeared":  # nobody can have named a committee before there was one
                within = self._remember(("body", told.body), self._of_body, told.body)
            else:
                entire |= explicit
        values = told.values
        topical |= self._coded("work_items", values.get("work_items")) | self._coded("specs", values.get("spec"))
        left = entire | (within & topical)
        if told.record == "contribution":
            left &= self._remember(("type", values.get("type")), self._of_type, values.get("type"))
            left &= self._remember(("signing", told.attribution), self._signed, told.attribution)
        if left and self._excluded_bits:
            for name in _EXCLUDED_FIELDS:
                for hit in self._find(self._excluded, told.title if name == "title" else values.get(name)):
                    left &= ~self._excluded_bits[hit.topic]
        return int(left)

    def _scopes(self, body: str, group: str) -> tuple[int, int, int]:
        """Where everything in the group counts; where what is on topic does; who named the group, not by a pattern."""
        admitted = self._of_body(body)
        whole = self._where(lambda one: _any(one.whole_groups, group)) & admitted
        named = self._where(lambda one: _any(one.groups, group)) & admitted
        exact = self._where(lambda one: group in one.groups) & admitted
        everywhere = self._where(lambda one: not one.groups and not one.whole_groups) & admitted
        within = named | everywhere
        return whole | (named & self._untopical) | (everywhere & self._untopical), within, whole | exact

    def _of_body(self, body: str) -> int:
        return self._where(lambda one: not one.bodies or body in one.bodies)

    def _of_type(self, kind: str | None) -> int:
        return self._where(lambda one: (not one.types or kind in one.types) and kind not in one.exclude_types)

    def _signed(self, attribution: Attribution) -> int:
        how = signing(attribution)
        return self._where(lambda one: not one.signing or how in one.signing or how.split("-")[0] in one.signing)

    def _coded(self, setting: str, codes: str | None) -> int:
        return int(self._remember((setting, codes), self._codes, setting, codes)) if codes else 0

    def _codes(self, setting: str, codes: str) -> int:
        written = codes.split(", ")
        return self._where(lambda one: any(_any(getattr(one, setting), code) for code in written))

    def _hits(self, told: Told) -> list[tuple[str, str, Hit]]:
        """Topics found: where a reader finds it, the text it stands in, and the hit; each topic at its best place."""
        found: dict[str, tuple[str, str, Hit]] = {}
        for name, place in _TOPIC_FIELDS:
            text = told.title if name == "title" else told.values.get(name)
            for hit in self._find(self._topics, text):
                found.setdefault(hit.topic, (place, text or "", hit))
        return list(found.values())

    def _find(self, topics: Topics, text: str | None) -> list[Hit]:
        hits: list[Hit] = self._remember(("text", id(topics), text), topics.find, text) if text else []
        return hits

    # -- what happened, and by whom

    def _admitting(self, event: Event) -> int:
        key = ("event", event.words, event.significant)
        return int(
            self._remember(
                key,
                lambda: self._where(
                    lambda one: (
                        any(word in one.events for word in event.words)
                        if one.events
                        else event.significant or one.significance == "all"
                    )
                ),
            )
        )

    def _named(self, told: Told, event: Event) -> Attribution:
        """Whom the event is about: a change of sources is about those newly named, a membership about its member."""
        whole = told.attribution
        if event.about is not None:
            return Attribution(event.about, tuple(one for one in whole.organisations if one.as_written == event.about))
        if event.name != "source-added" or told.before is None:
            return whole
        before = {one.owner_id for one in told.before.organisations}
        added = tuple(one for one in whole.organisations if one.owner_id not in before)
        return Attribution(
            whole.source_string, added, tuple(name for name in whole.unresolved if name not in told.before.unresolved)
        )

    def _by_whom(self, told: Told, named: Attribution) -> int:
        found: int = self._remember(("who", named), self._who, named)
        if named.unresolved and told.record == "contribution":
            found |= self._unknown
        return found | self._anybody

    def _who(self, named: Attribution) -> int:
        met = 0
        for one, bits in self._profiles.values():
            if any(watched(one, organisation) for organisation in named.organisations):
                met |= bits
        return met

    # -- why

    def _reasons(self, one: Watchlist, told: Told, hits: list[tuple[str, str, Hit]]) -> Iterator[Reason]:
        mine = [(place, text, hit) for place, text, hit in hits if hit.topic in self._own[one.name]]
        for place, text, hit in mine:
            if not any(place == other and _inside(hit, longer) for other, _, longer in mine):
                yield Reason("topic", text[hit.start : hit.end], place)
        if one.work_items:
            for code in (told.values.get("work_items") or "").split(", "):
                if _any(one.work_items, code):
                    yield Reason("work item", code)
        if one.specs and _any(one.specs, told.values.get("spec") or ""):
            yield Reason("specification", told.values["spec"])
        if _any(one.whole_groups, told.group) or (told.record in ("meeting", "committee") and not mine):
            yield Reason("group", told.group)

    # -- sets of watchlists

    def _bits(self) -> Iterator[tuple[int, Watchlist]]:
        return ((1 << index, one) for index, one in enumerate(self._lists))

    def _where(self, holds: Callable[[Watchlist], object]) -> int:
        return sum(bit for bit, one in self._bits() if holds(one))

    def _remember(self, key: tuple[Any, ...], make: Callable[..., Any], *args: object) -> Any:
        known = self._memory.get(key)
        if known is None:
            if len(self._memory) >= _REMEMBERED:
                self._memory.clear()
            known = self._memory[key] = make(*args)
        return known


def match(told: Told, watchlist: Watchlist) -> Match | None:
    """Whether one change meets one watchlist; for many, make a `Matcher` once."""
    return next(iter(Matcher([watchlist]).matches(told)), None)


def _organisations(one: Watchlist, told: Told, named: Attribution) -> Iterator[Reason]:
    """Whose it is, to a watchlist with these origins, organisations and roles."""
    whose = [organisation for organisation in named.organisations if watched(one, organisation)]
    for organisation in whose:
        yield Reason("organisation", organisation.as_written, str(organisation.role))
    if not whose and told.record == "contribution" and not one.anybody:
        yield from (Reason("unknown", name) for name in named.unresolved)


def _any(patterns: Iterable[str], text: str) -> bool:
    return bool(text) and any(fnmatchcase(text, pattern) for pattern in patterns)


def _inside(hit: Hit, other: Hit) -> bool:
    """Whether a hit lies in a longer one, which says the same and more."""
    if (hit.start, hit.end) == (other.start, other.end):
        return hit.topic > other.topic
    return other.start <= hit.start and hit.end <= other.end


def _indexes(bits: int) -> Iterator[int]:
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest
