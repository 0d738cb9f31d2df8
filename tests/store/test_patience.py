from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from store.conditions import Wanted
from store.facets import facets
from store.finding import page
from store.patience import TooLong, within
from store.reading import Asking

ENDLESS = "WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 100000000) SELECT MAX(i) FROM n"


class Clock:
    """A second passes each time it is looked at."""

    now = 0.0

    def __call__(self) -> float:
        self.now += 1
        return self.now


def test_a_question_that_takes_too_long_is_given_up_and_others_are_answered(keeper: Any) -> None:
    with keeper.archive.read() as connection:
        with pytest.raises(TooLong, match="within 5 s"), within(connection, 5, Clock()):
            connection.execute(text(ENDLESS))
        assert connection.execute(text("SELECT 1")).scalar() == 1


def test_an_inner_question_may_have_less_time_and_leaves_the_outer_its_own(keeper: Any) -> None:
    def ask(connection: Any) -> None:
        with pytest.raises(TooLong, match="within 2 s"), within(connection, 2, Clock()):
            connection.execute(text(ENDLESS))
        connection.execute(text(ENDLESS))

    with keeper.archive.read() as connection, within(connection, 9, Clock()), pytest.raises(Exception, match="interr"):
        ask(connection)


def test_other_errors_pass(keeper: Any) -> None:
    with keeper.archive.read() as connection, pytest.raises(ValueError, match="mine"), within(connection, 5):
        raise ValueError("mine")


def test_a_search_that_is_given_up_says_so(keeper: Any, tdoc: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    keeper.take([tdoc("R1-1", title="Teapots")])
    monkeypatch.setattr("store.patience.STEPS", 1)
    with keeper.archive.read() as connection:
        found = page(connection, "teapots", Wanted(), Asking(keeper.resolver), patience=0)
        assert (found.cut, found.cursor) == (True, None)
        counted = facets(connection, "teapots", Wanted(), 0)
        assert (counted.of, counted.complete) == (0, False)
        assert not page(connection, "teapots", Wanted(), Asking(keeper.resolver), patience=60).cut
