"""Figures as SVG, drawn with classes alone: colours come from the style sheet, light and dark.

A series is told by its marker and its place in the legend as well as by its colour. The table beside says it all again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from markupsafe import Markup

from alerts.wording import plain
from store.figures import Figure

RATES = ("share", "any", "first", "fractional", "rate", "low", "high")
"""Columns that are parts of a whole."""
SERIES = 6
"""Lines in one chart; more cannot be told apart."""
BARS = 20
_WIDTH, _HEIGHT = 480, 280
_LEFT, _RIGHT, _TOP, _BOTTOM = 58, 12, 12, 34
_ROW = 26
LETTER = 10
"""As wide as a letter is on a narrow screen, where the type is larger."""
_LETTERS = 22
"""Of a bar's name; the table has all of it."""


@dataclass(frozen=True, slots=True)
class Chart:
    """An SVG with the names of its lines, in the order of their classes `s1`, `s2` …."""

    svg: Markup
    legend: tuple[str, ...] = ()
    left_out: int = 0
    """Series or bars that are only in the table."""


def chart(figure: Figure) -> Chart | None:
    """The chart of a figure, None for one with nothing to draw."""
    if not figure.rows:
        return None
    columns = figure.columns
    if "share" in columns:
        return _lines(figure, columns[0], columns[1], "share", percent=True)
    if "median_days" in columns:
        return _lines(figure, columns[0], None, "median_days", percent=False)
    if "rate" in columns:
        return _bars(figure, ("name",), "rate", percent=True)
    if "documents" in columns:
        return _bars(figure, columns[:-1], "documents", percent=False)
    return _bars(figure, columns[:1], columns[1], percent=False)


def _lines(figure: Figure, across: str, by: str | None, value: str, *, percent: bool) -> Chart:
    periods = list(dict.fromkeys(str(row[across]) for row in figure.rows))
    values: dict[str, dict[str, float]] = defaultdict(dict)
    for row in figure.rows:
        if row[value] is not None:
            values[str(row[by]) if by else "median"][str(row[across])] = float(row[value])
    ranked = sorted(values, key=lambda name: (-sum(values[name].values()), name))
    names = ranked[:SERIES]
    top = _nice(max((number for name in names for number in values[name].values()), default=0))
    step = (_WIDTH - _LEFT - _RIGHT) / max(1, len(periods) - 1)
    places = {period: _LEFT + position * step for position, period in enumerate(periods)}
    if len(periods) == 1:
        places = {periods[0]: (_LEFT + _WIDTH - _RIGHT) / 2}
    parts = [*_scale(top, percent=percent), *_periods(places)]
    for number, name in reversed(list(enumerate(names, 1))):
        points = [(places[period], _height(values[name][period], top)) for period in periods if period in values[name]]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        parts.append(f'<polyline class="s{number}" points="{line}"/>')
        if len(points) <= 40:
            parts += [_marker(number, x, y) for x, y in points]
    said = "; ".join(
        f"{plain(name, 60)}: {_said(values[name][periods[-1]], percent=percent)}"
        for name in names
        if periods[-1] in values[name]
    )
    summary = f"{plain(periods[0], 40)} to {plain(periods[-1], 40)}. In {plain(periods[-1], 40)}: {said or 'nothing'}."
    svg = _svg(figure.title, summary, _HEIGHT, parts)
    return Chart(svg, tuple(plain(name, 60) for name in names) if by else (), len(ranked) - len(names))


def _bars(figure: Figure, names: Sequence[str], value: str, *, percent: bool) -> Chart:
    rows = figure.rows[:BARS]
    top = 1.0 if percent else _nice(max(float(row[value] or 0) for row in rows))
    between = " + " if "other" in names else ", "
    said_of = [plain(between.join(str(row[one]) for one in names), _LETTERS) for row in rows]
    left = 12 + LETTER * max(map(len, said_of))
    scale = (_WIDTH - left - 60) / (top or 1)
    parts: list[str] = []
    for position, (row, name) in enumerate(zip(rows, said_of, strict=True)):
        middle = _TOP + position * _ROW + _ROW / 2
        length = float(row[value] or 0) * scale
        end = left + length
        parts.append(f'<text class="name" x="{left - 8}" y="{middle + 4:.1f}">{escape(name)}</text>')
        parts.append(f'<rect class="bar" x="{left}" y="{middle - 8:.1f}" width="{max(length, 1):.1f}" height="16"/>')
        if row.get("low") is not None and row.get("high") is not None:
            low, high = (left + float(row[bound]) * scale for bound in ("low", "high"))
            parts.append(f'<path class="interval" d="M{low:.1f} {middle:.1f}H{high:.1f}"/>')
            end = max(end, high)
        said = _said(float(row[value] or 0), percent=percent)
        parts.append(f'<text x="{end + 6:.1f}" y="{middle + 4:.1f}">{said}</text>')
    first = plain(" and ".join(str(rows[0][one]) for one in names), 80)
    summary = f"First: {first}, {_said(float(rows[0][value] or 0), percent=percent)}."
    svg = _svg(figure.title, summary, int(2 * _TOP + len(rows) * _ROW), parts)
    return Chart(svg, left_out=len(figure.rows) - len(rows))


def _svg(title: str, summary: str, height: int, parts: Sequence[str]) -> Markup:
    inner = "".join(parts)
    return Markup(  # noqa: S704 - all that comes from outside is escaped
        f'<svg class="chart" viewBox="0 0 {_WIDTH} {height}" role="img" aria-labelledby="chart-title chart-summary">'
        f'<title id="chart-title">{escape(title)}</title><desc id="chart-summary">{escape(summary)}</desc>{inner}</svg>'
    )


def _scale(top: float, *, percent: bool) -> list[str]:
    parts = []
    for quarter in range(5):
        number = top * quarter / 4
        y = _height(number, top)
        parts.append(f'<path class="grid" d="M{_LEFT} {y:.1f}H{_WIDTH - _RIGHT}"/>')
        parts.append(f'<text class="tick" x="{_LEFT - 6}" y="{y + 4:.1f}">{_said(number, percent=percent)}</text>')
    return parts


def _periods(places: dict[str, float]) -> list[str]:
    """Names below the axis: as many as can be read."""
    longest = max(len(period) for period in places)
    every = max(1, -(-len(places) * (longest * LETTER + 12) // (_WIDTH - _LEFT - _RIGHT)))
    parts = []
    for position, (period, x) in enumerate(places.items()):
        if position % every == 0:
            half = len(period) * LETTER / 2
            middle = min(max(x, half), _WIDTH - half)
            parts.append(f'<text class="period" x="{middle:.1f}" y="{_HEIGHT - 12}">{escape(plain(period, 24))}</text>')
    return parts


def _height(number: float, top: float) -> float:
    return _HEIGHT - _BOTTOM - number / (top or 1) * (_HEIGHT - _TOP - _BOTTOM)


def _marker(number: int, x: float, y: float) -> str:
    shapes = (
        f"M{x - 4:.1f} {y:.1f}a4 4 0 1 0 8 0a4 4 0 1 0-8 0z",
        f"M{x - 4:.1f} {y - 4:.1f}h8v8h-8z",
        f"M{x:.1f} {y - 5:.1f}l5 9h-10z",
        f"M{x:.1f} {y - 5:.1f}l5 5-5 5-5-5z",
        f"M{x:.1f} {y + 5:.1f}l5-9h-10z",
        f"M{x - 5:.1f} {y - 1.5:.1f}h3.5v-3.5h3v3.5h3.5v3h-3.5v3.5h-3v-3.5h-3.5z",
    )
    return f'<path class="marker s{number}" d="{shapes[number - 1]}"/>'


def marker(number: int) -> Markup:
    """A line's marker, for the legend; hidden from screen readers."""
    inner = f'<path class="line s{number}" d="M0 8H24"/>{_marker(number, 12, 8)}'
    return Markup(f'<svg class="key" viewBox="0 0 24 16" aria-hidden="true">{inner}</svg>')  # noqa: S704 - our own


def _nice(number: float) -> float:
    """A round number, at least as large, whose quarters are round too."""
    if number <= 0:
        return 1.0
    size = 1.0
    while size > number:
        size /= 10
    while size * 10 <= number:
        size *= 10
    return next(step * size for step in (1, 2, 4, 6, 8, 10) if step * size >= number * 0.999)


def _said(number: float, *, percent: bool) -> str:
    if percent:
        return f"{100 * number:.1f} %" if 0 < number < 0.1 else f"{100 * number:.0f} %"
    return f"{number:.0f}" if number == int(number) else f"{number:.1f}"


def number(value: float | None) -> str:
    """Thousands apart by a narrow space."""
    if value is None:
        return ""
    return f"{value:,.1f}".removesuffix(".0").replace(",", "\u202f")


def cells(figure: Figure, row: dict[str, Any]) -> list[tuple[str, bool]]:
    """A row's cells as text, and whether each is a number."""
    found = []
    for name in _shown(figure):
        value = row[name]
        if value is None:
            found.append(("", False))
        elif name in RATES:
            found.append((f"{100 * value:.1f} %", True))
        elif isinstance(value, int | float):
            found.append((number(value), True))
        else:
            found.append((plain(str(value), 100), False))
    return found


HEADINGS = {
    "share": "Share",
    "any": "Any named",
    "first": "First named",
    "fractional": "In parts",
    "of": "Of all",
    "median_days": "Median, days",
    "p90_days": "Nine in ten within, days",
    "low": "At least",
    "high": "At most",
    "one": "Organisation",
    "other": "With",
    "p": "P",
    "o": "O",
}
"""What columns are called to people, where they are not called by their name."""


def headings(figure: Figure) -> list[tuple[str, bool]]:
    """The columns' headings, and whether numbers stand below."""
    first = figure.rows[0] if figure.rows else {}
    return [
        (HEADINGS.get(name, name.replace("_", " ").capitalize()), not isinstance(first.get(name), str))
        for name in _shown(figure)
    ]


def _shown(figure: Figure) -> list[str]:
    """A table's columns: of shares those of every way of counting, among which is the chosen one."""
    return [name for name in figure.columns if name != "share" or "any" not in figure.columns]


def newest_first(figure: Figure) -> list[dict[str, Any]]:
    """A figure's rows as a page shows them: its last periods first, each as it was."""
    if figure.columns[0] not in ("period", "year"):
        return figure.rows
    by_period: dict[Any, list[dict[str, Any]]] = defaultdict(list)
    for row in figure.rows:
        by_period[row[figure.columns[0]]].append(row)
    return [row for period in reversed(by_period) for row in by_period[period]]
