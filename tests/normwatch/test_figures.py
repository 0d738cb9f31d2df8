from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

FIGURES = {
    "shares": {"period", "name", "count", "share", "any", "first", "fractional", "of", "meetings"},
    "success": {"name", "submitted", "agreed", "rate", "low", "high"},
    "cosigning": {"one", "other", "documents"},
    "offices": {"period", "role", "name", "documents"},
    "time-to-agreement": {"period", "agreed", "revised", "median_days", "p90_days"},
    "secretariats": {"year", "member", "secretariats", "committees", "subcommittees", "share", "of"},
    "memberships": {"member", "p", "o", "secretariats"},
}


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_answers_in_its_columns_and_says_what_it_covers(normwatch: Any, watched: Path, name: str) -> None:
    done = normwatch("stats", name, "--json")
    assert done.exit_code == 0
    assert done.stderr.strip()
    for line in done.stdout.splitlines():
        assert set(json.loads(line)) == FIGURES[name]
    told = normwatch("stats", name)
    assert told.exit_code == 0
    assert len(told.stdout.splitlines()) >= 2


def test_shares_take_the_options_of_the_contract(normwatch: Any, watched: Path) -> None:
    options = ["--by", "organisation", "--group", "SA2", "--from", "2000", "--to", "2030"]
    rows = normwatch.json("stats", "shares", *options, "--measure", "submitted", "--count", "fractional")
    assert rows
    assert sum(row["share"] for row in rows) == pytest.approx(1, abs=0.2)
    assert not normwatch.json("stats", "shares", "--group", "SA2", "--to", "1999")


def test_secretariats_show_what_passed_to_china(normwatch: Any, watched: Path) -> None:
    (row,) = normwatch.json("stats", "secretariats")
    assert (row["member"], row["secretariats"], row["share"]) == ("SAC", 3, 1.0)


@pytest.mark.parametrize(
    "options",
    [
        ("shares", "--by", "person"),
        ("shares", "--count", "twice"),
        ("shares", "--from", "x"),
        ("shares", "--from", "2020", "--to", "2019"),
        ("cosigning", "--limit", "0"),
        ("nothing",),
    ],
)
def test_what_cannot_be_answered_ends_with_2(normwatch: Any, watched: Path, options: tuple[str, ...]) -> None:
    assert normwatch("stats", *options).exit_code == 2


@pytest.mark.parametrize("form", ["csv", "jsonl", "xlsx"])
def test_committees_are_exported_in_every_format(normwatch: Any, watched: Path, tmp_path: Path, form: str) -> None:
    output = tmp_path / f"out.{form}"
    (told,) = normwatch.json("export", "committee", "--format", form, "--output", output)
    assert told == {"rows": 3, "file": str(output)}
    assert output.stat().st_size > 100
