"""The registry from the command line: the review list, an operator's own file, the archive attributed anew."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from normwatch.__main__ import app
from organisations import Registry, Resolver
from spiders.rows import ContributionRow, Reading
from store.archive import Archive
from store.incoming import Visit
from store.ingest import ingest

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def row(key: str, source: str, reserved_at: str = "2026-11-01T10:00:00") -> ContributionRow:
    return ContributionRow(
        key=key,
        body="3GPP",
        group="RAN1",
        title=f"Invented {key}",
        meeting="RAN1#927",
        source=source,
        reserved_at=reserved_at,
    )


@pytest.fixture
def operator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A configuration with an own file of organisations, and an archive of four contributions."""
    monkeypatch.setenv("NORMWATCH_NOW", "2026-11-21T06:00:00+00:00")
    (tmp_path / "config.toml").write_text('[registry]\nfiles = ["own.csv"]\n', encoding="utf-8")
    (tmp_path / "own.csv").write_text("", encoding="utf-8")
    rows: list[Any] = [
        row("R1-2690001", "Huawei, Quuxcom"),
        row("R1-2690002", "Quuxcom"),
        row("R1-2690003", "Frobnic Oy"),
        row("R1-2690004", "Ericsson"),
    ]
    visit = Visit("3gpp.tdocs:RAN1#927", "3gpp.tdocs", "3GPP", "file:x", NOW, group="RAN1", content=b"1")
    archive = Archive.open(f"sqlite:///{tmp_path}/archive.sqlite", create=True)
    with archive.write() as connection:
        ingest(connection, visit, Reading("3gpp.tdocs", rows=rows), Resolver(Registry.load()))
    archive.close()
    return tmp_path


def run(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, [*arguments, "--config", str(folder / "config.toml")])


def lines(result: Result) -> list[dict[str, Any]]:
    assert result.exit_code == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_unknown_names_come_by_documents_affected(operator: Path) -> None:
    found = lines(run(operator, "organisations", "unknown", "--json"))
    assert [(one["name"], one["documents"]) for one in found] == [("Quuxcom", 2), ("Frobnic Oy", 1)]
    assert all(isinstance(one["suggestions"], list) for one in found)


def test_the_first_addition_makes_the_file_and_nothing_else_goes_without_it(operator: Path) -> None:
    (operator / "own.csv").unlink()
    for command in (("organisations", "reattribute"), ("origin", "Quuxcom")):
        done = run(operator, *command)
        assert (done.exit_code, "own.csv" in done.stderr) == (2, True)
    assert run(operator, "organisations", "add", "Nobody", "--source", "INVENTED").exit_code == 2
    assert not (operator / "own.csv").exists()
    given = ("--source", "INVENTED", "--kind", "vendor", "--home", "FI")
    assert run(operator, "organisations", "add", "Quuxcom", *given).exit_code == 0
    assert "FI" in run(operator, "origin", "Quuxcom").stdout


def test_what_is_added_holds_at_once_and_reattribution_writes_history(operator: Path) -> None:
    added = run(operator, "organisations", "add", "Quux Communications", "--alias", "Quuxcom", "--kind", "vendor",
                "--home", "CN", "--source", "invented for this test")  # fmt: skip
    assert added.exit_code == 0, added.stderr
    done = lines(run(operator, "organisations", "reattribute", "--json"))
    assert done == [{"contributions": 4, "changed": 2, "source_strings": 2}]
    found = lines(run(operator, "changes", "--json"))
    assert {(one["key"], one["kind"], one["field"], one["old"], one["new"]) for one in found} == {
        ("R1-2690001", "changed", "organisations", "Huawei (CN, source); Quuxcom (not known)",
         "Huawei (CN, source); Quux Communications (CN, source)"),
        ("R1-2690002", "changed", "organisations", "Quuxcom (not known)", "Quux Communications (CN, source)"),
    }  # fmt: skip
    assert all(one["fetch"]["sha256"] and one["fetch"]["url"] == "registry:" for one in found)
    assert [one["name"] for one in lines(run(operator, "organisations", "unknown", "--json"))] == ["Frobnic Oy"]
    again = lines(run(operator, "organisations", "reattribute", "--json"))
    assert again == [{"contributions": 4, "changed": 0, "source_strings": 0}], "a second time changes nothing"


def test_nobody_is_alerted_of_a_reattribution(operator: Path) -> None:
    run(operator, "organisations", "add", "Quuxcom", "--kind", "vendor", "--home", "CN", "--source", "invented")
    run(operator, "organisations", "reattribute")
    assert lines(run(operator, "alerts", "preview", "--json")) == []


def test_an_ownership_that_begins_splits_a_source_by_date(operator: Path) -> None:
    visit = Visit("3gpp.tdocs:RAN1#900", "3gpp.tdocs", "3GPP", "file:y", NOW, group="RAN1", content=b"2")
    archive = Archive.open(f"sqlite:///{operator}/archive.sqlite")
    old = row("R1-2590001", "Quuxcom", "2025-01-10T10:00:00")
    with archive.write() as connection:
        ingest(connection, visit, Reading("3gpp.tdocs", rows=[old]), Resolver(Registry.load()))
    archive.close()
    (operator / "own.csv").write_text(
        "id,name,kind,parent,home,registered,from,until,aliases,source\n"
        "quuxcom,Quuxcom,vendor,,FI,,,2026-03-01,,invented\n"
        "quuxcom,Quuxcom,vendor,huawei,,FI,2026-03-01,,,invented: bought that day\n",
        encoding="utf-8",
    )
    assert lines(run(operator, "organisations", "reattribute", "--json"))[0]["changed"] == 3
    homes = {
        key: [one["home"] for one in lines(run(operator, "show", key, "--json"))[0]["organisations"]]
        for key in ("R1-2590001", "R1-2690002")
    }
    assert homes == {"R1-2590001": ["FI"], "R1-2690002": ["CN"]}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("Bad", "--source", "x", "--home", "CN"), "needs a kind"),
        (("Bad", "--source", "x", "--kind", "vendor", "--parent", "nobody"), "'nobody'"),
        (("Bad", "--source", "x", "--kind", "wizard"), "'wizard'"),
        (("Huawei", "--source", "x"), "known already"),
    ],
)
def test_what_cannot_be_added_leaves_the_file_as_it_was(operator: Path, arguments: tuple[str, ...], said: str) -> None:
    result = run(operator, "organisations", "add", *arguments)
    assert result.exit_code == 2
    assert said in result.stderr
    assert (operator / "own.csv").read_text(encoding="utf-8") == ""


def test_a_broken_own_file_is_named_with_its_line(operator: Path) -> None:
    (operator / "own.csv").write_text("id,name,kind\nx,,vendor\n", encoding="utf-8")
    result = run(operator, "organisations", "unknown")
    assert result.exit_code == 2
    assert "own.csv, line 2" in result.stderr


def test_the_registry_is_listed(operator: Path) -> None:
    found = {one["id"]: one for one in lines(run(operator, "organisations", "--json"))}
    assert len(found) >= 300
    assert found["hisilicon"]["parent"] == "Huawei"
    assert found["hisilicon"]["home"] == "CN"
    assert "华为技术有限公司" in found["huawei"]["aliases"]


def test_who_is_known_by_name_alone_is_to_be_reviewed_too(operator: Path) -> None:
    visit = Visit("3gpp.tdocs:RAN1#901", "3gpp.tdocs", "3GPP", "file:z", NOW, group="RAN1", content=b"3")
    archive = Archive.open(f"sqlite:///{operator}/archive.sqlite")
    with archive.write() as connection:
        rows: list[Any] = [row("R1-2690009", "Shenzhen Quuxcom Technology Co., Ltd.")]
        ingest(connection, visit, Reading("3gpp.tdocs", rows=rows), Resolver(Registry.load()))
    archive.close()
    found = {one["name"]: one for one in lines(run(operator, "organisations", "unknown", "--json"))}
    assert found["Quuxcom"]["read_from_name"] is False
    by_name = next(one for name, one in found.items() if name.startswith("Shenzhen Quuxcom"))
    assert (by_name["read_from_name"], by_name["home"], by_name["documents"]) == (True, "CN", 1)


def test_a_string_that_named_nobody_can_come_to_name_somebody(operator: Path) -> None:
    visit = Visit("3gpp.tdocs:RAN1#902", "3gpp.tdocs", "3GPP", "file:w", NOW, group="RAN1", content=b"4")
    archive = Archive.open(f"sqlite:///{operator}/archive.sqlite")
    with archive.write() as connection:
        ingest(connection, visit, Reading("3gpp.tdocs", rows=[row("R1-2690010", "nn")]), Resolver(Registry.load()))
    archive.close()
    added = run(operator, "organisations", "add", "Nine Networks", "--alias", "nn", "--kind", "vendor", "--home", "CN",
                "--source", "invented")  # fmt: skip
    assert added.exit_code == 0, added.stderr
    assert lines(run(operator, "organisations", "reattribute", "--json"))[0]["contributions"] == 5
