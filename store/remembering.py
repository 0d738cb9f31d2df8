"""Figures kept until the archive takes in something new: the widest cost seconds over a million contributions."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any

from sqlalchemy import Connection, text

from store.figures import Figure

_STATE = text('SELECT MAX(id) FROM "fetch"')


class Remembered:
    """The last figures asked for. One per archive; threads may share it."""

    def __init__(self, most: int = 256) -> None:
        self._most = most
        self._figures: OrderedDict[Hashable, tuple[Any, Figure]] = OrderedDict()
        self._lock = Lock()

    def __call__(self, connection: Connection, ask: Callable[..., Figure], *arguments: Any, **more: Any) -> Figure:
        """`ask(connection, *arguments, **more)`, whose arguments must be hashable."""
        key = (ask, arguments, tuple(sorted(more.items())))
        state = connection.execute(_STATE).scalar()
        with self._lock:
            kept = self._figures.get(key)
            if kept is not None and kept[0] == state:
                self._figures.move_to_end(key)
                return kept[1]
        figure = ask(connection, *arguments, **more)
        with self._lock:
            self._figures[key] = state, figure
            self._figures.move_to_end(key)
            while len(self._figures) > self._most:
                self._figures.popitem(last=False)
        return figure
