"""A digest as a mail: subject, HTML and text from the same model."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import css_inline
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from alerts import headlines, wording
from alerts.blindness import Read, unseen
from alerts.digests import Digest, DigestSettings
from alerts.inert import Address, inert, inert_parts
from alerts.items import Item, Name
from alerts.sections import Area, Limits
from alerts.signals import Signal
from alerts.standing import Figures

MAX_BYTES = 90_000
"""Gmail cuts a message's HTML at about 102 kB and hides the rest behind a link."""
_NAMES = 6
"""Organisations written out of one document; the watched ones always are."""
_MOST = 5
"""Organisations named of the rows that are not shown."""
NUMBERS = 80
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
    subject = headlines.subject(digest)
    while True:
        capped = digest.capped(limits)
        words = {
            "digest": capped,
            "signals": capped.signals,
            "subject": subject,
            "headline": headlines.headline(digest),
            "quiet": headlines.quiet(digest),
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
        by_topic = any(one.kind in ("topic", "work item", "specification") for one in why.reasons)
        told = [one for one in why.reasons if one.kind != "group" or not by_topic]
        reasons = [_reason(one.kind, one.text, one.where) for one in told]
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
    """`12 more here (uploaded 9, agreed 2, noted 1; most of Huawei 5, ZTE 4, vivo 3)`."""
    whose = Counter(next((name.text for name in item.names if name.watched), "") for item in hidden)
    del whose[""]
    most = ", ".join(f"{name} {count}" for name, count in whose.most_common(_MOST)) if len(whose) > _MOST else ""
    return f"{len(hidden)} more here ({_happened(hidden)}{f'; most of {most}' if most else ''})"


def _happened(hidden: tuple[Item, ...]) -> str:
    said = Counter(item.happenings[0].text if item.happenings else "changed" for item in hidden).most_common()
    return ", ".join(f"{text} {count}" for text, count in said[:4]) + (" …" if len(said) > 4 else "")


def _numbers(hidden: tuple[Item, ...], most: int) -> str:
    """What is not shown by number, so that it can be looked up: `R1-2508101, R1-2508107–R1-2508110`."""
    return wording.numbers([item.label for item in hidden], most)


def _left_out(signals: tuple[Signal, ...]) -> str:
    """`9 more: 7 firsts, 2 surges`."""
    kinds = Counter(signal.kind for signal in signals)
    parts = [headlines.counted(count, *headlines.SIGNALS[kind]) for kind, count in kinds.items()]
    return f"{len(signals)} more: {', '.join(parts)}"


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
