from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection

from web import lookups


@pytest.fixture
def connection(served: Any) -> Any:
    archive = served.archive()
    with archive.read() as found:
        yield found
    archive.close()


def test_a_record_is_one_of_its_body_and_kind(connection: Connection) -> None:
    assert lookups.record_id(connection, "3GPP", "contribution", "R1-9990001") is not None
    assert lookups.record_id(connection, "ISO", "contribution", "R1-9990001") is None
    assert lookups.record_id(connection, "3GPP", "meeting", "R1-9990001") is None


def test_groups_stand_under_their_body_with_what_there_is_of_them(connection: Connection) -> None:
    assert lookups.groups(connection) == {
        "3GPP": [("RAN1", {"contribution": 3, "meeting": 1})],
        "ISO": [("ISO/TC 9901", {"committee": 1})],
    }
    (committee,) = lookups.committees(connection).values()
    assert (committee.title, committee.secretariat) == ("INVENTED sundials", "SAC")


def test_meetings_are_found_by_name_with_their_documents(connection: Connection) -> None:
    (met,) = lookups.meetings(connection, "RAN1")
    assert (met.name, met.starts_on) == ("RAN1#999", "2026-11-16")
    assert lookups.documents_of(connection, ["RAN1#999", "RAN1#0"]) == {"RAN1#999": 3}
    assert lookups.meetings_with_documents(connection, "RAN1") == ["RAN1#999"]
    assert lookups.meeting(connection, "RAN1#999").group_name == "RAN1"
    assert lookups.meeting(connection, "RAN1#0") is None


def test_documents_are_in_the_order_of_the_agenda(connection: Connection) -> None:
    found = [(one.agenda_item, one.key) for one in lookups.documents(connection, "RAN1#999")]
    assert found == [("9.1", "R1-9990001"), ("9.1", "R1-9990002"), ("9.10", "R1-9990003")]


def test_an_owner_is_active_where_it_submitted(connection: Connection) -> None:
    assert [tuple(row) for row in lookups.submitted_by_group(connection, "Huawei")] == [("RAN1", 2)]
    assert lookups.submitted_by_group(connection, "Nobody") == []
