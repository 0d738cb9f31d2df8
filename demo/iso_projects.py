"""ISO's invented projects: invented titles in real committees, ids from 9900000, numbers from 90000."""
# ruff: noqa: E501 - tables, one row a line

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from demo.iso_committees import committees
from demo.news import CN, HOSTILE, XX, Origin


@dataclass(frozen=True)
class Project:
    """A project. `stage` is the stage code as a number, 10.20 is 1020; `number` goes into its reference."""

    id: int
    committee: str
    title: str
    stage: int
    number: str
    type: str = "IS"
    origin: Origin = XX
    area: str = ""
    supplement: str | None = None
    published: str | None = None
    edition: int = 1
    replaces: tuple[int, ...] = ()
    renumbered: str = ""
    """The whole reference, where it is not built from stage and number."""

    @property
    def reference(self) -> str:
        """The reference in the form of its stage: `ISO/AWI 90001`, `ISO/IEC CD TS 90002`, `ISO 90003:2024`."""
        if self.renumbered:
            return self.renumbered
        publisher = "ISO/IEC" if "JTC" in self.committee else "ISO"
        kind = "" if self.type == "IS" else f" {self.type}"
        year = f":{self.published[:4]}" if self.published else ""
        step = _prefix(self.stage)
        if not step:
            return f"{publisher}{kind.replace(' ', '/')} {self.number}{year}"
        return (
            f"{publisher}/{step}{kind} {self.number}"
            if publisher == "ISO"
            else f"{publisher} {step}{kind} {self.number}"
        )


def _prefix(stage: int) -> str:
    steps = {0: "PWI", 10: "NP", 20: "AWI", 30: "CD", 40: "DIS", 50: "FDIS"}
    if stage in (1099, 2000):
        return "AWI"
    if 2000 < stage < 3000:
        return "WD"
    return "PRF" if stage == 6000 else steps.get(stage // 100, "")


# fmt: off
SUBJECTS = (
    ("ISO/IEC JTC 1/SC 6", "Telecommunications — Future network", ("naming and addressing", "protocol independence", "long-range access")),
    ("ISO/IEC JTC 1/SC 27", "Information security", ("key management", "privacy notices", "quantum key distribution modules", "security of IoT gateways")),
    ("ISO/IEC JTC 1/SC 29", "Coding of moving pictures", ("point clouds", "feature coding for machines", "neural network compression")),
    ("ISO/IEC JTC 1/SC 37", "Biometrics", ("face image quality", "presentation attack detection", "identification at a distance")),
    ("ISO/IEC JTC 1/SC 38", "Cloud computing", ("service levels", "edge nodes", "data flows between clouds")),
    ("ISO/IEC JTC 1/SC 39", "Data centres", ("liquid cooling indicators", "water usage", "resilience of power supply")),
    ("ISO/IEC JTC 1/SC 41", "Internet of things", ("interoperability", "digital twin maturity", "wireless sensor profiles")),
    ("ISO/IEC JTC 1/SC 42", "Artificial intelligence", ("data quality", "assessment of model robustness", "computing power of AI servers", "transparency taxonomy")),
    ("ISO/IEC JTC 1/SC 43", "Brain-computer interfaces", ("vocabulary", "data formats")),
    ("IEC/ISO JTC 3", "Quantum technologies", ("vocabulary of quantum computing", "quantum random numbers", "performance of photon detectors")),
    ("ISO/TC 8/SC 13", "Marine technology", ("subsea survey vehicles", "ocean observation buoys", "submarine cable route survey")),
    ("ISO/TC 8/SC 91", "Submarine cable engineering", ("burial tools", "repair vessels")),
    ("ISO/TC 22/SC 37", "Electrically propelled vehicles", ("battery swapping", "lithium-ion pack safety", "charging conformance")),
    ("ISO/TC 34/SC 8", "Tea", ("white tea definition", "matcha particle size")),
    ("ISO/TC 79", "Light metals", ("magnesium billets", "aluminium foil")),
    ("ISO/TC 154", "Electronic documents", ("trusted exchange platforms", "electronic bills of lading")),
    ("ISO/TC 156", "Corrosion of metals", ("marine steel", "stress corrosion tests")),
    ("ISO/TC 204", "Intelligent transport systems", ("automated shuttles", "road-side units")),
    ("ISO/TC 249", "Traditional medicine", ("ginseng seeds", "acupuncture needles", "coding of herbs")),
    ("ISO/TC 261", "Additive manufacturing", ("powder characterisation", "qualification of operators")),
    ("ISO/TC 268", "Sustainable cities", ("city indicators", "urban data governance")),
    ("ISO/TC 268/SC 1", "Smart community infrastructures", ("smart city operation centres", "urban water", "energy dashboards")),
    ("ISO/TC 268/SC 91", "Smart city data platforms", ("architecture", "city brain interfaces")),
    ("ISO/TC 298", "Rare earth", ("recycling information", "neodymium analysis")),
    ("ISO/TC 299", "Robotics", ("service robots", "exoskeleton tests")),
    ("ISO/TC 301", "Energy management", ("energy data", "smart grid demand response")),
    ("ISO/TC 307", "Blockchain", ("interoperability", "smart contracts", "wallet security")),
    ("ISO/TC 321", "E-commerce", ("livestream sales", "sharing of reviews")),
    ("ISO/TC 333", "Lithium", ("lithium carbonate impurities", "lithium hydroxide sampling", "black mass of batteries")),
    ("ISO/PC 990", "Ultra-high-voltage transmission projects", ("project phases", "converter station commissioning")),
)
"""Committee, first part of the title, subjects: each gives several projects at different stages."""

STAGES = (6060, 6060, 9020, 9093, 3060, 4020, 2000, 1020, 5000, 9599, 3098, 2060, 4099, 20, 1098)
"""Dealt out in turn; `xx98` is deleted and stays in the file for ever."""

ASPECTS = ("Requirements", "Vocabulary", "Test methods", "Guidelines")

BEFORE = (
    Project(9900901, "ISO/TC 333", "Lithium — Battery-grade lithium sulfide — Requirements", 1020, "95001", origin=CN, area="lithium"),
    Project(9900902, "ISO/PC 990", "Ultra-high-voltage transmission projects — Environmental monitoring", 2060, "95002", origin=CN, area="grids"),
    Project(9900903, "ISO/TC 8/SC 13", "Marine technology — Submarine cable fault location — Test methods", 3020, "95003", origin=CN, area="cables"),
    Project(9900904, "ISO/IEC JTC 1/SC 42", "Artificial intelligence — Human oversight — Guidelines", 1020, "95004", area="ai"),
    Project(9900905, "ISO/TC 307", "Blockchain — Carbon credits — Vocabulary", 4020, "95005"),
    Project(9900906, "ISO/TC 249", "Traditional medicine — Moxibustion devices — Requirements", 2000, "95006", origin=CN),
)
"""Day-one projects that day two changes."""

NEW = (
    Project(9900951, "ISO/TC 333", "Lithium — Cathode materials for lithium batteries — Test methods", 1020, "95101", origin=CN, area="lithium"),
    Project(9900952, "ISO/TC 268/SC 91", "Smart city data platforms — City brain — Reference architecture", 2000, "95102", origin=CN, area="cities"),
    Project(9900953, "ISO/TC 8/SC 91", "Submarine cable engineering — Laying vessels — Requirements", 1099, "95103", origin=CN, area="cables"),
    Project(9900954, "ISO/PC 990", "Ultra-high-voltage transmission projects — Handover to operation", 20, "95104", "TS", origin=CN, area="grids"),
    Project(9900955, "ISO/IEC JTC 1/SC 39", "Data centres — Waste heat — Key indicator", 1020, "95105", area="cloud"),
    Project(9900956, "ISO/TC 34/SC 8", "Tea — Cold brew — Vocabulary", 2000, "95106"),
    Project(9900957, "ISO/TC 8", f'Ships — =1+1 & <b>"quoted"</b> \u202etxet\u202c titles {HOSTILE}', 2000, "95107", origin=CN),
    Project(9900958, "ISO/TC 154", "Electronic documents — Adopted text on e-invoices", 4099, "95108", origin=CN),
)
"""Projects that are first listed on day two, the last one late: it enters as a DIS."""

EDITS: dict[int, dict[str, object]] = {
    9900901: {"stage": 2000},
    9900902: {"stage": 3000},
    9900903: {"stage": 4000},
    9900904: {"stage": 2000},
    9900905: {"stage": 4060},
    9900906: {"stage": 2098},
}
"""What day two changes; a reference follows its stage."""
# fmt: on


def projects(today: date, day: int) -> tuple[Project, ...]:
    """All projects as of a day, by id."""
    found = [*_made_up(today), *BEFORE]
    if day == 2:
        found = [replace(project, **EDITS.get(project.id, {})) for project in found]  # type: ignore[arg-type]
        found += NEW
    return tuple(found)


def _made_up(today: date) -> list[Project]:
    secretariats = {committee.reference: committee.secretariat for committee in committees(1)}
    found: list[Project] = []
    for committee, first, subjects in SUBJECTS:
        for subject in subjects:
            for aspect in ASPECTS:
                place = len(found)
                stage = STAGES[place % len(STAGES)]
                random = Random(place)  # noqa: S311 - made up, not secret
                published = f"{today - timedelta(days=random.randint(400, 4000))}" if stage >= 6060 else None
                found.append(
                    Project(
                        9900001 + place,
                        committee,
                        f"{first} — {subject[0].upper()}{subject[1:]} — {aspect}",
                        stage,
                        f"{90001 + place}",
                        ("IS", "IS", "TS", "TR")[place % 4],
                        CN if secretariats.get(committee) == "SAC" else XX,
                        published=published,
                    )
                )
    return found
