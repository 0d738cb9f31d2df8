from __future__ import annotations

import pytest
from lxml import etree

from store.figures import Figure
from web.charts import LETTER, SERIES, cells, chart, headings, newest_first, number

HOSTILE = "<script>alert(1)</script>\u202e"


def shares(periods: int, names: int) -> Figure:
    rows = [
        {"period": str(2000 + year), "name": f"{HOSTILE}{name}", "share": (name + 1) / names / 2}
        for year in range(periods)
        for name in range(names)
    ]
    return Figure(f"Shares {HOSTILE}", ("period", "name", "share"), rows, "")


def test_a_chart_is_sound_markup_whatever_is_in_it() -> None:
    for figure in (
        shares(1, 1),
        shares(40, 9),
        Figure(HOSTILE, ("name", "rate", "low", "high"), [{"name": HOSTILE, "rate": 0.5, "low": 0.1, "high": 1.0}], ""),
        Figure("x", ("one", "other", "documents"), [{"one": HOSTILE, "other": "b", "documents": 0}], ""),
    ):
        made = chart(figure)
        assert made is not None
        root = etree.fromstring(str(made.svg))
        assert not root.findall(".//script")
        assert not [one for one in root.iter() if "style" in one.attrib]


def test_the_largest_series_are_drawn_and_the_rest_counted() -> None:
    made = chart(shares(3, 9))
    assert made is not None
    assert len(made.legend) == SERIES
    assert made.legend[0].endswith("8")
    assert made.left_out == 3


def test_nothing_is_drawn_of_nothing() -> None:
    assert chart(Figure("x", ("period", "share"), [], "")) is None


def test_what_is_not_known_is_an_empty_cell() -> None:
    figure = Figure("x", ("period", "share", "count"), [], "")
    assert cells(figure, {"period": "2020", "share": 0.4567, "count": None}) == [
        ("2020", False),
        ("45.7 %", True),
        ("", False),
    ]


def test_lines_stand_where_their_shares_are() -> None:
    """The chart and the table say the same: heights read back between the grid's 0 % and its top."""
    figure = shares(5, 3)
    made = chart(figure)
    assert made is not None
    root = etree.fromstring(str(made.svg))
    grid = {
        float(str(tick.text).removesuffix(" %")) / 100: float(tick.get("y")) - 4
        for tick in root.iterfind("text[@class='tick']")
    }
    low, high = min(grid), max(grid)
    for place, name in enumerate(made.legend, 1):
        points = root.find(f"polyline[@class='s{place}']").get("points").split()  # type: ignore[union-attr]
        heights = [float(point.split(",")[1]) for point in points]
        read = [low + (grid[low] - y) / (grid[low] - grid[high]) * (high - low) for y in heights]
        wanted = [row["share"] for row in figure.rows if row["name"].endswith(name[-1])]
        assert read == pytest.approx(wanted, abs=0.002)


def test_shares_are_shown_by_every_way_of_counting_side_by_side() -> None:
    row = {"period": "2020", "name": "CN", "count": 1234, "share": 0.5, "any": 0.5, "first": 0.4, "fractional": 0.45}
    figure = Figure("x", tuple(row), [row], "")
    assert [text for text, _ in headings(figure)] == ["Period", "Name", "Count", "Any named", "First named", "In parts"]
    assert [text for text, _ in cells(figure, row)] == ["2020", "CN", "1\u202f234", "50.0 %", "40.0 %", "45.0 %"]
    assert [numeric for _, numeric in headings(figure)] == [numeric for _, numeric in cells(figure, row)]


def test_a_page_begins_with_the_last_period() -> None:
    figure = shares(3, 2)
    assert [row["period"] for row in newest_first(figure)] == ["2002", "2002", "2001", "2001", "2000", "2000"]
    assert newest_first(figure)[:2] == figure.rows[-2:]
    ranked = Figure("x", ("name", "rate"), [{"name": "b", "rate": 0.5}, {"name": "a", "rate": 0.4}], "")
    assert newest_first(ranked) == ranked.rows


@pytest.mark.parametrize(
    ("value", "text"), [(None, ""), (0, "0"), (1234567, "1\u202f234\u202f567"), (12.0, "12"), (1234.56, "1\u202f234.6")]
)
def test_numbers_are_read_at_a_glance(value: float | None, text: str) -> None:
    assert number(value) == text


def test_the_names_of_bars_have_room_left_of_them() -> None:
    rows = [
        {"one": "Ericsson", "other": "Telecommunications of an invented place", "documents": 9},
        {"one": "a", "other": "b", "documents": 1},
    ]
    made = chart(Figure("x", ("one", "other", "documents"), rows, ""))
    assert made is not None
    names = etree.fromstring(str(made.svg)).findall("text[@class='name']")
    assert [str(name.text)[:12] for name in names] == ["Ericsson + T", "a + b"]
    for name in names:
        assert len(str(name.text)) * LETTER <= float(name.get("x"))
