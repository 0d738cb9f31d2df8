"""A meeting that gets a new name keeps its list and its documents, and what is new in them is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from organisations import Registry, Resolver
from spiders.rows import ContributionRow, MeetingRow, Reading
from store.archive import Archive
from store.changes import Filter, changes
from store.incoming import Visit
from store.ingest import ingest

DAY = datetime(2026, 11, 20, 6, tzinfo=UTC)


def test_a_list_goes_on_under_its_meetings_new_name(tmp_path: Path) -> None:
    archive = Archive.open(f"sqlite:///{tmp_path}/archive.sqlite", create=True)
    resolver = Resolver(Registry.load())

    def page(day: int, name: str) -> None:
        row = MeetingRow(key="990001", body="3GPP", group="RAN1", title="Invented", name=name, starts_on="2026-12-01")
        visit = Visit("3gpp.meetings:RAN1", "3gpp.meetings", "3GPP", "https://www.3gpp.org/", DAY + timedelta(day))
        with archive.write() as connection:
            ingest(connection, visit_with(visit, name), Reading("3gpp.meetings", rows=[row]), resolver)

    def visit_with(visit: Visit, content: str) -> Visit:
        return Visit(**{name: getattr(visit, name) for name in visit.__slots__} | {"content": content.encode()})

    def tdocs(day: int, meeting: str, *statuses: str) -> None:
        rows = [
            ContributionRow(
                key=f"R1-269000{number}", body="3GPP", group="RAN1", title="Invented", meeting=meeting,
                source="Huawei", status=status,
            )
            for number, status in enumerate(statuses)
        ]  # fmt: skip
        visit = Visit(
            f"3gpp.tdocs:{meeting}", "3gpp.tdocs", "3GPP", "https://portal.3gpp.org/", DAY + timedelta(day),
            group="RAN1", meeting=meeting, content=repr(statuses).encode(),
        )  # fmt: skip
        with archive.write() as connection:
            ingest(connection, visit, Reading("3gpp.tdocs", rows=list(rows), layout="portal"), resolver)

    page(0, "RAN1#927")
    tdocs(0, "RAN1#927", "reserved", "available")
    page(1, "RAN1#927-e")
    tdocs(1, "RAN1#927-e", "available", "available", "reserved")
    with archive.read() as connection:
        told = {(one.key, one.kind, one.field, one.old, one.new) for one in changes(connection, resolver, Filter())}
    assert told == {
        ("990001", "changed", "name", "RAN1#927", "RAN1#927-e"),
        ("R1-2690000", "changed", "status", "reserved", "available"),
        ("R1-2690002", "appeared", "", None, None),
    }
    counted = "SELECT meeting, SUM(submitted) FROM tally WHERE dimension = 'all' GROUP BY meeting"
    with archive.read() as connection:
        assert dict(iter(connection.exec_driver_sql(counted))) == {"RAN1#927-e": 2}
