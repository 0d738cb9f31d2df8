from __future__ import annotations

from lxml import etree

from store.figures import Figure
from web.charts import SERIES, cells, chart

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
