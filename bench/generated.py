"""An archive of invented contributions, as many as wanted, spread as 3GPP's public lists of 2016 to 2024 are.

Meetings have 2,000 documents. Statuses, types, who signs how much and with how many others, and the frequency of
words in titles follow shares that were counted once over 100,895 documents of RAN and RAN1; the words, titles and
numbers themselves are invented.
"""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from pathlib import Path

from organisations import Registry, Resolver
from spiders.rows import ContributionRow, MeetingRow, Reading
from store.archive import Archive
from store.incoming import Visit
from store.ingest import ingest

GROUPS = (
    *("RAN1", "RAN2", "RAN3", "RAN4", "RAN5", "SA1", "SA2", "SA3", "SA4", "SA5", "SA6"),
    *("CT1", "CT3", "CT4", "CT6", "RAN", "SA", "CT"),
)
PREFIXES = {"RAN": "RP", "SA": "SP", "CT": "CP"}
PER_MEETING = 2000
"""At most: there are six meetings at least."""
MEETINGS = 6
"""Of each group, at least: a digest looks back on five, in a small archive as in a large one."""
FIRST = date(2000, 1, 10)
OFFICES = 0.08
"""Share of the documents that a company brings as moderator, rapporteur or chair."""
STATUSES = {"not treated": 347, "available": 221, "noted": 202, "revised": 78, "approved": 51, "agreed": 30} | {
    "withdrawn": 27,
    "not pursued": 17,
    "endorsed": 15,
    "treated": 9,
    "postponed": 3,
}
TYPES = {"discussion": 663, "other": 128, "draftCR": 43, "CR": 59, "LS out": 32, "LS in": 16, "report": 30, "pCR": 29}
LEADERS = (
    *("Huawei, HiSilicon", "Ericsson", "Qualcomm Incorporated", "ZTE", "Samsung", "Nokia", "LG Electronics"),
    *("Intel Corporation", "CATT", "vivo", "NTT DOCOMO, INC.", "MediaTek Inc.", "OPPO", "CMCC", "Apple"),
    *("InterDigital, Inc.", "Lenovo", "Spreadtrum Communications", "Sony", "NEC", "Xiaomi", "Panasonic", "Sharp"),
)
COMMON = (
    *("on", "for", "NR", "of", "and", "Discussion", "the", "enhancements", "in", "to", "UL", "DL", "design", "issues"),
    *("remaining", "channel", "support", "CSI", "LTE", "mobility", "MIMO", "beam", "procedure", "access", "resource"),
    *("PDCCH", "PUSCH", "sidelink", "positioning", "measurement", "feedback", "HARQ", "coverage", "satellite", "grant"),
    *("scheduling", "random", "initial", "allocation", "physical", "layer", "control", "reference", "signal", "energy"),
)
SYLLABLES = ("ba", "ce", "di", "fo", "gu", "ka", "le", "mi", "no", "pu", "ra", "se", "ti", "vo", "xu")


def generate(path: Path, count: int, seed: int = 1) -> Archive:
    """Make an archive at `path` with `count` contributions, through the one way in."""
    registry = Registry.load()
    resolver = Resolver(registry)
    archive = Archive.open(f"sqlite:///{path}", create=True)
    dice = random.Random(seed)  # noqa: S311 - invented data
    documents = _Documents(dice, registry)
    per_meeting = min(PER_MEETING, -(-count // MEETINGS))
    meetings = -(-count // per_meeting)
    groups = GROUPS[: max(1, meetings // MEETINGS)]
    for number in range(meetings):
        group = groups[number % len(groups)]
        opens = FIRST + timedelta(days=number * 9600 // meetings)
        meeting = f"{group}#{number // len(groups) + 1}"
        size = min(per_meeting, count - number * per_meeting)
        rows = [documents.one(group, meeting, opens, f"{number:04}{position:04}") for position in range(size)]
        own = MeetingRow(
            key=str(90_000_000 + number),
            body="3GPP",
            group=group,
            title=f"INVENTED {meeting}",
            name=meeting,
            starts_on=opens.isoformat(),
        )
        with archive.write() as connection:
            for kind, scope, listed in (("3gpp.meetings", f"{group}-{number}", [own]), ("3gpp.tdocs", meeting, rows)):
                visit = Visit(
                    listing=f"{kind}:{scope}",
                    kind=kind,
                    body="3GPP",
                    url=f"file:{meeting}",
                    fetched_at=datetime(opens.year, opens.month, opens.day, tzinfo=UTC),
                    group=group,
                    meeting=meeting if kind == "3gpp.tdocs" else None,
                    content=meeting.encode(),
                    crawled=False,
                )
                ingest(connection, visit, Reading(kind, rows=list(listed)), resolver, baseline=True)
    return archive


class _Documents:
    """Contributions; a ninth of them revise an earlier one of their meeting."""

    def __init__(self, dice: random.Random, registry: Registry) -> None:
        self._dice = dice
        self._titles = _Titles(dice)
        self._sources = _Sources(dice, registry)
        self._statuses = list(accumulate(STATUSES.values()))
        self._types = list(accumulate(TYPES.values()))

    def one(self, group: str, meeting: str, opens: date, number: str) -> ContributionRow:
        """The document `number`, four digits of the meeting and four of its own."""
        dice = self._dice
        prefix = f"{PREFIXES.get(group) or group[0] + group[-1]}-{opens:%y}"
        reserved = datetime(opens.year, opens.month, opens.day) - timedelta(hours=dice.randrange(400))  # noqa: DTZ001
        earlier = int(number[4:]) - dice.randrange(1, 20)
        return ContributionRow(
            key=f"{prefix}{number}",
            body="3GPP",
            group=group,
            meeting=meeting,
            title=self._titles.one(),
            source=self._sources.one(),
            status=dice.choices(list(STATUSES), cum_weights=self._statuses)[0],
            type=dice.choices(list(TYPES), cum_weights=self._types)[0],
            agenda_item=f"{dice.randrange(5, 10)}.{dice.randrange(1, 13)}.{dice.randrange(1, 12)}",
            release=self._release(opens.year) if dice.random() < 0.63 else None,
            work_items=f"INV_{self._titles.word()}-Core",
            spec=f"38.{dice.randrange(101, 400)}" if dice.random() < 0.1 else None,
            reserved_at=reserved.isoformat(),
            uploaded_at=(reserved + timedelta(hours=dice.randrange(1, 300))).isoformat(),
            abstract=f"{self._titles.one()} {self._titles.one()}" if dice.random() < 0.04 else None,
            revision_of=f"{prefix}{number[:4]}{earlier:04}" if earlier > 0 and dice.random() < 0.11 else None,
        )

    def _release(self, year: int) -> str:
        """The release that was worked on that year, or one of those before it, which are maintained."""
        before = self._dice.choices(range(6), (70, 14, 7, 4, 3, 2))[0]
        return f"Rel-{max(4, min(20, year - 2005) - before)}"


class _Titles:
    """Titles of words whose frequencies fall as they do in real titles: half hold the first, one in 7,000 the last."""

    def __init__(self, dice: random.Random) -> None:
        self._dice = dice
        invented = {"".join(dice.choices(SYLLABLES, k=dice.randrange(2, 5))) for _ in range(9000)}
        self._words = [*COMMON, *sorted(invented)]
        self._weights = list(accumulate(1 / (rank + 1.5) ** 1.2 for rank in range(len(self._words))))

    def one(self) -> str:
        """A title of 4 to 13 words."""
        return " ".join(self._dice.choices(self._words, cum_weights=self._weights, k=self._dice.randrange(4, 14)))

    def word(self) -> str:
        """A word, rather rare."""
        return self._words[self._dice.randrange(60, 400)]


class _Sources:
    """Source strings: nine in ten name one organisation (with a sister company or not), a few name thirty.

    Of the documents, the first organisation signs 12 %, the 10th 4 %, the 20th 1.4 %, the 50th 0.2 %, the 100th 0.03 %.
    """

    def __init__(self, dice: random.Random, registry: Registry) -> None:
        self._dice = dice
        kinds = ("vendor", "operator", "institute", "university")
        others = sorted(one.name for one in registry.organisations.values() if one.kind in kinds)
        self._names = [*LEADERS, *(name for name in others if name not in LEADERS)]
        self._weights = list(accumulate((rank + 20) ** -3.7 for rank in range(len(self._names))))

    def one(self) -> str:
        """The names of a document's source, or one in an office."""
        if self._dice.random() < OFFICES:
            return f"Moderator ({self._dice.choices(self._names, cum_weights=self._weights)[0]})"
        size = self._dice.choices((1, 2, 3, 5, 9, 30), (905, 55, 15, 15, 7, 3))[0]
        return ", ".join(dict.fromkeys(self._dice.choices(self._names, cum_weights=self._weights, k=size)))
