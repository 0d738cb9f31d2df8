"""Turns go on whatever happens to one of them, to the clock or to the scheduler."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
import structlog
from apscheduler.executors.pool import ThreadPoolExecutor

from normwatch import turns
from normwatch.turns import APART, LOOK, Turns

PATIENCE = 20
"""Seconds that a thread may take on a busy machine."""
NOW = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Turn:
    """Says when it is to be taken next: after the waits in turn, then after a day."""

    __name__ = "send"

    def __init__(self, *waits: timedelta | Exception) -> None:
        self.waits = list(waits)
        self.taken = 0
        self.done = threading.Semaphore(0)

    def __call__(self) -> datetime:
        self.taken += 1
        self.done.release()
        wait = self.waits.pop(0) if self.waits else 24 * HOUR
        if isinstance(wait, Exception):
            raise wait
        return NOW + wait

    def wait(self, times: int = 1) -> bool:
        """Whether it is taken so many times more before patience ends."""
        return all(self.done.acquire(timeout=PATIENCE) for _ in range(times))


@contextmanager
def kept(*each: Callable[[], datetime]) -> Iterator[Turns]:
    """Turns that are kept in a thread, by a clock that stands still."""
    stopping = threading.Event()
    taking = Turns(list(each), lambda: NOW, stopping)
    thread = threading.Thread(target=taking.keep)
    thread.start()
    try:
        yield taking
    finally:
        stopping.set()
        thread.join(PATIENCE)
        assert not thread.is_alive()


def planned(taking: Turns) -> timedelta:
    """How far ahead the next turn lies, once the one before has ended."""
    for _ in range(PATIENCE * 100):
        job = taking._scheduler.get_job("send")
        if job is not None:
            return job.next_run_time - datetime.now(UTC)
        threading.Event().wait(0.01)
    raise AssertionError("the turn is lost")


def test_a_turn_is_taken_when_the_one_before_said_though_that_be_at_once() -> None:
    one = Turn(*[timedelta(0)] * 50, -3 * HOUR)
    with kept(one) as taking:
        assert one.wait(52)
        assert timedelta(hours=23) < planned(taking) <= timedelta(hours=24)
    assert one.taken == 52


def test_a_turn_that_is_hours_late_is_taken_once() -> None:
    one = Turn()
    with kept(one) as taking:
        assert one.wait()
        planned(taking)
        taking.plan("send", -7 * HOUR)
        assert one.wait()
        assert planned(taking) > 23 * HOUR
    assert one.taken == 2


def test_a_clock_that_is_set_back_does_not_stall_a_turn() -> None:
    one = Turn()
    with kept(one) as taking:
        assert one.wait()
        assert planned(taking) > LOOK  # as after any turn, or after an hour was taken from the clock
        taking.look()
        assert one.wait()


def test_what_is_due_soon_is_not_pulled_forward() -> None:
    one = Turn(LOOK - timedelta(minutes=1))
    with kept(one) as taking:
        assert one.wait()
        before = planned(taking)
        taking.look()
        assert timedelta(0) < planned(taking) <= before
    assert one.taken == 1


def test_a_turn_that_raises_is_logged_and_taken_again() -> None:
    one = Turn(OSError("no such disk"))
    with structlog.testing.capture_logs() as logged, kept(one) as taking:
        assert one.wait()
        assert timedelta(0) < planned(taking) <= APART
        taking.plan("send", timedelta(0))
        assert one.wait()
    assert "send failed; it is tried again" in [line["event"] for line in logged]


def test_a_turn_that_could_not_be_begun_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    refused = threading.Event()

    class Full(ThreadPoolExecutor):
        """Has no thread left for the first turn."""

        def _do_submit_job(self, job: object, run_times: object) -> None:
            if not refused.is_set():
                refused.set()
                raise RuntimeError("can't start new thread")
            super()._do_submit_job(job, run_times)

    monkeypatch.setattr(turns, "ThreadPoolExecutor", Full)
    one = Turn()
    with kept(one) as taking:
        assert refused.wait(PATIENCE)
        # as the schedule looks again and again: the first time, the scheduler may not have dropped it yet
        assert any(taking.look() or one.done.acquire(timeout=PATIENCE / 100) for _ in range(100))


def test_a_turn_under_way_is_neither_doubled_nor_cut_off_by_the_end() -> None:
    begun, end = threading.Event(), threading.Event()
    ended = []

    def visit() -> datetime:
        begun.set()
        assert end.wait(PATIENCE)
        ended.append(1)
        return NOW

    with kept(visit) as taking:
        assert begun.wait(PATIENCE)
        taking.look()
        assert taking._scheduler.get_job("visit") is None
        taking._stopping.set()
        end.set()
    assert ended == [1]


def test_an_end_that_comes_as_a_turn_begins_is_clean(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, stopped = threading.Event(), threading.Event()

    class Slow(ThreadPoolExecutor):
        """Does not come back from beginning a turn before the end, if that does not wait for it."""

        def _do_submit_job(self, job: object, run_times: object) -> None:
            super()._do_submit_job(job, run_times)
            begun.set()
            stopped.wait(0.3)

    monkeypatch.setattr(turns, "ThreadPoolExecutor", Slow)
    with kept(Turn()) as taking:
        shutdown = taking._scheduler.shutdown
        monkeypatch.setattr(taking._scheduler, "shutdown", lambda wait: (shutdown(wait=wait), stopped.set()))
        assert begun.wait(PATIENCE)
    # what fails in a thread of its own fails the test


def test_a_turn_that_fails_does_not_stop_the_others() -> None:
    one = Turn(timedelta(0), timedelta(0))

    def prune() -> datetime:
        raise OSError("no such disk")

    with kept(prune, one):
        assert one.wait(3)
