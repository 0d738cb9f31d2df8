"""A digest as a mail: subject, HTML and text from the same model."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import css_inline
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from alerts import wording
from alerts.blindness import Read, unseen
from alerts.digests import Digest, DigestSettings
from alerts.inert import Address, inert, inert_parts
from alerts.items import Item, Name
from alerts.sections import Area, Limits, Section
from alerts.signals import Signal
from alerts.standing import Figures

MAX_BYTES = 90_000
"""Gmail cuts a message's HTML at about 102 kB and hides the rest behind a link."""
_NAMES = 6
"""Organisations written out of one document; the watched ones always are."""
_SUBJECT = 140
_NAMED = 2
"""Areas that a subject names; of more it gives the number."""
NUMBERS = 200
"""Of the rows that are not shown in a section, how many are named by number."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a person reads. `subject` is one printable line."""

    subject: str
    html: str
    text: str


@dataclass(frozen=True, slots=True)
class _Shown:
    names: tuple[Name, ...]
    more: int


def render(
    digest: Digest, settings: DigestSettings | None = None, *, site: str | None = None, stop: str | None = None
) -> Rendered:
    """The mail, with as many rows as `settings` allows and fit into 90 kB.

    `site`: public address of the archive's site. `stop`: where the recipient ends or changes this, https or mailto.
    """
    settings = settings or DigestSettings()
    limits = Limits(settings.rows, settings.items, settings.signals, NUMBERS)
    subject = _subject(digest)
    while True:
        capped = digest.capped(limits)
        words = {
            "digest": capped,
            "signals": capped.signals,
            "subject": subject,
            "headline": _headline(digest),
            "quiet": _quiet(digest),
            "unseen": unseen(digest.blind),
            "origin": " or ".join(digest.countries) or "a watched country",
            "site": site,
            "stop": stop,
            "numbers": limits.numbers,
        }
        html = _inline(_HTML.render(words))
        if len(html.encode()) <= MAX_BYTES or limits.least:
            break
        limits = limits.less()
    text = "\n".join(line.rstrip() for line in _TEXT.render(words).strip().splitlines()) + "\n"
    return Rendered(subject, html, text)


def _inline(html: str) -> str:
    lean = "\n".join(line.strip() for line in html.splitlines() if line.strip())
    return css_inline.inline(lean, keep_at_rules=True, minify_css=True, load_remote_stylesheets=False)


# -- the lines that say what is in it


def _subject(digest: Digest) -> str:
    on = wording.day(digest.now.astimezone(digest.zone).date(), digest.now.astimezone(digest.zone).date())
    if digest.quiet:
        return wording.plain(f"{_quiet(digest)} · {on}", _SUBJECT)
    return wording.plain(f"{', '.join(_news(digest)[:3])}{_within(digest)} · {_where(digest)} · {on}", _SUBJECT)


def _headline(digest: Digest) -> str:
    """`3 firsts, 14 new from China in 6G radio, AI`."""
    return "Nothing new" if digest.quiet else f"{', '.join(_news(digest))}{_within(digest)}"


def _within(digest: Digest) -> str:
    """The areas by name, or how many."""
    names = [area.name for area in digest.areas]
    return f" in {', '.join(names)}" if len(names) <= _NAMED else f" in {len(names)} areas"


def _where(digest: Digest) -> str:
    """The groups by name, or their bodies."""
    sections = [section for area in digest.areas for section in area.sections]
    groups = list(dict.fromkeys(_short(section) for section in sections))
    return ", ".join(groups if len(groups) <= _NAMED + 1 else dict.fromkeys(section.body for section in sections))


def _news(digest: Digest) -> list[str]:
    """What there is to tell, in numbers that count nothing twice: what stands out, what is new, then the rest."""
    warned: Counter[str] = Counter()
    covered: set[tuple[str, str, str]] = set()
    for signal in digest.signals:
        warned[signal.kind] += signal.count
        covered |= signal.about if signal.kind in _WHOLE else set()
    items = [item for area in digest.areas for item in area.items if item.id not in covered]
    new = [item for item in items if item.is_new and not item.is_summary and not item.is_statement]
    others = len(items) - len(new)
    parts = [_counted(number, *_SIGNALS[kind]) for kind, number in warned.items()]
    if new:
        whose = f" from {' or '.join(digest.countries)}" if digest.countries else ""
        parts.insert(2, f"{len(new)} new{whose}")
    if others:
        parts.append(
            _counted(others, "other change", "other changes") if parts else _counted(others, "change", "changes")
        )
    if not parts:
        unknown = sum(len(section.unknown) for area in digest.areas for section in area.sections)
        parts.append(_counted(unknown, "unknown name", "unknown names"))
    return parts


_SIGNALS = {
    "first": ("first", "firsts"),
    "surge": ("surge", "surges"),
    "project": ("new project", "new projects"),
    "committee": ("new committee", "new committees"),
    "secretariat": ("secretariat moved", "secretariats moved"),
    "together": ("first together", "firsts together"),
    "agreed": ("agreed", "agreed"),
}

_WHOLE = frozenset({"project", "committee", "secretariat", "agreed"})
"""The warnings that count items: these are not counted again as new or changed."""


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _quiet(digest: Digest) -> str:
    if digest.blind:
        return f"Nothing new in what could be read; {unseen(digest.blind)} could not be"
    if not digest.read:
        return "Nothing new, but nothing was read either"
    if digest.again:
        return f"Nothing new; {' and '.join(body for body, _ in digest.again)} can be read again"
    return "Nothing new, all sources read"


def _short(section: Section) -> str:
    """`ISO TC 22/SC 1`, `JTC 1/SC 42`; the others write their groups short themselves."""
    return re.sub(r"^(?:ISO/IEC|IEC/ISO) |^(ISO)/", lambda found: "ISO " if found[1] else "", section.group)


# -- what the templates say with


def _shown_names(item: Item) -> _Shown:
    shown = [name for place, name in enumerate(item.names) if place < _NAMES or name.watched]
    return _Shown(tuple(shown), len(item.names) - len(shown))


def _names(item: Item) -> str:
    shown = _shown_names(item)
    written = [
        name.text + (f" ({name.role})" if name.role else "") + ("" if name.known else " (unknown)")
        for name in shown.names
    ]
    return ", ".join(written) + (f", +{shown.more}" if shown.more else "")


def _signed(item: Item) -> str:
    return "" if item.signing in ("", "none") or item.is_statement else item.signing.partition("-")[0]


def _why(item: Item, area: str) -> str:
    """The reasons, those of other watchlists after their names."""
    said: set[str] = set()
    parts = []
    for why in item.why:
        reasons = [_reason(one.kind, one.text, one.where) for one in why.reasons]
        fresh = "; ".join(dict.fromkeys(reason for reason in reasons if reason not in said))
        said.update(reasons)
        if why.watchlist == area:
            parts.append(fresh)
        else:
            parts.append(f"also on “{why.watchlist}”" + (f": {fresh}" if fresh else ""))
    return " · ".join(parts)


def _reason(kind: str, text: str, where: str) -> str:
    text = wording.plain(text, 60)
    if kind == "topic":
        return f"“{text}” in {where}"
    if kind == "group":
        return f"all of {text}"
    if kind == "unknown":
        return f"{text} is unknown"
    return f"{text} ({where})" if where not in ("", "source") else text


def _figures(counted: Figures, origin: str) -> str:
    share = round(100 * counted.named / counted.total) if counted.total else 0
    usual = ""
    if counted.usual is not None:
        base = "the meeting" if counted.base == 1 else f"the {counted.base} meetings"
        usual = f", usually {round(100 * counted.usual)} % ({base} before)"
    new = f"{counted.new} new, {counted.new_named} from {origin} · " if 0 < counted.new < counted.total else ""
    return f"{new}{counted.total} in all, {counted.named} from {origin}: {share} %{usual}"


def _subscriptions(digest: Digest) -> str:
    """The recipient's watchlists, by cadence."""
    by_cadence: dict[str, list[str]] = {}
    for name, cadence in digest.subscriptions:
        by_cadence.setdefault(cadence, []).append(f"“{name}”")
    return "; ".join(f"{', '.join(names)} ({cadence})" for cadence, names in by_cadence.items())


def _rest(hidden: tuple[Item, ...]) -> str:
    """`12 more here (uploaded 9, agreed 2, noted 1)`."""
    return f"{len(hidden)} more here ({_happened(hidden)})"


def _happened(hidden: tuple[Item, ...]) -> str:
    said = Counter(item.happenings[0].text if item.happenings else "changed" for item in hidden).most_common()
    return ", ".join(f"{text} {count}" for text, count in said[:4]) + (" …" if len(said) > 4 else "")


def _numbers(hidden: tuple[Item, ...], most: int) -> str:
    """What is not shown by number, so that it can be looked up: `R1-2508101, R1-2508107–R1-2508110`."""
    return wording.numbers([item.label for item in hidden], most)


def _left_out(signals: tuple[Signal, ...]) -> str:
    """`9 more: 7 firsts, 2 surges`."""
    kinds = Counter(signal.kind for signal in signals)
    return f"{len(signals)} more: {', '.join(_counted(count, *_SIGNALS[kind]) for kind, count in kinds.items())}"


def _column(area: Area) -> str:
    kinds = {item.record for section in area.sections for item in section.items}
    return kinds.pop().capitalize().replace("Contribution", "Document") if len(kinds) == 1 else "Which"


def _title(item: Item) -> str:
    return "".join(text for text, _ in item.title)


def _clock(stamp: str, digest: Digest) -> str:
    return wording.clock(stamp, digest.zone, digest.now)


def _read(one: Read, digest: Digest) -> str:
    """`3GPP meetings (17) 06:10 to 07:02`: when the one longest ago was read, and the last."""
    first, last = _clock(one.first, digest), _clock(one.last, digest)
    return f"{one.body} {one.what} ({one.sources}) {first if first == last else f'{first} to {last}'}"


def _day(moment: datetime, zone: ZoneInfo) -> str:
    local = moment.astimezone(zone)
    return f"{local:%a} {local.day} {local:%b %Y}"


def _environment(*, escaped: bool) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent.parent / "templates" / "email"),
        autoescape=escaped,  # noqa: S701 - the text part is no markup
        undefined=StrictUndefined,
        trim_blocks=escaped,
        finalize=inert,
    )
    environment.filters |= {
        "clock": _clock,
        "column": _column,
        "day": _day,
        "figures": _figures,
        "happened": _happened,
        "left_out": _left_out,
        "names": _names,
        "numbers": _numbers,
        "read": _read,
        "rest": _rest,
        "shown_names": _shown_names,
        "signed": _signed,
        "some": wording.some,
        "subscriptions": _subscriptions,
        "title": _title,
        "why": _why,
        "link": Address,
        "parts": inert_parts,
    }
    return environment


_HTML = _environment(escaped=True).get_template("digest.html.j2")
_TEXT = _environment(escaped=False).get_template("digest.txt.j2")
