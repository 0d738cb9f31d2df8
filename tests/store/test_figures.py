from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from organisations import Resolver
from store import tallies
from store.figures import Figure, Scope, shares, success, wilson
from store.places import memberships, secretariats
from store.signing import cosigning, offices, time_to_agreement
from store.tables import REVISED_AND_AGREED
from store.tallies import ACCEPTED, OFFICES

Row = Callable[..., Any]
RAN1 = Scope(group="RAN1")
BYS, PERS, COUNTS = ("country", "organisation"), ("year", "meeting", "release"), ("any", "first", "fractional")


@pytest.fixture
def counted(keeper: Any, tdoc: Row) -> Any:
    """Six documents of two meetings of RAN1 in two years."""
    first: dict[str, Any] = {"meeting": "RAN1#901", "reserved_at": "2019-02-01T10:00:00", "release": "Rel-16"}
    second: dict[str, Any] = {"meeting": "RAN1#902", "reserved_at": "2020-02-01T10:00:00", "release": "Rel-17"}
    rows = [
        tdoc("R1-1", source="Huawei, HiSilicon, Nokia", status="agreed", **first),
        tdoc("R1-2", source="ZTE", status="noted", **first),
        tdoc("R1-3", source="Moderator (Ericsson)", status="withdrawn", **first),
        tdoc("R1-4", source="Zzyzx Labs, ZTE", **first),
    ]
    keeper.take(rows, "3gpp.tdocs:RAN1#901")
    rows = [
        tdoc("R1-5", source="Nokia, [Huawei]", status="approved", **second),
        tdoc("R1-6", source="Moderator (ZTE)", status="reserved", **second),
        tdoc("R1-7", source="Moderator (ZTE)", status="conditionally agreed", **second),
        tdoc("R1-8", source="RAN2", status="noted", **second),
    ]
    keeper.take(rows, "3gpp.tdocs:RAN1#902")
    return keeper


def figure(keeper: Any, ask: Callable[..., Figure], *arguments: Any, **more: Any) -> Figure:
    with keeper.archive.read() as connection:
        found = ask(connection, *arguments, **more)
    assert all(tuple(row) == found.columns for row in found.rows)
    assert found.title
    assert found.covers
    return found


def by_name(found: Figure, period: str, value: str = "count") -> dict[str, float]:
    return {row["name"]: row[value] for row in found.rows if row["period"] == period}


@pytest.mark.parametrize(
    ("count", "in_2019"),
    [
        ("any", {"CN": 3, "FI": 1, "unknown": 1}),
        ("first", {"CN": 2, "unknown": 1}),
        ("fractional", {"CN": 2.0, "FI": 0.5, "unknown": 0.5}),
    ],
)
def test_a_document_counts_for_whom_it_names(counted: Any, count: Any, in_2019: dict[str, float]) -> None:
    found = figure(counted, shares, RAN1, count=count)
    assert by_name(found, "2019") == in_2019
    assert {row["of"] for row in found.rows if row["period"] == "2019"} == {3}  # not the withdrawn one
    assert {row["meetings"] for row in found.rows} == {1}
    beside = {"any": (1.0, 0.3333, 0.3333), "first": (0.6667, 0.0, 0.3333), "fractional": (0.6667, 0.1667, 0.1667)}
    for name, wanted in beside.items():  # side by side, whichever is chosen
        shown = by_name(found, "2019", name)
        assert {one: shown[one] for one in in_2019} == {
            one: share for one, share in zip(("CN", "FI", "unknown"), wanted, strict=True) if one in in_2019
        }


def test_agreed_is_what_the_list_says_is_agreed_or_approved(counted: Any) -> None:
    found = figure(counted, shares, RAN1, "organisation", measure="agreed")
    assert by_name(found, "2019") == {"Huawei": 1, "Nokia": 1}
    assert by_name(found, "2020") == {"Nokia": 1}  # not conditionally agreed, and no proposed co-signer


@pytest.mark.parametrize(
    ("per", "periods"),
    [("year", ["2019", "2020"]), ("meeting", ["RAN1#901", "RAN1#902"]), ("release", ["Rel-16", "Rel-17"])],
)
def test_periods(counted: Any, per: Any, periods: list[str]) -> None:
    found = figure(counted, shares, RAN1, per=per)
    assert list(dict.fromkeys(row["period"] for row in found.rows)) == periods


@pytest.mark.parametrize(
    "scope",
    [
        Scope(first_year=2020),
        Scope(group="RAN1", last_year=2020, first_year=2020),
        Scope(release="Rel-17"),
        Scope(meeting="RAN1#902"),
        Scope(body="3GPP", first_year=2020),
    ],
)
def test_a_scope_leaves_out_the_rest(counted: Any, scope: Scope) -> None:
    found = figure(counted, shares, scope)
    assert by_name(found, "2020") == {"FI": 1, "CN": 1, "group": 1}
    assert {row["period"] for row in found.rows} == {"2020"}


@pytest.mark.parametrize("scope", [Scope(group="SA9"), Scope(group="' OR 1=1 --"), Scope(body="ISO")])
def test_an_empty_scope_says_so(counted: Any, scope: Scope) -> None:
    for ask in (shares, success, cosigning, offices, time_to_agreement):
        found = figure(counted, ask, scope)
        assert not found.rows
        assert "no contributions" in found.covers


def test_counts_follow_what_changes(counted: Any, tdoc: Row) -> None:
    about = {"meeting": "RAN1#902", "reserved_at": "2020-02-01T10:00:00", "release": "Rel-17"}
    counted.take([tdoc("R1-5", source="ZTE", status="noted", **about)], "3gpp.tdocs:RAN1#902", accept=True)
    found = figure(counted, shares, RAN1)
    assert by_name(found, "2020") == {"CN": 2, "group": 1}
    assert by_name(figure(counted, shares, RAN1, measure="agreed"), "2020") == {}


def test_counting_anew_gives_the_same(counted: Any) -> None:
    statement = "SELECT * FROM tally ORDER BY dimension, group_name, meeting, year, release, name"
    before = counted.rows(statement)
    with counted.archive.write() as connection:
        tallies.rebuild(connection)
    assert counted.rows(statement) == before


def test_small_changes_are_counted_as_counting_anew_would(counted: Any, tdoc: Row) -> None:
    dice = random.Random(7)  # noqa: S311 - no secret
    values: dict[str, tuple[str | None, ...]] = {
        "status": ("agreed", "approved", "noted", "available", "reserved", "withdrawn", None),
        "reserved_at": ("2020-01-31T10:00:00", "2020-02-01T10:00:00", "2021-02-01T10:00:00", None),
        "uploaded_at": ("2020-02-03T10:00:00", "2022-02-03T10:00:00", None),
        "source": ("ZTE", "ZTE, Huawei", "Nokia, Zzyzx Labs", None),
        "release": ("Rel-16", "Rel-17", None),
        "meeting": ("RAN1#902", "RAN1#903", None),
        "title": ("Invented one", "Invented two"),
    }
    documents = [{name: dice.choice(choices) for name, choices in values.items()} for _ in range(8)]
    statement = "SELECT * FROM tally ORDER BY dimension, group_name, meeting, year, release, name"
    for _ in range(60):
        name = dice.choice(list(values))
        dice.choice(documents)[name] = dice.choice(values[name])
        counted.take([tdoc(f"R1-9{n}", **one) for n, one in enumerate(documents)], "3gpp.tdocs:RAN1#902", accept=True)
        kept = counted.rows(statement)
        with counted.archive.write() as connection:
            tallies.rebuild(connection)
        assert kept == counted.rows(statement)


ASKED = [
    *((ask, {"by": by, "count": count}) for ask in (shares, success) for by in BYS for count in COUNTS),
    *((shares, {"by": by, "per": per, "measure": "agreed", "most": 2}) for by in BYS for per in PERS),
    *((offices, {"by": by, "per": per}) for by in BYS for per in PERS),
    (cosigning, {}),
]


KEPT = (
    "SELECT dimension, year, release, name, submitted, agreed FROM total ORDER BY 1, 2, 3, 4",
    "SELECT * FROM pair ORDER BY 1, 2",
    "SELECT * FROM agreement_step ORDER BY 1, 2, 3",
    "SELECT * FROM agreement ORDER BY record_id",
)


def same_of_all_groups(keeper: Any) -> None:
    """Figures of all groups, which are kept, are those of the one group that there is, which are added up."""
    for ask, how in ASKED:
        wide, narrow = figure(keeper, ask, Scope(), **how), figure(keeper, ask, RAN1, **how)
        assert wide.rows == narrow.rows, (ask, how)


def test_figures_of_all_groups_follow_what_changes(counted: Any, tdoc: Row) -> None:
    dice = random.Random(5)  # noqa: S311 - no secret
    names = ["Huawei", "ZTE", "Nokia", "Ericsson", "CATT", "Zzyzx Labs", "Moderator (vivo)", "RAN2"]
    statuses = ["agreed", "noted", "withdrawn", None]
    measured = 0
    for _ in range(40):
        meeting = dice.choice(("RAN1#901", "RAN1#902", "RAN1#903"))
        rows = [
            tdoc(
                f"R1-{dice.choice((meeting[-1], 9))}{number}",
                meeting=meeting,
                source=", ".join(dice.sample(names, dice.randrange(1, 5))),
                status=dice.choice(statuses),
                release=dice.choice(("Rel-16", "Rel-17")),
                reserved_at=f"20{dice.randrange(18, 21)}-02-01T10:00:00",
                revision_of=dice.choice((None, f"R1-{dice.choice((1, 2, 3, 9))}{dice.randrange(6)}")),
            )
            for number in dice.sample(range(6), 4)
        ]
        counted.take(rows, f"3gpp.tdocs:{meeting}", accept=True)
        same_of_all_groups(counted)
        kept = [counted.rows(query) for query in KEPT]
        with counted.archive.engine.connect().execution_options(write=True) as connection:
            tallies.rebuild(connection)
            assert kept == [list(map(tuple, connection.exec_driver_sql(query))) for query in KEPT]
            connection.rollback()
        measured += len(kept[-1])
    assert measured > 100


def test_the_rate_of_agreement_comes_with_its_interval(counted: Any) -> None:
    rows = {row["name"]: row for row in figure(counted, success, RAN1).rows}
    assert (rows["FI"]["submitted"], rows["FI"]["agreed"], rows["FI"]["rate"]) == (2, 2, 1.0)
    assert (rows["CN"]["submitted"], rows["CN"]["agreed"]) == (4, 1)
    assert rows["CN"]["low"] < rows["CN"]["rate"] < rows["CN"]["high"]
    assert rows["FI"]["high"] == 1.0


def test_who_is_never_named_first_has_no_rate_of_first_names(counted: Any) -> None:
    names = [row["name"] for row in figure(counted, success, RAN1, "organisation", count="first").rows]
    assert names
    assert "unknown" in names
    assert all(row["submitted"] > 0 for row in figure(counted, success, RAN1, count="first").rows)


@pytest.mark.parametrize(
    ("agreed", "submitted", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),  # Newcombe (1998), table I, method 3
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (0, 0, 0.0, 1.0),
    ],
)
def test_wilsons_interval_as_published(agreed: int, submitted: int, low: float, high: float) -> None:
    assert wilson(agreed, submitted) == pytest.approx((low, high), abs=0.00006)


def test_who_signs_together(counted: Any) -> None:
    assert figure(counted, cosigning, RAN1).rows == [{"one": "Huawei", "other": "Nokia", "documents": 1}]


def test_offices_are_counted_by_company(counted: Any) -> None:
    wanted = {"period": "2020", "role": "moderator", "name": "ZTE", "documents": 1}
    assert figure(counted, offices, RAN1, "organisation").rows == [wanted]


def test_time_runs_from_the_first_version_to_the_one_agreed(keeper: Any, tdoc: Row) -> None:
    rows = [
        tdoc("R1-1", reserved_at="2019-02-01T10:00:00", status="revised", revised_to="R1-2"),
        tdoc("R1-2", reserved_at="2019-02-05T10:00:00", status="revised", revision_of="R1-1"),
        tdoc("R1-3", reserved_at="2019-02-11T22:00:00", status="agreed", revision_of="R1-2"),
        tdoc("R1-4", reserved_at="2019-02-01T10:00:00", status="agreed"),
        tdoc("R1-5", reserved_at="2019-02-02T10:00:00", status="agreed", revision_of="R1-5"),  # of itself
        tdoc("R1-6", reserved_at="2019-02-02T10:00:00", status="agreed", revision_of="R1-404"),  # not in the archive
    ]
    keeper.take(rows)
    (row,) = figure(keeper, time_to_agreement, RAN1).rows
    assert (row["agreed"], row["median_days"], row["p90_days"]) == (4, 5.2, None)
    assert row["revised"] == 2


def test_a_meetings_year_is_that_of_most_of_its_reservations(keeper: Any, tdoc: Row) -> None:
    dates = ("1902-06-22", "2021-12-20T10:00:00", "2022-01-03T10:00:00", "2022-01-04T10:00:00", None)
    keeper.take([tdoc(f"R1-{n}", source="ZTE", reserved_at=one) for n, one in enumerate(dates)])
    assert by_name(figure(keeper, shares, RAN1), "2022") == {"CN": 5}


def test_secretariats_at_each_years_end(keeper: Any, committee: Row) -> None:
    keeper.now = datetime(2024, 6, 1, tzinfo=UTC)
    listed = [committee("1", secretariat="SAC"), committee("2", secretariat="DIN"), committee("3", secretariat=None)]
    keeper.take(listed, "iso.committees")
    keeper.now = datetime(2025, 6, 1, tzinfo=UTC)
    sub = committee("4", group="ISO/TC 1/SC 4", secretariat="SAC")
    keeper.take([*listed[:1], committee("2", secretariat="SAC"), listed[2], sub], "iso.committees")
    rows = figure(keeper, secretariats).rows
    assert [(row["year"], row["member"], row["secretariats"], row["subcommittees"], row["of"]) for row in rows] == [
        ("2024", "DIN", 1, 0, 2),
        ("2024", "SAC", 1, 0, 2),
        ("2025", "SAC", 3, 1, 3),
    ]
    assert figure(keeper, secretariats, 2025).rows == rows[2:]


def test_memberships_now(keeper: Any, committee: Row) -> None:
    listed = [
        committee("1", ("1635", "SAC", "P"), ("2064", "BSI", "O"), secretariat="SAC"),
        committee("2", ("1635", "SAC", "O")),
    ]
    keeper.take(listed, "iso.committees")
    rows = figure(keeper, memberships).rows
    assert [tuple(row.values()) for row in rows] == [("SAC", 1, 1, 1), ("BSI", 0, 1, 0)]


# -- RAN1, 2016 to 2023, from the captures


@pytest.fixture(scope="module")
def ran1(
    captures: Path,
    make_keeper: Callable[[Path], Any],
    tmp_path_factory: pytest.TempPathFactory,
    resolver: Resolver,
) -> Iterator[Any]:
    from spiders.readers import threegpp_tdocs
    from spiders.rows import Context

    made = make_keeper(tmp_path_factory.mktemp("ran1") / "a.sqlite")
    made.sheets = {}
    for path in sorted((captures / "3gpp" / "tdoc_lists").glob("TDoc_List_TSGR1_*.xlsx")):
        content = path.read_bytes()
        reading = threegpp_tdocs.read(content, Context(file=path.name, group="RAN1"))
        made.take(reading.rows, f"3gpp.tdocs:{reading.rows[0].meeting}", accept=True)  # in the order of their names
        made.sheets[reading.rows[0].meeting] = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    yield made
    made.archive.close()


BY_HAND = """
    SELECT contribution.meeting, COUNT(*), COUNT(CASE WHEN contribution.source_text_id IN (
        SELECT source_text_id FROM attribution
        WHERE home = 'CN' AND kind <> 'group' AND role NOT IN ('proposed', 'provenance', 'group')
    ) THEN 1 END)
    FROM contribution
    WHERE contribution.status NOT IN ('withdrawn', 'reserved') AND contribution.meeting LIKE 'RAN1#%'
    GROUP BY contribution.meeting
"""
YEARS = {
    **dict.fromkeys(("84", "84-bis", "85", "86", "86-bis", "87"), "2016"),
    **dict.fromkeys(("88", "88-bis", "89", "90", "90-bis", "91"), "2017"),
    **dict.fromkeys(("92", "92-bis", "93", "95"), "2018"),
    **dict.fromkeys(("96", "96-bis", "97", "98", "98-bis", "99"), "2019"),
    **dict.fromkeys(("100", "100-e", "100-bis-e", "102-e", "103-e"), "2020"),
    **dict.fromkeys(("104-e", "104-bis-e", "105-e", "106-e", "106-bis-e", "107-e"), "2021"),
    **dict.fromkeys(("107-bis-e", "108-e", "109-e", "110", "110-bis-e", "111"), "2022"),
    "112": "2023",
}


def test_the_chinese_share_of_ran1_is_that_of_a_query_by_hand_by_meeting(ran1: Any) -> None:
    by_hand = {meeting: (of, chinese) for meeting, of, chinese in ran1.rows(BY_HAND)}
    found = figure(ran1, shares, Scope(group="RAN1", first_year=2016, last_year=2023), per="meeting")
    chinese = {row["period"]: row for row in found.rows if row["name"] == "CN"}
    wanted = {name: by_hand[name] for name in by_hand if YEARS.get(name.removeprefix("RAN1#"))}
    assert {name: (row["of"], row["count"]) for name, row in chinese.items()} == wanted
    for name, row in chinese.items():
        assert row["share"] == pytest.approx(wanted[name][1] / wanted[name][0], abs=0.00005)


def test_the_chinese_share_of_ran1_is_that_of_a_query_by_hand_by_year(ran1: Any) -> None:
    of: Counter[str] = Counter()
    chinese: Counter[str] = Counter()
    for meeting, documents, named in ran1.rows(BY_HAND):
        year = YEARS.get(meeting.removeprefix("RAN1#"), "later")
        of[year] += documents
        chinese[year] += named
    found = figure(ran1, shares, Scope(group="RAN1", first_year=2016, last_year=2023))
    rows = {row["period"]: (row["of"], row["count"]) for row in found.rows if row["name"] == "CN"}
    assert rows == {year: (of[year], chinese[year]) for year in sorted(set(YEARS.values()))}
    assert rows["2016"][1] / rows["2016"][0] < rows["2022"][1] / rows["2022"][0]


def test_as_many_documents_of_ran1_are_counted_as_the_lists_hold(ran1: Any) -> None:
    found = figure(ran1, shares, RAN1, per="meeting")
    of = {row["period"]: row["of"] for row in found.rows}
    for meeting, sheet in ran1.sheets.items():
        status = sheet[0].index("TDoc Status")
        submitted = [row for row in sheet[1:] if row[0] and row[status] not in ("withdrawn", "reserved")]
        assert of.get(meeting, 0) == len(submitted), meeting


@pytest.mark.parametrize("count", ["first", "fractional"])
def test_first_and_fractional_shares_add_up_to_the_documents_that_name_somebody(ran1: Any, count: Any) -> None:
    found = figure(ran1, shares, RAN1, count=count)
    documents = (
        "SELECT year, COUNT(*) FROM contribution JOIN (SELECT DISTINCT meeting, year FROM tally) AS its USING (meeting)"
    )
    named = "source_text_id IN (SELECT source_text_id FROM signer) AND status NOT IN ('withdrawn', 'reserved')"
    naming = dict(ran1.rows(f"{documents} WHERE {named} GROUP BY year"))
    for period in {row["period"] for row in found.rows}:
        assert sum(by_name(found, period).values()) == pytest.approx(naming[period], abs=0.1)


def test_co_signing_in_ran1_is_that_of_a_query_by_hand(ran1: Any) -> None:
    rows = ran1.rows("""
        SELECT one.name, other.name, COUNT(*) FROM contribution
        JOIN signer AS one ON one.source_text_id = contribution.source_text_id AND one.dimension = 'organisation'
        JOIN signer AS other ON other.source_text_id = one.source_text_id AND other.dimension = 'organisation'
        WHERE one.name < other.name AND one.name NOT IN ('unknown', 'group') AND other.name NOT IN ('unknown', 'group')
            AND COALESCE(contribution.status, '') NOT IN ('withdrawn', 'reserved')
        GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT 100
    """)
    assert [tuple(row.values()) for row in figure(ran1, cosigning, RAN1).rows] == rows
    assert len(rows) == 100


def test_figures_of_all_groups_are_those_of_the_one_there_is(ran1: Any) -> None:
    same_of_all_groups(ran1)


def test_offices_in_ran1_are_those_of_a_query_by_hand(ran1: Any) -> None:
    rows = ran1.rows(f"""
        SELECT attribution.role, COALESCE(attribution.parent, attribution.name), COUNT(DISTINCT contribution.record_id)
        FROM contribution JOIN attribution ON attribution.source_text_id = contribution.source_text_id
        WHERE attribution.role IN {OFFICES} AND attribution.kind <> 'group'
            AND COALESCE(contribution.status, '') NOT IN ('withdrawn', 'reserved')
        GROUP BY 1, 2
    """)  # noqa: S608
    told: Counter[tuple[str, str]] = Counter()
    for row in figure(ran1, offices, RAN1, "organisation").rows:
        told[row["role"], row["name"]] += row["documents"]
    assert told == {(role, name): documents for role, name, documents in rows}
    assert sum(told.values()) > 100


def test_only_those_who_brought_most_are_named_where_so_many_are_wanted(counted: Any) -> None:
    every = figure(counted, shares, Scope(), "organisation").rows
    most = figure(counted, shares, Scope(), "organisation", most=1)
    name = most.rows[0]["name"]
    assert {row["name"] for row in most.rows} == {name}
    assert most.rows == [row for row in every if row["name"] == name]
    totals: dict[str, int] = {}
    for row in every:
        totals[row["name"]] = totals.get(row["name"], 0) + row["count"]
    assert totals[name] == max(totals.values())
    assert "Only the 1 who brought most" in most.covers


def test_what_is_led_by_its_index_is_what_counts_as_agreed() -> None:
    assert all(f"'{status}'" in REVISED_AND_AGREED for status in ACCEPTED)
    assert REVISED_AND_AGREED.count("'") == 2 * len(ACCEPTED)
