"""Leaves delegates' names out of a source: what stays is organisations, national bodies and offices, as written.

Registers mix `China NB`, `Michel Suignard, Project editor`, `WEN, Witty; TAO, Yang` and `A. Bcd, E. Fgh (Alibaba)`.
Affiliations in parentheses always stay, and so does any part with a word of WORDS: better a name too many than an
organisation lost. Words of that list are no registry: they only tell an institution's name from a person's.
"""

from __future__ import annotations

import re
import unicodedata

from spiders.readers.text import clean

PERSONS_ONLY = "source-persons-only"
"""The flag of a row whose source named persons and nobody behind them."""

_INSTITUTIONAL = """
    nb nbs national body bodies university univ institute institution academy college school ministry government
    administration agency bureau board bank committee subcommittee sub-committee council commission consortium
    association society foundation organisation organization company corporation corp co inc ltd limited gmbh
    lab labs laboratory laboratories center centre group experts team project program prg database library
    museum standards industrial technology technologies electronics telecom telecommunications mobile networks
    systems research office chair chairman convener convenor convenors rapporteur editor editorial editors
    secretary secretariat officer wg liaison leader manager coordinator representative contributor contributing
    host expert drafting ad-hoc adhoc hoc registry authority ballot linguae oaks rovas daizokyo zhonghua ziku
    iso iec itu jtc ieee etsi ietf w3c irg utc unicode wg2 sc2 tca sei sil sat ccid ittf itscj incits hksar hk
    un uc berkeley soas adobe alibaba amazon apple baidu bytedance ericsson founder google huawei ibm intel
    kingsoft lenovo meta microsoft netflix nokia oppo panasonic qualcomm samsung sharp sony tencent tilde vivo
    xerox xiaomi zte us usa u.s uk u.k eu rok dprk prc uae sar states united kingdom europe european asia africa
    inner north south lanka hong kong macao macau taiwan taipei tamil kerala beijing peking shanghai shenzhen
    guangdong tsinghua hiroshima armenia australia austria azerbaijan bangladesh belgium brazil britain bulgaria
    cambodia canada china chinese croatia czech denmark egypt estonia ethiopia finland france french georgia
    german germany greece hungarian hungary india indian indonesia iran iraq ireland irish israel italy japan
    japanese kazakhstan korea korean laos latvia lithuania lithuanian malaysia mongolia mongolian morocco
    myanmar nepal netherlands norway pakistan philippines poland portugal romania russia russian saudi serbia
    singapore slovakia slovenia spain swiss sweden switzerland syria thai thailand tunisia turkey ukraine
    vietnam ag plc llc sa s.a b.v bv kg oy pte pty telekom communication communications network networking
    wireless solutions motors semiconductor semiconductors digital software fraunhofer hutchison global satcom
    microelectronics electric energy media video audio broadcasting graphics holdings international tech cloud
    data intelligent intelligence information operators operator police alliance forum federation union
    department hhi iis nict nhk kddi ntt etri kaist lg
"""
WORDS = frozenset(_INSTITUTIONAL.split())

_OPEN = re.compile(r"\(([^()]*)\)")
_SEPARATOR = re.compile(r"\s*[,;:/]\s*(?:and\s+)?|\s+(?:and|&|[–-])\s+|(?<=[a-z]{3})\.\s+(?=[A-Z])")
_ET_AL = re.compile(r"(?i)^(?:et\.?\s+(?:all?|la)\b\.?|and others|others)\s*")
_AND_OTHERS = re.compile(r"(?i)\s+et\.?\s+al+\.?$")
_LAST = re.compile(r"\s*\(([^()]*)\)\.?$")
_CHINESE_NAME = re.compile(r"[\u4e00-\u9fff]{3}")
_TOKEN = re.compile(r"[^\W_]+(?:[.'’-][^\W_]+)*", re.UNICODE)
_HONORIFIC = re.compile(r"(?:Dr|Prof|Rev|Des|Mr|Mrs|Ms)\.")
_CAPS = r"(?:[^\W\d_a-z]{2,}|Mc[^\W\d_a-z]{2,})(?:[-'’][^\W\d_a-z]+)*"
_GIVEN = r"[^\W\d_a-z][\w.'’-]*(?:\s[^\W\d_a-z][\w.'’-]*){0,2}"
_SURNAME_FIRST = re.compile(rf"\s*({_CAPS}), ?({_GIVEN})(?=$|[,;)]|\s+(?:et\b|and\b|&|\())")
_NAME_PART = re.compile(r"[^\W\d_a-z](?:[^\W\d_]|['’.-])*\.?")
_PARTICLES = frozenset(
    ("de", "da", "del", "della", "der", "den", "di", "du", "el", "la", "le", "van", "von", "ten", "y")
)
PERSON = "\N{BULLET}"
"""Stands for a name: one already recognised, or one left out of a kept copy."""


def without_persons(source: str | None) -> tuple[str | None, str | None]:
    """The source without persons' names, and PERSONS_ONLY if nothing else was there.

    `Sun Bojun, et al. (China)` is `(China)`, `A. Bcd (Alibaba), I. Jkl (CityU)` is `(Alibaba), (CityU)`,
    `IRG Rapporteur (KATO, Shigenobu)` is `IRG Rapporteur`; a source without persons stays as it is.
    """
    text = clean(source)
    if not text:
        return None, None
    marked = ";".join(map(_marked, text.split(";")))
    kept: list[str] = []
    before, named, last = 0, PERSON in marked, True
    for start, end in _segments(marked):
        part, separator = marked[start:end], marked[before:start]
        before = end
        stays = _without_names(part)
        named = named or stays.replace(" ", "") != part.replace(" ", "")
        if stays and stays not in kept:
            if kept:
                kept.append(separator if last and separator.strip() not in (":", ".") else ", ")
            kept.append(stays)
        last = bool(stays)
    if not named:
        return text, None
    return ("".join(kept), None) if kept else (None, PERSONS_ONLY)


def noting_persons(source: str | None, personal: dict[str, str]) -> tuple[str | None, str | None]:
    """As `without_persons`, with a note in `personal` of what a source that names persons, and what of it stays."""
    stays, flag = without_persons(source)
    if stays != (said := clean(source)) and said:
        personal[said] = stays or PERSON
    return stays, flag


def _marked(part: str) -> str:
    """A part that begins `BCD, Efgh` with PERSON in that place; in longer lists such pairs are companies."""
    found = _SURNAME_FIRST.match(part)
    if not found or part.count(",") > 2 or _institution(found[0]) or _acronym(found[2]):
        return part
    return PERSON + part[found.end() :]


def _segments(text: str) -> list[tuple[int, int]]:
    """Where the parts lie between separators that stand outside parentheses."""
    hidden = _OPEN.sub(lambda m: "(" + "x" * len(m[1]) + ")", text)
    cuts = [(m.start(), m.end()) for m in _SEPARATOR.finditer(hidden)]
    starts, ends = [0, *(end for _, end in cuts)], [*(start for start, _ in cuts), len(text)]
    return [(start, end) for start, end in zip(starts, ends, strict=True) if start < end]


def _without_names(part: str) -> str:
    """A part with the person in it left out; affiliations in parentheses at its end stay."""
    name, affiliations = part.strip(), list[str]()
    while found := _LAST.search(name):
        affiliations.insert(0, found[1].strip())
        name = name[: found.start()].strip()
    name = _ET_AL.sub("", name)
    if _person(name) or _person(_AND_OTHERS.sub("", name)):
        name = ""
        affiliations = [a for a in affiliations if not _CHINESE_NAME.fullmatch(a)]
    elif name:  # an office with its holder in parentheses
        holders = [a for a in affiliations if _SURNAME_FIRST.fullmatch(a) and not _institution(a)]
        affiliations = [a for a in affiliations if not _person(a) and a not in holders]
    return " ".join(filter(None, (name, *(f"({a})" for a in affiliations if a))))


def _person(name: str) -> bool:
    """Two to five words in the form of a person's name, none of which is an institution's."""
    name = _OPEN.sub(" ", name).strip()
    if name in (PERSON, ""):
        return name == PERSON
    if _HONORIFIC.match(name):
        return True
    name = re.sub(r"\s[\u4e00-\u9fff]{2,4}$", "", name)
    parts = re.sub(r"(?<=[^\W\d_]\.)(?=[^\W\d_]{2})", " ", name).split()
    if not 2 <= len(parts) <= 5:
        return bool(re.fullmatch(rf"{_CAPS}-[A-Z][a-z]+", name)) and not _institution(name)
    if _institution(name) or any(character.isdigit() or character in '"&' for character in name):
        return False
    lower = [part for part in parts if part[0].islower() and part not in _PARTICLES]
    if lower:
        return len(parts) == 2 and lower == parts[1:] and len(lower[0]) > 3 and parts[0].istitle()
    if sum(_acronym(part) for part in parts) > 1:
        return False
    return all(part in _PARTICLES or _NAME_PART.fullmatch(part) for part in parts)


def _institution(text: str) -> bool:
    folded = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(character for character in folded if not unicodedata.combining(character))
    return plain.endswith(" u.") or any(token in WORDS for token in _TOKEN.findall(plain))


def _acronym(text: str) -> bool:
    """Three or more letters, all capital: a name's part only beside one that is not."""
    return len(text) > 2 and text.isupper() and text.isalpha()
