"""Answers kept until the archive takes in something new: the widest figures cost a second over a million documents."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar

from sqlalchemy import Connection, select

from store import tables

_fetch = tables.Fetch.__table__  # type: ignore[attr-defined]
_STATE = select(_fetch.c.id).where(_fetch.c.outcome.in_(("ok", "replayed"))).order_by(_fetch.c.id.desc()).limit(1)
"""The last fetch that was read in, or anew: those that brought nothing new change no answer."""
Answer = TypeVar("Answer")


class Remembered:
    """The last answers. One per archive; threads may share it. Answers must not be altered."""

    def __init__(self, most: int = 20_000) -> None:
        self._most = most
        self._answers: OrderedDict[Hashable, tuple[Any, Any, int]] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    def __call__(self, connection: Connection, ask: Callable[..., Answer], *arguments: Any, **more: Any) -> Answer:
        """`ask(connection, *arguments, **more)`, whose arguments must be hashable.

        An answer with `rows` counts for as many against the `most` that are kept, another for one.
        """
        key = (ask, arguments, tuple(sorted(more.items())))
        state = connection.execute(_STATE).scalar()
        with self._lock:
            kept = self._answers.get(key)
            if kept is not None and kept[0] == state:
                self._answers.move_to_end(key)
                answer: Answer = kept[1]
                return answer
        answer = ask(connection, *arguments, **more)
        with self._lock:
            self._forget(key)
            self._answers[key] = state, answer, (size := len(getattr(answer, "rows", ".")))
            self._size += size
            while self._size > self._most:
                self._forget(next(iter(self._answers)))
        return answer

    def _forget(self, key: Hashable) -> None:
        if key in self._answers:
            self._size -= self._answers.pop(key)[2]
