"""What callers rely on: dates, periods, policies, suggestions, explanations, and that joining names loses none."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from organisations import Policy, Registry, Resolver, Role, explain
from organisations.registry import COMPANIES


def test_a_date_may_be_text_or_a_day(resolver: Resolver) -> None:
    assert resolver.attribute("Neul", on=date(2013, 1, 1)) == resolver.attribute("Neul", on="2013-01-01T10:00:00")


def test_within_a_period_nothing_changes_and_between_periods_something_may(resolver: Resolver) -> None:
    assert resolver.period("2020-11-16") != resolver.period("2020-11-17"), "HONOR was sold that day"
    assert resolver.period(date(2021, 5, 1)) == resolver.period("2021-05-01")
    assert resolver.period(None) == resolver.period("2029-12-31")


@pytest.mark.parametrize(
    ("source", "country", "policy", "origin"),
    [
        ("Nokia Shanghai Bell", "CN", Policy(), "mixed"),
        ("Nokia Shanghai Bell", "CN", Policy(joint_ventures="yes"), "yes"),
        ("Nokia Shanghai Bell", "CN", Policy(joint_ventures="no"), "no"),
        ("MediaTek Beijing Inc.", "CN", Policy(), "no"),
        ("MediaTek Beijing Inc.", "CN", Policy(arms_of_foreign_firms=True), "yes"),
        ("MediaTek Beijing Inc.", "CN", Policy(also=frozenset({"TW"})), "yes"),
        ("Futurewei", "CN", Policy(), "yes"),
        ("Futurewei", "CN", Policy(arms_abroad=False), "no"),
        ("ASTRI", "CN", Policy(also=frozenset({"HK", "MO"})), "yes"),
        ("Ericsson", "SE", Policy(), "yes"),
        ("Huawei", "SE", Policy(), "no"),
        ("Convida Wireless", "US", Policy(), "mixed"),
        ("ESA", "CN", Policy(), "no"),
        ("X-Net", "CN", Policy(), "unknown"),
    ],
)
def test_the_country_of_interest_and_what_counts_are_the_callers(
    resolver: Resolver, source: str, country: str, policy: Policy, origin: str
) -> None:
    assert resolver.attribute(source).origin(country, policy) == origin


@pytest.mark.parametrize(
    ("source", "origin"),
    [
        ("Ericsson, Huawei, Invented Example", "yes"),
        ("Nokia Shanghai Bell, Invented Example", "mixed"),
        ("Ericsson, Invented Example", "unknown"),
        ("Ericsson, RAN2", "no"),
        ("RAN2, RAN3", "group"),
    ],
)
def test_yes_goes_before_mixed_before_unknown_before_no_before_group(
    resolver: Resolver, source: str, origin: str
) -> None:
    assert resolver.attribute(source, body="3gpp").origin() == origin


def test_an_explanation_has_the_shape_of_the_contract(resolver: Resolver) -> None:
    assert explain(resolver.attribute("Moderator (HiSilicon), Invented Example")) == {
        "source_string": "Moderator (HiSilicon), Invented Example",
        "chinese": "yes",
        "organisations": [
            {
                "name": "HiSilicon",
                "as_written": "HiSilicon",
                "role": "moderator",
                "parent": "Huawei",
                "home": "CN",
                "registered": None,
                "chinese": "yes",
            }
        ],
        "unresolved": ["Invented Example"],
    }


def test_suggestions_are_offered_and_never_used(resolver: Resolver) -> None:
    assert resolver.attribute("Huavvei").unresolved == ("Huavvei",)
    suggested = resolver.suggest("Huavvei")
    assert suggested[0][0] == "Huawei"
    assert all(0 <= score <= 100 for _, score in suggested)
    assert len(suggested) <= 3


@pytest.mark.parametrize(
    ("asked", "id_", "home"),
    [
        ("SAC", "sac", "CN"),
        ("1635", "sac", "CN"),
        (1635, "sac", "CN"),
        ("AFNOR", "afnor", "FR"),
        ("GOST R", "gost-r", "RU"),
        ("O'ZTTSA", "ozttsa", "UZ"),
        ("BSI", "british-standards-institution", "GB"),
        ("SA", "standards-australia", "AU"),
        ("ITCHKSAR", "itchksar", "HK"),
        ("MoIAT-SAS", "moiat-str", "AE"),
    ],
)
def test_iso_members_by_acronym_or_id(resolver: Resolver, asked: str | int, id_: str, home: str) -> None:
    member = resolver.member_body(asked)
    assert member
    assert (member.id, member.home) == (id_, home)


@pytest.mark.parametrize("asked", ["XYZZY", "0", "", "Huawei, ZTE"])
def test_an_unknown_member_is_none(resolver: Resolver, asked: str) -> None:
    assert resolver.member_body(asked) is None


SEPARATORS = [", ", ",", " , ", ",\n", "; ", ";", ",\xa0", ",  ", "\n", " / ", "/", " and ", " & ", "? ", " | "]
WRAPPERS = ["{}", "Moderator ({})", "moderator({})", "RAN1 Vice-Chair ({})", "Rapporteur ({})", "[{}]", "{} (?)", "{}?"]
ROLES = {"Mod": Role.MODERATOR, "mod": Role.MODERATOR, "RAN": Role.CHAIR, "Rap": Role.RAPPORTEUR}


@pytest.fixture(scope="session")
def plain(registry: Registry) -> list[tuple[str, str]]:
    """Names of companies, with their ids, that hold no separator of their own."""
    return [
        (alias, organisation.id)
        for organisation in registry.organisations.values()
        if organisation.kind in COMPANIES
        for alias in organisation.aliases
        if not any(sign in alias for sign in "=/&,.()-:") and " and " not in alias.lower() and "company" not in alias
    ]


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_names_joined_by_any_separator_in_any_role_come_back(
    data: st.DataObject, plain: list[tuple[str, str]], resolver: Resolver
) -> None:
    chosen = data.draw(st.lists(st.sampled_from(plain), min_size=1, max_size=6))
    separator = data.draw(st.sampled_from(SEPARATORS))
    weak = separator.strip() in ("/", "and", "&")
    wrapped = "{}" if weak else data.draw(st.sampled_from(WRAPPERS))
    source = separator.join(wrapped.format(alias) for alias, _ in chosen)
    attribution = resolver.attribute(source, body="3gpp")
    assert not attribution.unresolved, source
    assert {named.id for named in attribution.organisations} == {id_ for _, id_ in chosen}, source
    expected = ROLES.get(wrapped[:3], Role.SOURCE if wrapped == "{}" and separator != "? " else Role.PROPOSED)
    if separator != "? ":
        assert {named.role for named in attribution.organisations} == {expected}, source


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(source=st.text(max_size=80), body=st.sampled_from([None, "3gpp", "iso", "itu"]))
def test_any_text_is_attributed_without_an_error(source: str, body: str | None, resolver: Resolver) -> None:
    attribution = resolver.attribute(source, body=body)
    assert attribution.source_string == source
    assert attribution.origin() in ("yes", "no", "mixed", "unknown", "group")


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("Moderator(s) (Huawei)", ["Huawei"]),
        ("Ericsson, with support from ZTE", ["Ericsson", "ZTE"]),
        ("Supported by vivo", ["vivo"]),
        ("Reply LS from GSMA", ["GSMA"]),
        ("Motorola Mobility, a Lenovo company", ["Motorola Mobility"]),
        ("CCSA TC5 WG9", ["CCSA"]),
        ("Telekom Malaysia", ["Telekom Malaysia"]),
    ],
)
def test_words_around_a_name_hide_nobody_and_invent_nobody(resolver: Resolver, source: str, names: list[str]) -> None:
    attribution = resolver.attribute(source, body="3gpp")
    assert [named.name for named in attribution.organisations] == names
    assert not attribution.unresolved


@pytest.mark.parametrize(
    ("source", "ids"),
    [
        ("Nokia Solutions and Networks and Rohde & Schwarz", ["nokia", "rohde-and-schwarz"]),
        ("ZTE & Beijing University of Posts and Telecommunications", ["zte", "bupt"]),
        ("WILUS Inc./Industrial Technology Research Institute", ["wilus", "itri"]),
        ("NEC/Lenovo (Chongqing) Co. Ltd", ["nec", "lenovo"]),
        ("Huawei Technologies Co., Ltd. (moderator)", ["huawei"]),
        ("Huawei Technologies Co., Ltd. Beijing Branch", ["huawei"]),
    ],
)
def test_a_separator_inside_a_name_does_not_cut_it(resolver: Resolver, source: str, ids: list[str]) -> None:
    attribution = resolver.attribute(source, body="3gpp")
    assert [named.id for named in attribution.organisations] == ids
    assert not attribution.unresolved
