"""Figures of documents together with others: who signs together, who holds offices, how long agreement takes."""

from __future__ import annotations

from collections import Counter, defaultdict
from statistics import median, quantiles

from sqlalchemy import Connection, String, bindparam, text

from store.figures import By, Figure, Per, Scope, covers
from store.order import natural


def cosigning(connection: Connection, scope: Scope, *, limit: int = 100) -> Figure:
    """Who signs together. Columns: one, other (organisations), documents; the most frequent pairs first."""
    apart = f"""
        WITH sources AS (
            SELECT CAST(name AS INTEGER) AS id, SUM(submitted) AS documents FROM tally
            WHERE dimension = 'joint' AND {scope.where()} GROUP BY name
        )
        SELECT one.name AS one, other.name AS other, CAST(SUM(sources.documents) AS INTEGER) AS documents
        FROM sources CROSS JOIN signer AS one CROSS JOIN signer AS other
        WHERE one.source_text_id = sources.id
            AND other.source_text_id = sources.id AND other.name > one.name AND one.dimension = 'organisation'
            AND other.dimension = 'organisation'
            AND one.name NOT IN ('unknown', 'group') AND other.name NOT IN ('unknown', 'group')
        GROUP BY one.name, other.name ORDER BY documents DESC, one.name, other.name LIMIT :limit
    """  # noqa: S608 - constants of ours, values are bound
    all_groups = "SELECT one, other, documents FROM pair ORDER BY documents DESC, one, other LIMIT :limit"
    query = all_groups if scope == Scope() else apart
    rows = connection.execute(text(query), scope.values() | {"limit": limit}).mappings()
    return Figure(
        f"Organisations that sign together, {scope}",
        ("one", "other", "documents"),
        [dict(row) for row in rows],
        covers(connection, scope, f"The {limit} most frequent pairs. Sources that end in et al. hide signers."),
    )


def offices(
    connection: Connection, scope: Scope, by: By = "country", *, per: Per = "year", most: int | None = None
) -> Figure:
    """Who brings documents in an office; with `most`, only so many who brought most in all.

    Columns: period, role (chair, moderator, rapporteur), name, documents.
    """
    query = f"""
        SELECT {{0}} AS period, name, SUM(submitted) AS documents
        FROM {{1}} WHERE dimension = :dimension AND {scope.where()} {{2}}
        GROUP BY {{0}}, name HAVING SUM(submitted) > 0
    """  # noqa: S608
    values = scope.values() | {"dimension": f"office_{by}"}
    leading: Counter[str] = Counter()
    labels: dict[str, list[str]] = defaultdict(list)
    for _, label, documents in connection.execute(text(query.format("1", scope.counts(), "")), values):
        name = label.partition(" ")[2]
        leading[name] += documents
        labels[name].append(label)
    shown = sorted(leading, key=lambda name: (-leading[name], name))[:most]
    these = text(query.format(per, scope.counts(per), "AND name IN :labels")).bindparams(
        bindparam("labels", [label for name in shown for label in labels[name]], String, expanding=True)
    )
    rows = []
    for period, label, documents in connection.execute(these, values):
        role, _, name = label.partition(" ")
        rows.append({"period": period, "role": role, "name": name, "documents": int(documents)})
    places = {period: natural(period) for period in {row["period"] for row in rows}}
    rows.sort(key=lambda row: (places[row["period"]], row["role"], -row["documents"], row["name"]))
    less = f"Only the {most} who brought most in all are shown. " if most and len(leading) > most else ""
    return Figure(
        f"Documents brought in an office by {by} and {per}, {scope}",
        ("period", "role", "name", "documents"),
        rows,
        covers(
            connection,
            scope,
            f"{less}Counted where the source names an office and a company, as in `Moderator (X)`; an office alone "
            "says nothing. Office holders' names are not kept.",
        ),
    )


def time_to_agreement(connection: Connection, scope: Scope, *, per: Per = "year") -> Figure:
    """How long documents that were revised took from their first version's reservation to that of the agreed one.

    Columns: period, agreed (documents), revised (those with an earlier version, which are measured), median_days,
    p90_days (None under ten documents).
    """
    release = "AND agreement.release = :release" if scope.release is not None else ""
    query = f"""
        SELECT {"agreement" if per == "release" else "meetings"}.{per} AS period, agreement.days
        FROM (
            SELECT group_name, meeting, MIN(year) AS year FROM tally
            WHERE dimension = 'all' AND meeting <> '' AND {scope.where()} GROUP BY group_name, meeting
        ) AS meetings
        JOIN agreement ON agreement.group_name = meetings.group_name AND agreement.meeting = meetings.meeting
        WHERE agreement.days IS NOT NULL {release}
    """  # noqa: S608
    counted = f"""
        SELECT {per}, SUM(agreed) FROM tally WHERE dimension = 'all' AND {scope.where()}
        GROUP BY {per} HAVING SUM(agreed) > 0
    """  # noqa: S608
    agreed = {period: int(count) for period, count in connection.execute(text(counted), scope.values())}
    by_period: dict[str, list[float]] = {period: [] for period in agreed}
    for period, days in connection.execute(text(query), scope.values()):
        by_period[period].append(days)
    rows = []
    for period in sorted(by_period, key=natural):
        days = by_period[period]
        middle = round(median(days), 1) if days else None
        tenth = round(quantiles(days, n=10, method="inclusive")[-1], 1) if len(days) >= 10 else None
        numbers = {"agreed": agreed[period], "revised": len(days)}
        rows.append({"period": period, **numbers, "median_days": middle, "p90_days": tenth})
    return Figure(
        f"Days from a first version to the one agreed, by {per}, {scope}",
        ("period", "agreed", "revised", "median_days", "p90_days"),
        rows,
        covers(
            connection,
            scope,
            "Measured between reservations, on documents agreed after at least one revision whose earlier versions are "
            "in the archive: lists give no day of decision. What was agreed as first brought is counted, not measured.",
        ),
    )
