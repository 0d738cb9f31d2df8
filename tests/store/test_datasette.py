"""The archive opened by Datasette with what is shipped for it: every named query answers."""

from __future__ import annotations

import asyncio
import html
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

METADATA = Path(__file__).resolve().parents[2] / "docs" / "analyst" / "metadata.yaml"
SHIPPED = yaml.safe_load(METADATA.read_text("utf-8"))
(DATABASE,) = SHIPPED["databases"].values()
ASKED = {"group": "RAN1", "organisation": "huawei", "key": "R1-1"}
Row = Callable[..., Any]
app = pytest.importorskip("datasette.app", reason="no Datasette on this machine: its queries are not run")


@pytest.fixture
def ask(keeper: Any, tdoc: Row, committee: Row) -> Callable[[str], Any]:
    if keeper.archive.path is None:
        pytest.skip("Datasette reads SQLite alone")
    keeper.take([tdoc("R1-1", source="Huawei, Zzyzx Labs", status="noted")])
    keeper.take([tdoc("R1-1", source="Huawei, Zzyzx Labs", status="agreed")])
    keeper.take([committee("1", secretariat="SAC")], "iso.committees")

    def answer(address: str) -> Any:
        async def get() -> Any:
            served = app.Datasette([str(keeper.archive.path)], metadata=SHIPPED)
            await served.invoke_startup()
            return await served.client.get(f"/{keeper.archive.path.stem}{address}", params=ASKED)

        return asyncio.run(get())

    return answer


@pytest.mark.parametrize("name", DATABASE["queries"])
def test_a_named_query_answers(ask: Callable[[str], Any], name: str) -> None:
    answer = ask(f"/{name}.json?_shape=array")
    assert answer.status_code == 200, answer.text
    assert answer.json()
    assert DATABASE["queries"][name]["title"] in html.unescape(ask(f"/{name}").text)


def test_the_archive_is_described_and_only_what_people_ask_is_shown(ask: Callable[[str], Any]) -> None:
    tables = {table["name"]: table["hidden"] for table in ask(".json").json()["tables"]}
    assert {name for name, about in DATABASE["tables"].items() if about.get("allow", True)} <= set(tables)
    assert not tables["record"]
    assert [name for name, hidden in tables.items() if name.startswith("search") and not hidden] == []


def test_what_installations_keep_to_themselves_is_hidden(ask: Callable[[str], Any]) -> None:
    tables = {table["name"]: table["hidden"] for table in ask(".json").json()["tables"]}
    assert tables["content"]
    for name in ("message", "delivery", "suppression", "assessment", "saved_search"):
        assert name not in tables
        assert ask(f"/{name}.json").status_code == 403
