"""Thirty days of operation in minutes, with everything that goes wrong: `python -m bench.soak [DAYS [SEED]]`.

What the archive, the mails and the memory of who was told say is held against the whole truth of the days and against
the faults that were made. Ends with 1 if a promise was broken.
"""

from __future__ import annotations

import email
import email.policy
import re
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from alerts import tables
from alerts.events import events
from bench.soaking import HOUR, Injected, Soak
from demo.iso_committees import MEMBERS, RENAMED
from organisations import Registry, Resolver
from store.archive import Archive
from store.backup import problem
from store.changes import Filter, changes
from store.tables import Change, Record

_alert = tables.Alert.__table__  # type: ignore[attr-defined]
_message = tables.Message.__table__  # type: ignore[attr-defined]
_change = Change.__table__  # type: ignore[attr-defined]
_record = Record.__table__  # type: ignore[attr-defined]

FOLLOWING = frozenset({"url", "uploaded_at", "first_document", "last_document", "meeting", "ends_on", "documents_url"})
"""Fields that change with what the truth says of: a file's address and date, a meeting's last document."""
BLIND, AGAIN = "WHAT WE COULD NOT SEE", "WHAT WE CAN SEE AGAIN"
_BERLIN = ZoneInfo("Europe/Berlin")

_NUMBERS = MEMBERS | {RENAMED.get(name, name): number for name, number in MEMBERS.items()}

Told = tuple[str, str, str, str, str, str | None, str | None]


@dataclass
class Figures:
    """What happened, and what should not have: `broken` is empty if every promise was kept."""

    counts: dict[str, int] = field(default_factory=dict)
    kinds: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Mail:
    """One file of the outbox's folder."""

    number: int
    recipient: str
    message_id: str
    text: str


def judge(soak: Soak) -> Figures:
    """Hold what a soak left behind against the truth."""
    figures = Figures(kinds=Counter(one.what.kind for one in soak.injected) + soak.mishaps)
    figures.counts |= {"days": soak.days, **soak.visits}
    if why := problem(soak.folder / "archive.sqlite"):
        figures.broken.append(f"the archive is damaged: {why}")
    mails = list(_mails(soak.folder / "mails"))
    with closing(Archive.open(f"sqlite:///{soak.folder}/archive.sqlite")) as archive:
        _changes(soak, archive, figures)
        _messages(archive, mails, figures)
    _readers(soak, mails, figures)
    _operators(soak, mails, figures)
    return figures


def _changes(soak: Soak, archive: Archive, figures: Figures) -> None:
    """What the archive says that changed, against what did."""
    truth = Counter(_plain((*one[1:4], one.kind, one.field, one.old, one.new)) for one in soak.month.truth)
    with archive.read() as connection:
        found = Counter(
            _plain((one.body, one.record, one.key, one.kind, _field(one), one.old, one.new))
            for one in changes(connection, Resolver(Registry.load()), Filter())
        )
    touched = {one[:3] for one in truth}
    more = found - truth
    invented = [one for one in more if one not in truth and not (one[4] in FOLLOWING and _may_follow(one, touched))]
    lost, twice = truth - found, [one for one in more if one in truth]
    figures.counts |= {"changes in the truth": truth.total(), "of them found": truth.total() - lost.total()}
    figures.counts |= {"changes lost": lost.total(), "invented": len(invented), "found twice": len(twice)}
    figures.broken += [f"lost: {one}" for one in lost] + [f"invented: {one}" for one in invented]
    figures.broken += [f"found twice: {one}" for one in twice]


def _field(one: Any) -> str:
    """A member by its number, as the truth has it."""
    return f"member {_NUMBERS[one.subject]}" if one.field == "membership" else one.field


def _plain(one: Told) -> Told:
    """A secretariat without its values: the archive names it, ISO's file has its number."""
    return (*one[:4], "secretariat", None, None) if one[4].startswith("secretariat") else one


def _may_follow(one: Told, touched: set[tuple[Any, ...]]) -> bool:
    return one[:3] in touched or one[1] == "meeting"


def _messages(archive: Archive, mails: list[Mail], figures: Figures) -> None:
    """Everything that was to be told stands in one message that was sent, whose file names it."""
    texts = {mail.number: mail.text for mail in mails}
    with archive.read() as connection:
        waiting = connection.execute(select(_message.c.id).where(_message.c.state != "sent")).all()
        query = (
            select(_alert.c.recipient, _alert.c.change_id, _alert.c.message_id, _record.c.record, _record.c.key)
            .join_from(_alert, _change, _change.c.id == _alert.c.change_id)
            .join(_record, _record.c.id == _change.c.record_id)
        )
        alerts = connection.execute(query).all()
        news = [one.id for one in changes(connection, Resolver(Registry.load()), Filter()) if events(one)]
    told = {row.change_id for row in alerts if row.recipient == "all@example.org"}
    untold = [one for one in news if one not in told]
    unnamed = [
        row
        for row in alerts
        if row.message_id is None or (row.record == "contribution" and row.key not in texts.get(row.message_id, ""))
    ]
    figures.counts |= {"changes told to whom all is told": len(told), "mails": len(mails)}
    figures.counts["mails sent twice"] = len(mails) - len({mail.message_id for mail in mails})
    figures.broken += [f"a message was never sent: {row.id}" for row in waiting]
    figures.broken += [f"a change was never told: {one}" for one in untold]
    figures.broken += [f"a change is not in the mail that tells it: {row}" for row in unnamed]
    if figures.counts["mails sent twice"]:
        figures.broken.append("a message was sent under two names")


def _readers(soak: Soak, mails: list[Mail], figures: Figures) -> None:
    """Outages and their ends, as readers were told."""
    history: dict[tuple[str, str], list[tuple[datetime, bool]]] = defaultdict(list)
    for at, recipient, source, lost in soak.seen:
        history[recipient, source].append((at, lost))
    figures.broken += [f"{place} was never told to be over" for place, seen in history.items() if seen[-1][1]]
    begun = [at for seen in history.values() for at, lost in seen if lost]
    figures.counts |= {"outages told to readers": len(begun), "their ends": len(soak.seen) - len(begun)}
    for recipient in {recipient for recipient, _ in history}:
        looks = {at for at, to, _, lost in soak.seen if to == recipient and not lost}
        told = sum(AGAIN in mail.text for mail in mails if mail.recipient == recipient)
        if told != len(looks):
            figures.broken.append(f"{recipient} was told {told} times of ends, which came {len(looks)} times")
    made = [one for one in soak.injected if one.what.source]
    times = [_times(soak, history["all@example.org", one.what.source], one) for one in made]
    figures.counts |= {"lasting server outages made": len(made), "told to their daily reader once": times.count(1)}
    for one, told in zip(made, times, strict=True):
        if told != 1 and (told or _due(soak, one)):
            figures.broken.append(f"{one} was told {told} times")


def _lasted(soak: Soak, one: Injected) -> tuple[datetime, datetime] | None:
    """From the visit that found an outage to the one that found it over, as far as it was found."""
    visits = [(at, good) for at, source, good in soak.read if source == one.what.source and at >= one.begins]
    lost = next((at for at, good in visits if not good and at <= one.ends), None)
    return (lost, next(at for at, good in visits if good and at > lost)) if lost else None


def _times(soak: Soak, seen: list[tuple[datetime, bool]], one: Injected) -> int:
    """How often a source was told to be lost while it was; if it still was from an outage before, that counts too."""
    lasted = _lasted(soak, one)
    if lasted is None:
        return 0
    before = [lost for at, lost in seen if at < lasted[0]]
    return bool(before and before[-1]) + sum(lost for at, lost in seen if lasted[0] <= at < lasted[1])


def _due(soak: Soak, one: Injected) -> bool:
    """Whether the daily reader's time came while a source was lost, and nothing of our own kept us from telling it.

    A clock that was ahead brings a digest early, and the next one a day after that.
    """
    if (lasted := _lasted(soak, one)) is None:
        return False
    for at, well in soak.looks:
        if lasted[0] <= at < lasted[1] and well:
            local = at.astimezone(_BERLIN)
            due = local.replace(hour=7, minute=30, second=0, microsecond=0)
            calm = all(good for when, good in soak.looks if at - 40 * HOUR <= when <= at)
            if lasted[0] <= due <= local and calm:
                return True
    return False


_ONE = re.compile(r"- source (\S+): (?:(over)$|(\w+)\.)")
_SOME = re.compile(r"- \S+, \d+ sources(?:: (over)| (\w+)): (?:.*: )?([^ ].*)$")


def _operators(soak: Soak, mails: list[Mail], figures: Figures) -> None:
    """Every change of a source's state told once, and at last that all is over."""
    now: dict[str, str] = {}
    for mail in mails:
        if mail.recipient != "operator@example.org":
            continue
        for source, state in _said(mail.text):
            figures.counts["states told to operators"] = figures.counts.get("states told to operators", 0) + 1
            if now.get(source, "over") == state:
                figures.broken.append(f"operators were told twice in mail {mail.number} that {source} is {state}")
            now[source] = state
    figures.broken += [f"operators never heard that {one} is over" for one, state in now.items() if state != "over"]
    never = [one for one in soak.injected if one.what.source and one.what.source not in now]
    figures.broken += [f"operators never heard of {one}" for one in never]


def _said(text: str) -> Iterator[tuple[str, str]]:
    """Source and state in an operators' mail."""
    for line in text.splitlines():
        if one := _ONE.match(line):
            yield one[1], one[2] or one[3]
        elif some := _SOME.match(line):
            for name in some[3].split(", "):
                yield name.removeprefix("source "), some[1] or some[2]


def _mails(folder: Path) -> Iterator[Mail]:
    """Every mail, in the order in which they were made."""
    found = []
    for path in folder.glob("*.eml"):
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        body = message.get_body(("plain",))
        text = body.get_content() if body else ""
        number = int(path.stem.rpartition("_")[2])
        found.append(Mail(number, str(message["To"]), str(message["Message-ID"]), text))
    yield from sorted(found, key=lambda mail: mail.number)


def main() -> int:
    """Run and print."""
    days, seed = (int(given) for given in (*sys.argv[1:], *("30", "1")[len(sys.argv) - 1 :]))
    with tempfile.TemporaryDirectory() as folder:
        soak = Soak(Path(folder), days=days, seed=seed)
        soak.run(lambda line: print(line, file=sys.stderr))
        figures = judge(soak)
    for what, count in figures.counts.items():
        print(f"{count:7}  {what}")
    print("faults: " + ", ".join(f"{name} {count}" for name, count in figures.kinds.most_common()))
    for line in figures.broken:
        print(f"BROKEN: {line}")
    return bool(figures.broken)


if __name__ == "__main__":
    sys.exit(main())
