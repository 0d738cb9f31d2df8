from __future__ import annotations

from typing import Any

import pytest

from alerts.events import EVENTS, accepted, events
from store.changes import Told


def told(
    record: str, kind: str = "changed", field: str = "", old: str | None = None, new: str | None = None, **more: Any
) -> Told:
    head = {"subject": more.pop("subject", ""), "url": more.pop("url", None)}
    return Told(
        id=1, observed_at="2026-11-20T06:00:00Z", kind=kind, field=field, old=old, new=new, record_id=1, record=record,
        body="3GPP", group="RAN1", key="R1-9900001", title="Invented", listing_id=1, fetch_id=1, fetch_url="",
        fetched_at="2026-11-20T06:00:00Z", sha256=None, values=more, **head,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (told("contribution", "appeared", status="reserved"), ["reserved"]),
        (told("contribution", "appeared", status="available", uploaded_at="2026-11-19T10:00:00"), ["uploaded"]),
        (told("contribution", "appeared", url="https://www.itu.int/x", uploaded_at=None), ["uploaded"]),
        (told("contribution", "appeared", status="agreed", uploaded_at="2026-11-19"), ["decided", "uploaded"]),
        (told("contribution", "appeared", status="noted"), ["decided", "reserved"]),
        (told("contribution", "appeared", status="revised", url="https://www.3gpp.org/x"), ["revised", "uploaded"]),
        (told("contribution", "appeared", status="withdrawn"), []),
        (told("contribution", field="status", old="reserved", new="available"), ["uploaded"]),
        (told("contribution", field="status", old="available", new="agreed"), ["decided"]),
        (told("contribution", field="status", old="available", new="not treated"), ["decided"]),
        (told("contribution", field="status", old="available", new="withdrawn"), ["withdrawn"]),
        (told("contribution", field="status", old="available", new="revised"), ["revised"]),
        (told("contribution", field="status", old="withdrawn", new="reserved"), []),
        (told("contribution", field="revised_to", old=None, new="R1-9900002"), ["revised"]),
        (told("contribution", field="uploaded_at", old="2026-11-01", new="2026-11-02"), []),
        (told("contribution", field="source", old="Ericsson", new="Ericsson, Huawei"), ["source-added"]),
        (told("contribution", field="title", old="6G  radio", new="6G radio"), []),
        (told("contribution", field="title", old="6G radio", new="6G air interface"), ["edited"]),
        (told("contribution", field="url", old=None, new="https://www.3gpp.org/x"), []),
        (told("contribution", "vanished"), ["vanished"]),
        (told("project", "appeared", stage="10.99"), ["project-new"]),
        (told("project", "appeared", stage="40.20"), ["project-listed"]),
        (told("project", "appeared", stage=None), ["project-listed"]),
        (told("project", field="stage", old="20.00", new="30.20"), ["stage-moved"]),
        (told("committee", "appeared"), ["committee-new"]),
        (told("committee", field="secretariat", old="SAC", new="AFNOR"), ["secretariat-gained", "secretariat-lost"]),
        (told("committee", field="membership", subject="SAC", old="O", new="P"), ["membership"]),
        (told("meeting", "appeared"), ["meeting-new"]),
        (told("meeting", field="starts_on", old="2026-11-17", new="2026-11-24"), ["meeting-moved"]),
        (told("meeting", field="status", old="planned", new="cancelled"), ["meeting-cancelled"]),
        (told("meeting", field="first_document", old=None, new="R1-9900001"), []),
    ],
)  # fmt: skip
def test_what_a_change_means(change: Told, expected: list[str]) -> None:
    found = [event.name for event in events(change)]
    assert found == expected
    assert set(found) <= set(EVENTS)


def test_small_steps_and_edits_are_not_significant() -> None:
    small = [
        told("project", field="stage", old="30.20", new="30.60"),
        told("contribution", field="title", old="a", new="b"),
        told("project", "appeared", stage="60.60"),
    ]
    large = [
        told("project", field="stage", old="30.60", new="30.98"),
        told("project", field="stage", old="60.00", new="60.60"),
        told("contribution", field="status", old="available", new="noted"),
    ]
    assert not any(event.significant for change in small for event in events(change))
    assert all(event.significant for change in large for event in events(change))


def test_an_acceptance_is_one_in_part_too_and_a_refusal_is_none() -> None:
    assert all(map(accepted, ("agreed", "Approved", "conditionally agreed", "partially approved", "endorsed")))
    assert not any(map(accepted, (None, "", "noted", "postponed", "not pursued", "not agreed", "not treated")))
