"""Groups of standards bodies, which stand in source fields but are nobody's company: `RAN4`, `SA WG2`, `ITU-T SG13`."""

from __future__ import annotations

import re

# A contribution's number standing in the field says which group it came from.
_TDOC = re.compile(r"^(?P<tsg>[RSC])(?P<wg>[1-9P])-?\s?\d{5,7}$|^(?P<old>GP|RP|SP|CP)-?\d{5,6}$", re.ASCII)
_TSG = {"R": "RAN", "S": "SA", "C": "CT"}
_3GPP = re.compile(
    r"^(?:3GPP[\s-]*)?(?:TSG[\s-]*)?(?P<tsg>RAN|SA|CT|GERAN)(?:[\s-]*TSG)?"
    r"(?:[\s-]*(?:WG|Working\s+Group)?[\s#-]*(?P<wg>[1-9]))?"
    r"(?:[\s-]*(?:LI|AH\d?|Ad[\s-]?hoc|UE|plenary|WG|PCG|leadership|delegates|group))*"
    r"(?:[\s-]*(?:meeting)?\s*#\s?\d+(?:-?(?:bis|e|\d+))*)?$",
    re.IGNORECASE,
)
_3GPP_OTHER = re.compile(
    r"^(?:3GPP[\s-]*)?(?P<name>PCG|OP|(?:TSG[\s-]?(?:T|CN|GERAN)|CN|GERAN)(?:[\s-]*(?:WG)?\s?\d)?|(?:TSG[\s-]?)?[TN]\d)$"
)
_SHORT = re.compile(r"^(?:TSG[\s-]?)?(?P<tsg>[RSC])(?P<wg>[1-6P])$")
_TAIL = (
    r"(?:[\s,/.-]*(?:[A-Z]{1,3}[A-Z0-9.+-]*|\d[\dA-Z.]*"
    r"|[Ww]orking|[Gg]roups?|[Cc]ommittee|[Tt]ask|[Ff]orce|[Ss]tudy|[Pp]arty|[Ll]iaison|[Ll]iaison))"
)
_BODIES = (
    r"(?P<family>3GPP2|ITU[\s-]*[TRD]|ITU|ISO/IEC|ISO|IEC|CEN/CENELEC|CEN|CENELEC|IETF|IEEE(?:\s*802(?:\.\d+\w*)?)?|ETSI|GSMA|5GAA|5G-?ACIA|NGMN|BBF|"
    r"O-?RAN(?:\s+Alliance)?|oneM2M|OMA|CEPT|TCCA|ATIS|TIA|ARIB|TTC|TTA|CCSA|TSDSI|W3C|WBA|WFA|GCF|PTCRB|DVB|CTIA|"
    r"Broadband\s+Forum|Wi-?Fi\s+Alliance|MulteFire\s+Alliance|Bluetooth\s+SIG)"
)
_FAMILIES = re.compile(rf"^{_BODIES}(?:\b|(?<=Alliance))(?P<tail>{_TAIL}{{1,6}})$")
_FAMILY = re.compile(rf"^{_BODIES}\s+(?P<inner>\w.*)$")
_JTC = re.compile(r"^(?:ISO/IEC\s*)?JTC\s?1\b(?P<tail>(?:[\s/]*(?:SC|WG|SG|AG)\s?\d+)*)$", re.IGNORECASE)
_ITU_PARTY = re.compile(
    r"^(?P<kind>(?:WP|TG|JTG|SG)\s?|Q(?=\d+/))(?P<number>(?P<first>\d{1,2})(?P<letter>[A-M])?(?:/(?P<of>\d+))?)$"
)
_ITU_NAMED = re.compile(
    r"^(?:TSAG\s+)?(?:(?:FG|JCA|RG|CG)-[\w/&-]+(?:\s+and\s+[\w&]+)?|(?:Focus|Correspondence|Regional)\s+Group\b.*)$"
)
_ITU_D = re.compile(r"^BDT\b.*\bFocal\s+Points?\b")
_LAST_OF_ITU_R = 7
"""Study groups have numbers of one row in ITU-T and another in ITU-R and ITU-D: those above are ITU-T's."""
_ITU_GROUPS = {"TSAG": "ITU-T", "WTSA": "ITU-T", "RAG": "ITU-R", "CPM": "ITU-R", "TDAG": "ITU-D"}
_ABBREVIATIONS = {
    "Study Group": "SG",
    "Working Party": "WP",
    "Working Group": "WG",
    "Focus Group": "FG",
    "Task Group": "TG",
    "Question": "Q",
}
# Bodies named as a whole: listings hardly ever tell their inner groups apart.
_WHOLE = {"ETSI", "GSMA", "NGMN", "GCF", "CCSA", "TCCA", "DVB"}


def group(name: str, body: str | None) -> str | None:
    """The canonical name of the group written so, or None: `RAN2` and `R2-1810964` are `3GPP RAN WG2`."""
    if body in (None, "3gpp") and (found := _TDOC.match(name)):
        if found["old"]:
            return "3GPP TSG " + {"R": "RAN", "S": "SA", "C": "CT", "G": "GERAN"}[found["old"][0]]
        return _named_3gpp(_TSG[found["tsg"]], None if found["wg"] == "P" else found["wg"])
    if body != "iso" and (found := _3GPP.match(name)):
        return _named_3gpp(found["tsg"].upper(), found["wg"])
    if body in (None, "3gpp") and (found := _3GPP_OTHER.match(name)):
        return "3GPP " + " ".join(found["name"].split())
    if body == "3gpp" and (found := _SHORT.match(name)):
        return _named_3gpp(_TSG[found["tsg"]], None if found["wg"] == "P" else found["wg"])
    if found := _JTC.match(name):
        return " ".join(f"ISO/IEC JTC 1{found['tail']}".split())
    if body == "itu" and (found := _ITU_PARTY.match(_short(name))):
        of = int(found["of"] or found["first"])
        sector = "ITU-R" if found["letter"] else "ITU-T" if of > _LAST_OF_ITU_R else "ITU"
        return f"{sector} {found['kind'].strip()}{found['number']}"
    if _ITU_NAMED.match(name) and (body == "itu" or name.startswith(("FG-", "JCA-"))):
        return f"ITU-T {name}"
    if body == "itu" and _ITU_D.match(name):
        return "ITU-D"
    if body == "itu" and name in _ITU_GROUPS:
        return f"{_ITU_GROUPS[name]} {name}"
    if found := _FAMILIES.match(name):
        family = " ".join(found["family"].split())
        if family in _WHOLE:
            return family
        family = re.sub("ITU[ -]*([TRD])$", r"ITU-\1", family)
        return " ".join(f"{family} {_short(found['tail'])}".split())
    return None


def _short(tail: str) -> str:
    """`Study Group 15` is `SG15`, `Working Party 5D` is `WP5D`, `802.11 Working Group` ends in `WG`."""
    for long, short in _ABBREVIATIONS.items():
        tail = tail.replace(long, short)
    return re.sub(r"\b(SG|WP|WG|FG|TC|TG|Q)\s+(?=\d)", r"\1", tail.strip(" ,"))


def is_number(text: str) -> bool:
    """Whether this is a contribution's number: `S2-1901234`."""
    return bool(_TDOC.match(text.strip()))


def inner_group(name: str) -> tuple[str, str] | None:
    """A group of a known body however it is called, with the words that call it so: to be read last."""
    family = _FAMILY.match(name)
    if not family:
        return None
    whole, inner = " ".join(family["family"].split()), family["inner"]
    return (whole if whole in _WHOLE else f"{whole} {inner}"), inner


def _named_3gpp(tsg: str, wg: str | None) -> str:
    return f"3GPP {tsg} WG{wg}" if wg else f"3GPP TSG {tsg}"
