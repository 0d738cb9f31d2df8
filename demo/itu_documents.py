"""ITU's invented groups, meetings and documents, and what day two adds to them.

Document numbers from 9000 mark them as invented.
"""
# ruff: noqa: E501 - tables, one row a line

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random

from demo.news import CN, GR, HOSTILE, UN, XX, Origin


@dataclass(frozen=True)
class Group:
    """A study group or working party. `meetings` are days from day two to the first day, past and next."""

    sector: str
    period: str
    """First year of the study period, two digits."""
    name: str
    title: str
    meetings: tuple[int, int]
    topics: tuple[str, ...]
    made_up: int
    """Contributions on day one beside those written out."""

    @property
    def id(self) -> str:
        """`T25-SG13`."""
        return f"{self.sector}{self.period}-{self.name}"


# fmt: off
GROUPS = (
    Group("T", "25", "SG13", "Future networks", (-70, 12), ("requirements of cloud federation", "AI-native networks", "quantum key distribution networks", "deterministic networking for Network 2030"), 60),
    Group("T", "25", "SG15", "Transport, access and home", (-95, 33), ("optical fibre cable testing", "submarine cable systems", "optical transport beyond 1T"), 24),
    Group("T", "25", "SG17", "Security", (-80, 16), ("security of AI agents", "quantum-safe migration", "verification of facial images"), 36),
    Group("T", "25", "SG20", "Internet of things, digital twins and smart sustainable cities", (-60, 20), ("IoT device management", "smart city platforms", "smart grid sensing"), 40),
    Group("T", "25", "TSAG", "Telecommunication Standardization Advisory Group", (-110, 26), ("working methods", "remote participation", "inclusion of new topics"), 12),
    Group("R", "23", "WP5D", "IMT systems", (-50, 18), ("technical performance requirements for IMT-2030", "evaluation criteria for IMT-2030", "IMT above 7 GHz"), 45),
)
# fmt: on


@dataclass(frozen=True)
class Document:
    """A contribution, or a temporary document where `subgroup` is set. `age` is days before day two."""

    origin: Origin
    area: str
    number: int
    title: str
    sources: tuple[str, ...]
    questions: tuple[str, ...] = ("QALL",)
    age: int = 1
    revision: int = 0
    reserved: bool = False
    """A number without a document yet: the HTML listing shows it, the XML index does not."""
    subgroup: str = ""


# fmt: off
BEFORE: dict[str, tuple[Document, ...]] = {
    "SG13": (Document(CN, "cloud", 9101, "Requirements for cloud federation (draft)", ("China Telecom", "ZTE Corporation"), ("Q17",), 9),),
    "SG17": (Document(XX, "ai", 9101, "Proposed text on liveness checks", ("Korea (Rep. of)",), ("Q10",), 8),),
    "SG20": (Document(CN, "cities", 9101, "City brain: capability framework", ("China Unicom",), ("Q4",), 6, reserved=True),),
    "WP5D": (Document(CN, "radio", 9101, "Spectral efficiency targets for IMT-2030", ("China (People's Republic of)",), (), 10),),
}
"""Day-one documents that day two changes."""

CHANGED: dict[str, dict[int, Document]] = {
    "SG13": {9101: Document(CN, "cloud", 9101, "Requirements for cloud federation (draft)", ("China Telecom", "ZTE Corporation"), ("Q17",), 1, revision=1)},
    "SG17": {9101: Document(CN, "ai", 9101, "Proposed text on liveness checks", ("Korea (Rep. of)", "China Mobile"), ("Q10",), 8)},
    "SG20": {9101: Document(CN, "cities", 9101, "City brain: capability framework", ("China Unicom",), ("Q4",), 1)},
}
"""A revision, a Chinese co-signer that only the HTML listing names, and a reserved number that is filled."""

NEW: dict[str, tuple[Document, ...]] = {
    "SG13": (
        Document(CN, "internet", 9201, "Network 2030: a new IP for variable-length addresses", ("Huawei Technologies", "China Mobile", "China Unicom", "Ministry of Industry and Information Technology (MIIT)"), ("Q1", "Q6")),
        Document(CN, "quantum", 9202, "Quantum key distribution networks: key relay by satellite", ("China Telecom",), ("Q16",)),
        Document(CN, "cloud", 9203, "Computing power networks between data centres", ("China Mobile", "CAICT"), ("Q17", "Q18")),
        Document(XX, "ai", 9204, "AI-native networks: terminology", ("Orange", "NTT Corporation"), ("Q20",)),
        Document(CN, "ai", 9205, "Framework of AI agents in future networks", ("Nokia", "ZTE Corporation"), ("Q20",)),
        Document(CN, "", 9206, "Vocabulary of computing power networks", ("China Telecom",), ("Q2",), reserved=True),
    ),
    "SG15": (
        Document(CN, "cables", 9201, "Draft Recommendation on repeatered submarine cable systems", ("HMN Technologies", "MIIT"), ("Q8",)),
        Document(XX, "cables", 9202, "Bend-insensitive optical fibre cables", ("Corning", "Prysmian"), ("Q5",)),
    ),
    "SG17": (
        Document(CN, "ai", 9201, "Security requirements for facial recognition payment", ("Ant Group", "China Mobile"), ("Q10",)),
        Document(CN, "quantum", 9202, "Quantum-safe signalling", ("China (People's Republic of)",), ("Q15",)),
        Document(UN, "", 9203, "Trust anchors for machines", ("Meridian Anchors",), ("Q4",)),
    ),
    "SG20": (
        Document(CN, "cities", 9201, "Smart city video services with facial recognition", ("Huawei Technologies", "China Telecom"), ("Q3",)),
        Document(CN, "grids", 9202, "IoT-based monitoring of ultra-high-voltage lines in smart grids", ("State Grid Corporation of China",), ("Q2",)),
        Document(CN, "iot", 9203, "NB-IoT metering profiles", ("China Mobile",), ("Q2",)),
        Document(XX, "cities", 9204, "Smart sustainable cities: rural pilots", ("United Arab Emirates",), ("Q7",)),
        Document(CN, "iot", 9205, f'<script>alert(1)</script> IoT "gateways" {HOSTILE}', ("ZTE Corporation",), ("Q4",)),
    ),
    "TSAG": (
        Document(CN, "internet", 9201, "New IP, shaping future networks: proposal for a focus group", ("China (People's Republic of)",), ()),
        Document(XX, "", 9202, "Shorter meetings", ("United States of America", "Canada"), ()),
    ),
    "WP5D": (
        Document(CN, "radio", 9201, "Evaluation methodology for IMT-2030 radio interfaces", ("China (People's Republic of)",), ()),
        Document(XX, "radio", 9202, "Usage scenarios for IMT-2030", ("Finland", "Sweden"), ()),
        Document(XX, "radio", 9203, "Sharing studies in 7-8 GHz", ("United Kingdom of Great Britain and Northern Ireland",), ()),
    ),
}
"""Contributions that are first listed on day two."""

TD_NEW: dict[str, tuple[Document, ...]] = {
    "SG13": (
        Document(GR, "radio", 9004, "LS/i/r on AI-native 6G networks [from 3GPP SA]", ("3GPP SA",), ("Q20",), subgroup="GEN"),
        Document(CN, "quantum", 9005, "Proposed editors' draft on quantum networks", ("Editor (China Telecom)",), ("Q16",), subgroup="WP3"),
    ),
    "SG17": (Document(GR, "", 9004, "LS/o on incident exchange [to ITU-D SG2]", ("ITU-T SG17",), subgroup="PLEN"),),
}
"""Temporary documents of the next meeting; liaison statements are among them."""

ONLY_IN_HTML = {("SG17", 9101), ("SG13", 9205)}
"""Documents whose Chinese co-signer the XML index, which names one source, leaves out."""

ELSEWHERE = (
    "Korea (Rep. of)", "Japan", "Orange", "NTT Corporation", "ETRI", "Telecom Italia", "United Kingdom", "KDDI Corporation", "Nokia",
    "Germany", "India", "Cisco Systems", "Saudi Arabia", "Brazil", "Ericsson", "BT plc", "KT Corporation", "Rostelecom",
)
CHINESE = (
    "China Telecom", "China Mobile", "China Unicom", "Huawei Technologies", "ZTE Corporation", "CAICT", "FiberHome", "China", "MIIT",
    "China Mobile", "China Telecom",
)
# fmt: on

LEADS = ("Proposal on", "Updates to", "Considerations on", "Draft new Recommendation on", "Comments on", "Use cases of")


@dataclass(frozen=True)
class Index:
    """All documents of one listing as of a day, the newest first."""

    group: Group
    type: str
    meeting: date | None
    """First day of the meeting that a TD index belongs to."""
    documents: tuple[Document, ...] = field(default=())

    def name(self, document: Document | None = None) -> str:
        """The listing's id, `T25-SG13-C`, or a document's object name, `T25-SG13-C-9001`."""
        parts = [self.group.id, f"{self.meeting:%y%m%d}" if self.meeting else "", self.type]
        if document:
            parts += [document.subgroup, f"{document.number:04}"]
        return "-".join(filter(None, parts))


def first_day(group: Group, place: int, today: date) -> date:
    """First day of a group's past (0) or next (1) meeting, a Monday."""
    day = today + timedelta(days=group.meetings[place])
    return day - timedelta(days=day.weekday())


def contributions(group: Group, today: date, day: int) -> Index:
    """The contributions of a group's study period."""
    rows = [*_made_up(group), *BEFORE.get(group.name, ())]
    if day == 2:
        rows = [CHANGED.get(group.name, {}).get(row.number, row) for row in rows] + list(NEW[group.name])
    return Index(group, "C", None, tuple(sorted(rows, key=lambda row: -row.number)))


def temporary(group: Group, place: int, today: date, day: int) -> Index:
    """The temporary documents of a group's past (0) or next (1) meeting; only the next one's change."""
    rows = _temporary(group, place) + (TD_NEW.get(group.name, ()) if day == 2 and place else ())
    return Index(group, "TD", first_day(group, place, today), tuple(sorted(rows, key=lambda row: -row.number)))


def _temporary(group: Group, place: int) -> tuple[Document, ...]:
    """Those of day one. ITU-R's have no subgroup."""
    first = 9001 if place else 8901
    age = 9 if place else 9 - group.meetings[0]
    rows = (
        Document(
            GR, "", first, f"Draft agenda of {group.name}", (f"Chair, {group.name}",), (), age + 9, subgroup="PLEN"
        ),
        Document(
            GR,
            "",
            first + 1,
            "LS/i on terminology [from ISO/IEC JTC 1/SC 41]",
            ("ISO/IEC JTC 1/SC 41",),
            (),
            age,
            subgroup="GEN",
        ),
        Document(
            GR, "", first + 2, "Progress report of the correspondence group", ("Rapporteur",), (), age, subgroup="GEN"
        ),
    )
    return rows if group.sector == "T" else tuple(replace(row, subgroup="") for row in rows)


def standing(group: Group, kind: str) -> Index:
    """Reports (R) or collective letters (COL), which do not change."""
    title = "Report of the last meeting" if kind == "R" else "Announcement of the next meeting"
    return Index(group, kind, None, (Document(GR, "", 9001, f"{title} of {group.name}", ("TSB",), age=40),))


def _made_up(group: Group) -> list[Document]:
    random = Random(group.id)  # noqa: S311 - made up, not secret
    found = []
    for place in range(group.made_up):
        sources = [random.choice(CHINESE if random.random() < 0.35 else ELSEWHERE)]
        if random.random() < 0.25:
            sources.append(random.choice([name for name in (*ELSEWHERE, *CHINESE) if name not in sources]))
        title = f"{random.choice(LEADS)} {group.topics[place % len(group.topics)]}"
        questions = (f"Q{place % 16 + 1}",) if group.sector == "T" and group.name != "TSAG" else ()
        origin = CN if set(sources) & set(CHINESE) else XX
        row = Document(origin, "", 9001 + place, title, tuple(sources), questions, 100 - place)
        found.append(replace(row, age=max(2, row.age)))
    return found
