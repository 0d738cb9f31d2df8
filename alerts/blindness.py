"""Where we are blind, as a reader is told it: by body, then by group, each one named, the reason in plain words."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Container, Iterable
from dataclasses import dataclass

from alerts.sight import Source
from alerts.wording import plain, some
from store.order import natural

LISTED = 4
"""Meetings named of one group; the rest is counted."""
WHAT = {"tdocs": "documents"}
"""What a kind of source lists, where its name does not say it."""

_REASONS = tuple(
    (re.compile(pattern), words)
    for pattern, words in (
        (r"robots\.txt does not allow", "its robots.txt does not allow us to read it"),
        (r"ConnectionRefused|refuses connections", "the server refused the connection"),
        (r"Timeout|no answer in time|HTTP 504", "the server did not answer in time"),
        (r"CannotResolve|DNSLookup|host name is not known", "the server's name is not known"),
        (r"SSL|certificate|TLS", "no secure connection to the server could be made"),
        (r"cut short|cut off|ResponseFailed|DataLoss|ConnectionLost|ConnectionDone", "the answer was cut short"),
        (r"too large|inflates", "the answer was too large"),
        (r"HTTP 429", "the server asked us to come less often"),
        (r"HTTP 503", "the server is out of service for now"),
        (r"HTTP (?:401|403|451)", "the server refused to let us in"),
        (r"HTTP (?:404|410)", "the page is not where it was"),
        (r"HTTP 5\d\d", "the server failed"),
        (r"^no rows", "the page came without rows"),
        (r"^\d+ rows, where", "the page came with fewer rows than it should have"),
        (r"^no column|without the column", "the page came in another form than before"),
        (r"rows could not be read|the reader fails", "what came could not be understood"),
        (r"^no (?:TDoc list|page of documents)", "the page is not where it was"),
        (r"redirected to", "the server sent us elsewhere"),
        (r"asks to log in", "the server asked us to log in"),
        (r"blocks scripts", "the server shut us out"),
        (r"^expected ", "another page came in its place"),
        (r"does not say which meeting", "what came could not be understood"),
        (r"never visited", "nobody has visited it yet"),
        (r"^not visited", "it was not visited: our crawler may be standing still"),
    )
)
"""What the crawler notes for operators, in a reader's words; the first that fits."""
_TECHNICAL = re.compile(r"[a-z][A-Z]\w*|\w+\.\w+\(|<[^>]*>|Error|Exception|HTTP \d")


@dataclass(frozen=True, slots=True)
class Blind:
    """Sources of one body that cannot be seen, alike in why."""

    body: str
    groups: tuple[tuple[str, str], ...]
    """Each group, with what of it cannot be seen; an empty name for what is of the body as a whole."""
    sources: int
    whole: bool
    """Whether nothing we look at of this body can be seen."""
    last: str | None
    """The archive's stamp of the last good look, at the source that has waited longest; None: there was none."""
    why: str

    @property
    def text(self) -> str:
        """All of it on a line: `RAN1 (meetings, documents of RAN1#123), RAN2 (meetings)`."""
        return _text(self.groups)


@dataclass(frozen=True, slots=True)
class Read:
    """The sources of one body and kind that were read: when the least and the most recent of them were."""

    body: str
    what: str
    sources: int
    first: str
    last: str


def in_words(source: Source) -> str:
    """Why we are blind there, in plain words."""
    reason = plain(source.reason)
    for pattern, words in _REASONS:
        if pattern.search(reason):
            return words
    if reason and not _TECHNICAL.search(reason):
        return reason
    return {
        "refused": "the server refused to let us in",
        "disallowed": "its robots.txt does not allow us to read it",
    }.get(source.state, "it could not be read")


def blind(seen: Iterable[Source]) -> tuple[Blind, ...]:
    """The sources that cannot be seen among those that are looked at, by body and reason, the longest wait first."""
    seen = list(seen)
    in_sight = {one.body for one in seen if not one.blind}
    read_elsewhere = {_place(one) for one in seen if not one.blind and one.last}
    alike: dict[tuple[str, str, str], list[Source]] = defaultdict(list)
    for one in seen:
        if one.blind:
            alike[one.body, in_words(one), (one.last or "")[:10]].append(one)
    return tuple(
        Blind(
            body=body,
            groups=_groups(sources, read_elsewhere),
            sources=len(sources),
            whole=body not in in_sight,
            last=min(one.last or "" for one in sources) or None,
            why=why,
        )
        for (body, why, _), sources in sorted(alike.items(), key=lambda each: (each[0][0], each[0][2], each[0][1]))
    )


def unseen(blind: Iterable[Blind]) -> str:
    """How much cannot be seen: `all of 3GPP, 1 source of ISO and 2 sources of ITU`."""
    counts: Counter[str] = Counter()
    whole = set()
    for one in blind:
        counts[one.body] += one.sources
        if one.whole:
            whole.add(one.body)
    bodies = [
        f"all of {body}" if body in whole else f"{number} source{'' if number == 1 else 's'} of {body}"
        for body, number in counts.items()
    ]
    *most, last = bodies or [""]
    return f"{', '.join(most)} and {last}" if most else last


def read(seen: Iterable[Source]) -> tuple[Read, ...]:
    """The sources that are read, by body and kind."""
    times: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in seen:
        if not one.blind and one.last:
            times[one.body, _what(one)].append(one.last)
    return tuple(Read(*named, len(each), min(each), max(each)) for named, each in sorted(times.items()))


def again(sources: Iterable[Source]) -> tuple[tuple[str, str], ...]:
    """By body, what can be seen again: `("3GPP", "RAN1 (meetings)")`."""
    bodies: dict[str, list[Source]] = defaultdict(list)
    for one in sources:
        bodies[one.body].append(one)
    return tuple((body, _text(_groups(each))) for body, each in sorted(bodies.items()))


def _text(groups: Iterable[tuple[str, str]]) -> str:
    return ", ".join(f"{group} ({what})" if group else what for group, what in groups)


def _place(source: Source) -> tuple[object, ...]:
    """What several sources may list, each a part: ITU's index, its pages and what is new; a list and an agenda."""
    return source.body, source.kind, source.group, source.meeting


def _groups(sources: Iterable[Source], read_elsewhere: Container[object] = ()) -> tuple[tuple[str, str], ...]:
    found: dict[str, list[Source]] = defaultdict(list)
    for one in sources:
        found[plain(one.group)].append(one)
    return tuple((group, _of(found[group], read_elsewhere)) for group in sorted(found, key=natural))


def _of(sources: Iterable[Source], read_elsewhere: Container[object]) -> str:
    """`meetings, documents of RAN1#122, RAN1#123`; `part of the documents` where another source of them is read.

    No meeting is named where what is of no single one, such as ITU's contributions, cannot be seen either.
    """
    kinds: dict[str, set[str]] = defaultdict(set)
    for one in sources:
        part = "part of the " if _place(one) in read_elsewhere else ""
        kinds[part + _what(one)].add(plain(one.meeting))
    parts = []
    for what, meetings in sorted(kinds.items()):
        named = sorted(meetings, key=natural) if "" not in meetings else []
        parts.append(f"{what} of {some(named, LISTED)}" if named else what)
    return ", ".join(parts)


def _what(source: Source) -> str:
    name = source.kind.partition(".")[2]
    return WHAT.get(name, name)
