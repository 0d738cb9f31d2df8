"""What reaches people, whatever dies on the way: each change once or twice, from one row of the outbox."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections import Counter, defaultdict
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from itertools import chain, repeat
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, Self

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, update

from alerts import webhooks
from alerts.delivery import Run, deliver
from alerts.matches import Due, audience, record
from alerts.matching import Match, Reason
from alerts.operators import notify
from alerts.outbox import add_test, prepare, resend
from alerts.rendering import Rendered
from alerts.sending import BACK_OFF, HOLD_AFTER, LEASE, Answer, Claim, braked, lift, unsubscribe
from alerts.settings import MailSettings, SmtpSettings
from alerts.transports import Folder, HandOver, Smtp, Transport
from alerts.watchlists import Watchlist
from alerts.webhooks import WebhookSettings
from organisations import Resolver
from store.archive import Archive
from store.fields import TABLES
from store.tables import Fetch, Listing
from store.times import stamp

MAIL = MailSettings(quiet="never", operators=("operator@example.org",))
START = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)
PEOPLE = ("a@example.org", "b@example.org")
HOOK = WebhookSettings(name="hook", url="https://hooks.example.org/", watchlists=("6G",), secret={"env": "NONE"})
LISTS = [Watchlist(name="6G", cadence="immediate", recipients=PEOPLE), Watchlist(name="AI", recipients=PEOPLE[:1])]


class Crash(BaseException):
    """The process dies here."""


class Clock:
    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, by: timedelta) -> None:
        self.now += by


class Scripted:
    """A relay in whose hands messages end as told, one word each; then it takes everything."""

    name = "scripted"

    def __init__(self, *script: str, repeatable: bool = False, channel: str = "mail") -> None:
        self.clock = Clock()
        self.channel = channel
        self.script = list(script)
        self.repeatable = repeatable
        self.arrived: list[tuple[str, bytes]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        pass

    def send(self, claim: Claim, hand_over: HandOver) -> Answer:
        word = self.script.pop(0) if self.script else "accepted"
        if word == "crash before":
            raise Crash
        if word in ("deferred", "rejected", "unreachable"):
            return Answer(word, 450, bad_recipient=word == "rejected")  # type: ignore[arg-type]
        if not hand_over():
            return Answer("deferred")
        if word == "crash during":
            raise Crash
        if word != "lost":
            self.arrived.append((claim.recipient, claim.content))
        if word == "crash after":
            raise Crash
        return Answer("unanswered") if word in ("lost", "unanswered") else Answer("accepted", 250)


def prepared(desk: Any, write: Callable[[Due], Rendered], now: datetime = START) -> list[int]:
    with desk.archive.write() as connection:
        return prepare(connection, audience(LISTS), write, MAIL, now)


def one_waiting(desk: Any, write: Callable[[Due], Rendered]) -> None:
    desk.tell([LISTS[1]], START - timedelta(hours=1))
    prepared(desk, write)


def state(desk: Any) -> tuple[str, int]:
    (row,) = desk.rows("SELECT * FROM message")
    return row.state, row.attempts


def run(desk: Any, transport: Transport, clock: Clock, mail: MailSettings = MAIL) -> Run:
    return deliver(desk.archive, transport, clock, mail)


def outcomes(desk: Any) -> list[str]:
    return [row.outcome for row in desk.rows("SELECT outcome FROM delivery ORDER BY id")]


def test_what_is_sent_is_settled_and_not_sent_again(desk: Any, write: Any) -> None:
    one_waiting(desk, write)
    relay, clock = Scripted(), Clock()
    assert run(desk, relay, clock).sent == [1]
    assert run(desk, relay, clock).sent == []
    assert state(desk) == ("sent", 1)
    assert outcomes(desk) == ["accepted"]
    assert len(relay.arrived) == 1


def test_a_deferred_message_is_tried_later_and_later_and_arrives(desk: Any, write: Any) -> None:
    one_waiting(desk, write)
    relay, clock = Scripted(*["deferred"] * 9), Clock()
    for pause in [*BACK_OFF, BACK_OFF[-1], BACK_OFF[-1]]:
        assert run(desk, relay, clock).outcomes == {"deferred": 1}
        clock.forward(pause - timedelta(seconds=1))
        assert run(desk, relay, clock).outcomes == {}
        clock.forward(timedelta(seconds=1))
    assert run(desk, relay, clock).sent == [1]


def test_a_message_deferred_for_weeks_is_held_for_a_person(desk: Any, write: Any) -> None:
    one_waiting(desk, write)
    relay, clock = Scripted(*["deferred"] * 99), Clock()
    for pause in chain(BACK_OFF, repeat(BACK_OFF[-1])):
        run(desk, relay, clock)
        if state(desk)[0] != "queued":
            break
        clock.forward(pause)
    assert state(desk) == ("held", HOLD_AFTER)
    assert timedelta(days=14) <= clock.now - START < timedelta(days=15)
    with desk.archive.write() as connection:
        resend(connection, 1, clock.now)
    assert run(desk, Scripted("deferred"), clock).failures[0].state == "queued"  # not held at once again


def test_a_message_that_lay_while_nothing_was_sent_is_not_held_for_one_deferral(desk: Any, write: Any) -> None:
    one_waiting(desk, write)
    clock = Clock(START + timedelta(days=60))
    run(desk, Scripted("deferred"), clock)
    clock.forward(BACK_OFF[0])
    assert run(desk, Scripted(), clock).sent == [1]


def test_a_relay_that_is_away_for_a_week_costs_no_message(desk: Any, write: Any) -> None:
    clock = Clock()
    for _ in range(7):
        desk.tell(LISTS, clock.now - timedelta(minutes=1))
        prepared(desk, write, clock.now)
        result = run(desk, Scripted("unreachable"), clock)
        assert result.outcomes == {"unreachable": 1}
        assert result.fault is not None
        clock.forward(timedelta(days=1))
    relay = Scripted()
    run(desk, relay, clock)
    assert Counter(recipient for recipient, _ in relay.arrived) == {"a@example.org": 7, "b@example.org": 7}


def test_a_rejected_recipient_is_left_alone_and_the_others_are_not(desk: Any, write: Any) -> None:
    clock = Clock()
    desk.tell(LISTS, START - timedelta(hours=1))
    prepared(desk, write)
    relay = Scripted("rejected")
    run(desk, relay, clock)
    assert [row.recipient for row in desk.rows("SELECT * FROM suppression")] == ["a@example.org"]
    assert [recipient for recipient, _ in relay.arrived] == ["b@example.org"]
    desk.tell(LISTS, clock.now)
    clock.forward(timedelta(days=1))
    assert len(prepared(desk, write, clock.now)) == 1  # nothing more is made for the one who was refused
    with desk.archive.write() as connection:
        assert lift(connection, "a@example.org") == 1
    assert len(prepared(desk, write, clock.now)) == 1
    run(desk, relay, clock)
    assert Counter(recipient for recipient, _ in relay.arrived) == {"a@example.org": 2, "b@example.org": 2}


def test_who_unsubscribes_gets_not_even_what_lay_in_the_outbox(desk: Any, write: Any) -> None:
    one_waiting(desk, write)
    (row,) = desk.rows("SELECT * FROM message")
    with desk.archive.write() as connection:
        assert unsubscribe(connection, "never given out", START) is None
        assert unsubscribe(connection, row.unsubscribe_token, START) == "a@example.org"
        assert unsubscribe(connection, row.unsubscribe_token, START) == "a@example.org"
    relay = Scripted()
    run(desk, relay, Clock())
    assert relay.arrived == []


def test_too_many_messages_wait_for_the_next_hour_but_operators_do_not(desk: Any, write: Any) -> None:
    clock, relay, mail = Clock(), Scripted(), MAIL.model_copy(update={"messages_per_hour": 3})
    for _ in range(5):
        desk.tell([LISTS[0]], clock.now)
        prepared(desk, write, clock.now)
        clock.forward(timedelta(seconds=1))
    with desk.archive.write() as connection:
        add_test(connection, "operator@example.org", MAIL, clock.now)
    sent, held = [], []
    for _ in range(4):
        sent.append(len(run(desk, relay, clock, mail).sent))
        with desk.archive.read() as connection:
            held.append(braked(connection, "mail", clock.now, mail))
        clock.forward(timedelta(hours=1, seconds=1))
    assert sent == [4, 3, 3, 1]
    assert held == [7, 4, 1, 0], "as `alerts send` says"


def test_twice_handed_over_without_an_answer_is_held_not_sent_a_third_time(desk: Any, write: Any) -> None:
    one_waiting(desk, write)
    relay, clock = Scripted("unanswered", "unanswered"), Clock()
    for _ in range(5):
        run(desk, relay, clock)
        clock.forward(timedelta(days=1))
    assert len(relay.arrived) == 2
    assert state(desk)[0] == "held"
    with desk.archive.write() as connection:
        resend(connection, 1, clock.now)
    assert run(desk, relay, clock).sent == [1]


@pytest.mark.parametrize(("word", "copies"), [("crash before", 1), ("crash during", 1), ("crash after", 2)])
def test_a_sender_that_dies_is_followed_by_one_that_finishes(desk: Any, write: Any, word: str, copies: int) -> None:
    one_waiting(desk, write)
    relay, clock = Scripted(word), Clock()
    with pytest.raises(Crash):
        run(desk, relay, clock)
    assert run(desk, relay, clock).outcomes == {}  # the dead one's lease still holds
    clock.forward(LEASE + timedelta(seconds=1))
    run(desk, relay, clock)
    assert len(relay.arrived) == copies
    assert len({message_from_bytes(one, policy=default)["Message-ID"] for _, one in relay.arrived}) == 1
    assert state(desk) == ("sent", 2)
    assert outcomes(desk) == ["unanswered", "accepted"]


def test_a_sender_that_was_only_slow_sends_nothing_after_another_took_over(desk: Any, write: Any) -> None:
    one_waiting(desk, write)
    clock, other = Clock(), Scripted()

    class Slow(Scripted):
        def send(self, claim: Claim, hand_over: HandOver) -> Answer:
            clock.forward(LEASE + timedelta(seconds=1))
            run(desk, other, clock)
            return super().send(claim, hand_over)

    slow = Slow()
    run(desk, slow, clock)
    assert (len(slow.arrived), len(other.arrived)) == (0, 1)
    assert state(desk)[0] == "sent"


def test_two_senders_at_once_on_one_file_send_each_message_once(desk: Any, write: Any, relay: Any) -> None:
    now = START
    for _ in range(15):
        desk.tell([LISTS[0]], now)
        prepared(desk, write, now)
        now += timedelta(seconds=1)
    together = threading.Barrier(2)
    smtp = SmtpSettings(host="127.0.0.1", port=relay.port, security="none", timeout=10)

    def sender() -> None:
        archive = Archive.open(desk.archive.url)
        together.wait()
        deliver(archive, Smtp(smtp, "normwatch@example.org"), lambda: now, MAIL)
        archive.close()

    threads = [threading.Thread(target=sender) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ids = [message_from_bytes(one, policy=default)["Message-ID"] for _, _, one in relay.received]
    assert len(ids) == len(set(ids)) == 30
    assert {row.state for row in desk.rows("SELECT * FROM message")} == {"sent"}


def test_a_dropped_answer_over_a_real_connection_repeats_the_message_once(desk: Any, write: Any, relay: Any) -> None:
    one_waiting(desk, write)
    relay.answers += ["drop", "451 later", "250 taken"]
    clock = Clock()
    smtp = SmtpSettings(host="127.0.0.1", port=relay.port, security="none", timeout=10, answer_timeout=10)
    for _ in range(4):
        run(desk, Smtp(smtp, "normwatch@example.org"), clock)
        clock.forward(timedelta(days=1))
    assert outcomes(desk) == ["unanswered", "deferred", "accepted"]
    assert len(relay.received) == 2
    assert relay.received[0] == relay.received[1]


KILLED = """
import os, sys
from datetime import datetime
from pathlib import Path
import alerts.delivery
from alerts.settings import MailSettings, SmtpSettings
from alerts.transports import Folder, Smtp
from store.archive import Archive

url, way, step, when, now = sys.argv[1:]
place = Path if step == "replace" else alerts.delivery
real = getattr(place, step)
def dying(*args, **more):
    if when == "after":
        real(*args, **more)
        if step != "replace":
            args[0].commit()
    os._exit(9)
setattr(place, step, dying)
relay = SmtpSettings(host="127.0.0.1", port=int(way), security="none") if way.isdecimal() else None
transport = Smtp(relay, "normwatch@example.org") if relay else Folder(Path(way))
alerts.delivery.deliver(Archive.open(url), transport, lambda: datetime.fromisoformat(now), MailSettings())
"""


def killed(desk: Any, way: str, step: str, when: str) -> None:
    """A sender's process dies right before or after a step, without a word."""
    root = Path(__file__).resolve().parents[2]
    ended = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", KILLED, desk.archive.url, way, step, when, START.isoformat()],
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(root)},
        check=False,
    )
    assert ended.returncode == 9


@pytest.mark.parametrize(
    ("death", "copies"),
    [(("claim", "after"), 1), (("hand_over", "after"), 1), (("settle", "before"), 2), (("settle", "after"), 1)],
)
def test_a_killed_process_costs_at_most_a_repetition(
    desk: Any, write: Any, relay: Any, death: tuple[str, str], copies: int
) -> None:
    one_waiting(desk, write)
    killed(desk, str(relay.port), *death)
    clock = Clock(START + LEASE + timedelta(seconds=1))
    smtp = SmtpSettings(host="127.0.0.1", port=relay.port, security="none", timeout=10, answer_timeout=10)
    run(desk, Smtp(smtp, "normwatch@example.org"), clock)
    assert len(relay.received) == copies
    assert len({content for _, _, content in relay.received}) == 1
    assert state(desk)[0] == "sent"


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_killed_process_leaves_one_whole_file_in_the_end(desk: Any, write: Any, tmp_path: Path, when: str) -> None:
    one_waiting(desk, write)
    folder = tmp_path / "outbox"
    killed(desk, str(folder), "replace", when)
    run(desk, Folder(folder), Clock(START + LEASE + timedelta(seconds=1)))
    (file,) = folder.glob("*.eml")
    assert message_from_bytes(file.read_bytes(), policy=default)["To"] == "a@example.org"
    assert state(desk)[0] == "sent"


STEPS = st.sampled_from(
    [
        "tell",
        "tell and crash",
        "prepare",
        "prepare and crash",
        "deliver",
        "wait",
        "wait long",
        "wait a week",
        "lose",
        "find",
    ]
)
STARTS = st.sampled_from(
    [START, datetime(2026, 10, 24, 23, 30, tzinfo=UTC), datetime(2027, 3, 27, 23, 30, tzinfo=UTC)]  # clocks change
)
NIGHTS = [
    LISTS[0],
    Watchlist(name="AI", cadence="daily 02:30", zone="Europe/Berlin", recipients=PEOPLE[:1]),
    Watchlist(name="Grids", cadence="weekly sun 02:30", zone="Europe/Berlin", recipients=PEOPLE[1:]),
]
"""Some of these times come twice, or never, in the nights that clocks change."""
WORDS = st.sampled_from(["accepted", "deferred", "unreachable", "crash before", "crash after", "unanswered"])
FATES = st.lists(WORDS, max_size=12)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STARTS, st.lists(STEPS, max_size=25), st.tuples(FATES, FATES, st.booleans()))
def test_any_interleaving_of_crash_and_retry_tells_each_change_once_or_twice(
    write: Any,
    make_desk: Any,
    resolver: Resolver,
    start: datetime,
    steps: list[str],
    fates: tuple[list[str], list[str], bool],
) -> None:
    mailed, posted, repeatable = fates
    relay = Scripted(*mailed, repeatable=repeatable)
    hook = Scripted(*posted, channel="webhook")
    hook.clock = relay.clock = Clock(start)
    with TemporaryDirectory() as folder:
        office = Office(make_desk(Path(folder)), resolver, write, relay, hook)
        for step in [*steps, "tell"]:
            office.take(step)
        for _ in range(20):  # and then nothing more goes wrong
            for step in ("prepare", "deliver", "wait long"):
                office.take(step)
        office.check()
        office.desk.archive.close()


class Office:
    """Readers, a webhook and an operator, who are told of changes whatever dies on the way."""

    def __init__(self, desk: Any, resolver: Resolver, write: Any, relay: Scripted, hook: Scripted) -> None:
        self.desk, self.resolver, self.write = desk, resolver, write
        self.relay, self.hook = relay, hook
        self.clock = relay.clock
        self.told: set[int] = set()
        self.lost = False
        self.turns = 0

    def take(self, step: str) -> None:
        """One step, after a second."""
        self.clock.forward(timedelta(seconds=1))
        match step:
            case "tell":
                with self.desk.archive.write() as connection:
                    self.told.add(self._change(connection))
            case "tell and crash":
                with suppress(Crash), self.desk.archive.write() as connection:
                    self._change(connection)
                    raise Crash
                self.desk.records -= 1
            case "prepare":
                with self.desk.archive.write() as connection:
                    self._prepare(connection)
            case "prepare and crash":
                with suppress(Crash), self.desk.archive.write() as connection:
                    self._prepare(connection)
                    raise Crash
            case "deliver":
                for way in (self.relay, self.hook):
                    with suppress(Crash):
                        run(self.desk, way, self.clock)
            case "wait":
                self.clock.forward(timedelta(minutes=20))
            case "wait long":
                self.clock.forward(timedelta(hours=13))
            case "wait a week":
                self.clock.forward(timedelta(days=8))
            case "lose" | "find":
                self._turn(lost=step == "lose")

    def _turn(self, *, lost: bool) -> None:
        """The source of everything is lost, or read again."""
        if lost is not self.lost:
            self.lost, self.turns = lost, self.turns + 1
            now = stamp(self.clock.now)
            with self.desk.archive.write() as connection:
                values = {"state": "broken", "reason": "HTTP 500"} if lost else {"state": "ok", "last_good_at": now}
                connection.execute(update(Listing).values(**values, state_since=now))
                fetch = {"listing_id": 1, "url": "x", "fetched_at": now, "outcome": "failed" if lost else "ok"}
                connection.execute(insert(Fetch).values(fetch))

    def _change(self, connection: Any) -> int:
        """A change and whom it concerns, in one transaction."""
        number = int(self.desk.change(connection, self.clock.now))
        connection.execute(insert(TABLES["contribution"]).values(record_id=number))
        found = [Match(number, one.name, "reserved", (Reason("topic", "6G", "title"),)) for one in NIGHTS]
        record(connection, found, audience(NIGHTS) | webhooks.audience([HOOK], NIGHTS), self.clock.now)
        return number

    def _prepare(self, connection: Any) -> None:
        """Digests, what webhooks get, and the operator's notices, in one transaction."""
        now = self.clock.now
        prepare(connection, audience(NIGHTS), self.write, MAIL, now)
        webhooks.prepare(connection, self.resolver, hooks=[HOOK], watchlists=NIGHTS, settings=MAIL, now=now)
        notify(connection, MAIL, now)

    def check(self) -> None:
        """Each change to each recipient once or twice, under one id, from one row of the outbox."""
        ids: dict[tuple[str, int], list[str]] = defaultdict(list)
        notices: list[str] = []
        for recipient, raw in self.relay.arrived:
            message = message_from_bytes(raw, policy=default)
            if recipient in MAIL.operators:
                notices.append(message["Message-ID"])
            for line in message.get_body(("plain",)).get_content().splitlines():
                if line.startswith("change "):
                    ids[recipient, int(line.removeprefix("change "))].append(message["Message-ID"])
        for recipient, raw in self.hook.arrived:
            body = json.loads(raw)
            for change in body["changes"]:
                ids[recipient, change["id"]].append(body["delivery"])
        assert set(ids) == {(who, change) for who in (*PEOPLE, HOOK.recipient) for change in self.told}
        assert all(len(set(copies)) == 1 for copies in ids.values())
        if not self.relay.repeatable:
            assert max(map(len, ids.values())) <= 2
            assert max(Counter(notices).values(), default=0) <= 2
        rows = self.desk.rows("SELECT recipient, change_id, message_id FROM alert")
        assert {(row.recipient, row.change_id) for row in rows} == set(ids)
        assert all(row.message_id is not None for row in rows)
        messages = self.desk.rows("SELECT message_id, kind FROM message")
        told = {row.message_id for row in messages if row.kind == "digest"}
        assert told == {one for copies in ids.values() for one in copies}
        assert {row.message_id for row in messages if row.kind == "operators"} == set(notices)
        known = {row.recipient for row in self.desk.rows("SELECT recipient FROM outage")}
        assert known == (set(PEOPLE) if self.lost else set())  # who was told of an outage is told of its end
        quiet = Counter(row.recipient for row in self.desk.rows("SELECT recipient FROM message WHERE kind = 'quiet'"))
        assert max(quiet.values(), default=0) <= self.turns
