"""Organisations the registry does not know, placed by their own names; every name here is invented."""

from __future__ import annotations

import pytest

from organisations import Registry, Resolver, Role
from organisations.naming import at_home


@pytest.mark.parametrize(
    ("name", "kind", "home"),
    [
        ("Wuxi Quillbert Electronics Co., Ltd.", "company", "CN"),
        ("SHEN ZHEN QUILLBERT CO.,LTD", "company", "CN"),
        ("Hangzhou Quillbert Network Technology", "company", "CN"),
        ("Wuhan Quillbert University", "university", "CN"),
        ("Quillbert Research Institute of China", "institute", "CN"),
        ("University of Espoo", "university", "FI"),
        ("Ministry of Quillberts, Kenya", "government", "KE"),
        ("Ministry of Quillberts (Kenya)", "government", "KE"),
        ("Hong Kong Quillbert Institute", "institute", "HK"),
        ("湖南奎尔大学", "university", "CN"),
        ("深圳市奎尔科技有限公司", "company", "CN"),
        ("香港奎尔大学", "university", "HK"),
    ],
)
def test_a_name_says_where_its_organisation_is_at_home(resolver: Resolver, name: str, kind: str, home: str) -> None:
    attribution = resolver.attribute(name)
    assert not attribution.unresolved
    [named] = attribution.organisations
    assert (named.kind, named.home, named.id, named.role) == (kind, home, None, Role.SOURCE)


@pytest.mark.parametrize(
    "name",
    [
        "Quillbert Technology Co., Ltd.",
        "Quillbert (Shenzhen) Co., Ltd.",  # an arm of somebody's: registered there, at home elsewhere
        "Suzhou Samsung Quillbert Co., Ltd.",
        "Shanghai Volkswagen Quillbert Co., Ltd.",
        "北京三星奎尔技术有限公司",
        "台湾奎尔股份有限公司",
        "奎尔有限公司",
        "Espoo Quillbert Oy",  # only some countries' companies are named after their place
        "Shanghai Office",
        "Beijing-Dublin Quillbert College",
        "University of Quillbert",
        "Quillbert University",
    ],
)
def test_a_name_that_does_not_say_stays_unknown(resolver: Resolver, name: str) -> None:
    attribution = resolver.attribute(name)
    assert attribution.unresolved
    assert attribution.origin() == "unknown"


def test_what_a_name_says_agrees_with_what_the_registry_knows(registry: Registry) -> None:
    """The rule against the registry, which it must not need: joint ventures apart it is right 39 times of 40."""
    right, wrong = 0, []
    nothing = Registry()
    for organisation in registry.organisations.values():
        fact = organisation.facts[-1]
        if fact.owners or organisation.kind in ("group", "international", "administration"):
            continue
        owner = registry.ultimate(organisation, registry.day(registry.period(None)))
        for alias in organisation.aliases:
            if said := at_home(alias, nothing):
                if said[1] == (fact.home or owner.facts[-1].home):
                    right += 1
                else:
                    wrong.append(alias)
    assert right > 40 * len(wrong) > 0, wrong


def test_a_part_of_an_institution_is_that_institution(resolver: Resolver) -> None:
    attribution = resolver.attribute("School of Quillberts, Tsinghua University", body="3gpp")
    assert [named.id for named in attribution.organisations] == ["tsinghua-university"]
    assert not attribution.unresolved


def test_a_place_name_beside_known_names_keeps_its_piece(resolver: Resolver) -> None:
    attribution = resolver.attribute("[Wuxi Quillbert Electronics Co.,Ltd], Huawei, Nokia?")
    assert [(named.home, named.role) for named in attribution.organisations] == [
        ("CN", Role.PROPOSED),
        ("CN", Role.SOURCE),
        ("FI", Role.PROPOSED),
    ]
