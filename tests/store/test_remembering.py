from __future__ import annotations

from collections.abc import Callable
from typing import Any

from spiders.rows import Reading
from store.figures import Scope, shares
from store.remembering import Remembered
from store.replay import again, newest, replayable

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


def test_what_is_corrected_by_a_replay_is_not_told_as_it_was(keeper: Any, tdoc: Row) -> None:
    keeper.take([tdoc("R1-1", source="ZTE")])
    remembered = Remembered()
    with keeper.archive.read() as connection:
        assert [row["name"] for row in remembered(connection, shares, Scope()).rows] == ["CN"]
    with keeper.archive.write() as connection:
        (listing,) = replayable(connection)
        reading = Reading("3gpp.tdocs", rows=[tdoc("R1-1", source="Ericsson")])
        assert again(connection, newest(connection, listing), reading, keeper.resolver, keeper.now).found
    with keeper.archive.read() as connection:
        assert [row["name"] for row in remembered(connection, shares, Scope()).rows] == ["SE"]
