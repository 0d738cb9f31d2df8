"""Every way known to get a source string wrong, one test each: what public tools and tables stumble over."""

from __future__ import annotations

import pytest

from organisations import Resolver, Role, shares

Names = list[str]


def names(resolver: Resolver, source: str, body: str | None = "3gpp", on: str | None = None) -> Names:
    attribution = resolver.attribute(source, body=body, on=on)
    return [named.name for named in attribution.named()] + [f"?{name}" for name in attribution.unresolved]


def roles(resolver: Resolver, source: str, body: str | None = "3gpp") -> list[tuple[str, str]]:
    return [(named.name, str(named.role)) for named in resolver.attribute(source, body=body).organisations]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("NTT DOCOMO, INC., Huawei", ["NTT DOCOMO", "Huawei"]),
        ("NTT DOCOMO , INC.", ["NTT DOCOMO"]),
        ("InterDigital, Inc.", ["InterDigital"]),
        ("InterDigital France R&D, SAS, ZTE", ["InterDigital", "ZTE"]),
        ("Sierra Wireless, S.A.", ["Sierra Wireless"]),
        ("SHENZHEN TRANSSION HOLDINGS CO.,LTD.", ["Transsion"]),
        ("ZHEJIANG DAHUA TECHNOLOGYCO.,LTD", ["Dahua"]),
        ("MediaTek. INC, NTT DOCOMO. Inc", ["MediaTek", "NTT DOCOMO"]),
        ("IIT, Kharagpur", ["IIT Kharagpur"]),
        ("IISc, Bangalore, ZTE", ["IISc", "ZTE"]),
        ("Purple Mountain Laboratories: Networking, Communications and Security", ["Purple Mountain Laboratories"]),
    ],
)
def test_a_comma_inside_a_name_does_not_split_it(resolver: Resolver, source: str, expected: Names) -> None:
    assert names(resolver, source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Huawei HiSilicon", ["Huawei", "HiSilicon"]),
        ("CATT CICTCI", ["CATT", "CICT Connected and Intelligent"]),
        ("T-Mobile USA Inc. Ericsson", ["T-Mobile US", "Ericsson"]),
        ("Nokia Nokia Shanghai Bell", ["Nokia", "Nokia Shanghai Bell"]),
        ("Ericsson China Telecom", ["Ericsson", "China Telecom"]),
        ("Samsung Ericsson Sharp NTT DOCOMO ;ZTE ZTE Microelectronics",
         ["Samsung", "Ericsson", "Sharp", "NTT DOCOMO", "ZTE", "Sanechips"]),
        ("HuaweiHiSilicon", ["Huawei", "HiSilicon"]),
    ],
)  # fmt: skip
def test_a_missing_separator_is_seen(resolver: Resolver, source: str, expected: Names) -> None:
    assert names(resolver, source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("RAN4, Huawei. LG Electronics", ["3GPP RAN WG4", "Huawei", "LG Electronics"]),
        ("Huawei, Nokia? Nokia Shanghai Bell?", ["Huawei", "Nokia", "Nokia Shanghai Bell"]),
        ("EBU/BBC/IRT/ABS/NHK", ["EBU", "BBC", "IRT", "Academy of Broadcasting Science", "NHK"]),
        ("vivo,\nCMCC", ["vivo", "China Mobile"]),
        ("NICT and Toyota InfoTechnology Center", ["NICT", "Toyota"]),
        ("中兴、华为", ["ZTE", "Huawei"]),
        ("Samsung,\xa0Huawei,HiSilicon,", ["Samsung", "Huawei", "HiSilicon"]),
    ],
)
def test_every_separator_in_use_separates(resolver: Resolver, source: str, expected: Names) -> None:
    assert names(resolver, source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Rohde&Schwarz", ["Rohde & Schwarz"]),
        ("Rohde and Schwarz", ["Rohde & Schwarz"]),
        ("AT&T", ["AT&T"]),
        ("EchoStar/HUGHES Network Systems", ["Hughes/EchoStar"]),
        ("GSMA NG/GERI (GERI 002_203)", ["GSMA"]),
        ("ISO/IEC JTC 1/SC 29", ["ISO/IEC JTC 1/SC 29"]),
        ("CAICT.", ["CAICT"]),
    ],
)
def test_a_separator_inside_a_name_does_not_split_it(resolver: Resolver, source: str, expected: Names) -> None:
    assert names(resolver, source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Moderator (Huawei)", [("Huawei", "moderator")]),
        ("Moderater (ZTE)", [("ZTE", "moderator")]),
        ("Thales (noderator)", [("Thales", "moderator")]),
        ("Rapporteur (vivo)", [("vivo", "rapporteur")]),
        ("RAN3 Chair (ZTE)", [("ZTE", "chair")]),
        ("Feature lead - Samsung", [("Samsung", "moderator")]),
        ("RAN1 Vice Chair (Huawei)", [("Huawei", "chair")]),
        ("Huawei (moderator, RAN1 VC)", [("Huawei", "moderator")]),
        ("Moderators (AT&T, NTT DOCOMO, INC.), CATT",
         [("AT&T", "moderator"), ("NTT DOCOMO", "moderator"), ("CATT", "source")]),
        ("Moderator (ZTE), ZTE Corporation, Sanechips",
         [("ZTE", "moderator"), ("ZTE", "source"), ("Sanechips", "source")]),
        ("IEEE 802 LMSC, Chairman", [("IEEE 802 LMSC", "chair")]),
        ("Source: Moderator (vivo)", [("vivo", "moderator")]),
    ],
)  # fmt: skip
def test_an_office_is_not_a_contribution(resolver: Resolver, source: str, expected: list[tuple[str, str]]) -> None:
    assert roles(resolver, source) == expected


@pytest.mark.parametrize("source", ["RAN1 Chair", "RAN1/RAN2/RAN3/RAN4 chairmen", "Void", "nn"])
def test_an_office_or_a_placeholder_without_a_company_names_nobody(resolver: Resolver, source: str) -> None:
    attribution = resolver.attribute(source, body="3gpp")
    assert not attribution.organisations
    assert attribution.origin() == "unknown"


@pytest.mark.parametrize(
    "source", ["ORANGE, Huawei?", "ORANGE, Huawei (?)", "ORANGE[, Huawei]", "[Huawei], ORANGE", "[ Huawei,] ORANGE"]
)
def test_a_co_signer_hoped_for_is_proposed(resolver: Resolver, source: str) -> None:
    assert dict(roles(resolver, source)) == {"Orange": "source", "Huawei": "proposed"}


@pytest.mark.parametrize(
    "source",
    [
        "Vodafone (rev 2 of this CR was Huawei, HiSilicon, Samsung)",
        "Vodafone (based on CR 1440 rev 4 from Huawei, HiSilicon, Telecom Italia in S2-1907423)",
    ],
)
def test_provenance_is_not_source(resolver: Resolver, source: str) -> None:
    attribution = resolver.attribute(source, body="3gpp")
    assert [named.name for named in attribution.named()] == ["Vodafone"]
    assert attribution.origin() == "no"
    assert shares(attribution) == {"GB": 1.0}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("RAN4", "3GPP RAN WG4"),
        ("TSG-RAN WG1", "3GPP RAN WG1"),
        ("SA WG5 (S5-184204) (S5-184204)", "3GPP SA WG5"),
        ("SA WG3 ()", "3GPP SA WG3"),
        ("C1-244647", "3GPP CT WG1"),
        ("RP-242389", "3GPP TSG RAN"),
        ("ETSI MCC", "ETSI"),
        ("ITU-R Working Party 5D", "ITU-R WP5D"),
        ("IETF QUIC Working Group (QUIC)", "IETF QUIC WG"),
        ("5GAA WG4", "5GAA WG4"),
        ("LS from RAN2", "3GPP RAN WG2"),
        ("RAN#90-e", "3GPP TSG RAN"),
        ("GSMA Fraud and Security Group", "GSMA"),
    ],
)
def test_groups_are_not_companies(resolver: Resolver, source: str, expected: str) -> None:
    attribution = resolver.attribute(source, body="3gpp")
    assert [(named.name, named.role, named.kind) for named in attribution.organisations] == [
        (expected, Role.GROUP, "group")
    ]
    assert attribution.origin() == "group"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("SaneChips", ["Sanechips"]),
        ("Intelsat", ["Intelsat"]),
        ("CMCC", ["China Mobile"]),
        ("MCC", ["ETSI"]),
        ("CATT", ["CATT"]),
        ("ATT", ["AT&T"]),
        ("MOSAIC TECHNOLOGIES INC.", ["Mosaic Technologies"]),
        ("Apple Valley Technologies", ["?Apple Valley Technologies"]),
        ("Hitachi Rail", ["?Hitachi Rail"]),
        ("TIAMAT SYSTEMS", ["?TIAMAT SYSTEMS"]),
        ("CENTRONIX", ["?CENTRONIX"]),
        ("Jordan Ltd", ["?Jordan Ltd"]),
        ("NTU", ["?NTU"]),
        ("NTU, Singapore", ["Nanyang Technological University"]),
        ("NTU (Taiwan)", ["National Taiwan University"]),
        ("BSI (United Kingdom)", ["British Standards Institution"]),
    ],
)
def test_substrings_lie(resolver: Resolver, source: str, expected: Names) -> None:
    assert names(resolver, source) == expected


@pytest.mark.parametrize(
    ("source", "body", "expected"),
    [
        ("EBU, ABS", "3gpp", ["EBU", "Academy of Broadcasting Science"]),
        ("Ericsson, Nokia, ABS", "3gpp", ["Ericsson", "Nokia", "Alcatel-Lucent Shanghai Bell"]),
        ("ABS", "itu", ["ABS (satellite operator)"]),
        ("APT, Samsung", "3gpp", ["Samsung", "?APT"]),
        ("APT Wireless Group (AWG)", "3gpp", ["Asia-Pacific Telecommunity wireless group"]),
        ("NTU", "3gpp", ["?NTU"]),
        ("III", "3gpp", ["Institute for Information Industry"]),
        ("HKT", "3gpp", ["HKT"]),
        ("SA", "3gpp", ["3GPP TSG SA"]),
        ("SA", "iso", ["Standards Australia"]),
        ("BSI", "3gpp", ["BSI (DE)"]),
        ("BSI", "iso", ["British Standards Institution"]),
        ("WP 4A", "itu", ["ITU-R WP4A"]),
        ("TSAG", "itu", ["ITU-T TSAG"]),
        ("SAIC IDEAS GROUP", None, ["SAIC (Science Applications International)"]),
    ],
)
def test_one_acronym_names_different_bodies(resolver: Resolver, source: str, body: str | None, expected: Names) -> None:
    assert names(resolver, source, body) == expected


def test_saic_is_the_car_maker_only_since_the_american_one_gave_up_the_name(resolver: Resolver) -> None:
    assert names(resolver, "SAIC", on="2020-01-01") == ["SAIC Motor"]
    assert names(resolver, "SAIC", on="2010-01-01") == ["?SAIC"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Apple Computer Trading (Shanghai) Co. Ltd.", ("Apple", "US", "CN", "no")),
        ("MediaTek (Chengdu) Inc.", ("MediaTek", "TW", "CN", "no")),
        ("ASUSTEK COMPUTER (SHANGHAI) CO. LTD.", ("ASUSTeK", "TW", "CN", "no")),
        ("Hitachi(China)R&D", ("Hitachi", "JP", "CN", "no")),
        ("Ericsson(china)communications", ("Ericsson", "SE", "CN", "no")),
        ("BEIJING SAMSUNG TELECOM R&D", ("Samsung", "KR", "CN", "no")),
        ("Futurewei Technologies", ("Futurewei", "CN", "US", "yes")),
        ("Huawei Technologies Sweden AB", ("Huawei", "CN", "SE", "yes")),
        ("VIVO TECH GmbH", ("vivo", "CN", "DE", "yes")),
        ("ZTE Wistron Telecom AB", ("ZTE Wistron Telecom", "CN", "SE", "yes")),
        ("Toga Networks", ("Toga Networks", "CN", "IL", "yes")),
        ("China Mobile Hong Kong", ("China Mobile", "CN", "HK", "yes")),
        ("Motorola Mobility Germany GmbH", ("Motorola Mobility", "CN", "DE", "yes")),
        ("Amlogic (Shanghai) Co., Ltd.", ("Amlogic", "CN", None, "yes")),
        ("State Grid Electric Power Research Institute", ("State Grid", "CN", None, "yes")),
        ("Nokia Shanghai Bell Co. Ltd", ("Nokia Shanghai Bell", "FI", "CN", "mixed")),
        ("ASTRI", ("ASTRI", "HK", None, "no")),
        ("CityU", ("City University of Hong Kong", "HK", None, "no")),
    ],
)
def test_registration_is_not_home(resolver: Resolver, source: str, expected: tuple[str, str, str | None, str]) -> None:
    (named,) = resolver.attribute(source).organisations
    assert (named.name, named.home, named.registered, named.origin()) == expected


@pytest.mark.parametrize(
    ("source", "day", "home", "parent"),
    [
        ("Neul", "2014-01-01", "GB", None),
        ("Neul", "2015-01-01", "CN", "Huawei"),
        ("HONOR", "2020-01-01", "CN", "Huawei"),
        ("HONOR", "2021-01-01", "CN", None),
        ("Motorola Mobility", "2013-01-01", "US", "Google"),
        ("Motorola Mobility", "2016-01-01", "CN", "Lenovo"),
        ("Alcatel-Lucent Shanghai Bell", "2015-06-01", "FR", "Alcatel-Lucent"),
        ("Alcatel-Lucent Shanghai Bell", "2016-06-01", "FI", "Nokia"),
        ("CATR", "2013-01-01", "CN", "MIIT"),
        ("BT Cellnet", "2000-06-01", "GB", "BT"),
        ("BT Cellnet", "2010-06-01", "ES", "Telefonica"),
        ("Sonera", "2001-06-01", "FI", None),
        ("New H3C", "2015-01-01", "US", "HPE"),
        ("New H3C", "2020-01-01", "CN", "Unisplendour"),
    ],
)
def test_ownership_has_dates(resolver: Resolver, source: str, day: str, home: str, parent: str | None) -> None:
    (named,) = resolver.attribute(source, on=day).organisations
    assert (named.home, named.parent) == (home, parent)


@pytest.mark.parametrize("source", ["Huawei, HiSilicon", "Nokia, Nokia Shanghai Bell", "ZTE, Sanechips"])
def test_the_same_parent_twice_counts_once(resolver: Resolver, source: str) -> None:
    first = source.split(",", maxsplit=1)[0]
    assert shares(resolver.attribute(source), "fractional", "organisation") == {first: 1.0}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("A. Example, B. Example (Alibaba), C. Example (CityU)", ["Alibaba", "City University of Hong Kong"]),
        ("D. Example(Xidian Univ.), E. Example (Hisense)", ["Xidian University", "Hisense"]),
        ("J. Ma, L. Ge (TCL)", ["TCL"]),
        ("(Alibaba), (CityU)", ["Alibaba", "City University of Hong Kong"]),
        ("W.-J. Example (Qualcomm) (Hisense)", ["Qualcomm", "Hisense"]),
        ("B. Example, C. Example (Alibaba), D. Example", ["Alibaba", "?(a person)"]),
        ("An Example, Some Body", ["?(a person)"]),
        ("EXAMPLE, Ann", ["?(a person)"]),
    ],
)
def test_authors_stand_for_their_affiliation_and_are_not_kept(resolver: Resolver, source: str, expected: Names) -> None:
    assert names(resolver, source, "iso") == expected


@pytest.mark.parametrize(
    ("source", "body", "expected"),
    [
        ("China (People's Republic of)", "itu", ["China"]),
        ("Korea (Rep. of)", "itu", ["Korea (Rep. of)"]),
        ("Ministry of Industry and Information Technology (MIIT), China", "itu", ["MIIT"]),
        ("China Telecom, China, Japan", "itu", ["China Telecom", "Japan"]),
        ("China & TCA", "iso", ["China", "Taipei Computer Association"]),
        ("TCA, Japan", "iso", ["Taipei Computer Association", "Japan"]),
        ("Chine (République populaire de)", "itu", ["China"]),
        ("Corea (República Popular Democrática de)", "itu", ["Democratic People's Republic of Korea"]),
        ("República de Corea", "itu", ["Korea (Rep. of)"]),
        ("中国", "itu", ["China"]),
        ("US NB", "iso", ["United States of America"]),
        ("China National Body", "iso", ["China"]),
        ("ITU-R WP 5D, China", "itu", ["ITU-R WP5D", "China"]),
        ("Huawei Technologies Co. Ltd. (China)", "itu", ["Huawei"]),
        ("ITCHKSAR", "iso", ["ITCHKSAR"]),
    ],
)
def test_states_and_members_of_itu_and_iso(resolver: Resolver, source: str, body: str, expected: Names) -> None:
    assert names(resolver, source, body) == expected


@pytest.mark.parametrize(("source", "home"), [("Hong Kong SAR", "HK"), ("Macao, China", "MO"), ("Taiwan, China", "TW")])
def test_territories_are_coded_apart(resolver: Resolver, source: str, home: str) -> None:
    attribution = resolver.attribute(source, body="iso")
    assert [named.home for named in attribution.organisations] == [home]
    assert attribution.origin("CN") == "no"


def test_an_unknown_name_is_never_a_silent_no(resolver: Resolver) -> None:
    attribution = resolver.attribute("Ericsson, Invented Example Instruments")
    assert attribution.unresolved == ("Invented Example Instruments",)
    assert attribution.origin() == "unknown"


def test_an_office_holders_name_is_not_kept(resolver: Resolver) -> None:
    assert names(resolver, "Ann Example, RAN1 Chair") == ["?(a person)", "?RAN1 Chair"]


def test_a_consultant_and_the_client_are_both_named(resolver: Resolver) -> None:
    assert names(resolver, "Sandelman Software Works (consulting to Huawei") == ["Sandelman Software Works", "Huawei"]
    assert names(resolver, "Invented Consultants (for Huawei") == ["Huawei", "?Invented Consultants"]


@pytest.mark.parametrize("source", ["Huawei et al.", "Huawei, …", "Huawei; and all", "Huawei, etc."])
def test_others_are_nobody(resolver: Resolver, source: str) -> None:
    assert names(resolver, source) == ["Huawei"]


@pytest.mark.parametrize("source", ["", None, "  ", ",", "()", "[", "?"])
def test_an_empty_source_names_nobody(resolver: Resolver, source: str | None) -> None:
    attribution = resolver.attribute(source)
    assert attribution.organisations == ()
    assert attribution.origin() == "unknown"
