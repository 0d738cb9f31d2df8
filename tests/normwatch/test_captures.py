"""What importing real listings must give: the figures that are known of them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with an empty configuration."""
    (tmp_path / "config.toml").write_text("", encoding="utf-8")
    monkeypatch.setenv("NORMWATCH_CONFIG", str(tmp_path / "config.toml"))
    return tmp_path


def test_slow_all_tdoc_lists_are_read_in_full_and_a_second_time_change_nothing(
    normwatch: Any, archive: Path, captures: Path
) -> None:
    """The one slow test here: about 15 s."""
    lists = sorted((captures / "3gpp" / "tdoc_lists").glob("*.xlsx"))
    (found,) = normwatch.json("import", "3gpp.tdocs", *lists)
    assert (found["files"], found["rows"], found["read"], found["rejected"]) == (55, 100_895, 100_895, 0)
    assert (found["appeared"], found["changed"], found["vanished"]) == (100_895, 0, 0)
    (again,) = normwatch.json("import", "3gpp.tdocs", *lists)
    assert (again["rows"], again["unchanged"], again["not_modified"]) == (100_895, 100_895, 55)
    assert again["appeared"] == again["changed"] == again["vanished"] == 0
    assert normwatch.json("changes") == []


def test_nine_days_of_sa2_130_give_the_true_changes(normwatch: Any, archive: Path, captures: Path) -> None:
    pages = captures / "3gpp" / "agenda_pages"
    (first,) = normwatch.json("import", "3gpp.tdocs", *pages.glob("2019.01.22*"), "--observed-at", "2019-01-22T18:00Z")
    (later,) = normwatch.json("import", "3gpp.tdocs", *pages.glob("2019.01.31*"), "--observed-at", "2019-01-31T18:00Z")
    assert (first["rows"], first["read"], first["appeared"]) == (853, 853, 853)
    assert (later["rows"], later["read"], later["appeared"], later["vanished"]) == (1306, 1306, 453, 0)
    assert later["changed"] + later["unchanged"] == 853
    told = normwatch.json("changes", "--group", "SA2")
    assert {one["observed_at"] for one in told} == {"2019-01-31T18:00:00Z"}
    fields = Counter(one["field"] or one["kind"] for one in told)
    assert (fields["appeared"], fields["status"], fields["revised_to"], fields["source"]) == (453, 462, 272, 36)
    assert all(one["old"] != one["new"] for one in told if one["kind"] == "changed")


def test_seven_weeks_of_committees_give_chinas_moves_and_no_storm(
    normwatch: Any, archive: Path, captures: Path
) -> None:
    for day in ("2025-07-01", "2025-08-20"):
        saved = captures / "iso" / "open_data" / f"iso_technical_committees_{day}.jsonl"
        normwatch.json("import", "iso.committees", saved, "--observed-at", f"{day}T12:00:00Z")
    told = normwatch.json("changes", "--body", "ISO")
    new = {one["group"]: [named["name"] for named in one["organisations"]] for one in told if one["kind"] == "appeared"}
    assert {group for group, named in new.items() if named == ["SAC"]} == {"ISO/TC 352", "ISO/TC 344/SC 2"}
    moved = {(one["group"], one["old"], one["new"]) for one in told if one["field"] == "secretariat"}
    assert ("ISO/TC 269/SC 1", "SAC", "AFNOR") in moved
    assert not any("SAC" in one[1:] for one in moved - {("ISO/TC 269/SC 1", "SAC", "AFNOR")})
    chinas = [one for one in normwatch.json("changes", "--origin", "CN") if one["field"] == "membership"]
    assert [(one["group"], one["old"], one["new"]) for one in chinas] == [("ISO/TC 92/SC 1", "P", "O")]
    assert not any(one["field"] in ("acronym", "secretariat_id") for one in told)
    assert len(told) < 500, "two renamed acronyms alone would give 320 more"


def test_half_a_year_of_projects_gives_what_is_new_and_what_moved(
    normwatch: Any, archive: Path, captures: Path
) -> None:
    data = captures / "iso" / "open_data"
    (first,) = normwatch.json("import", "iso.projects", data / "iso_deliverables_metadata_rebuilt_2025-01.jsonl")
    (later,) = normwatch.json("import", "iso.projects", data / "iso_deliverables_metadata_rebuilt_2025-06.jsonl")
    assert (first["read"], later["read"]) == (1021, 1359)
    assert (later["appeared"], later["changed"], later["vanished"]) == (338, 336, 0)


def test_pages_of_three_projects_at_two_dates_tell_what_moved(normwatch: Any, archive: Path, captures: Path) -> None:
    projects = ("68511", "74197", "77374")
    pages = [sorted((captures / "iso" / "project_pages").glob(f"iso.org_standard_{key}_*")) for key in projects]
    for year, copies in zip((2021, 2024), zip(*pages, strict=True), strict=True):
        normwatch.json("import", "iso.projects", *copies, "--observed-at", f"{year}-12-31T12:00:00Z")
    told = [(one["key"], one["old"], one["new"]) for one in normwatch.json("changes") if one["field"] == "stage"]
    assert sorted(told) == [("68511", "20.00", "30.60"), ("74197", "40.60", "60.60"), ("77374", "20.00", "20.98")]
