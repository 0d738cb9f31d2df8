"""The 3GPP portal's vocabulary, and the SA2 and SA3 secretaries' words in it.

Source: the hidden sheet `Parameters` of the portal's TDoc lists, and `rejected` and `response`, which lists use too.
"""

from __future__ import annotations

import re

STATUSES = frozenset(
    [
        "reserved",
        "available",
        "revised",
        "agreed",
        "conditionally agreed",
        "approved",
        "conditionally approved",
        "partially approved",
        "treated",
        "endorsed",
        "replied to",
        "merged",
        "not pursued",
        "postponed",
        "noted",
        "not concluded",
        "withdrawn",
        "reissued",
        "not treated",
        "rejected",
    ]
)
TYPES = [
    "agenda",
    "Work Plan",
    "LS in",
    "LS out",
    "pCR",
    "draftCR",
    "CR",
    "CR pack",
    "ToR",
    "WID new",
    "WID revised",
    "SID new",
    "SID revised",
    "WI status report",
    "WI exception request",
    "TS or TR cover",
    "draft TS",
    "draft TR",
    "report",
    "discussion",
    "other",
    "WI summary",
    "response",
]
PURPOSES = ["Decision", "Agreement", "Approval", "Information", "Discussion", "Action", "Endorsement", "Presentation"]

_TYPE = {word.casefold(): word for word in TYPES} | {"p-cr": "pCR"}
_PURPOSE = {word.casefold(): word for word in PURPOSES}
_STATUS = {"not handled": "not treated"}
_SECOND_WORD = re.compile(r":? (?:reply )?open$|: block approve\?$")
_SHORT_SPEC = re.compile(r"\d\d\.\d{1,2}")
_OFFICE = re.compile(
    r"[A-Z][a-z]+(?:-[A-Z][a-z]+)? [A-Z][a-z]+, ((?:RAN|SA|CT)\d? (?:Vice[- ]?)?[Cc]hair(?:man|woman)?)$"
)
_FIRM = re.compile(
    r"Mobil|Tele[ck]|Communic|Electron|System|Network|Technolog|Corp|Wireless|Unicom|Labs?\b|Inc\b|Ltd\b|Group"
    r"|Institut|Universit|Research|International|Bell|Motorola|Broad|Semi|Micro|Compan|Italia|France|Orange|Industr"
)


def document_type(word: str | None) -> str | None:
    """The portal's word for a document type, or the word as written."""
    return _TYPE.get(word.casefold(), word) if word else None


def purpose(word: str | None) -> str | None:
    """The portal's word for what a document is for, or the word as written."""
    return _PURPOSE.get(word.casefold(), word) if word else None


def status(word: str | None) -> str | None:
    """The portal's word for a status, or the word in lower case.

    SA2's secretary doubles words while a decision is pending (`Postponed OPEN`): the decision counts.
    """
    said = (word or "").casefold()
    first = _SECOND_WORD.sub("", said)
    said = first if first in STATUSES else said
    return _STATUS.get(said, said) or None


def spec(word: str | None) -> str | None:
    """A specification's number, `38.300`; of a cell that is a number, `38.3`, the zeros are gone."""
    return f"{float(word):.3f}" if word and _SHORT_SPEC.fullmatch(word) else word


def change_request(word: str | None) -> str | None:
    """A CR's number in its four digits, which a cell that is a number has lost."""
    return word.zfill(4) if word and word.isdecimal() else word


def source(text: str | None) -> str | None:
    """Who brings a document, without the person's name before an office: `Ada Byron, RAN1 Chair` is `RAN1 Chair`."""
    if text and "hair" in text and (office := _OFFICE.match(text)) and not _FIRM.search(text):
        return office[1]
    return text
