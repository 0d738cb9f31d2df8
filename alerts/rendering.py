"""A digest as a mail: subject, HTML and text from the same model."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import css_inline
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from alerts import wording
from alerts.digests import Area, Digest, DigestSettings, Section
from alerts.items import Item, Name
from alerts.standing import Figures

MAX_BYTES = 90_000
"""Gmail cuts a message's HTML at about 102 kB and hides the rest behind a link."""
_NAMES = 6
"""Organisations written out of one document; the watched ones always are."""
_SUBJECT = 140


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
    rows, warnings = settings.rows, settings.signals
    subject = _subject(digest)
    while True:
        capped = digest.capped(rows, warnings)
        words = {
            "digest": capped,
            "signals": capped.signals,
            "subject": subject,
            "headline": _headline(digest),
            "quiet": _quiet(digest),
            "origin": " or ".join(digest.countries) or "a watched country",
            "site": site,
            "stop": stop,
        }
        html = _inline(_HTML.render(words))
        if len(html.encode()) <= MAX_BYTES or rows <= 1:
            break
        rows, warnings = max(1, rows * 2 // 3), max(4, warnings * 2 // 3)
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
    groups = dict.fromkeys(_short(section) for area in digest.areas for section in area.sections)
    areas = wording.some([area.name for area in digest.areas], 2)
    return wording.plain(f"{', '.join(_news(digest)[:3])} in {areas} · {wording.some(list(groups))} · {on}", _SUBJECT)


def _headline(digest: Digest) -> str:
    """`3 firsts, 14 new from China in 6G radio, AI`."""
    if digest.quiet:
        return "Nothing new"
    return f"{', '.join(_news(digest))} in {wording.some([area.name for area in digest.areas])}"


def _news(digest: Digest) -> list[str]:
    """What there is to tell, in numbers: what is new, then what stands out, then the rest."""
    items = [item for area in digest.areas for item in area.items]
    new = [item for item in items if item.is_new and any(name.watched for name in item.names)]
    others = len(items) - len(new)
    warned: Counter[str] = Counter()
    for signal in digest.signals:
        warned[signal.kind] += signal.count
    parts = [_counted(number, *_SIGNALS[kind]) for kind, number in warned.items()]
    if new:
        whose = f" from {' or '.join(digest.countries)}" if digest.countries else ""
        parts.insert(2, f"{len(new)} new{whose}")
    if others:
        parts.append(f"{others} changed" if new else _counted(others, "change", "changes"))
    if not items:
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


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _quiet(digest: Digest) -> str:
    if digest.blind:
        sources = sum(len(one.sources) for one in digest.blind)
        return f"Nothing new in what could be read; {_counted(sources, 'source', 'sources')} could not be"
    return "Nothing new, all sources read"


def _short(section: Section) -> str:
    return f"ISO {section.group.rpartition('/')[2]}" if section.body == "ISO" else section.group


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
    new = f"{counted.new} new, {counted.new_named} from {origin} · " if counted.new < counted.total else ""
    return f"{new}{counted.total} in all, {counted.named} from {origin}: {share} %{usual}"


def _subscriptions(digest: Digest) -> str:
    """The recipient's watchlists, by cadence."""
    by_cadence: dict[str, list[str]] = {}
    for name, cadence in digest.subscriptions:
        by_cadence.setdefault(cadence, []).append(f"“{name}”")
    return "; ".join(f"{', '.join(names)} ({cadence})" for cadence, names in by_cadence.items())


def _rest(hidden: tuple[tuple[str, int], ...]) -> str:
    """`12 more here (uploaded 9, agreed 2, noted 1)`."""
    parts = ", ".join(f"{text} {count}" for text, count in hidden[:4]) + (" …" if len(hidden) > 4 else "")
    return f"{sum(count for _, count in hidden)} more here ({parts})"


def _column(area: Area) -> str:
    kinds = {item.record for section in area.sections for item in section.items}
    return kinds.pop().capitalize().replace("Contribution", "Document") if len(kinds) == 1 else "Which"


def _title(item: Item) -> str:
    return "".join(text for text, _ in item.title)


def _clock(stamp: str, digest: Digest) -> str:
    return wording.clock(stamp, digest.zone, digest.now)


def _day(moment: datetime, zone: ZoneInfo) -> str:
    local = moment.astimezone(zone)
    return f"{local:%a} {local.day} {local:%b %Y}"


def _environment(*, escaped: bool) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent.parent / "templates" / "email"),
        autoescape=escaped,  # noqa: S701 - the text part is no markup
        undefined=StrictUndefined,
        trim_blocks=escaped,
    )
    environment.filters |= {
        "clock": _clock,
        "column": _column,
        "day": _day,
        "figures": _figures,
        "names": _names,
        "rest": _rest,
        "shown_names": _shown_names,
        "signed": _signed,
        "some": wording.some,
        "subscriptions": _subscriptions,
        "title": _title,
        "why": _why,
    }
    return environment


_HTML = _environment(escaped=True).get_template("digest.html.j2")
_TEXT = _environment(escaped=False).get_template("digest.txt.j2")
