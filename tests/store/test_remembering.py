from __future__ import annotations

from collections.abc import Callable
from typing import Any

from store.figures import Scope, shares
from store.remembering import Remembered

Row = Callable[..., Any]


def test_a_figure_is_computed_once_until_the_archive_takes_in_something(keeper: Any, tdoc: Row) -> None:
    asked: list[object] = []

    def ask(*arguments: Any, **more: Any) -> Any:
        asked.append(more)
        return shares(*arguments, **more)

    keeper.take([tdoc("R1-1", source="ZTE")])
    remembered = Remembered(most=2)
    with keeper.archive.read() as connection:
        first = remembered(connection, ask, Scope(), per="year")
        assert remembered(connection, ask, Scope(), per="year") is first
        remembered(connection, ask, Scope(), per="meeting")
        assert len(asked) == 2
    keeper.take([tdoc("R1-1", source="ZTE"), tdoc("R1-2", source="ZTE")])
    with keeper.archive.read() as connection:
        assert remembered(connection, ask, Scope(), per="year").rows[0]["count"] == 2
        for per in ("release", "meeting", "year"):
            remembered(connection, ask, Scope(), per=per)
    assert len(asked) == 6  # of three, two are kept
