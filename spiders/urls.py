"""Where the three bodies publish what is visited, and the only hosts ever contacted.

Addresses marked *inferred* follow the pattern of known ones but were not seen answering. None of these needs a login.
"""

from __future__ import annotations

from typing import Literal
from urllib.parse import SplitResult, quote, urlencode, urljoin, urlsplit, urlunsplit

ALLOWED_HOSTS = frozenset(
    {
        "www.3gpp.org",
        "portal.3gpp.org",
        "isopublicstorageprod.blob.core.windows.net",
        "www.unicode.org",
        "jvet-experts.org",
        "www.itu.int",
    }
)
"""The hosts a crawl may contact, redirects included."""

LINKED_HOSTS = ALLOWED_HOSTS | {"www.iso.org", "unicode.org"}
"""The hosts that an archived row may link to: www.iso.org answers scripts with 403 and is never contacted."""

ISO_OPEN_DATA = "https://isopublicstorageprod.blob.core.windows.net/opendata/_latest/"
JVET = "https://jvet-experts.org/doc_end_user/"
ITU = "https://www.itu.int/"

ItuSector = Literal["T", "R", "D"]
ItuType = Literal["C", "R", "COL", "TD", "ADM", "INF"]
Register = Literal["irg", "wg2"]

_REGISTERS = {"irg": "irg/IRG-curdoc.html", "wg2": "wg2/WG2-curdoc.html"}
_WRITTEN = "/!$&'()*+,;=:@~-._?%[]"
"""What stays as written in an address; blanks, quotes and letters beyond ASCII are quoted."""


def parts(address: str | None, base: str = "") -> SplitResult:
    """The parts of an address, all empty of what is none, such as `http://[`."""
    try:
        return urlsplit(urljoin(base, (address or "").strip()))
    except ValueError:
        return urlsplit("")


def public(href: str | None, base: str = "") -> str | None:
    """`href` as a public https address on one of LINKED_HOSTS, blanks quoted, http made https; None for any other."""
    try:
        parts = urlsplit(urljoin(base, (href or "").strip()))
        port = parts.port
    except ValueError:
        return None
    host = (parts.hostname or "").lower()
    if parts.scheme not in ("http", "https") or host not in LINKED_HOSTS or parts.username or port not in (None, 443):
        return None
    path, query, fragment = (quote(part, safe=_WRITTEN) for part in (parts.path, parts.query, parts.fragment))
    return urlunsplit(("https", host, path or "/", query, fragment))


MEETING_CODES = {
    "RAN": "RP",
    "RAN1": "R1",
    "RAN2": "R2",
    "RAN3": "R3",
    "RAN4": "R4",
    "RAN5": "R5",
    "SA": "SP",
    "SA1": "S1",
    "SA2": "S2",
    "SA3": "S3",
    "SA4": "S4",
    "SA5": "S5",
    "SA6": "S6",
    "CT": "CP",
    "CT1": "C1",
    "CT3": "C3",
    "CT4": "C4",
    "CT6": "C6",
}
"""3GPP's groups that have a meetings page, and the page's code."""


def meetings_3gpp(code: str) -> str:
    """All meetings of a group, by its page code: `RP`, `R1`…`R5`, `SP`, `S1`…`S6`, `CP`, `C1`, `C3`, `C4`, `C6`."""
    return f"https://www.3gpp.org/dynareport?code=Meetings-{quote(code, safe='')}.htm"


def tdocs_3gpp(meeting_id: str | int) -> str:
    """A meeting's TDoc list (.xlsx, made on the fly), by MtgId; its name comes in Content-Disposition."""
    return f"https://portal.3gpp.org/ngppapp/GenerateDocumentList.aspx?meetingId={quote(str(meeting_id), safe='')}"


def iso_committees() -> str:
    """ISO's technical committees, JSON Lines, about 2 MB, written weekly; answers ETag and Last-Modified."""
    return ISO_OPEN_DATA + "iso_technical_committees/json/iso_technical_committees.jsonl"


def iso_projects() -> str:
    """ISO's deliverables, JSON Lines, some 60 to 90 MB, written every few days; answers ETag and Last-Modified."""
    return ISO_OPEN_DATA + "iso_deliverables_metadata/json/iso_deliverables_metadata.jsonl"


def iso_project(project: str | int) -> str:
    """A project's page, for people, by its numeric id."""
    return f"https://www.iso.org/standard/{project}.html"


def iso_committee(committee: str | int) -> str:
    """A committee's page, for people, by its numeric id."""
    return f"https://www.iso.org/committee/{committee}.html"


def register(name: Register) -> str:
    """The newest page of a document register of ISO/IEC JTC 1/SC 2: IRG's or WG 2's."""
    return "https://www.unicode.org/" + _REGISTERS[name]


def jvet_meetings() -> str:
    """All meetings of JVET (ISO/IEC JTC 1/SC 29/WG 5 with ITU-T)."""
    return JVET + "all_meeting.php"


def jvet_meeting(id_meeting: str | int) -> str:
    """A JVET meeting's documents; `id_meeting` is 164 and the meeting's number."""
    return (
        JVET
        + "current_meeting.php?"
        + urlencode({"id_meeting": id_meeting, "search_id_group": 1, "search_sub_group": 1})
    )


def itu_meetings(sector: ItuSector | None) -> str:
    """A sector's meeting catalogue (XML); None for the general one. Those of ITU-D and ITU are known by name only."""
    name = {"T": "ITU-T_Meetings", "R": "ITU-R_Meetings", "D": "ITU-D_NEW-Meetings", None: "ITU_Meetings"}[sector]
    return f"{ITU}net/epub/ITU-Sync/{name}.xml"


def itu_index(sector: ItuSector, period: str, group: str, kind: ItuType, meeting: str | None = None) -> str:
    """A group's document index (XML): `itu_index("T", "25", "SG12", "C")`, for TDs with `meeting="250909"`.

    ITU-R's and ITU-D's addresses are inferred from ITU-T's.
    """
    parts = [f"{sector}{period}", group, *([meeting] if meeting else []), kind]
    folder = f"dms_pages/itu-{sector.lower()}/md/{period}/{group}/{kind.lower()}/"
    return ITU + quote(folder + "-".join(parts) + ".xml")


def itu_listing(listing: str, offset: int = 0) -> str:
    """The HTML listing of `T25-SG13-C`, `T25-SG17-260601-TD-GEN` or `R23-WP5D-C`, from row `offset` on."""
    query = {"lang": "en", "parent": listing, **({"PageLB": str(offset)} if offset else {})}
    return f"{ITU}md/meetingdoc.asp?{urlencode(query)}"


def itu_new(group: str) -> str:
    """What was posted recently in a group (`R23-WP4A`)."""
    return f"{ITU}md/{quote(group, safe='')}/new/en"


def itu_document(document: str) -> str:
    """A document's public page, by its id (`T25-SG13-C-0123`); the file behind it may need an account."""
    return f"{ITU}md/{quote(document, safe='')}/en"
