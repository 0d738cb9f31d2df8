"""ISO's invented committees file: real references and secretariats as facts, invented memberships, scopes and news.

Ids from 9900000 and numbers in the 900s mark what ISO does not have.
"""
# ruff: noqa: E501 - tables, one row a line

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random

MEMBERS = {
    "SAC": 1635, "BSI": 2064, "DIN": 1511, "AFNOR": 1738, "ANSI": 2188, "JISC": 1835, "KATS": 1663, "SIS": 2101, "NEN": 2027,
    "UNI": 1823, "SCC": 1619, "SA": 1524, "BIS": 1794, "ABNT": 1579, "SABS": 1485, "SII": 1819, "SNV": 2106, "ASI": 1529,
    "DS": 1696, "SFS": 1734, "NBN": 1561, "PKN": 2045, "UNE": 1717, "SN": 1994, "IPQ": 2054, "IRAM": 1520,
    "SSC": 2074, "TISI": 2139, "BSN": 1798, "KEBS": 1854, "CYS": 1640, "NQIS ELOT": 1759, "LST": 1897, "ITCHKSAR": 1770,
}  # fmt: skip
"""Member bodies and their ids, as ISO's file has them."""

RENAMED = {"NQIS ELOT": "ELOT", "LST": "LASA"}
"""Acronyms that change everywhere on day two while the ids stay: a storm that is no news."""


@dataclass(frozen=True)
class Committee:
    """A committee. `p` and `o` are acronyms; `scope` is HTML."""

    id: int
    reference: str
    title: str
    secretariat: str | None
    p: tuple[str, ...] = ()
    o: tuple[str, ...] = ()
    created: str = "2015-01-01"
    status: str = "Active"
    parent: int | None = None
    scope: str = ""


# fmt: off
_KNOWN = (
    ("ISO/IEC JTC 1", "Information technology", "ANSI"),
    ("ISO/IEC JTC 1/SC 2", "Coded character sets", "JISC"),
    ("ISO/IEC JTC 1/SC 6", "Telecommunications and information exchange between systems", "KATS"),
    ("ISO/IEC JTC 1/SC 27", "Information security, cybersecurity and privacy protection", "DIN"),
    ("ISO/IEC JTC 1/SC 29", "Coding of audio, picture, multimedia and hypermedia information", "JISC"),
    ("ISO/IEC JTC 1/SC 31", "Automatic identification and data capture techniques", "ANSI"),
    ("ISO/IEC JTC 1/SC 37", "Biometrics", "ANSI"),
    ("ISO/IEC JTC 1/SC 38", "Cloud computing and distributed platforms", "ANSI"),
    ("ISO/IEC JTC 1/SC 39", "Sustainability, IT and data centres", "ANSI"),
    ("ISO/IEC JTC 1/SC 40", "IT service management and IT governance", "SA"),
    ("ISO/IEC JTC 1/SC 41", "Internet of things and digital twin", "KATS"),
    ("ISO/IEC JTC 1/SC 42", "Artificial intelligence", "ANSI"),
    ("ISO/IEC JTC 1/SC 43", "Brain-computer interfaces", "SAC"),
    ("IEC/ISO JTC 3", "Quantum technologies", "BSI"),
    ("ISO/TC 8", "Ships and marine technology", "SAC"),
    ("ISO/TC 8/SC 4", "Outfitting and deck machinery", "SAC"),
    ("ISO/TC 8/SC 13", "Marine technology", "SAC"),
    ("ISO/TC 17/SC 17", "Steel wire rod and wire products", "SAC"),
    ("ISO/TC 20/SC 16", "Uncrewed aircraft system", "ANSI"),
    ("ISO/TC 22", "Road vehicles", "AFNOR"),
    ("ISO/TC 22/SC 37", "Electrically propelled vehicles", "DIN"),
    ("ISO/TC 23/SC 19", "Agricultural electronics", "DIN"),
    ("ISO/TC 27", "Coal and coke", "SABS"),
    ("ISO/TC 34/SC 8", "Tea", "DIN"),
    ("ISO/TC 69", "Applications of statistical methods", "ANSI"),
    ("ISO/TC 79", "Light metals and their alloys", "AFNOR"),
    ("ISO/TC 107", "Metallic and other inorganic coatings", "KATS"),
    ("ISO/TC 111", "Round steel link chains, chain slings, components and accessories", "JISC"),
    ("ISO/TC 154", "Processes, data elements and documents in commerce, industry and administration", "SAC"),
    ("ISO/TC 156", "Corrosion of metals and alloys", "SAC"),
    ("ISO/TC 184", "Automation systems and integration", "AFNOR"),
    ("ISO/TC 197", "Hydrogen technologies", "SCC"),
    ("ISO/TC 204", "Intelligent transport systems", "ANSI"),
    ("ISO/TC 211", "Geographic information/Geomatics", "SIS"),
    ("ISO/TC 215", "Health informatics", "ANSI"),
    ("ISO/TC 229", "Nanotechnologies", "BSI"),
    ("ISO/TC 249", "Traditional medicine", "SAC"),
    ("ISO/TC 258", "Project, programme and portfolio management", "ANSI"),
    ("ISO/TC 261", "Additive manufacturing", "DIN"),
    ("ISO/TC 265", "Carbon dioxide capture, transportation, and geological storage", "SCC"),
    ("ISO/TC 268", "Sustainable cities and communities", "AFNOR"),
    ("ISO/TC 268/SC 1", "Smart community infrastructures", "JISC"),
    ("ISO/TC 268/SC 2", "Sustainable mobility and transportation", "JISC"),
    ("ISO/TC 269", "Railway applications", "DIN"),
    ("ISO/TC 279", "Innovation management", "AFNOR"),
    ("ISO/TC 292", "Security and resilience", "SIS"),
    ("ISO/TC 298", "Rare earth", "SAC"),
    ("ISO/TC 299", "Robotics", "SIS"),
    ("ISO/TC 301", "Energy management and energy savings", "ANSI"),
    ("ISO/TC 307", "Blockchain and distributed ledger technologies", "SA"),
    ("ISO/TC 309", "Governance of organizations", "BSI"),
    ("ISO/TC 321", "Transaction assurance in E-commerce", "SAC"),
    ("ISO/TC 322", "Sustainable finance", "BSI"),
    ("ISO/TC 324", "Sharing economy", "JISC"),
    ("ISO/TC 333", "Lithium", "SAC"),
    ("ISO/TC 344", "Innovative logistics", "SAC"),
    ("ISO/TC 345", "Materials for specialty technologies", "AFNOR"),
)
"""Reference, title and secretariat of committees that exist."""

_INVENTED = (
    Committee(9900901, "ISO/PC 990", "Ultra-high-voltage transmission projects", "SAC", created="2024-03-01"),
    Committee(9900902, "ISO/TC 268/SC 91", "Smart city data platforms", "JISC", created="2023-05-01"),
    Committee(9900903, "ISO/TC 344/SC 91", "Parcel locker systems", "SAC", created="2024-09-01"),
    Committee(9900904, "ISO/TC 8/SC 91", "Submarine cable engineering", "SAC", created="2022-02-01"),
    Committee(9900905, "ISO/IEC/JTC 94", "Invented joint committee", "NEN", created="2025-06-01"),
    Committee(9900906, "ISO/TC 993", "Waiting for its secretariat", None, created="2026-01-01"),
    Committee(9900907, "ISO/TC 994", "Dormant subjects", "UNI", status="Suspended", created="1999-01-01"),
)
# fmt: on

NEW = (
    Committee(
        9900990,
        "ISO/TC 991",
        "Facial recognition in public services",
        "SAC",
        p=("SAC", "BIS", "ABNT"),
        o=("BSI", "DIN", "ITCHKSAR"),
        created="2026-01-15",
    ),
    Committee(9900991, "ISO/TC 992", "Accessible playgrounds", "SIS", p=("SIS", "DIN", "SAC"), created="2026-01-15"),
)
"""Committees that are first listed on day two: one under SAC, one that is not."""

EDITS: dict[str, dict[str, object]] = {
    "ISO/TC 268/SC 91": {"secretariat": "SAC"},
    "ISO/TC 344/SC 91": {"secretariat": "AFNOR"},
    "ISO/TC 993": {"secretariat": "BSI"},
    "ISO/IEC/JTC 94": {"reference": "ISO/IEC JTC 94"},
    "ISO/TC 324": {"title": "Sharing Economy"},
}
"""What day two changes: SAC gains a secretariat and loses one, and noise."""

MOVES = {("ISO/TC 79", "SAC"): "O", ("ISO/TC 27", "SAC"): "P", ("ISO/TC 309", "KATS"): "O", ("ISO/TC 322", "SCC"): ""}
"""Members that change place on day two: observer, participating, or gone."""

SAC_OBSERVES = ("ISO/TC 27", "ISO/TC 34/SC 8")
"""Where SAC only observes on day one; it participates everywhere else."""


def committees(day: int) -> tuple[Committee, ...]:
    """All committees as of a day, in the order of the file."""
    known = tuple(Committee(9900001 + place, *row) for place, row in enumerate(_KNOWN))
    ids = {committee.reference: committee.id for committee in (*known, *_INVENTED)}
    all_ = [_with_members(replace(c, parent=ids.get(c.reference.rpartition("/")[0]))) for c in (*known, *_INVENTED)]
    if day == 2:
        all_ = [_moved(committee) for committee in all_] + list(NEW)
    return tuple(all_)


def _with_members(committee: Committee) -> Committee:
    """Ten to twenty members, the secretariat among the participating ones."""
    random = Random(committee.reference)  # noqa: S311 - made up, not secret
    others = random.sample([name for name in MEMBERS if name != "SAC"], random.randint(10, 20))
    must = {name for reference, name in MOVES if reference == committee.reference} - {"SAC"}
    p = {*others[: len(others) // 2], *must, "SAC"} | ({committee.secretariat} if committee.secretariat else set())
    o = set(others[len(others) // 2 :]) - p
    if committee.reference in SAC_OBSERVES:
        p, o = p - {"SAC"}, o | {"SAC"}
    scope = f'<p class="MsoBodyText">Invented scope of {committee.reference} for the Normwatch demo.</p>'
    return replace(committee, p=tuple(sorted(p)), o=tuple(sorted(o)), scope=scope)


def _moved(committee: Committee) -> Committee:
    p, o = set(committee.p), set(committee.o)
    for (reference, name), place in MOVES.items():
        if reference == committee.reference:
            p, o = p - {name} | ({name} if place == "P" else set()), o - {name} | ({name} if place == "O" else set())
    return replace(committee, p=tuple(sorted(p)), o=tuple(sorted(o)), **EDITS.get(committee.reference, {}))  # type: ignore[arg-type]
