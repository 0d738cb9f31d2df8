"""Judging a fetch before anything is inferred from it, and the state of its source."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, or_, select

from store import tables
from store.incoming import Reading, Visit
from store.times import moment

_listing = tables.Listing.__table__  # type: ignore[attr-defined]
_meeting = tables.Meeting.__table__  # type: ignore[attr-defined]

TOLERANCE = {
    "3gpp.meetings": 0.2,
    "3gpp.tdocs": 0.05,
    "iso.committees": 0.05,
    "iso.projects": 0.05,
    "iso.registers": 0.05,
    "itu.meetings": 0.4,
    "itu.documents": 0.1,
}
"""By kind, the share of a listing's usual rows that a believable fetch may lack. Lists of documents do not shrink in
life: a withdrawn document keeps its row. The catalogues of meetings are pruned by the body."""

PARTS = frozenset({"iso.registers", "itu.documents"})
"""Kinds whose pages may list a part by nature: the newest numbers, what was posted recently. Elsewhere a part is a page
that broke off, and lacks what it lost."""

FAULTY = 0.1
"""Share of a fetch's rows that may be unreadable, or lack a date that cannot be read, before all of it is doubted."""

SAMPLE = 400
"""Rows from which the filling of fields is told."""
FEW, ENOUGH_ROWS = 5, 20
"""Values of a listing's own field, and rows beside another listing, below which nothing is concluded."""
SOME, MOST, NEARLY_ALL = 0.3, 0.6, 0.95
"""Shares of filled rows from which a field's emptying counts; see `_emptied`."""
COME_LATER = frozenset(
    {"url", "uploaded_at", "status", "revision", "revision_of", "revised_to", "remarks", "flags", "documents_url"}
    | {"result", "first_document", "last_document", "agenda_item", "agenda_title"}
)
"""Fields that a young list lacks and an old one has."""

_UNDECIDED = ("reserved", "available")
"""Statuses that readers give to a document without a result, some of them."""

BROKEN_AFTER = 3
"""Faults in a row after which a source is broken rather than suspect."""
BROKEN_AFTER_TIME = timedelta(hours=24)
"""How long it may go on, visit after visit, before that."""


@dataclass(frozen=True, slots=True)
class Usual:
    """What a fetch is held against: the last good one of its listing, or of the like listing that was read last."""

    rows: int | None = None
    """Rows that it had; None where that says nothing, as of another listing."""
    columns: str | None = None
    """What was odd about its columns, as `Listing.columns` has it."""
    filled: Mapping[str, float] = field(default_factory=dict)
    """By field, the share of its rows that had a value."""


def usual(connection: Connection, visit: Visit, listing: Any, reading: Reading) -> Usual | None:
    """What the reading is held against: the last good fetch of the same layout, else of the last listing like it.

    `listing` is its row, None where there is none yet.

    3GPP's groups have one portal, and their lists are alike; elsewhere only a listing of the same group is.
    A saved file that is the first of its listing may be older than what was read before it: it is held against nothing.
    """
    if listing is not None and listing.last_good_sha256 is not None:
        same = listing.layout in (None, reading.layout)
        values = json.loads(listing.filled) if listing.filled and same else {}
        return Usual(listing.rows, listing.columns, values)
    if not visit.crawled:
        return None
    query = (
        select(_listing.c.columns, _listing.c.filled)
        .select_from(_listing)
        .join(_meeting, _meeting.c.name == _listing.c.meeting, isouter=True)
        .where(
            _listing.c.kind == visit.kind, _listing.c.layout == reading.layout, _listing.c.watched_since.is_not(None)
        )
        .where(or_(_listing.c.body == "3GPP", _listing.c.group_name == visit.group))
        .order_by((_listing.c.group_name == visit.group).desc(), _listing.c.last_good_at.desc())
        .limit(1)
    )
    starts_on = connection.execute(
        select(func.max(_meeting.c.starts_on)).where(_meeting.c.name == visit.meeting)
    ).scalar()
    if starts_on is not None:  # lists gained columns over the years: one of an older meeting lacks some
        query = query.where(or_(_meeting.c.starts_on.is_(None), _meeting.c.starts_on <= starts_on))
    like = connection.execute(query).first()
    return Usual(None, like.columns, json.loads(like.filled)) if like else None


def doubts(
    kind: str, reading: Reading, usual: Usual | None = None, shares: Mapping[str, float] | None = None
) -> list[str]:
    """Why this reading cannot be the whole truth about its listing; empty if nothing speaks against it.

    `shares` is what `filled` gives of its rows.
    """
    found = []
    rows = reading.rows_read
    if usual:
        lacked = (usual.columns or "").partition("missing: ")[2].split(", ")
        if gone := [name for name in reading.missing_columns if name not in lacked]:
            found.append(f"no column {', '.join(gone)}, which {_held(usual)} had")
        found += _emptied(reading, usual, filled(spread(reading.rows)) if shares is None else shares)
    before = usual.rows if usual else None
    if rows == 0 and before:
        found.append(f"no rows, where the last good fetch had {before}")
    elif before and rows < before and reading.broken_off:
        found.append(f"the page breaks off after {rows} rows, where the last good fetch had {before}")
    elif before and not (reading.partial and kind in PARTS):
        lost = before - rows
        if lost >= max(2, before * TOLERANCE[kind]):
            found.append(f"{rows} rows, where the last good fetch had {before}")
    faulty = sum(reject.fault for reject in reading.rejects)
    if faulty and faulty > max(1, FAULTY * (rows + faulty)):
        found.append(f"{faulty} of {rows + faulty} rows could not be read")
    if reading.unread > max(1, FAULTY * rows):
        found.append(f"{reading.unread} dates in {rows} rows could not be read")
    if reading.claimed is not None and not reading.partial and reading.claimed > reading.rows_seen:
        found.append(f"{reading.rows_seen} rows, where the listing itself counts {reading.claimed}")
    return found


def _held(usual: Usual) -> str:
    return "the last good fetch" if usual.rows else "the last listing of its kind"


def _emptied(reading: Reading, usual: Usual, now: Mapping[str, float]) -> Iterator[str]:
    """Fields that lost the values they had. Documents do not lose their values, but gain them.

    Within a listing that is more than half of the values, or all of a few. Of another listing only what nearly all or,
    where now none has it, most of its rows had: a list is long before its files, results and revisions are.
    """
    rows = reading.rows_read
    own = usual.rows is not None and not reading.partial
    if rows < (FEW if own else ENOUGH_ROWS):
        return
    for name, before in usual.filled.items():
        share = now.get(name, 0.0)
        if own:
            had = before * (usual.rows or 0)
            emptied = had >= FEW and (share == 0 or (before >= SOME and share * rows < had / 2))
        else:
            enough = MOST if share == 0 else NEARLY_ALL
            emptied = before >= enough and name not in COME_LATER and share < before / 2
        if emptied:
            yield f"{name} in {share:.0%} of the rows, where {_held(usual)} had it in {before:.0%}"


def spread(rows: Sequence[Any]) -> Sequence[Any]:
    """A sample spread over the rows."""
    return rows[:: len(rows) // SAMPLE + 1]


def filled(sample: Sequence[Any]) -> dict[str, float]:
    """By field, the share of these rows that have a value."""
    counts: Counter[str] = Counter()
    for row in sample:
        counts.update(_told(row))
    return {name: round(count / len(sample), 3) for name, count in counts.items()}


def _told(row: Any) -> list[str]:
    """The fields of a row that its listing filled, not what a reader put there for want of one."""
    values = vars(row)
    stand_in = {"members"}
    if row.title in (row.key, row.group, values.get("reference"), values.get("name")):
        stand_in.add("title")
    if row.group == row.body:
        stand_in.add("group")
    told = [name for name, value in values.items() if value is not None and value != "" and name not in stand_in]
    if values.get("status") not in (None, "", *_UNDECIDED):
        told.append("result")
    return told + sorted({f"{member.role}-members" for member in values.get("members", ())})


def own_pause(faults_in_a_row: int) -> timedelta:
    """How long a faulty source is left alone: 5 minutes, doubling to 12 hours, and never for ever."""
    if faults_in_a_row == 0:
        return timedelta(0)
    return min(timedelta(minutes=5 * 2 ** min(faults_in_a_row - 1, 10)), timedelta(hours=12))


def state_after_fault(listing: Any, now: datetime, refused: str | None) -> str:
    """The state of a source after one more fault: suspect, then broken; `refused` and `disallowed` say it at once."""
    if refused:
        return refused
    old = listing.faults_in_a_row > 0 and now - moment(listing.state_since) > BROKEN_AFTER_TIME
    return "broken" if listing.faults_in_a_row + 1 >= BROKEN_AFTER or old else "suspect"
