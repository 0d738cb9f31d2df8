"""Every answer of the API is one that its description names, whatever is asked (schemathesis)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode, openapi

KNOWN = {"body": "3GPP", "record": "contribution", "key": "R1-9990001"}
BOUNDED = settings(
    max_examples=20, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)


@pytest.mark.parametrize(
    ("mode", "known"),
    [(GenerationMode.POSITIVE, False), (GenerationMode.NEGATIVE, False), (GenerationMode.POSITIVE, True)],
    ids=["what is described", "what is not", "a record there is"],
)
def test_answers_are_as_described(served: Any, mode: GenerationMode, known: bool) -> None:
    described = openapi.from_asgi("/api/openapi.json", served.app(hosts=["testserver"]))
    operations = [found.ok() for found in described.get_all_operations()]
    assert len(operations) >= 8
    for operation in operations:
        if known and "{key}" not in operation.path:
            continue
        if mode is GenerationMode.NEGATIVE and operation.path == "/api/v1/sources":
            continue  # it takes nothing that could be wrong

        @BOUNDED
        @given(case=operation.as_strategy(generation_mode=mode))
        def ask(case: Any) -> None:
            if known:
                case.path_parameters = dict(KNOWN)
            case.call_and_validate()

        ask()
