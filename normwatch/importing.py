"""Reading saved listings through the same readers, in the order given."""

from __future__ import annotations

import errno
import os
import re
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.exc import DBAPIError

from normwatch.ahead import FEWEST, LEAD, Ahead, Begun, Lost
from normwatch.pipeline import Pipeline
from spiders.items import Read, Unchanged
from spiders.readers import RECOGNISING, read
from spiders.readers.redaction import Copy
from spiders.readers.threegpp_names import meeting_name
from spiders.rows import Context, MeetingUnknown, NotThisListing, Reading
from store.incoming import Visit
from store.ingest import Outcome
from store.listings import find, rejects
from store.times import stamp

_OWN_CODE = re.compile(r"(?:[RSC][P\d][- ].*\d.*|[TRD]\d\d-[A-Z0-9.]+-\d{6}|JVET-\d+|.*#\d.*)")
MOST_BYTES = 512 << 20
"""Of a file: ISO's deliverables, the largest listing, have about 100 MB."""
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
    warnings: list[str] = field(default_factory=list)
    """What was taken in and is doubtful, likewise."""

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


class ReaderFailed(Exception):
    """A reader met what nobody thought of."""


def is_meeting(text: str) -> bool:
    """Whether this can be a meeting: `RAN1#104-bis-e`, a body's own code (`S2-974-AH-e`), ITU's or JVET's name."""
    return meeting_name(text) is not None or bool(_OWN_CODE.fullmatch(text))


def check_meeting(file: str, meeting: str | None) -> None:
    """Raise OtherMeeting if the file's name contradicts `meeting`."""
    named = meeting_name(file)
    if meeting is not None and named is not None and meeting_name(meeting) not in (None, named):
        raise OtherMeeting(f"its name says {named[1]}, --meeting says {meeting}")


def import_files(
    pipeline: Pipeline,
    files: Sequence[Path],
    options: Options,
    clock: Callable[[], datetime],
    ahead: Ahead | None = None,
) -> Iterator[Imported]:
    """Import each file; gives the sums so far after every one. With `ahead`, many are read while others are written."""
    if len(files) < FEWEST or options.kind in RECOGNISING:
        ahead = None
    run = _Run(pipeline, options, clock, ahead)
    total = run.total
    started = time.monotonic()
    for file in run.opened(files):
        total.files += 1
        try:
            run.take(file)
        except OSError as error:
            total.faults.append(f"{file.said}: cannot be read: {error.strerror}")
        except (NotThisListing, MeetingUnknown, OtherMeeting, Lost, ReaderFailed) as error:
            total.faults.append(f"{file.said}: {error}")
        except DBAPIError as error:
            total.faults.append(f"{file.said}: the archive could not take it in: {error.orig}")
        total.seconds = round(time.monotonic() - started, 3)
        yield total


@dataclass(frozen=True, slots=True)
class _File:
    """A file that was opened: its bytes, or why it has none, and its reading where that was begun ahead of its turn."""

    path: Path
    content: bytes = b""
    error: OSError | OtherMeeting | None = None
    begun: Begun | None = None

    @property
    def said(self) -> str:
        """Its path as it can be written down: names of other encodings are not UTF-8."""
        return os.fsencode(self.path).decode("utf-8", "replace")

    @property
    def name(self) -> str:
        """Its name without the folder."""
        return self.said.rpartition("/")[2]


def _content(path: Path) -> bytes:
    """A file's bytes. Raises OSError, also where they are too many to be a listing's."""
    with path.open("rb") as file:
        if os.fstat(file.fileno()).st_size > MOST_BYTES:
            raise OSError(errno.EFBIG, f"it has more than {MOST_BYTES >> 20} MB, which no listing has")
        return file.read()


class _Run:
    """One import of many files."""

    def __init__(
        self, pipeline: Pipeline, options: Options, clock: Callable[[], datetime], ahead: Ahead | None
    ) -> None:
        self.total = Imported()
        self._pipeline = pipeline
        self._options = options
        self._clock = clock
        self._ahead = ahead

    def opened(self, files: Iterable[Path]) -> Iterator[_File]:
        """The files in their order; `LEAD` of them are opened, and their reading begun, ahead of their turn."""
        waiting: deque[_File] = deque()
        for path in files:
            waiting.append(self._open(path))
            if self._ahead is None or len(waiting) > LEAD:
                yield waiting.popleft()
        yield from waiting

    def _open(self, path: Path) -> _File:
        try:
            check_meeting(path.name, self._options.meeting)
            file = _File(path, _content(path))
        except (OSError, OtherMeeting) as error:
            return _File(path, error=error)
        if self._ahead is None or self._pipeline.known(self._options.kind, file.content):
            return file
        return replace(file, begun=self._ahead.begin(self._options.kind, file.content, self._context(file)))

    def _context(self, file: _File, known: Mapping[int, str] | None = None) -> Context:
        """What is known of a file before it is read."""
        said = self._options
        return Context(file=file.name, group=said.group, meeting=said.meeting, known=known or {})

    def _reading(self, file: _File, context: Context) -> tuple[Reading, Copy | None]:
        """What the file says. Raises what keeps it from being read."""
        try:
            if self._ahead is not None and file.begun is not None:
                return self._ahead.end(file.begun)
            return read(self._options.kind, file.content, context), None
        except (NotThisListing, MeetingUnknown, Lost):
            raise
        except Exception as error:  # a file that no reader was made for must not keep the others out
            raise ReaderFailed(f"the reader fails on it: {type(error).__name__}: {error}"[:300]) from error

    def take(self, file: _File) -> None:
        """Take a file in, and count it. Raises what keeps it from being read or written."""
        if file.error is not None:
            raise file.error
        kind = self._options.kind
        if copy := self._pipeline.known(kind, file.content):
            visit = self._visit(file, listing=copy.key, kind=copy.kind, body=copy.body)
            self.total.add(self._pipeline.take(Unchanged(visit)))  # nothing to read again
            with self._pipeline.archive.read() as connection:
                self._reject(file, rejects(connection, copy.key))
            return
        known = self._pipeline.rows_of(kind, kind)  # the key of the listings whose rows are recognised
        context = self._context(file, known.keys)
        reading, kept = self._reading(file, context)
        visit = self._visit(
            file,
            listing=listing_key(kind, reading, file.name),
            kind=kind,
            body=BODIES[kind.partition(".")[0]],
            group=reading.group or self._options.group,
            meeting=self._options.meeting or (reading.scope if "#" in reading.scope else None),
            kept=kept,
        )
        self._doubt_order(file, visit)
        self._count(file, Read(visit, reading, context, known.as_of))

    def _doubt_order(self, file: _File, visit: Visit) -> None:
        """What is said to be older than the archive's is news all the same: the order given is the order of things."""
        if self._options.observed_at is None:
            return
        with self._pipeline.archive.read() as connection:
            last = find(connection, visit.listing)
        if last is not None and stamp(visit.fetched_at) < (last.last_good_at or ""):
            self.total.warnings.append(
                f"{file.said}: saved before {last.last_good_at}, when {visit.listing} was last read, and taken as "
                "newer all the same: import the oldest first"
            )

    def _visit(self, file: _File, **about: Any) -> Visit:
        at = self._options.observed_at or self._clock()
        return Visit(url=f"file:{file.name}", fetched_at=at, content=file.content, crawled=False, **about)

    def _count(self, file: _File, item: Read) -> None:
        outcome = self._pipeline.take(item, baseline=self._options.baseline, accept=self._options.accept)
        rejected, total = item.reading.rejects, self.total
        total.add(outcome)
        self._reject(file, rejected)
        if outcome.reason:
            total.faults.append(f"{file.said}: not taken in: {outcome.reason} (--accept takes it as the truth)")
        if reject := next((one for one in rejected if one.fault), None):
            faulty = sum(one.fault for one in rejected)
            total.faults.append(f"{file.said}: {faulty} rows rejected, first row {reject.row}: {reject.reason}")

    def _reject(self, file: _File, rejected: Iterable[Any]) -> None:
        self.total.rejects += [{"file": file.said, "row": one.row, "reason": one.reason} for one in rejected]


def listing_key(kind: str, reading: Reading, file: str) -> str:
    """The key of the listing that a saved file is a copy of: the same as a crawl's, so that the two are compared."""
    if kind in ("iso.committees", "iso.projects") and reading.layout != "page":
        return kind
    layout = ":agenda" if reading.layout in ("agenda", "allocation") else ""
    scope = reading.scope or reading.group or re.sub(r"[^\w.#-]+", "_", file)
    if kind == "itu.documents" and reading.layout in ("listing", "new"):
        layout = f":{reading.layout}"
    return f"{kind}:{scope}{layout}"
