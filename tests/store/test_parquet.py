from __future__ import annotations

import builtins
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from store import parquet
from store.conditions import Wanted
from store.export import export
from store.reading import Asking
from store.selection import records

Row = Callable[..., Any]
dataset = pytest.importorskip("pyarrow.dataset", reason="PyArrow, normwatch[parquet], is not installed")


def write(keeper: Any, path: Path) -> int:
    with keeper.archive.read() as connection:
        return export(records(connection, Wanted(), Asking(keeper.resolver)), "parquet", path)


def read(path: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = dataset.dataset(path, partitioning="hive").to_table().to_pylist()
    return sorted(rows, key=lambda row: str(row["key"]))


def test_records_are_partitioned_by_body_and_year(keeper: Any, tdoc: Row, tmp_path: Path) -> None:
    keeper.take(
        [tdoc("R1-1", source="Huawei, Zzyzx Labs", reserved_at="2019-02-01"), tdoc("R1-2", uploaded_at="2020-05")]
    )
    assert write(keeper, tmp_path / "out") == 2
    files = sorted(path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*.parquet"))
    assert files == ["body=3GPP/year=2019/part-0.parquet", "body=3GPP/year=2020/part-0.parquet"]
    first, second = read(tmp_path / "out")
    assert (first["key"], first["body"], first["year"], first["vanished"]) == ("R1-1", "3GPP", 2019, False)
    assert [(one["name"], one["chinese"]) for one in first["organisations"]] == [("Huawei", "yes"), (None, "unknown")]
    assert second["flags"] == []


def test_what_is_written_is_what_the_archive_says(keeper: Any, tdoc: Row, tmp_path: Path) -> None:
    keeper.take([tdoc("R1-1", title="=1+1 华为", type="CR pack", reserved_at="2019-02-01", flags="a, b")])
    write(keeper, tmp_path / "out")
    (found,) = read(tmp_path / "out")
    shown = keeper.show("R1-1")
    assert {name: found[name] for name in shown if name in found} == {
        name: shown[name] for name in shown if name in found
    }
    assert set(shown) - set(found) == {"history", "provenance"}


def test_memory_is_bounded_by_rows_waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "BUFFERED", 10)
    rows = ({"key": str(n), "body": "ISO", "published_on": f"{2000 + n % 7}-01"} for n in range(100))
    counted: list[int] = []
    assert export(rows, "parquet", tmp_path / "out", counted.append) == 100
    assert [row["key"] for row in read(tmp_path / "out")] == sorted(str(n) for n in range(100))


def test_something_that_is_there_already_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine").write_text("mine")
    with pytest.raises(FileExistsError, match="something already"):
        export(iter([{"key": "1", "body": "ISO"}]), "parquet", tmp_path / "out")
    assert (tmp_path / "out" / "mine").read_text() == "mine"


def test_an_export_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def rows() -> Iterator[dict[str, Any]]:
        yield {"key": "1", "body": "ISO"}
        raise RuntimeError("the archive goes away")

    with pytest.raises(RuntimeError, match="goes away"):
        export(rows(), "parquet", tmp_path / "out")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("body", ["../..", "a/b", ""])
def test_no_value_leads_out_of_the_folder(tmp_path: Path, body: str) -> None:
    (tmp_path / "deep").mkdir()
    export(iter([{"key": "1", "body": body, "reserved_at": "../x"}]), "parquet", tmp_path / "deep" / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["deep"]
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["out"]
    assert len(list((tmp_path / "deep" / "out").glob("body=*/year=*/part-0.parquet"))) == 1


def test_without_pyarrow_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *arguments: Any, **more: Any) -> Any:
        if name.startswith("pyarrow"):
            raise ImportError(name)
        return real(name, *arguments, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(parquet.MissingError, match=r"normwatch\[parquet\]"):
        export(iter([]), "parquet", tmp_path / "out")


def test_duckdb_reads_the_folder(keeper: Any, tdoc: Row, tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb", reason="no DuckDB on this machine")
    keeper.take([tdoc("R1-1", source="Huawei, Nokia", reserved_at="2019-02-01"), tdoc("R1-2", uploaded_at="2020-05")])
    write(keeper, tmp_path / "out")
    query = """
        SELECT year, COUNT(*), list_sort(flatten(list(list_transform(organisations, named -> named.home))))
        FROM read_parquet($1, hive_partitioning = true) WHERE body = '3GPP' GROUP BY year ORDER BY year
    """
    found = duckdb.execute(query, [str(tmp_path / "out" / "*" / "*" / "*.parquet")]).fetchall()
    assert found == [(2019, 1, ["CN", "FI"]), (2020, 1, [])]
