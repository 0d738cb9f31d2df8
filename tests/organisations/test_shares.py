"""Counting: any, first, fractional, one parent once; and who signs with whom."""

from __future__ import annotations

import pytest

from organisations import Resolver, shares, signing
from organisations.shares import Count


@pytest.mark.parametrize(
    ("source", "count", "expected"),
    [
        ("Huawei, HiSilicon, Ericsson", "any", {"CN": 1.0, "SE": 1.0}),
        ("Huawei, HiSilicon, Ericsson", "first", {"CN": 1.0}),
        ("Huawei, HiSilicon, Ericsson", "fractional", {"CN": 0.5, "SE": 0.5}),
        ("Huawei, ZTE, Ericsson, Nokia", "fractional", {"CN": 0.5, "SE": 0.25, "FI": 0.25}),
        ("Invented Example, Huawei", "first", {"unknown": 1.0}),
        ("Huawei, Invented Example", "first", {"CN": 1.0}),
        ("Huawei Invented Example Oy, Huawei", "first", {"unknown": 1.0}),
        ("RAN2, Invented Example, Huawei", "first", {"unknown": 1.0}),
        ("RAN2, Huawei, Invented Example", "first", {"CN": 1.0}),
        ("Invented Example", "first", {"unknown": 1.0}),
        ("Nokia, Nokia Shanghai Bell", "fractional", {"FI": 1.0}),
        ("Huawei, Invented Example", "fractional", {"CN": 0.5, "unknown": 0.5}),
        ("RAN2, Huawei", "any", {"CN": 1.0}),
        ("RAN2", "any", {"group": 1.0}),
        ("Huawei, ZTE?", "any", {"CN": 1.0}),
        ("", "any", {}),
    ],
)
def test_countries(resolver: Resolver, source: str, count: Count, expected: dict[str, float]) -> None:
    assert shares(resolver.attribute(source, body="3gpp"), count) == pytest.approx(expected)


def test_organisations_count_by_their_ultimate_parent(resolver: Resolver) -> None:
    attribution = resolver.attribute("HiSilicon, Futurewei, ZTE")
    assert shares(attribution, "fractional", "organisation") == {"Huawei": 0.5, "ZTE": 0.5}


def test_fractions_of_one_document_sum_to_one(resolver: Resolver) -> None:
    attribution = resolver.attribute("Huawei, HiSilicon, ZTE, Ericsson, Invented Example, KT, NEC")
    assert sum(shares(attribution, "fractional").values()) == pytest.approx(1)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Huawei, HiSilicon", "sole"),
        ("Moderator (Huawei)", "sole"),
        ("Huawei, ZTE", "joint-domestic"),
        ("Huawei, Ericsson", "joint-foreign"),
        ("Huawei, Nokia Shanghai Bell", "joint-foreign"),
        ("Huawei, Invented Example", "joint-unknown"),
        ("Huawei, Ericsson?", "sole"),
        ("RAN2", "none"),
    ],
)
def test_who_signs_with_whom(resolver: Resolver, source: str, expected: str) -> None:
    assert signing(resolver.attribute(source, body="3gpp")) == expected
