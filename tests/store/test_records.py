"""Which listing may write what, and that the history undoes to every earlier version."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spiders.rows import ContributionRow

Row = Callable[..., Any]
PORTAL = "3gpp.tdocs:SA2#999"
AGENDA = "3gpp.tdocs:SA2#999:agenda"
INDEX = "itu.documents:T25-SG13-C"
PAGES = "itu.documents:T25-SG13-C:listing"


@pytest.fixture
def sa2(tdoc: Row) -> Row:
    return lambda key, **fields: tdoc(key, **{"group": "SA2", "meeting": "SA2#999"} | fields)


@pytest.fixture
def sg13() -> Row:
    def row(number: int, **fields: Any) -> ContributionRow:
        key = f"T25-SG13-C-{number:04}"
        return ContributionRow(key=key, body="ITU", group="ITU-T SG13", title="Invented", **fields)

    return row


# -- two listings of one meeting


def test_an_agenda_page_adds_what_the_portal_lacks_and_the_portal_does_not_take_it_away(keeper: Any, sa2: Row) -> None:
    keeper.take([sa2("S2-1", source="Huawei")], PORTAL)
    keeper.take([sa2("S2-1", source="Huawei")], AGENDA, layout="agenda")
    added = keeper.take([sa2("S2-1", source="Huawei, ZTE, China Telecom")], AGENDA, layout="agenda")
    assert keeper.told(added) == [("changed", "S2-1", "source", "Huawei", "Huawei, ZTE, China Telecom")]
    later = keeper.take([sa2("S2-1", source="Huawei", status="noted")], PORTAL)
    assert keeper.told(later) == [("changed", "S2-1", "status", None, "noted")]
    assert keeper.show("S2-1")["source"] == "Huawei, ZTE, China Telecom"


def test_the_portal_outranks_what_an_agenda_page_filled_in(keeper: Any, sa2: Row) -> None:
    keeper.take([sa2("S2-1", source="Huawei", status=None)], PORTAL)
    keeper.take([sa2("S2-1", source="Huawei, ZTE", status="noted")], AGENDA, layout="agenda")
    later = keeper.take([sa2("S2-1", source="vivo", status="agreed")], PORTAL)
    told = [("changed", "S2-1", "source", "Huawei, ZTE", "vivo"), ("changed", "S2-1", "status", "noted", "agreed")]
    assert keeper.told(later) == told
    again = keeper.take([sa2("S2-1", source="Huawei, ZTE", status="noted")], AGENDA, layout="agenda", partial=True)
    assert again.changes == []
    gone = keeper.take([sa2("S2-1", source="vivo", status=None)], PORTAL)
    assert keeper.told(gone) == [("changed", "S2-1", "status", "agreed", None)]


def test_an_agenda_page_keeps_up_to_date_what_it_filled_in(keeper: Any, sa2: Row) -> None:
    keeper.take([sa2("S2-1", source="Huawei", status=None)], PORTAL)
    keeper.take([sa2("S2-1", source="Huawei, ZTE", status="noted")], AGENDA, layout="agenda")
    later = keeper.take([sa2("S2-1", source="Huawei, OPPO", status="revised")], AGENDA, layout="agenda")
    assert keeper.told(later) == [
        ("changed", "S2-1", "source", "Huawei, ZTE", "Huawei, OPPO"),
        ("changed", "S2-1", "status", "noted", "revised"),
    ]


def test_an_agenda_page_does_not_outrank_the_portal(keeper: Any, sa2: Row) -> None:
    keeper.take([sa2("S2-1", title="The title", source="Huawei", status="agreed")], PORTAL)
    for text in (b"1", b"2"):
        page = [sa2("S2-1", title="A title", source="ZTE", status="noted")]
        assert keeper.take(page, AGENDA, layout="agenda", visit={"content": text}).changes == []
    found = keeper.show("S2-1")
    assert (found["title"], found["source"], found["status"]) == ("The title", "Huawei", "agreed")


def test_a_record_that_stands_in_both_vanishes_by_the_portal_alone(keeper: Any, sa2: Row) -> None:
    both = [sa2("S2-1"), sa2("S2-2"), sa2("S2-3")]
    keeper.take(both, AGENDA, layout="agenda")
    taken_over = keeper.take(both, PORTAL)
    assert (taken_over.appeared, taken_over.changes) == (0, [])
    for number in range(3):
        assert keeper.take(both[:2], AGENDA, layout="agenda", visit={"content": b"%d" % number}).vanished == 0
    keeper.take(both[1:], PORTAL)
    assert keeper.told(keeper.again(listing=PORTAL)) == [("vanished", "S2-1")]


def test_a_supplement_adds_co_signers_and_its_absences_mean_nothing(keeper: Any, sg13: Row) -> None:
    keeper.take([sg13(1, source="China Telecom"), sg13(2)], INDEX)
    signed = [sg13(1, source="China Telecom; China Mobile"), sg13(2), sg13(3, status="reserved")]
    keeper.take(signed, PAGES, supplement=True)
    assert keeper.show("T25-SG13-C-0001")["source"] == "China Telecom; China Mobile"
    for number in range(3):
        page = keeper.take(signed[:2], PAGES, supplement=True, visit={"content": b"%d" % number})
        assert (page.vanished, page.changes) == (0, [])
    index = [sg13(1, source="China Telecom"), sg13(2), sg13(3, status="available")]
    arrived = keeper.take(index, INDEX)
    assert keeper.told(arrived) == [("changed", "T25-SG13-C-0003", "status", "reserved", "available")]
    assert keeper.show("T25-SG13-C-0001")["source"] == "China Telecom; China Mobile"


def test_two_supplements_that_write_the_same_differently_do_not_swing(keeper: Any, sg13: Row) -> None:
    recent = "itu.documents:T25-SG13:new"
    keeper.take([sg13(1, source="China Mobile; CAICT", status="reserved")], PAGES, supplement=True)
    for number in range(2):
        visit = {"content": b"%d" % number}
        commas = [sg13(1, source="China Mobile, CAICT", status="reserved", uploaded_at="2026-11-20")]
        keeper.take(commas, recent, supplement=True, visit=visit)
        page = [sg13(1, source="China Mobile; CAICT", status="reserved")]
        assert keeper.take(page, PAGES, supplement=True, visit=visit).changes == []
    found = keeper.show("T25-SG13-C-0001")
    assert (found["source"], found["uploaded_at"]) == ("China Mobile; CAICT", "2026-11-20")


# -- two meetings that list one document


def test_a_document_moves_with_a_cancelled_meeting_to_the_next(keeper: Any, tdoc: Row) -> None:
    keeper.take([tdoc("R1-1", meeting="RAN1#1"), tdoc("R1-2", meeting="RAN1#1")], "3gpp.tdocs:RAN1#1")
    keeper.take([tdoc("R1-9", meeting="RAN1#2")], "3gpp.tdocs:RAN1#2")
    keeper.take([tdoc("R1-2", meeting="RAN1#1")], "3gpp.tdocs:RAN1#1")
    moved = keeper.take([tdoc("R1-1", meeting="RAN1#2"), tdoc("R1-9", meeting="RAN1#2")], "3gpp.tdocs:RAN1#2")
    assert keeper.told(moved) == [("changed", "R1-1", "meeting", "RAN1#1", "RAN1#2")]
    for listing in ("3gpp.tdocs:RAN1#1", "3gpp.tdocs:RAN1#2"):
        assert keeper.again(listing=listing).changes == []
    assert keeper.show("R1-1")["meeting"] == "RAN1#2"


def test_a_document_that_vanished_from_one_meeting_returns_in_another(keeper: Any, tdoc: Row) -> None:
    keeper.take([tdoc("R1-1", meeting="RAN1#1"), tdoc("R1-2", meeting="RAN1#1")], "3gpp.tdocs:RAN1#1")
    keeper.take([tdoc("R1-2", meeting="RAN1#1")], "3gpp.tdocs:RAN1#1")
    assert keeper.told(keeper.again(listing="3gpp.tdocs:RAN1#1")) == [("vanished", "R1-1")]
    moved = keeper.take([tdoc("R1-1", meeting="RAN1#2")], "3gpp.tdocs:RAN1#2", baseline=False)
    assert keeper.told(moved) == [("returned", "R1-1"), ("changed", "R1-1", "meeting", "RAN1#1", "RAN1#2")]
    assert not keeper.show("R1-1")["vanished"]


def test_a_document_listed_by_two_meetings_does_not_swing_between_them(keeper: Any, tdoc: Row) -> None:
    keeper.take([tdoc("R1-1", meeting="RAN1#1")], "3gpp.tdocs:RAN1#1")
    for number in range(2):
        content = {"content": b"%d" % number}
        assert not keeper.take([tdoc("R1-1", meeting="RAN1#2")], "3gpp.tdocs:RAN1#2", visit=content).changes
        assert not keeper.take([tdoc("R1-1", meeting="RAN1#1")], "3gpp.tdocs:RAN1#1", visit=content).changes
    assert keeper.show("R1-1")["meeting"] == "RAN1#1"


def test_a_field_that_a_listing_does_not_have_is_left_as_it_was(keeper: Any, tdoc: Row) -> None:
    keeper.take([tdoc("R1-1", abstract="Of another layout", status="available")])
    assert keeper.told(keeper.take([tdoc("R1-1", status=None)])) == [("changed", "R1-1", "status", "available", None)]
    assert keeper.show("R1-1")["abstract"] == "Of another layout"


# -- any sequence of versions

TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12)
SOURCE = st.sampled_from([None, "Huawei", "Huawei, ZTE", "华为技术有限公司", "Zzyzx Labs", "=1+1"])
FIELDS = st.tuples(TEXT, SOURCE, st.sampled_from([None, "available", "noted", "withdrawn"]))
VERSIONS = st.lists(st.dictionaries(st.sampled_from("abcde"), FIELDS, max_size=5), min_size=1, max_size=6)


@given(versions=VERSIONS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_archive_holds_the_last_version_and_its_history_undoes_to_every_earlier_one(
    make_keeper: Callable[[Path], Any], tdoc: Row, versions: list[dict[str, tuple[str, str | None, str | None]]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        keeper = make_keeper(Path(folder) / "a.sqlite")
        expected: list[dict[str, tuple[ContributionRow, bool]]] = []
        missed: dict[str, int] = {}
        stamps = []
        for version in versions:
            rows = [
                tdoc(key, title=title or "-", source=source, status=status)
                for key, (title, source, status) in version.items()
            ]
            keeper.take(rows, accept=True)
            stamps.append(keeper.source()["last_visit_at"])
            known = dict(expected[-1]) if expected else {}
            missed = {key: 0 if key in version else missed.get(key, 0) + 1 for key in {*known, *version}}
            known |= {row.key: (row, False) for row in rows}
            expected.append({key: (row, missed[key] >= 2) for key, (row, _) in known.items()})
        for as_of, known in [*zip(stamps, expected, strict=True), (None, expected[-1])]:
            for key, (row, vanished) in known.items():
                found = keeper.show(key, as_of)
                values = (found["title"], found["source"], found["status"], found["vanished"])
                assert values == (row.title, row.source, row.status, vanished)
        assert keeper.rows("SELECT count(*) FROM record") == [(len(expected[-1]),)]
        keeper.archive.close()
