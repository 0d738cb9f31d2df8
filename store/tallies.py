"""Contributions counted once, when they come in, so that figures over a million of them are read and not computed.

`signer` is what `organisations.shares` says of each source string, written with its attribution; `tally` adds that up
by meeting. Both are derived: `rebuild` makes them anew from contributions and attributions.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Connection, delete, func, select, text

from store import agreements, tables, totals
from store.attributions import attributions, write_signers
from store.bulk import insert_rows
from store.fields import RECORD, TABLES

ACCEPTED = ("agreed", "approved", "endorsed")
"""Statuses that count as agreed. Neither `conditionally` nor `partially` does, nor `available`, which RAN1 left on
agreed documents until its 94th meeting."""
NOT_SUBMITTED = ("withdrawn", "reserved")
"""Statuses of documents that were never before the meeting."""
OFFICES = ("chair", "moderator", "rapporteur")
"""Roles in which a company brings documents for the group."""
DIMENSIONS = ("all", *totals.DIMENSIONS, "joint")

_signer = tables.Signer.__table__  # type: ignore[attr-defined]
_tally = tables.Tally.__table__  # type: ignore[attr-defined]
_text = tables.SourceText.__table__  # type: ignore[attr-defined]
_own = TABLES["contribution"]
CHUNK = 2000

_OFFICE = f"""
SELECT 'office_{{0}}', :group_name, :meeting, year, release, name, MIN(body),
    SUM(documents), SUM(documents), SUM(documents),
    SUM(documents * agreed), SUM(documents * agreed), SUM(documents * agreed)
FROM (
    SELECT DISTINCT dated.*, attribution.role || ' ' || COALESCE(attribution.{{1}}, 'unknown') AS name
    FROM dated CROSS JOIN attribution
    WHERE attribution.source_text_id = dated.source_text_id AND attribution.role IN {OFFICES}
        AND attribution.kind <> 'group'
) AS held
GROUP BY year, release, name
"""  # noqa: S608 - constants of ours
# In the order of the table's columns. Read and then written: half the time of an INSERT with this SELECT.
# A meeting's year is that of most of its documents' reservations: the list of meetings may not be watched. Documents
# without a meeting count in the year of their own.
_COUNT = f"""
WITH document AS (
    SELECT contribution.source_text_id, record.body, COALESCE(contribution.release, '') AS release,
        CASE WHEN COALESCE(contribution.status, '') IN {ACCEPTED} THEN 1 ELSE 0 END AS agreed,
        substr(COALESCE(contribution.reserved_at, contribution.uploaded_at, record.first_seen_at), 1, 4) AS own_year
    FROM contribution JOIN record ON record.id = contribution.record_id
    WHERE (contribution.meeting = :meeting OR :meeting = '' AND contribution.meeting IS NULL)
        AND record.group_name = :group_name
        AND COALESCE(contribution.status, '') NOT IN {NOT_SUBMITTED}
), usual AS (
    SELECT own_year AS year FROM document GROUP BY own_year ORDER BY COUNT(*) DESC, own_year LIMIT 1
), dated AS (
    SELECT source_text_id, body, release, agreed,
        CASE WHEN :meeting = '' THEN own_year ELSE (SELECT year FROM usual) END AS year,
        COUNT(*) AS documents
    FROM document GROUP BY 1, 2, 3, 4, 5
)
SELECT signer.dimension, :group_name, :meeting, year, release, signer.name, MIN(body),
    SUM(documents), SUM(documents * CAST(first AS INTEGER)), SUM(documents * part),
    SUM(documents * agreed), SUM(documents * agreed * CAST(first AS INTEGER)), SUM(documents * agreed * part)
FROM dated JOIN signer ON signer.source_text_id = dated.source_text_id
GROUP BY signer.dimension, year, release, signer.name
UNION ALL
SELECT 'all', :group_name, :meeting, year, release, '', MIN(body),
    SUM(documents), SUM(documents), SUM(documents),
    SUM(documents * agreed), SUM(documents * agreed), SUM(documents * agreed)
FROM dated GROUP BY year, release
UNION ALL
{_OFFICE.format("country", "home")}
UNION ALL
{_OFFICE.format("organisation", "parent, attribution.name")}
UNION ALL
SELECT 'joint', :group_name, :meeting, year, release, CAST(source_text_id AS TEXT), MIN(body),
    SUM(documents), SUM(documents), SUM(documents),
    SUM(documents * agreed), SUM(documents * agreed), SUM(documents * agreed)
FROM dated
WHERE (SELECT COUNT(*) FROM signer
        WHERE signer.source_text_id = dated.source_text_id AND signer.dimension = 'organisation') > 1
GROUP BY year, release, source_text_id
"""  # noqa: S608 - constants of ours


def basis(document: Mapping[str, Any]) -> tuple[object, ...]:
    """What of a document goes into the counts and measures, by its fields: while it is the same, they are."""
    status, year = document["status"] or "", (document["uploaded_at"] or "")[:4]
    whole = ("group", "meeting", "source", "release", "reserved_at", "revision_of")
    return (*(document[name] for name in whole), year, status in ACCEPTED, status in NOT_SUBMITTED)


def count(connection: Connection, meetings: Collection[tuple[str, str]]) -> None:
    """Count these groups' meetings anew ('' for documents without one), in the transaction that wrote to them."""
    for group, meeting in sorted(meetings):
        counted = (
            _tally.c.dimension.in_(DIMENSIONS), _tally.c.group_name == group, _tally.c.meeting == meeting
        )  # fmt: skip
        before = totals.of_meeting(connection, group, meeting, connection.execute(select(_tally).where(*counted)).all())
        connection.execute(delete(_tally).where(*counted))
        counts = connection.execute(text(_COUNT), {"group_name": group, "meeting": meeting}).all()
        insert_rows(connection, _tally, _tally.c.keys(), [tuple(row) for row in counts])
        totals.move(connection, before, totals.of_meeting(connection, group, meeting, counts))
        agreements.count(connection, group, meeting)


def rebuild(connection: Connection) -> None:
    """Count everything anew: after attributions changed."""
    connection.execute(delete(_signer))
    connection.execute(delete(_tally))
    totals.forget(connection)
    agreements.forget(connection)
    known = list(connection.execute(select(_text.c.id).order_by(_text.c.id)).scalars())
    for start in range(0, len(known), CHUNK):
        write_signers(connection, attributions(connection, known[start : start + CHUNK]).items())
    documents = RECORD.join(_own, _own.c.record_id == RECORD.c.id)
    found = select(RECORD.c.group_name, func.coalesce(_own.c.meeting, "")).select_from(documents).distinct()
    count(connection, {(group, meeting) for group, meeting in connection.execute(found)})
