"""A meeting that gets a new name keeps its list and its documents, and what is new in them is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from organisations import Registry, Resolver
from spiders.rows import ContributionRow, MeetingRow, Reading
from store.archive import Archive
from store.changes import Filter, changes
from store.incoming import Visit
from store.ingest import ingest
from tests.store.conftest import Keeper, meeting, tdoc

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


@pytest.mark.parametrize(
    "names", [("RAN1#998", "RAN1#999"), ("RAN1#998", "RAN1#1000")], ids=["names swapped", "one gives way to the other"]
)
def test_meetings_that_take_each_others_names_keep_their_own_documents(keeper: Keeper, names: tuple[str, str]) -> None:
    keeper.take([meeting("1", "RAN1#999"), meeting("2", "RAN1#998")], "3gpp.meetings:RAN1")
    keeper.take([tdoc("R1-2600001", meeting="RAN1#999")], "3gpp.tdocs:RAN1#999")
    keeper.take([tdoc("R1-2600002", meeting="RAN1#998")], "3gpp.tdocs:RAN1#998")
    keeper.take([meeting(key, name) for key, name in zip("12", names, strict=True)], "3gpp.meetings:RAN1")
    assert [keeper.show(f"R1-260000{number}")["meeting"] for number in (1, 2)] == list(names)
    listed = keeper.rows("SELECT key, meeting FROM listing WHERE kind = '3gpp.tdocs' ORDER BY id")
    assert listed == [(f"3gpp.tdocs:{name}", name) for name in names]
    assert set(keeper.find(f"meeting:{names[0]}")) == {"R1-2600001", "1"}, "the document and the meeting itself"
