from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from organisations import Resolver
from store.conditions import Wanted

Row = Callable[..., Any]


@pytest.fixture(scope="module")
def library(
    make_keeper: Callable[[Path], Any], tmp_path_factory: pytest.TempPathFactory, resolver: Resolver
) -> Iterator[Any]:
    made = make_keeper(tmp_path_factory.mktemp("search") / "a.sqlite")
    yield made
    made.archive.close()


@pytest.fixture(scope="module", autouse=True)
def _filled(library: Any) -> None:
    from spiders.rows import CommitteeRow, ContributionRow, MeetingRow, ProjectRow

    about: dict[str, Any] = {"body": "3GPP", "group": "SA2"}
    rows = [
        ContributionRow(key="S2-2601234", title="Invented title", work_items="NR_MIMO_Ph5-Core", **about),
        ContributionRow(key="S2-2601235", title="Another title", spec="38.214", source="华为技术有限公司", **about),
        ContributionRow(key="S2-2601236", title="Sécurité des réseaux", source="Télécom Zürich", **about),
        ContributionRow(key="S2-2601237", title="Answers S2-2601234", agenda_item="19.2.1", **about),
        ContributionRow(key="S2-2601238", title="도로 교통 ネットワーク", abstract='Say "hello" world', **about),
        ContributionRow(key="S2-2601239", title="OR gates AND others", release="Rel-20", **about),
    ]
    library.take(rows, "3gpp.tdocs:SA2#999")
    library.take(
        [MeetingRow(key="60999", name="SA2#999", place="Utopia", title="3GPPSA2#999", **about)], "3gpp.meetings:SA2"
    )
    library.take(
        [CommitteeRow(key="999", body="ISO", group="ISO/TC 999", title="Teapots", secretariat="SAC")], "iso.committees"
    )
    project = ProjectRow(key="99001", body="ISO", group="ISO/TC 999", title="Spouts", reference="ISO/AWI 99001")
    library.take([project], "iso.projects")


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("S2-2601234", ["S2-2601234", "S2-2601237"]),  # the document itself before those that name it
        ("  S2-2601234 ", ["S2-2601234", "S2-2601237"]),
        ("s2-2601235", ["S2-2601235"]),
        ("NR_MIMO_Ph5-Core", ["S2-2601234"]),
        ("38.214", ["S2-2601235"]),
        ("19.2.1", ["S2-2601237"]),
        ("华为", ["S2-2601235"]),
        ("技术有限", ["S2-2601235"]),
        ("为华", []),
        ("교통", ["S2-2601238"]),
        ("ネット", ["S2-2601238"]),
        ("securite", ["S2-2601236"]),
        ("SÉCURITÉ réseaux", ["S2-2601236"]),
        ("zurich", ["S2-2601236"]),
        ("Another title", ["S2-2601235"]),
        ('"Another title"', ["S2-2601235"]),
        ('"title Another"', []),
        ("answ*", ["S2-2601237"]),
        ("answ", []),
        ("Invented OR Sécurité", ["S2-2601234", "S2-2601236"]),
        ("title NOT Another", ["S2-2601234"]),
        ("title AND Another", ["S2-2601235"]),
        ("say hello", ["S2-2601238"]),
        ("Rel-20", ["S2-2601239"]),
        ("utopia", ["60999"]),
        ("teapots", ["999"]),
        ("SAC", ["999"]),
        ("ISO/AWI 99001", ["99001"]),
        ("", []),
        ("   ", []),
        ('- * " ( ) :', []),
        ("title:Invented", ["S2-2601234"]),
        ("source:title", []),
        ("nothing like it", []),
    ],
)
def test_what_is_typed_finds_what_it_means(library: Any, typed: str, found: list[str]) -> None:
    assert sorted(library.find(typed)) == sorted(found)
    assert library.find(typed)[:1] == found[:1] or "OR" in typed


def test_a_limit_is_kept_and_filters_narrow_the_search(library: Any) -> None:
    from store.finding import find
    from store.reading import Asking

    assert library.find("S2-2601234", limit=1) == ["S2-2601234"]
    with library.archive.read() as connection:
        wanted = Wanted(record="meeting", body="3GPP", group="SA2")
        assert [one["key"] for one in find(connection, "utopia OR title", wanted, Asking(library.resolver))] == [
            "60999"
        ]
        assert not list(find(connection, "S2-2601234", Wanted(body="ISO"), Asking(library.resolver)))


WORDS = st.sampled_from(
    ["OR", "AND", "NOT", "NEAR", '"', "*", "title", "华为", "(", ")", "^", ":", "-", "+", "\0", "title*"]
)
TYPED = st.one_of(
    st.text(max_size=40), st.lists(WORDS, max_size=8).map(" ".join), st.lists(WORDS, max_size=8).map("".join)
)


@given(TYPED)
@example("\udcff\ud800")
@example("a NOT " * 400 + "a")
@example("a OR " * 2000 + "a")
@example("title " * 3000)
@example("x" * 100_000)
@example('NEAR("a" "b", 5)')
@example("'; DROP TABLE record; --")
@settings(max_examples=300, deadline=None)
def test_nothing_that_is_typed_raises(library: Any, typed: str) -> None:
    library.find(typed)


def test_what_changes_is_found_by_its_new_words_and_no_longer_by_its_old(keeper: Any, tdoc: Row) -> None:
    keeper.take([tdoc("R1-1", title="Alpha", source="Huawei"), tdoc("R1-2", title="华为")])
    keeper.take([tdoc("R1-1", title="Beta", source="ZTE"), tdoc("R1-2", title="中兴")])
    found = {typed: keeper.find(typed) for typed in ("alpha", "huawei", "华为", "beta", "zte", "中兴")}
    assert found == {"alpha": [], "huawei": [], "华为": [], "beta": ["R1-1"], "zte": ["R1-1"], "中兴": ["R1-2"]}
