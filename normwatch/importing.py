"""Reading saved listings through the same readers, in the order given."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.exc import DBAPIError

from normwatch.pipeline import Pipeline
from spiders.listing import Read, Unchanged
from spiders.readers import read
from spiders.readers.threegpp_names import meeting_name
from spiders.rows import Context, MeetingUnknown, NotThisListing, Reading
from store.incoming import Visit
from store.ingest import Outcome

_OWN_CODE = re.compile(r"(?:[RSC][P\d][- ].*\d.*|[TRD]\d\d-[A-Z0-9.]+-\d{6}|JVET-\d+|.*#\d.*)")
BODIES = {"3gpp": "3GPP", "iso": "ISO", "itu": "ITU"}


@dataclass(slots=True)
class Imported:
    """The counters of `normwatch import`, summed over its files: a crawl's, with a file for a fetch."""

    files: int = 0
    fetches: int = 0
    """Files that reached the archive."""
    not_modified: int = 0
    """Of these, files with the very bytes of their listing's last good fetch."""
    rows: int = 0
    read: int = 0
    rejected: int = 0
    appeared: int = 0
    changed: int = 0
    vanished: int = 0
    unchanged: int = 0
    seconds: float = 0.0
    rejects: list[dict[str, Any]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    """What was not taken in, one line each, naming the file."""

    def as_json(self) -> dict[str, Any]:
        """The object of `normwatch import --json`."""
        return asdict(self)

    def add(self, outcome: Outcome) -> None:
        """Count one more file."""
        self.fetches += 1
        self.not_modified += outcome.outcome == "unchanged"
        for name in ("rows", "read", "rejected", "appeared", "changed", "vanished", "unchanged"):
            setattr(self, name, getattr(self, name) + getattr(outcome, name))


@dataclass(frozen=True, slots=True)
class Options:
    """What the person said of the files; None where nothing was said."""

    kind: str
    meeting: str | None = None
    group: str | None = None
    observed_at: datetime | None = None
    baseline: bool | None = None
    accept: bool = False


class OtherMeeting(ValueError):
    """The file's name says that it is of another meeting than the person said."""


def is_meeting(text: str) -> bool:
    """Whether this can be a meeting: `RAN1#104-bis-e`, a body's own code (`S2-974-AH-e`), ITU's or JVET's name."""
    return meeting_name(text) is not None or bool(_OWN_CODE.fullmatch(text))


def check_meeting(file: str, meeting: str | None) -> None:
    """Raise OtherMeeting if the file's name contradicts `meeting`."""
    named = meeting_name(file)
    if meeting is not None and named is not None and meeting_name(meeting) not in (None, named):
        raise OtherMeeting(f"its name says {named[1]}, --meeting says {meeting}")


def import_files(
    pipeline: Pipeline, files: Iterable[Path], options: Options, clock: Callable[[], datetime]
) -> Iterator[Imported]:
    """Import each file; gives the sums so far after every one."""
    total = Imported()
    started = time.monotonic()
    for path in files:
        total.files += 1
        try:
            content = path.read_bytes()
            if known := pipeline.known(options.kind, content):
                _again(pipeline, path, content, known, options=options, clock=clock, total=total)
            else:
                check_meeting(path.name, options.meeting)
                _take(pipeline, path, content, options=options, clock=clock, total=total)
        except OSError as error:
            total.faults.append(f"{path}: cannot be read: {error.strerror}")
        except (NotThisListing, MeetingUnknown, OtherMeeting) as error:
            total.faults.append(f"{path}: {error}")
        except DBAPIError as error:
            total.faults.append(f"{path}: the archive could not take it in: {error.orig}")
        total.seconds = round(time.monotonic() - started, 3)
        yield total


def _again(
    pipeline: Pipeline,
    path: Path,
    content: bytes,
    listing: Any,
    *,
    options: Options,
    clock: Callable[[], datetime],
    total: Imported,
) -> None:
    """The same bytes as the listing's last good fetch: nothing to read again."""
    visit = Visit(
        listing=listing.key,
        kind=listing.kind,
        body=listing.body,
        url=f"file:{path.name}",
        fetched_at=options.observed_at or clock(),
        content=content,
        crawled=False,
    )
    total.add(pipeline.take(Unchanged(visit)))


def _take(
    pipeline: Pipeline,
    path: Path,
    content: bytes,
    *,
    options: Options,
    clock: Callable[[], datetime],
    total: Imported,
) -> None:
    known = pipeline.rows_of(options.kind, options.kind)  # the key of the listings whose rows are recognised
    context = Context(file=path.name, group=options.group, meeting=options.meeting, known=known.keys)
    reading = read(options.kind, content, context)
    total.rejects += [{"file": str(path), "row": reject.row, "reason": reject.reason} for reject in reading.rejects]
    visit = Visit(
        listing=listing_key(options.kind, reading, path.name),
        kind=options.kind,
        body=BODIES[options.kind.partition(".")[0]],
        url=f"file:{path.name}",
        fetched_at=options.observed_at or clock(),
        group=reading.group or options.group,
        meeting=options.meeting or (reading.scope if "#" in reading.scope else None),
        content=content,
        crawled=False,
    )
    item = Read(visit, reading, context, known.as_of)
    outcome = pipeline.take(item, baseline=options.baseline, accept=options.accept)
    total.add(outcome)
    if outcome.reason:
        total.faults.append(f"{path}: not taken in: {outcome.reason} (--accept takes it as the truth)")
    if reject := next((one for one in reading.rejects if one.fault), None):
        faulty = sum(one.fault for one in reading.rejects)
        total.faults.append(f"{path}: {faulty} rows rejected, first row {reject.row}: {reject.reason}")


def listing_key(kind: str, reading: Reading, file: str) -> str:
    """The key of the listing that a saved file is a copy of: the same as a crawl's, so that the two are compared."""
    if kind in ("iso.committees", "iso.projects"):
        return kind
    layout = ":agenda" if reading.layout in ("agenda", "allocation") else ""
    scope = reading.scope or reading.group or re.sub(r"[^\w.#-]+", "_", file)
    if kind == "itu.documents" and reading.layout in ("listing", "new"):
        layout = f":{reading.layout}"
    return f"{kind}:{scope}{layout}"
