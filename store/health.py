"""Judging a fetch before anything is inferred from it, and the state of its source."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from store.incoming import Reading
from store.times import moment

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

BROKEN_AFTER = 3
"""Faults in a row after which a source is broken rather than suspect."""
BROKEN_AFTER_TIME = timedelta(hours=24)
"""How long it may go on, visit after visit, before that."""


def doubts(kind: str, reading: Reading, usual: int | None, columns: str | None = None) -> list[str]:
    """Why this reading cannot be the whole truth about its listing; empty if nothing speaks against it.

    `usual` is the number of rows of the last good fetch, None where there was none; `columns` what was odd about its
    columns, as `Listing.columns` has it.
    """
    found = []
    lacked = (columns or "").partition("missing: ")[2].split(", ")
    if usual and (gone := [name for name in reading.missing_columns if name not in lacked]):
        found.append(f"no column {', '.join(gone)}, which the last good fetch had")
    rows = len(reading.rows)
    faulty = sum(reject.fault for reject in reading.rejects)
    if rows == 0 and usual:
        found.append(f"no rows, where the last good fetch had {usual}")
    elif usual and not (reading.partial and kind in PARTS):
        lost = usual - rows
        if lost >= max(2, usual * TOLERANCE[kind]):
            found.append(f"{rows} rows, where the last good fetch had {usual}")
    if faulty and faulty > max(1, 0.1 * (rows + faulty)):
        found.append(f"{faulty} of {rows + faulty} rows could not be read")
    if reading.claimed is not None and not reading.partial and reading.claimed > rows + len(reading.rejects):
        found.append(f"{rows + len(reading.rejects)} rows, where the listing itself counts {reading.claimed}")
    return found


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


LATE = timedelta(hours=6)
"""How late a visit is at least before its source counts as overdue."""


def overdue(listing: Any, now: datetime) -> bool:
    """Whether a source was not visited when it was due: its visit is as late again as it was to wait, and `LATE`.

    What it was last seen to say is then old, whatever its state is.
    """
    if listing.next_visit_at is None:
        return False
    due = moment(listing.next_visit_at)
    waited = due - moment(listing.last_visit_at) if listing.last_visit_at else timedelta(0)
    return now - due > max(waited, LATE)
