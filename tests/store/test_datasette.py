"""The queries shipped for Datasette answer on an archive of today's schema."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

METADATA = Path(__file__).resolve().parents[2] / "docs" / "analyst" / "metadata.yaml"
QUERIES = dict(
    re.findall(r"^ {6}(\w+):\n(?: {8}\w.*\n)+? {8}sql: \|-\n((?: {10}.*\n)+)", METADATA.read_text(), re.MULTILINE)
)
Row = Callable[..., Any]


def test_there_are_as_many_queries_as_titles() -> None:
    text = METADATA.read_text().partition("    queries:\n")[2]
    assert len(QUERIES) == text.count("        title:") == 5


@pytest.mark.parametrize("name", QUERIES)
def test_a_named_query_answers(keeper: Any, tdoc: Row, committee: Row, name: str) -> None:
    keeper.take([tdoc("R1-1", source="Huawei, Zzyzx Labs", status="noted")])
    keeper.take([tdoc("R1-1", source="Huawei, Zzyzx Labs", status="agreed")])
    keeper.take([committee("1", secretariat="SAC")], "iso.committees")
    with keeper.archive.read() as connection:
        values = {"group": "RAN1", "organisation": "huawei", "key": "R1-1"}
        asked = {key: value for key, value in values.items() if f":{key}" in QUERIES[name]}
        assert connection.exec_driver_sql(QUERIES[name], asked).all()
