"""Every fixture of `tests/fixtures/<kind>/` is read as `<name>.expected.json` beside it says.

A fixture is a listing as the body publishes it (`<name>.html`, `.xml`, `.csv`…) or a spreadsheet's description
(`<name>.workbook.json`, see conftest.py); `<name>.context.json` holds what the request would know of it. Where the
expected file is missing it is written, and the test fails so that somebody looks at it before it is kept.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import pytest

from spiders.readers import read
from spiders.rows import KINDS, Context, Reading

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
WORKBOOK = ".workbook.json"
SIDECARS = (".expected.json", ".context.json")


def listings(kind: str) -> list[Path]:
    return [path for path in sorted((FIXTURES / kind).glob("*.*")) if not path.name.endswith(SIDECARS)]


def stem(path: Path) -> str:
    return path.name.removesuffix(WORKBOOK) if path.name.endswith(WORKBOOK) else path.stem


def plain(reading: Reading) -> dict[str, Any]:
    """The reading as JSON values, without what is empty."""
    found: dict[str, Any] = {field.name: getattr(reading, field.name) for field in fields(reading)}
    found["rows"] = [{"record": row.record, **row.model_dump(mode="json", exclude_none=True)} for row in reading.rows]
    found["rejects"] = [asdict(reject) for reject in reading.rejects]
    del found["digests"]  # they change with the readers
    found["packs"] = [asdict(entry) for entry in reading.packs]
    values: dict[str, Any] = json.loads(json.dumps(found))
    return {name: value for name, value in values.items() if value not in (None, "", [], {}, False)}


def pretty(value: object) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"


@pytest.mark.parametrize("path", [pytest.param(p, id=f"{k}/{p.name}") for k in KINDS for p in listings(k)])
def test_fixture_is_read_as_expected(path: Path, build_workbook: Callable[[dict[str, Any]], bytes]) -> None:
    content = path.read_bytes()
    if path.name.endswith(WORKBOOK):
        content = build_workbook(json.loads(content))
    beside = path.with_name(stem(path) + ".context.json")
    context = Context(**json.loads(beside.read_text("utf-8"))) if beside.exists() else Context()

    reading = read(path.parent.name, content, context)

    assert reading.kind == path.parent.name
    expected = path.with_name(stem(path) + ".expected.json")
    if not expected.exists():
        expected.write_text(pretty(plain(reading)), "utf-8")
        pytest.fail(f"wrote {expected.name}: please review")
    assert plain(reading) == json.loads(expected.read_text("utf-8"))


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_fixture(kind: str) -> None:
    assert listings(kind), f"no fixture in tests/fixtures/{kind}/"
