from __future__ import annotations

from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from web.pages.figures import KINDS, Choice

CHOSEN = Choice("RAN1", "", "Rel-18", 2020, 2021, "organisation", "meeting", "agreed", "first", 40)


@pytest.mark.parametrize(
    ("kind", "goes_by", "not_by"),
    [
        ("shares", {"count": "any", "most": None, "group": "SA2", "per": "year"}, {}),
        ("cosigning", {"release": "", "last": None}, {"by": "country", "per": "year", "count": "any", "most": None}),
        ("secretariats", {"first": 2019}, {"group": "SA2", "by": "country"}),
        ("memberships", {}, {"first": 2019, "group": "SA2"}),
    ],
)
def test_figures_go_by_what_is_offered_of_them_alone(
    kind: str, goes_by: dict[str, object], not_by: dict[str, object]
) -> None:
    """What makes no difference makes no other answer either: answers that are kept serve for all of them."""
    asked = KINDS[kind].asked
    for name, value in goes_by.items():
        assert asked(replace(CHOSEN, **{name: value})) != asked(CHOSEN), name  # type: ignore[arg-type]
    for name, value in not_by.items():
        assert asked(replace(CHOSEN, **{name: value})) == asked(CHOSEN), name  # type: ignore[arg-type]


def test_every_choice_that_is_offered_is_gone_by(local: TestClient) -> None:
    whole = local.get("/api/v1/figures/shares?per=meeting&by=organisation&count=first&measure=submitted").json()
    assert "by organisation and meeting" in whole["title"]
    assert {row["period"] for row in whole["rows"]} == {"RAN1#999"}
    assert local.get("/api/v1/figures/cosigning?group=RAN2").json()["rows"] == []
