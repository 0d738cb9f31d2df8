from __future__ import annotations

import pytest

from spiders.readers.threegpp_names import file_url, group_of, meeting_name, meeting_of, tdoc_number
from spiders.rows import Context, MeetingUnknown

REGULAR = {
    "R1-122-BIS": ("RAN1", "RAN1#122-bis"),
    "3GPPRAN1#122-bis": ("RAN1", "RAN1#122-bis"),
    "R1\u2011124": ("RAN1", "RAN1#124"),
    "S3-125-e": ("SA3", "SA3#125-e"),
    "RP-104": ("RAN", "RAN#104"),
    "C1-133-e": ("CT1", "CT1#133-e"),
    "R5-46-BIS (LTE SIG o": ("RAN5", "RAN5#46-bis"),
    "3GPPRAN5#119 CANCELLED": ("RAN5", "RAN5#119"),
    "TDoc_List_Meeting_RAN#104.xlsx": ("RAN", "RAN#104"),
    "TDoc_List_Meeting_RAN#90-e.xlsx": ("RAN", "RAN#90-e"),
    "TDoc_List_Meeting_SA2#118-Bis.xlsm": ("SA2", "SA2#118-bis"),
    "TDoc_List_Meeting_SA3#107e-Bis.xlsx": ("SA3", "SA3#107-bis-e"),
    "TDoc_List_Meeting_RAN4#94-e-Bis.xlsx": ("RAN4", "RAN4#94-bis-e"),
    "TDoc_List_TSGR1_104b-e.xlsx": ("RAN1", "RAN1#104-bis-e"),
    "TDoc_List_TSGR1_100b_e.xlsx": ("RAN1", "RAN1#100-bis-e"),
    "TDoc_List_TSGR1_100_e.xlsx": ("RAN1", "RAN1#100-e"),
    "RAN1#124-bis (260417).xlsx": ("RAN1", "RAN1#124-bis"),
    "RAN1#122-bis_171025_R4_EOM.xlsx": ("RAN1", "RAN1#122-bis"),
    "TSGS2_137e_Electronic": ("SA2", "SA2#137-e"),
    "TSGR5__105_Orlando": ("RAN5", "RAN5#105"),
    "TSGS2_118BIS_Spokane": ("SA2", "SA2#118-bis"),
    "TSGS2_158_Edinburgh": ("SA2", "SA2#158"),
    "TSGS6_074_Prague": ("SA6", "SA6#74"),
    "TSGR_90e": ("RAN", "RAN#90-e"),
    "TSGR1_122b": ("RAN1", "RAN1#122-bis"),
    "CT6-127_Prague_2026-08": ("CT6", "CT6#127"),
    "2024.08.19 TdocsByAgenda SA2-164.htm": ("SA2", "SA2#164"),
    "SA WG2 #138E Meeting Agenda": ("SA2", "SA2#138-e"),
    "Draft Agenda for SA WG2#130": ("SA2", "SA2#130"),
    "TSGR4_98_bis_e": ("RAN4", "RAN4#98-bis-e"),
    "TSGR5_90_Electronic": ("RAN5", "RAN5#90-e"),
    "RAN1#104 bis": ("RAN1", "RAN1#104-bis"),
    "3GPP TSG-RAN WG1 Meeting #104bis-e": ("RAN1", "RAN1#104-bis-e"),
    "SA#100": ("SA", "SA#100"),
    "GERAN_70": ("GERAN", "GERAN#70"),
}
NOT_REGULAR = [
    "R5--TTCN Workshop#74",
    "R5-0-TTCN Workshop#6",
    "R5-2025-TTCN email",
    "S3-104-LI",
    "TSGS3_125AdHoc-e",
    "RAN2-NR#1.xlsm",
    "RANAHG-ITU#9",
    "CT1#140 ad hoc",
    "SA2#130AH",
    "TSGS2_154AHE_Electronic_2023-01",
    "Joint SA2-RAN#1",
    "SA4-(AH) Audio SWG on ULBC-MED.xlsx",
    "2019.01.31 130.htm",
    "R1-2001193",
    "RP-240001",
    "LS from CT WG4: Reply LS",
    "",
    None,
]


@pytest.mark.parametrize(("spelt", "meant"), REGULAR.items())
def test_a_regular_meeting_is_known_in_every_spelling(spelt: str, meant: tuple[str, str]) -> None:
    assert meeting_name(spelt) == meant


@pytest.mark.parametrize("text", NOT_REGULAR)
def test_nothing_is_guessed_for_other_meetings_and_other_texts(text: str | None) -> None:
    assert meeting_name(text) is None


def test_canonical_names_read_back_as_themselves() -> None:
    for group, name in REGULAR.values():
        assert meeting_name(name) == (group, name)


@pytest.mark.parametrize(
    ("code", "group"),
    [("R1-2001193", "RAN1"), ("RP-240001", "RAN"), ("S4aA260051", "SA4"), ("R5w240100", "RAN5"), ("CP", "CT")],
)
def test_group_is_in_the_first_two_characters(code: str, group: str) -> None:
    assert group_of(code) == group


def test_the_request_names_the_meeting_before_the_file_before_the_address() -> None:
    url = "https://www.3gpp.org/ftp/tsg_sa/WG2_Arch/TSGS2_137e_Electronic/Docs/list.xlsx"
    file = "/tmp/inbox/TDoc_List_TSGR1_104b-e.xlsx"  # noqa: S108
    assert meeting_of(Context(url=url, file=file, meeting="RAN#104")) == ("RAN", "RAN#104")
    assert meeting_of(Context(url=url, file=file)) == ("RAN1", "RAN1#104-bis-e")
    assert meeting_of(Context(url=url)) == ("SA2", "SA2#137-e")
    assert meeting_of(Context(meeting="S3-104-LI", group="SA3")) == ("SA3", "S3-104-LI")


@pytest.mark.parametrize(
    ("file", "meant"),
    [
        ("TDoc_List_Meeting_SA3LI#96.xlsx", ("SA3", "SA3LI#96")),
        ("TDoc_List_Meeting_SA4-e (AH) MBS SWG.xlsx", ("SA4", "SA4-e (AH) MBS SWG")),
        ("kept/SA4-(AH) Audio SWG on ULBC-MED (1).xlsx", ("SA4", "SA4-(AH) Audio SWG on ULBC-MED")),
        ("RAN2-NR#1.xlsm", ("RAN2", "RAN2-NR#1")),
        ("TDoc_List_Meeting_RAN1#122-bis (1).xlsx", ("RAN1", "RAN1#122-bis")),
    ],
)
def test_a_file_named_after_another_meeting_is_of_that(file: str, meant: tuple[str, str]) -> None:
    assert meeting_of(Context(file=file)) == meant


@pytest.mark.parametrize("file", ["SA2 notes.xlsx", "CTIA.xlsx", "Samples.xlsx", "RANKING-2024.xlsx"])
def test_a_file_of_another_name_is_of_no_meeting(file: str) -> None:
    with pytest.raises(MeetingUnknown):
        meeting_of(Context(file=file))


def test_an_unknown_meeting_says_what_to_do() -> None:
    with pytest.raises(MeetingUnknown, match=r"list\.xlsx does not say .* --meeting"):
        meeting_of(Context(file="list.xlsx"))


@pytest.mark.parametrize(
    "number",
    ["R1-160001", "R1-2001193", "RP-240001", "RWS-230149", "R5w240100", "R5s250001", "S4aA260051", "RT-240001"],
)
def test_every_series_of_numbers_is_known(number: str) -> None:
    assert tdoc_number(f" {number}\n") == number


@pytest.mark.parametrize("value", ["", "-", None, "TDoc", "R1-", "R1-20011931234", "<b>", "Draft R1-2001193"])
def test_anything_else_is_no_number(value: str | None) -> None:
    assert tdoc_number(value) is None


def test_typographic_hyphens_in_numbers_are_plain() -> None:
    assert tdoc_number("S3\u2011244600") == "S3-244600"


def test_full_width_numbers_are_plain() -> None:
    assert tdoc_number("\uff32\uff11\uff0d\uff12\uff10\uff10\uff11\uff11\uff19\uff13") == "R1-2001193"
    assert tdoc_number("R1-200119\uff13") == "R1-2001193"


@pytest.mark.parametrize(
    ("href", "url"),
    [
        (
            "/../../../\\ftp\\\\tsg_sa\\WG3_Security\\TSGS3_125AdHoc-e\\\\docs\\",
            "https://www.3gpp.org/ftp/tsg_sa/WG3_Security/TSGS3_125AdHoc-e/docs/",
        ),
        ("https://www.3gpp.org//ftp//tsg_ran/X//docs/", "https://www.3gpp.org/ftp/tsg_ran/X/docs/"),
        ("https://www.3gpp.org/ftp/X/Docs/R1-2507756+.zip", "https://www.3gpp.org/ftp/X/Docs/R1-2507756+.zip"),
        ("https://www.3gpp.org/ftp/X/TDoc_List_Meeting_RAN#104.xlsx", "https://www.3gpp.org/ftp/X/TDoc_List_Meeting_RAN%23104.xlsx"),
        ("https://www.3gpp.org/ftp/X/TDoc_List_Meeting_RAN%23104.xlsx", "https://www.3gpp.org/ftp/X/TDoc_List_Meeting_RAN%23104.xlsx"),
        ("ftp://ftp.3gpp.org/tsg_ran/X/", "https://www.3gpp.org/ftp/tsg_ran/X/"),
        ("/../../../\\FTP\\tsg_sa\\X\\", "https://www.3gpp.org/ftp/tsg_sa/X/"),
        ("http://www.3gpp.org/ftp/a b", "https://www.3gpp.org/ftp/a%20b"),
        ("/../../..//Specification-Groups/", None),
        ("https://evil.example/ftp/x.zip", None),
        ("https://www.3gpp.org@evil.example/ftp/x.zip", None),
        ("https://www.3gpp.org/ftp/a/../../secret", None),
        ("https://www.3gpp.org/ftp/a/..", None),
        ("javascript:alert(1)//ftp/x", None),
        ("file:///D:/ftp/x.zip", None),
        ("Docs\\S2-1900001.zip", None),
        ("", None),
        (None, None),
    ],
)  # fmt: skip
def test_only_the_file_servers_addresses_pass_and_all_in_one_form(href: str | None, url: str | None) -> None:
    assert file_url(href) == url


def test_a_relative_link_is_its_pages() -> None:
    page = "https://www.3gpp.org/ftp/tsg_sa/WG2_Arch/TSGS2_130_Kochi/TdocsByAgenda.htm"
    folder = page.rpartition("/")[0]
    assert file_url("Docs\\S2-1900001.zip", page) == f"{folder}/Docs/S2-1900001.zip"
    assert file_url("Docs\\S2-1900001.zip", "https://evil.example/ftp/page.htm") is None
    assert file_url("", page) is None
