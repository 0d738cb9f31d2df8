from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


@pytest.mark.parametrize(
    "command",
    [("changes",), ("search", "beam"), ("export", "contribution", "--format", "csv"), ("stats", "shares")],
    ids=lambda one: one[0],
)
def test_a_group_that_no_body_has_is_refused(normwatch: Any, watched: Path, tmp_path: Path, command: Any) -> None:
    output = ("--output", tmp_path / "out.csv") if command[0] == "export" else ()
    done = normwatch(*command, *output, "--group", "RANX")
    assert done.exit_code == 2
    assert "RAN1, ISO/TC 307 or ITU-T SG13" in done.stderr


def test_a_group_of_which_there_is_nothing_is_said(normwatch: Any, watched: Path) -> None:
    done = normwatch("changes", "--group", "CT6")
    assert (done.exit_code, done.stdout) == (0, "")
    assert "nothing of CT6" in done.stderr


def test_a_group_is_found_however_it_is_typed(normwatch: Any, watched: Path) -> None:
    as_written = normwatch("search", "from:2000", "--group", "SA2")
    assert as_written.stdout
    assert normwatch("search", "from:2000", "--group", "sa2").stdout == as_written.stdout
    assert "nothing of" not in normwatch("changes", "--group", "sa2").stderr
    shares = normwatch("stats", "shares", "--group", "SA2").stdout
    assert len(shares.splitlines()) > 2
    assert normwatch("stats", "shares", "--group", "sa2").stdout == shares


def test_a_search_is_told_in_the_order_of_the_agenda(normwatch: Any, watched: Path) -> None:
    found = [one["agenda_item"] for one in normwatch.json("search", "group:SA2", "--order", "agenda") if one["key"]]
    assert len(found) > 3
    numbers = [tuple(int(part) for part in item.split(".") if part.isdecimal()) for item in found if item]
    assert numbers == sorted(numbers)
    assert normwatch("search", "x", "--order", "size").exit_code == 2


def test_an_export_takes_the_filters_of_a_search(normwatch: Any, watched: Path, tmp_path: Path) -> None:
    filters = ("--group", "SA2", "--origin", "CN")
    found = normwatch.json("search", "from:2000", *filters, "--record", "contribution")
    wanted = next(one for one in found if one["type"] and one["status"])
    narrow = ("--type", wanted["type"], "--status", wanted["status"])
    expected = [one["key"] for one in normwatch.json("search", wanted["key"], *narrow, "--record", "contribution")]
    output = tmp_path / "out.jsonl"
    export = ("export", "contribution", "--format", "jsonl", "--output", output, *filters, *narrow)
    (told,) = normwatch.json(*export, "--query", f"key:{wanted['key']}")
    assert told["rows"] == len(expected) == 1
