"""The shipped registry and a resolver on it, loaded once."""

from __future__ import annotations

import pytest

from organisations import Registry, Resolver


@pytest.fixture(scope="session")
def registry() -> Registry:
    return Registry.load()


@pytest.fixture(scope="session")
def resolver(registry: Registry) -> Resolver:
    return Resolver(registry)
