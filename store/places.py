"""Figures of ISO's committees: who holds secretariats and memberships."""

from __future__ import annotations

from sqlalchemy import Connection, text

from store.figures import Figure

_ISO = (
    "ISO's technical committees and subcommittees as ISO lists them, joint ones with IEC under their ISO side. Working "
    "groups, chairs and convenors are not listed publicly in one place and are not covered."
)

_SECRETARIATS = """
    WITH RECURSIVE years AS (
        SELECT MIN(CAST(substr(first_seen_at, 1, 4) AS INTEGER)) AS year FROM record WHERE record = 'committee'
        UNION ALL
        SELECT year + 1 FROM years
        WHERE year < (
            SELECT CAST(substr(MAX(last_good_at), 1, 4) AS INTEGER) FROM listing WHERE kind = 'iso.committees')
    ), held AS (
        SELECT years.year, record.group_name, committee.secretariat,
            (SELECT MIN(change.id) FROM change WHERE change.record_id = record.id AND change.field = 'secretariat'
                AND change.kind = 'changed' AND CAST(substr(change.observed_at, 1, 4) AS INTEGER) > years.year) AS later
        FROM years CROSS JOIN record JOIN committee ON committee.record_id = record.id
        WHERE record.record = 'committee' AND CAST(substr(record.first_seen_at, 1, 4) AS INTEGER) <= years.year
            AND (record.vanished_at IS NULL OR CAST(substr(record.vanished_at, 1, 4) AS INTEGER) > years.year)
    ), member AS (
        SELECT held.year, held.group_name, CASE WHEN later IS NULL THEN held.secretariat ELSE change.old END AS member
        FROM held LEFT JOIN change ON change.id = held.later
    )
    SELECT year, member, COUNT(*) AS secretariats,
        COUNT(*) FILTER (WHERE group_name NOT LIKE '%/SC %') AS committees,
        COUNT(*) FILTER (WHERE group_name LIKE '%/SC %') AS subcommittees,
        (SELECT COUNT(*) FROM member AS every WHERE every.year = member.year AND every.member IS NOT NULL) AS total
    FROM member WHERE member IS NOT NULL AND year BETWEEN :first AND :last
    GROUP BY year, member ORDER BY year, secretariats DESC, member
"""

_MEMBERSHIPS = """
    WITH committees AS (
        SELECT record.id, committee.secretariat FROM committee CROSS JOIN record
        WHERE record.id = committee.record_id AND record.vanished_at IS NULL
    )
    SELECT member, COUNT(*) FILTER (WHERE place = 'P') AS p, COUNT(*) FILTER (WHERE place = 'O') AS o,
        COUNT(*) FILTER (WHERE place = 'secretariat') AS secretariats
    FROM (
        SELECT COALESCE(position.acronym, position.member_id) AS member, position.role AS place
        FROM position JOIN committees ON committees.id = position.committee_id
        UNION ALL
        SELECT secretariat, 'secretariat' FROM committees WHERE secretariat IS NOT NULL
    ) AS held GROUP BY member ORDER BY p DESC, o DESC, member
"""


def secretariats(connection: Connection, first_year: int | None = None, last_year: int | None = None) -> Figure:
    """Who holds ISO's committees at each year's end, or now in the last year.

    Columns: year, member (its acronym), secretariats, committees and subcommittees among them, share (0 to 1), of.
    """
    values = {"first": first_year or 0, "last": last_year or 9999}
    rows = [
        {
            "year": str(row.year),
            "member": row.member,
            "secretariats": row.secretariats,
            "committees": row.committees,
            "subcommittees": row.subcommittees,
            "share": round(row.secretariats / row.total, 4),
            "of": row.total,
        }
        for row in connection.execute(text(_SECRETARIATS), values)
    ]
    return Figure(
        "Secretariats of ISO's committees by member and year",
        ("year", "member", "secretariats", "committees", "subcommittees", "share", "of"),
        rows,
        f"{_ISO} Years since the archive first read ISO's list; committees without a secretariat are left out, those "
        "that vanished from the list from that year on. A member counts under its acronym of today.",
    )


def memberships(connection: Connection) -> Figure:
    """ISO's members by their places in committees now. Columns: member (its acronym), p, o, secretariats."""
    rows = [dict(row) for row in connection.execute(text(_MEMBERSHIPS)).mappings()]
    return Figure(
        "Memberships of ISO's committees by member",
        ("member", "p", "o", "secretariats"),
        rows,
        f"{_ISO} P takes part and votes, O observes; the secretariat's own membership counts among P.",
    )
