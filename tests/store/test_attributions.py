from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from organisations import Registry, Resolver

Row = Callable[..., Any]


def named(keeper: Any, key: str) -> list[tuple[Any, ...]]:
    return [(one["name"], one["role"], one["home"], one["chinese"]) for one in keeper.show(key)["organisations"]]


def test_who_a_source_names_is_kept_in_the_order_written(keeper: Any, tdoc: Row) -> None:
    keeper.take([tdoc("R1-1", source="Ericsson, Huawei, HiSilicon")])
    rows = keeper.rows("SELECT position, organisation, parent_id, home, role FROM attribution ORDER BY position")
    assert rows == [
        (0, "ericsson", None, "SE", "source"),
        (1, "huawei", None, "CN", "source"),
        (2, "hisilicon", "huawei", "CN", "source"),
    ]
    assert keeper.rows("SELECT resolved FROM source_text") == [(1,)]


def test_an_unknown_name_is_kept_as_unknown_and_never_as_not_chinese(keeper: Any, tdoc: Row) -> None:
    keeper.take([tdoc("R1-1", source="Zzyzx Invented Labs, Nokia")])
    assert keeper.rows("SELECT position, name, kind, home FROM attribution ORDER BY position") == [
        (0, "Nokia", "vendor", "FI"),
        (1, "Zzyzx Invented Labs", "unknown", None),
    ]
    assert named(keeper, "R1-1")[-1] == (None, "source", None, "unknown")
    assert keeper.rows("SELECT resolved FROM source_text") == [(0,)]


def test_one_source_string_is_resolved_once_for_all_documents_and_fetches(keeper: Any, tdoc: Row) -> None:
    keeper.take([tdoc(f"R1-{number}", source="Huawei, ZTE") for number in range(600)])
    keeper.take([tdoc(f"R1-{number}", source="Huawei, ZTE") for number in range(601)])
    assert keeper.rows("SELECT count(*) FROM source_text") == [(1,)]
    assert keeper.rows("SELECT count(DISTINCT source_text_id), count(*) FROM contribution") == [(1, 601)]


def test_a_source_that_changes_is_attributed_anew(keeper: Any, tdoc: Row) -> None:
    keeper.take([tdoc("R1-1", source="Huawei"), tdoc("R1-2", source=None)])
    keeper.take([tdoc("R1-1", source="Nokia"), tdoc("R1-2", source="vivo")])
    assert named(keeper, "R1-1") == [("Nokia", "source", "FI", "no")]
    assert named(keeper, "R1-2") == [("vivo", "source", "CN", "yes")]
    keeper.take([tdoc("R1-1", source=None), tdoc("R1-2", source="vivo")])
    assert named(keeper, "R1-1") == []


def test_a_document_is_attributed_by_what_held_on_its_date(
    make_keeper: Callable[[Path], Any], tdoc: Row, tmp_path: Path
) -> None:
    file = tmp_path / "own.csv"
    file.write_text(
        "id,name,kind,parent,home,registered,owners,from,until,aliases,source\n"
        "zzyzx,Zzyzx Invented Labs,company,,SE,,,,2020-01-01,,invented\n"
        "zzyzx,Zzyzx Invented Labs,company,,CN,,,2020-01-01,,,invented\n",
        encoding="utf-8",
    )
    keeper = make_keeper(tmp_path / "a.sqlite")
    keeper.resolver = Resolver(Registry.load([file]))
    source = "Zzyzx Invented Labs"
    keeper.take(
        [
            tdoc("R1-1", source=source, reserved_at="2019-12-31T23:00:00"),
            tdoc("R1-2", source=source, uploaded_at="2020-01-01"),
            tdoc("R1-3", source=source),
        ]
    )
    homes = [named(keeper, key)[0][2] for key in ("R1-1", "R1-2", "R1-3")]
    assert homes == ["SE", "CN", "CN"]
    keeper.archive.close()
