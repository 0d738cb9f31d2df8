from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from spiders.rows import KINDS, ContributionRow, Reading, Reject
from store.health import TOLERANCE, Usual, doubts, own_pause


def reading(rows: int, **more: Any) -> Reading:
    row = ContributionRow(key="R1-1", body="3GPP", group="RAN1", title="Invented")
    return Reading("3gpp.tdocs", rows=[row] * rows, **more)


def test_every_kind_has_a_tolerance() -> None:
    assert set(TOLERANCE) == set(KINDS)


@pytest.mark.parametrize(
    ("kind", "rows", "usual", "believed"),
    [
        ("3gpp.tdocs", 96, 100, True),
        ("3gpp.tdocs", 95, 100, False),
        ("3gpp.tdocs", 200, 100, True),
        ("3gpp.tdocs", 2, 3, True),  # one row fewer is within what happens
        ("3gpp.tdocs", 1, 3, False),
        ("itu.meetings", 61, 100, True),  # the catalogue is pruned
        ("itu.meetings", 60, 100, False),
        ("3gpp.tdocs", 0, None, True),  # a list made before its first document
        ("3gpp.tdocs", 0, 1, False),
    ],
)
def test_a_fetch_is_believed_that_lacks_no_more_than_happens(
    kind: str, rows: int, usual: int | None, believed: bool
) -> None:
    assert (not doubts(kind, reading(rows), Usual(usual))) is believed


def test_a_page_of_several_may_be_shorter_than_the_last_one_but_not_empty() -> None:
    assert not doubts("itu.documents", reading(3, partial=True), Usual(50))
    assert doubts("itu.documents", reading(0, partial=True), Usual(50))


def test_what_the_body_itself_repeats_or_leaves_blank_is_no_doubt() -> None:
    repeated = [Reject(number, "repeats row 1", fault=False) for number in range(50)]
    assert not doubts("3gpp.tdocs", reading(50, rejects=repeated), Usual(50))
    assert not doubts("3gpp.tdocs", reading(50, rejects=repeated, claimed=100), Usual(50))
    assert not doubts("3gpp.tdocs", reading(50, rejects=[Reject(1, "torn")]), Usual(50))


def test_a_faulty_source_is_left_alone_longer_and_longer_but_never_for_ever() -> None:
    pauses = [own_pause(faults) for faults in range(1, 60)]
    assert pauses[:3] == [timedelta(minutes=5), timedelta(minutes=10), timedelta(minutes=20)]
    assert pauses == sorted(pauses)
    assert pauses[-1] == timedelta(hours=12)
    assert own_pause(0) == timedelta(0)


def test_a_page_that_broke_off_lacks_what_it_lost() -> None:
    assert doubts("3gpp.tdocs", reading(852, partial=True), Usual(1306)), "whatever it is, it is not the whole list"
    assert not doubts("3gpp.tdocs", reading(1306, partial=True), Usual(1306))
