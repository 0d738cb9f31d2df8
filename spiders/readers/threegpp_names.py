"""3GPP's names: groups, meetings and TDoc numbers in all the spellings its pages, files and folders use."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from unicodedata import normalize
from urllib.parse import quote, unquote

from spiders import urls
from spiders.readers.text import clean, plain_hyphens
from spiders.rows import Context, MeetingUnknown

_TSGS = {"R": "RAN", "S": "SA", "C": "CT", "G": "GERAN"}
_MEETING = re.compile(
    r"(?<![A-Za-z0-9])(?:3GPP)?(?:"
    r"(?:TSG(?P<tsg>[RSCG])(?P<wg>\d?))"  # folders and old file names: TSGR1_104b-e, TSGR_90e
    r"|(?P<name>RAN|SA|CT|GERAN)(?:\s?WG)?\s?(?P<number>\d?)(?:\smeeting)?"  # titles: 3GPPRAN1#122-bis, SA WG2 #138E
    r"|(?P<letter>[RSCG])(?P<digit>[P\d])"  # page codes: R1-122-bis, RP-104
    r")\s?[#_-]{1,2}\s?0{0,2}(?P<nth>[1-9]\d{0,2})"
    r"(?:-?(?P<bis>[_\s]?bis|b))?(?:[-_]?(?P<e>e(?:lectronic)?)(?:-?(?P<e_bis>bis))?)?"  # SA3#107e-Bis is also written
    r"(?=$|[\s_.(])",
    re.IGNORECASE,
)
_NOT_REGULAR = re.compile(r"ad[-_ ]?hoc|_AHs?(?![a-z])|workshop|TTCN|\bLI\b|(?<![a-z])joint(?![a-z])", re.IGNORECASE)
# Files of ad-hoc, e-mail and SA3's LI meetings: TDoc_List_Meeting_SA3LI#96.xlsx, SA4-(AH) Audio SWG on ULBC-MED.xlsx
_OTHER = re.compile(
    r"(?:TDoc_List_Meeting_)?(?P<name>(?P<group>(?:RAN|SA|CT)\d?)(?=[-#(]|LI\b|AH).*?)(?:\s?\(\d\))?\.(?:xls[xm]|html?)$"
)
_TDOC = re.compile(r"[A-Za-z][A-Z0-9]{1,3}[a-zA-Z]{0,2}-?[0-9]{6,7}")
_PLAIN_URL = re.compile(r"https://www\.3gpp\.org/ftp(?:/[A-Za-z0-9_.+~-]+)+/?")
_FTP_PATH = re.compile(r"[./]*/ftp/(.*)", re.IGNORECASE | re.DOTALL)
_GROUP_CODE = re.compile(r"([RSCG])([P\d])", re.IGNORECASE)


def group_of(code: str | None) -> str | None:
    """The group a page code or TDoc number begins with: `R1-2001193` is RAN1, `RP` RAN, `S4aA260051` SA4."""
    found = _GROUP_CODE.match(code or "")
    if not found:
        return None
    return _TSGS[found[1].upper()] + found[2].upper().replace("P", "")


def meeting_name(text: str | None) -> tuple[str, str] | None:
    """Group and name of the regular meeting that `text` spells: `TSGR1_104b-e` is `("RAN1", "RAN1#104-bis-e")`.

    None for workshops, ad-hoc and e-mail meetings and SA3's LI meetings: those go by the body's own code.
    """
    text = plain_hyphens(text or "")
    found = _MEETING.search(text)
    if not found or _NOT_REGULAR.search(text):
        return None
    letter = found["tsg"] or found["letter"]
    tsg = _TSGS[letter.upper()] if letter else found["name"].upper()
    group = tsg + (found["wg"] or found["number"] or found["digit"] or "").upper().replace("P", "")
    return (
        group,
        f"{group}#{found['nth']}{'-bis' if found['bis'] or found['e_bis'] else ''}{'-e' if found['e'] else ''}",
    )


def meeting_of(context: Context, *texts: str | None) -> tuple[str | None, str]:
    """Group and name of the meeting that a listing is of, from the request, its file name, its URL, or `texts`.

    A name that is not a regular meeting's stays as written: of the request, or of a file the portal named after one.
    Raises MeetingUnknown.
    """
    if context.meeting:
        return meeting_name(context.meeting) or (context.group, clean(context.meeting) or context.meeting)
    folders = unquote(urls.parts(context.url).path).split("/")[::-1]
    for text in (re.split(r"[/\\]", context.file or "")[-1], *folders, *texts):
        if found := meeting_name(text):
            return found
    if other := _OTHER.match(re.split(r"[/\\]", context.file or "")[-1]):
        return other["group"], other["name"]
    raise MeetingUnknown(context.file or context.url or "this listing")


def tdoc_number(value: object) -> str | None:
    """The TDoc number in a cell, typographic hyphens as `-`; None if it holds none (empty, `-`, anything else)."""
    if isinstance(value, str) and _TDOC.fullmatch(value):
        return value
    text = plain_hyphens(normalize("NFKC", clean(value) or ""))
    return text if _TDOC.fullmatch(text) else None


def meeting_folder(addresses: Iterable[str | None]) -> str | None:
    """The name of the meeting's folder that more than half of the documents' addresses share: above `Docs`."""
    folders = Counter(url.split("/")[-3] for url in addresses if url and url.count("/") > 4)
    name, times = next(iter(folders.most_common(1)), ("", 0))
    return unquote(name) if 2 * times > folders.total() else None


def file_url(href: str | None, page: str | None = None) -> str | None:
    r"""An address on 3GPP's file server, from hrefs such as `/../../../\ftp\\tsg_sa\WG2`; None for any other.

    A relative href (`Docs\S2-1900001.zip`) is taken from the address of its `page`.
    """
    if not href:
        return None
    if _PLAIN_URL.fullmatch(href) and "/.." not in href:
        return href
    href = href.strip().replace("\\", "/").replace("#", "%23")  # lists' names hold a bare `#`
    parts = urls.parts(href, "" if href.startswith("/") else page or "")
    if parts.netloc and parts.netloc.lower() not in ("www.3gpp.org", "ftp.3gpp.org", "3gpp.org"):
        return None
    path = f"/ftp{parts.path}" if parts.scheme == "ftp" and not parts.path.lower().startswith("/ftp/") else parts.path
    found = _FTP_PATH.fullmatch(path)
    rest = found[1] if found else ""
    folders = [folder for folder in unquote(rest).split("/") if folder]
    if not found or ".." in folders or parts.scheme not in ("", "http", "https", "ftp"):
        return None
    path = quote("/".join(folders), safe="/+,;=:@&~!$'()*")
    return f"https://www.3gpp.org/ftp/{path}{'/' if rest.endswith('/') and path else ''}"
