"""The registry holds together, and an operator's file extends it or is refused with what would be right."""

from __future__ import annotations

import csv
import re
from datetime import date
from pathlib import Path

import pytest

from organisations import Registry, RegistryError, Resolver
from organisations.names import DATA, key, places, tokens, without_legal_form
from organisations.registry import COLUMNS, COMPANIES, KINDS

ROOT = Path(__file__).resolve().parents[2]


def test_every_parent_exists_and_leads_to_an_end(registry: Registry) -> None:
    for organisation in registry.organisations.values():
        for fact in organisation.facts:
            start = max(fact.start, date(1990, 1, 1))
            ultimate = registry.ultimate(organisation, start)
            assert ultimate.fact(start).parent is None, organisation.id


def test_every_stretch_of_time_is_sane(registry: Registry) -> None:
    for organisation in registry.organisations.values():
        assert organisation.facts, organisation.id
        for fact in organisation.facts:
            assert fact.start < fact.end, organisation.id
            assert fact.source, f"{organisation.id}: every fact has a source"
            assert all(day in (date.min, date.max) or date(1980, 1, 1) < day < date(2030, 1, 1)
                       for day in (fact.start, fact.end)), organisation.id  # fmt: skip


def test_ids_are_slugs_and_kinds_are_known(registry: Registry) -> None:
    for organisation in registry.organisations.values():
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", organisation.id)
        assert organisation.kind in KINDS


def test_no_alias_means_two_organisations(registry: Registry) -> None:
    """Loading refuses them; here the files themselves, so that a change in loading cannot hide one."""
    seen: dict[str, str] = {}
    for path in DATA.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                for alias in filter(None, (row["name"], *row["aliases"].split("|"))):
                    words = tokens(alias.removeprefix("="))
                    name = key(words if alias.startswith("=") else without_legal_form(words))
                    assert seen.setdefault(name, row["id"]) == row["id"], f"{alias!r} in {path.name}"
    assert not seen.keys() & registry.rules.keys(), "an ambiguous alias has rules only"


def test_every_rule_for_an_ambiguous_alias_names_what_exists(registry: Registry) -> None:
    assert registry.rules
    for alias, rules in registry.rules.items():
        for rule in rules:
            assert not rule.organisation or rule.organisation in registry.organisations, alias
        undecided = [rule for rule in rules if not (rule.body or rule.group or rule.beside)]
        assert len(undecided) <= 2, f"{alias}: rules after one that always holds are dead"


def test_no_company_is_called_like_a_place(registry: Registry) -> None:
    """A company's bare name that is a place would make arms of everyone's names there."""
    for name, owner in registry.aliases.items():
        if name in places() and name not in registry.exact:
            assert registry.organisations[owner].kind not in COMPANIES, f"{name} of {owner}: write it as ={name}"


def test_every_organisation_resolves_to_itself_by_each_of_its_names(registry: Registry, resolver: Resolver) -> None:
    for organisation in registry.organisations.values():
        for alias in organisation.aliases:
            found = resolver.attribute(alias.removeprefix("="), body=None).organisations
            assert [named.id for named in found] == [organisation.id], alias


@pytest.mark.parametrize(
    ("source", "id_"),
    [
        ("China Information and Communication Technologies Group", "cict"),
        ("University Science & Technology of China", "university-of-science-and-technology-of-china"),
        ("China Electronic Technology Group Corporation", "cetc"),
        ("Institute of Information Industry", "institute-for-information-industry"),
    ],
)
def test_small_words_and_plurals_do_not_tell_long_names_apart(resolver: Resolver, source: str, id_: str) -> None:
    assert [named.id for named in resolver.attribute(source).organisations] == [id_]


@pytest.mark.parametrize(
    ("source", "count"),
    [("Nokia and Shanghai Bell", 2), ("Hong Kong SAR & China", 2), ("China Institute", 0), ("Information Industry", 0)],
)
def test_small_words_still_part_two_names(resolver: Resolver, source: str, count: int) -> None:
    assert len([named for named in resolver.attribute(source).organisations if named.id]) == count


def test_the_registry_covers_every_kind_of_actor_it_must(registry: Registry) -> None:
    assert len(registry.organisations) > 1500
    wanted = """huawei zte china-mobile china-telecom china-unicom china-broadnet caict cict state-grid byd catl dji
        hikvision sensetime tsinghua-university miit sac futurewei nokia-shanghai-bell td-tech astri mediatek cpttm"""
    assert not set(wanted.split()) - registry.organisations.keys()


def write(path: Path, *lines: str) -> Path:
    path.write_text("\n".join((",".join(COLUMNS), *lines)) + "\n", encoding="utf-8")
    return path


def test_an_operators_file_extends(tmp_path: Path) -> None:
    extra = write(
        tmp_path / "ours.csv",
        "example-robotics,Example Robotics,vendor,huawei,,SG,,2024-03-01,,Exrobo|Example Robotics Pte. Ltd.,invented",
    )
    resolver = Resolver(Registry.load([extra]))
    (named,) = resolver.attribute("EXROBO, Inc.", on="2025-01-01").organisations
    assert (named.name, named.home, named.registered, named.parent_id) == ("Example Robotics", "CN", "SG", "huawei")


def test_an_operators_file_adds_names_to_what_is_shipped(tmp_path: Path) -> None:
    extra = write(tmp_path / "ours.csv", "huawei,,,,,,,,,Hua Inventions,")
    resolver = Resolver(Registry.load([extra]))
    assert resolver.attribute("Hua Inventions").organisations[0].id == "huawei"
    assert resolver.attribute("Huawei").organisations[0].home == "CN"


def test_an_operators_file_overrides(tmp_path: Path) -> None:
    extra = write(
        tmp_path / "ours.csv",
        "sharp,Sharp,vendor,hon-hai,,JP,,2016-08-12,,=SHP,our reading",
        "national-taiwan-university,,,,,,,,,NTU,our reading",
        "td-tech,TD Tech,vendor,huawei,,,,,,,our reading",
    )
    resolver = Resolver(Registry.load([extra]))
    assert resolver.attribute("Sharp").organisations[0].home == "TW"
    assert resolver.attribute("NTU").organisations[0].home == "TW"
    assert resolver.attribute("TD Tech").origin() == "yes"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("x,X,firm,,CN,,,,,,s", "kind 'firm' is none of"),
        ("x,X,,,CN,,,,,,s", "'x' is new and needs a kind"),
        ("x,X,vendor,,China,,,,,,s", "'China' is no ISO 3166 alpha-2 code"),
        ("x,X,vendor,nobody,,,,,,,s", "its parent 'nobody' is no organisation's id"),
        ("x,X,vendor,,CN,,,2020-13-01,,,s", "from and until are days such as 2014-10-30"),
        ("x,X,vendor,,CN,,,2020-01-01,2019-01-01,,s", "from 2020-01-01 is not before until 2019-01-01"),
        ("x,X,vendor,,CN,,,,,Huawei, Inc,s", "12 cells under 11 columns"),
        ("x,X,vendor,,CN,,,,,--,s", "alias '--' has no letters"),
        (",X,vendor,,CN,,,,,,s", "an entry needs an id and a name"),
    ],
)
def test_an_unusable_file_is_refused_with_the_line_and_what_would_be_right(
    tmp_path: Path, line: str, said: str
) -> None:
    extra = write(tmp_path / "ours.csv", line)
    with pytest.raises(RegistryError, match=re.escape(said)) as refused:
        Registry.load([extra])
    assert "ours.csv, line 2" in str(refused.value) or "entry 'x'" in str(refused.value)


def test_an_unknown_column_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ours.csv"
    path.write_text("id,name,country\nx,X,CN\n", encoding="utf-8")
    with pytest.raises(RegistryError, match="line 1: unknown column 'country'"):
        Registry.load([path])


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(RegistryError, match=r"missing\.csv"):
        Registry.load([tmp_path / "missing.csv"])


def test_the_example_in_the_documentation_works(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "analyst" / "attribution.md").read_text(encoding="utf-8")
    block = re.search(r"```csv\n(.*?)```", text, re.DOTALL)
    assert block, "docs/analyst/attribution.md shows an operator's file"
    path = tmp_path / "organisations.csv"
    path.write_text(block[1], encoding="utf-8")
    resolver = Resolver(Registry.load([path]))
    assert resolver.attribute("Example Robotics").origin() == "yes"
    assert resolver.attribute("Hua Example").organisations[0].id == "huawei"
    assert resolver.attribute("Sharp").organisations[0].home == "TW"
