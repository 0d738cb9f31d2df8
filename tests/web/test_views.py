from __future__ import annotations

from typing import Any

import pytest

from web.views import _ENVIRONMENT, address, record_path


def shown(filter_: str, value: Any) -> str:
    return str(_ENVIRONMENT.from_string(f"{{{{ value | {filter_} }}}}").render(value=value))


def test_an_address_holds_what_is_not_empty() -> None:
    assert address("/search", {"q": "a&b", "group": None}, status="", page=2) == "/search?q=a%26b&page=2"
    assert address("/search", {"q": "x"}, q="") == "/search"


def test_a_records_address_holds_any_key() -> None:
    assert record_path("ISO", "committee", "a/b?c#d e") == "/records/ISO/committee/a%2Fb%3Fc%23d%20e"


@pytest.mark.parametrize(
    ("filter_", "value", "text"),
    [
        ("when", "2026-11-21T06:10:00Z", "21 Nov 2026, 06:10 UTC"),
        ("when", "2026-11-21T06:10:00", "21 Nov 2026, 06:10"),
        ("when", "2026-11-21", "21 Nov 2026"),
        ("when", "soon <b>", "soon &lt;b&gt;"),
        ("when", None, ""),
        ("day", "2026-11-21T06:10:00Z", "21 Nov 2026"),
        ("percent", 0.4567, "45.7 %"),
        ("percent", None, ""),
        ("code", "`a <b>` and c", "<code>a &lt;b&gt;</code> and c"),
        ("plain", "a\u202eb\x1b[2J", "ab [2J"),
        ("quoted", "RAN1#999", "RAN1%23999"),
    ],
)
def test_filters(filter_: str, value: Any, text: str) -> None:
    assert shown(filter_, value) == text


def test_names_are_told_once_with_what_is_known_of_them() -> None:
    named = [
        {"as_written": "HW", "name": "Huawei", "role": "source", "chinese": "yes"},
        {"as_written": "HW", "name": "Huawei", "role": "moderator", "chinese": "yes"},
        {"as_written": "Zzyzx", "name": None, "role": "source", "chinese": "unknown"},
        {"as_written": "RAN2", "name": "RAN2", "role": "provenance", "chinese": "group"},
    ]
    first, second = _ENVIRONMENT.filters["named"](named)
    assert (first["text"], first["watched"], first["known"], first["role"]) == ("HW", True, True, None)
    assert (second["text"], second["known"]) == ("Zzyzx", False)
