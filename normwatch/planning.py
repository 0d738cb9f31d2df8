"""What is planned to be seen: the sources of the configuration, and how long each may go without being read."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from alerts.sight import Plan, patience
from normwatch.config import Config
from normwatch.intervals import every
from spiders.archive_view import ArchiveView
from spiders.plan import targets
from spiders.rows import KINDS


def plan(connection: Connection, config: Config, now: datetime) -> list[Plan]:
    """Every source that a crawl at `now` visits, whether it ever did."""
    view = ArchiveView(connection, config.crawl, now)
    found = []
    for kind in KINDS:
        cadence = config.schedule.cadences.get(kind)
        allowed = patience(every(cadence) if cadence else None)
        found += [
            Plan(
                source=target.listing,
                kind=target.kind,
                body=target.body,
                group=target.group,
                meeting=target.meeting,
                url=target.url,
                patience=allowed,
            )
            for target in targets(kind, config.sources, view)
        ]
    return found
