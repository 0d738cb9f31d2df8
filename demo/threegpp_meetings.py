"""3GPP's invented meetings: which groups, when relative to day two, and what changes on it.

Meeting numbers in the 900s and MtgIds from 990000 mark them as invented.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta


@dataclass(frozen=True)
class Group:
    """A TSG or working group and how its names are built."""

    name: str
    code: str
    root: str
    """Folder of the group under /ftp/."""
    folder: str
    """Start of a meeting's folder name."""
    digits: int
    """Of a TDoc number after the year: five in working groups that got there, four in others."""
    newest: int
    """Number of the last meeting before the invented present."""
    first_id: int
    """Its past meetings count down from this MtgId."""


GROUPS = {
    group.name: group
    for group in (
        Group("RAN", "RP", "tsg_ran/TSG_RAN", "TSGR_", 4, 912, 990500),
        Group("RAN1", "R1", "tsg_ran/WG1_RL1", "TSGR1_", 5, 925, 990600),
        Group("RAN2", "R2", "tsg_ran/WG2_RL2", "TSGR2_", 5, 932, 990700),
        Group("SA2", "S2", "tsg_sa/WG2_Arch", "TSGS2_", 5, 973, 990800),
        Group("SA3", "S3", "tsg_sa/WG3_Security", "TSGS3_", 4, 989, 990900),
        Group("RAN3", "R3", "tsg_ran/WG3_Iu", "TSGR3_", 4, 931, 991000),
        Group("RAN4", "R4", "tsg_ran/WG4_Radio", "TSGR4_", 5, 918, 991100),
        Group("RAN5", "R5", "tsg_ran/WG5_Test_ex-T1", "TSGR5_", 4, 911, 991200),
        Group("SA", "SP", "tsg_sa/TSG_SA", "TSGS_", 4, 912, 991300),
        Group("SA1", "S1", "tsg_sa/WG1_Serv", "TSGS1_", 4, 914, 991400),
        Group("SA4", "S4", "tsg_sa/WG4_CODEC", "TSGS4_", 4, 937, 991500),
        Group("SA5", "S5", "tsg_sa/WG5_TM", "TSGS5_", 4, 965, 991600),
        Group("SA6", "S6", "tsg_sa/WG6_MissionCritical", "TSGS6_", 4, 974, 991700),
        Group("CT", "CP", "tsg_ct/TSG_CT", "TSGC_", 4, 912, 991800),
        Group("CT1", "C1", "tsg_ct/WG1_mm-cc-sm_ex-CN1", "TSGC1_", 4, 961, 991900),
        Group("CT3", "C3", "tsg_ct/WG3_interworking_ex-CN3", "TSGC3_", 4, 947, 992000),
        Group("CT4", "C4", "tsg_ct/WG4_protocollars_ex-CN4", "TSGC4_", 4, 936, 992100),
        Group("CT6", "C6", "tsg_ct/WG6_Smartcard_Ex-T3", "TSGC6_", 4, 927, 992200),
    )
}
"""The first five have meetings in the window; the others only past ones."""


@dataclass(frozen=True)
class Meeting:
    """A meeting. `offset` is days from day two; it starts on the Monday of that week."""

    id: int
    group: str
    number: str
    offset: int
    town: str
    folder: str = ""
    """Its folder on the file server; empty while there is none."""
    days: int = 5
    block: str = ""
    """What its TDoc numbers start with after the year; no two meetings share one."""
    documents: tuple[str, str] | None = None
    """Last three digits of its first and last TDoc number, once there are any."""
    cancelled: bool = False
    twice: bool = False
    """True for a row that the page shows twice."""

    @property
    def name(self) -> str:
        """As the application writes it: `RAN1#927`."""
        return f"{self.group}#{self.number}"

    def starts(self, today: date) -> date:
        """First day."""
        day = today + timedelta(days=self.offset)
        return day - timedelta(days=day.weekday())

    def tdoc(self, suffix: str, today: date) -> str:
        """A TDoc number of this meeting by its last three digits: `R1-2693001`."""
        return f"{GROUPS[self.group].code}-{self.starts(today).year % 100:02}{self.block}{suffix}"

    def path(self) -> str:
        """Its folder's path on the file server, without a slash at the end."""
        return f"/ftp/{GROUPS[self.group].root}/{self.folder}"


RAN1_LATE, RAN1_NOW, RAN1_NEXT = 990101, 990102, 990103
RAN2_LATE, RAN2_NOW, RAN2_NEXT = 990201, 990202, 990203
SA2_NOW, SA2_NEXT = 990302, 990304
SA3_NOW, SA3_NEXT = 990401, 990402
RAN_NEXT = 990001

_DAY_ONE = (
    Meeting(RAN_NEXT, "RAN", "914", 17, "Baltimore", "TSGR_914", block="9"),
    Meeting(990002, "RAN", "915", 115, "Online"),
    Meeting(990003, "RAN", "921", 770, ""),
    Meeting(RAN1_LATE, "RAN1", "926-bis", -38, "Porto", "TSGR1_926b", block="92"),
    Meeting(RAN1_NOW, "RAN1", "927", 4, "Gothenburg", "TSGR1_927", block="93", twice=True),
    Meeting(RAN1_NEXT, "RAN1", "928", 52, "Fukuoka", block="94"),
    Meeting(990104, "RAN1", "929", 108, "China"),
    Meeting(990105, "RAN1", "938", 801, ""),
    Meeting(RAN2_LATE, "RAN2", "933-bis", -36, "Prague", "TSGR2_933bis", block="92"),
    Meeting(RAN2_NOW, "RAN2", "934", 4, "Gothenburg", "TSGR2_934", block="93"),
    Meeting(RAN2_NEXT, "RAN2", "935", 45, "Wuhan"),
    Meeting(990204, "RAN2", "945", 802, ""),
    Meeting(990301, "SA2", "974-AH-e", -17, "Online", cancelled=True),
    Meeting(SA2_NOW, "SA2", "975", 4, "Goa", "TSGS2_975_Goa", block="93"),
    Meeting(990303, "SA2", "985", 790, ""),
    Meeting(SA3_NOW, "SA3", "991", -5, "Orlando", "TSGS3_991_Orlando", block="9"),
    Meeting(SA3_NEXT, "SA3", "992", 38, "Online"),
    Meeting(990403, "SA3", "998", 795, ""),
)

_DAY_TWO: dict[int, dict[str, object]] = {
    RAN1_NEXT: {"folder": "TSGR1_928"},
    RAN2_NEXT: {"cancelled": True},
    SA3_NEXT: {"offset": 45, "town": "Chengdu"},
}
"""What day two changes about a meeting: RAN1#928 opens its list, RAN2#935 is cancelled, SA3#992 moves."""

_NEW_ON_DAY_TWO = (Meeting(SA2_NEXT, "SA2", "975-e", 24, "Online", "TSGS2_975AdHoc-e", days=3, block="94"),)

_TOWNS = ("Toulouse", "Athens", "Chicago", "Malta", "Jeju", "Xiamen", "Bratislava", "Hyderabad", "Online", "Incheon")
_PAST = 26
"""Meetings of each group before the window: about six years."""


def meetings(day: int) -> tuple[Meeting, ...]:
    """All meetings as of a day, the newest of each group first; documents are for the lists to fill in."""
    known = _DAY_ONE if day == 1 else (*(replace(m, **_DAY_TWO.get(m.id, {})) for m in _DAY_ONE), *_NEW_ON_DAY_TWO)  # type: ignore[arg-type]
    past = tuple(meeting for group in GROUPS.values() for meeting in _history(group))
    return tuple(sorted((*known, *past), key=lambda meeting: -meeting.offset))


def _history(group: Group) -> list[Meeting]:
    """Years of meetings outside any window; every fifth is a `-bis` that shares its number, one was never held."""
    found = []
    for index in range(_PAST):
        number = f"{group.newest - index}" + ("-bis" if index % 5 == 3 else "")
        held = index != 17
        found.append(
            Meeting(
                group.first_id - index,
                group.name,
                number,
                -135 - 84 * index,
                _TOWNS[(index + len(group.root)) % len(_TOWNS)],
                f"{group.folder}{number.replace('-bis', 'b')}" if held else "",
                block=f"{90 + index % 2}" if group.digits == 5 else f"{index % 8}",
                documents=("001", "944") if held else None,
            )
        )
    return found
