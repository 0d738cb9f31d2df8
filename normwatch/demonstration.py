"""The whole chain on invented listings: two days of a local replica, from the first fetch to alerts in a folder."""

from __future__ import annotations

import email
import email.policy
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import demo
from normwatch import clock
from normwatch.crawling import Crawled, crawl
from normwatch.session import Session
from normwatch.starter import shipped_watchlists
from normwatch.telling import Teller
from store.changes import Filter, changes

FIRST_VISIT = time(10, 0)
SECOND_VISIT = time(6, 0)
SENDING = time(8, 0)
"""UTC: day one's crawl, day two's, and the moment after 07:30 at which the day's digests are due."""

_CONFIG = """# Written by `normwatch demo`: the shipped watchlists on a local replica with INVENTED listings.
[archive]
url = "sqlite:///archive.sqlite"

[crawl]
delay = 0
replica = {replica}

[sources.3gpp]
groups = {threegpp}
agenda_pages = ["SA2", "SA3"]

[sources.itu]
groups = {itu}

[mail]
operators = ["operator@example.org"]
report = "" # two days are no week
folder = "mails"

"""


@dataclass(slots=True)
class Shown:
    """What the demonstration did: the object of `normwatch demo --json`."""

    mails: list[dict[str, Any]] = field(default_factory=list)
    """Recipient, subject, and the files: the mail (.eml) and its HTML part for a browser."""
    archive: str = ""
    baseline: dict[str, int] = field(default_factory=dict)
    """Records taken in on day one, by body."""
    news: dict[str, dict[str, int]] = field(default_factory=dict)
    """Changes of day two, by body and kind."""
    sources: dict[str, int] = field(default_factory=dict)
    """Sources by state after day two."""
    faults: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The object as printed."""
        return asdict(self)


def demonstrate(folder: Path, say: Callable[[str], None]) -> Shown:
    """Crawl the replica's two days into a new archive in `folder` and send the alerts; `say` tells a person of it."""
    today = (clock.now() - timedelta(hours=SENDING.hour)).date()  # nothing is told before its time
    day_one = datetime.combine(today - timedelta(days=1), FIRST_VISIT, UTC)
    day_two = datetime.combine(today, SECOND_VISIT, UTC)
    shutil.rmtree(folder / "mails", ignore_errors=True)
    for path in folder.glob("archive.sqlite*"):
        path.unlink()
    folder.mkdir(parents=True, exist_ok=True)
    shown = Shown(archive=str(folder / "archive.sqlite"))
    with demo.Replica(today=today) as replica:
        path = _configure(folder, replica.base_url)
        session = Session(path)
        session.archive(create=True).close()
        say(f"A local replica of the bodies' servers, with invented listings, runs at {replica.base_url}.\n")
        say(f"Day one, {day_one:%d %B %Y %H:%M} UTC: the baseline. What is there already is recorded, not alerted.")
        _visit(path, day_one, shown, shown.baseline, say)
        replica.day = 2
        say(f"\nDay two, {day_two:%d %B %Y %H:%M} UTC: what is new is told.")
        _visit(path, day_two, shown, {}, say)
    archive = session.archive()
    with archive.read() as connection:
        for told in changes(connection, session.resolver, Filter(since="2000-01-01")):
            kinds = shown.news.setdefault(told.body, {})
            kinds[told.kind] = kinds.get(told.kind, 0) + 1
    for body, kinds in shown.news.items():
        say(f"  {body}: " + ", ".join(f"{count} {kind}" for kind, count in kinds.items()))
    _send(session, datetime.combine(today, SENDING, UTC), folder, shown)
    say(f"\nTold at {SENDING:%H:%M} UTC:")
    for mail in shown.mails:
        say(f"  to {mail['recipient']}: {mail['subject']}\n    {mail['html']}\n    {mail['eml']}")
    say(f"\nThe archive: {shown.archive}. Ask it with `normwatch search|show|changes --config {path} …`.")
    return shown


def _configure(folder: Path, replica: str) -> Path:
    path = folder / "config.toml"
    head = _CONFIG.format(
        replica=json.dumps(replica),
        threegpp=json.dumps(list(demo.THREEGPP_GROUPS)),
        itu=json.dumps(list(demo.ITU_GROUPS)),
    )
    path.write_text(head + shipped_watchlists(), encoding="utf-8")
    return path


def _visit(path: Path, moment: datetime, shown: Shown, counts: dict[str, int], say: Callable[[str], None]) -> None:
    with _at(moment):
        found = crawl(path, (), minutes=10)
    shown.sources = {}
    for one in found:
        shown.sources[one.state] = shown.sources.get(one.state, 0) + 1
    shown.faults += [f"{one.source}: {one.state}: {one.reason}" for one in found if one.state not in ("ok", "new")]
    by_body: dict[str, list[Crawled]] = {}
    for one in found:
        by_body.setdefault({"3gpp": "3GPP", "iso": "ISO", "itu": "ITU"}[one.kind.partition(".")[0]], []).append(one)
    for body, ones in by_body.items():
        counts[body] = sum(one.appeared for one in ones)
        say(
            f"  {body}: {len(ones)} sources read in {sum(one.fetches for one in ones)} fetches "
            f"({sum(one.not_modified for one in ones)} not modified), {sum(one.rows for one in ones)} rows: "
            f"{sum(one.appeared for one in ones)} new, {sum(one.changed for one in ones)} changed, "
            f"{sum(one.rejected for one in ones)} rejected"
        )


def _send(session: Session, moment: datetime, folder: Path, shown: Shown) -> None:
    teller = Teller(session.archive(), session.resolver, session.config)
    teller.send(lambda: moment)
    for eml in sorted((folder / "mails").glob("*.eml")):
        message = email.message_from_bytes(eml.read_bytes(), policy=email.policy.default)
        html = message.get_body(("html",))
        page = eml.with_suffix(".html")
        if html is not None:
            page.write_text(html.get_content(), encoding="utf-8")
        shown.mails.append(
            {"recipient": message["To"], "subject": message["Subject"], "html": str(page), "eml": str(eml)}
        )


@contextmanager
def _at(moment: datetime) -> Iterator[None]:
    """The time that this process and the crawls it starts go by."""
    before = os.environ.get(clock.VARIABLE)
    os.environ[clock.VARIABLE] = moment.isoformat()
    try:
        yield
    finally:
        if before is None:
            del os.environ[clock.VARIABLE]
        else:
            os.environ[clock.VARIABLE] = before
