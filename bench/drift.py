"""Listings of every kind, spoilt in every way that layouts drift: `python -m bench.drift [CAPTURES]`.

Each spoilt file comes once where the same listing was read well before, and once as the first fetch of a new listing
of its kind. It is *refused* (the reader says what it found instead), *doubted* (its bytes are kept, nothing is
inferred, the source is suspect), *flagged* (taken in, and operators or the rows themselves say what is odd), *right*
(every row is what it was, or is missing where a first fetch cannot know it), *unknown* (a first fetch without values
that other listings often lack, too, or a handful of values gone, which are told as changes), or *wrong*, in silence:
that must not be.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from alerts.operators import notify
from alerts.settings import MailSettings
from bench.mutations import Form, Lines, Page, Records, Workbook, spoilt
from demo.listings import Listings
from organisations import Registry, Resolver
from spiders.readers import read
from spiders.rows import Context, MeetingUnknown, NotThisListing, Reading
from store.archive import Archive
from store.health import FEW
from store.incoming import Visit
from store.ingest import Outcome, ingest

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
MAIL = MailSettings(operators=("operator@example.org",))
UNKNOWABLE = ("a column emptied",)
"""What a first fetch cannot know: other listings of the kind often lack these values, too."""
VERDICTS = ("refused", "doubted", "flagged", "right", "unknown", "wrong")
JVET = "/doc_end_user/current_meeting.php?id_meeting=260&search_id_group=1&search_sub_group=1"


@dataclass(frozen=True)
class Sample:
    """A listing, and the form that its table is in."""

    kind: str
    form: Form
    content: bytes
    context: Context = field(default_factory=Context)


def invented() -> Iterator[Sample]:
    """Listings of the demonstration, one of every kind and layout."""
    listings = Listings(date(2026, 11, 21))

    def sample(kind: str, form: Form, url: str, **context: Any) -> Sample:
        host, _, target = url.removeprefix("https://").partition("/")
        site = listings.site(host, 1)
        assert site is not None
        return Sample(kind, form, site.resources[f"/{target}"].body, Context(url=url, **context))

    portal = "https://portal.3gpp.org/ngppapp/GenerateDocumentList.aspx?meetingId=990102"
    yield sample("3gpp.tdocs", Workbook(), portal, group="RAN1", meeting="RAN1#927")
    folder = "https://www.3gpp.org/ftp/tsg_sa/WG2_Arch/TSGS2_975_Goa"
    yield sample("3gpp.tdocs", Page(), f"{folder}/TdocsByAgenda.htm", group="SA2", meeting="SA2#975")
    yield sample("3gpp.meetings", Page(), "https://www.3gpp.org/dynareport?code=Meetings-R1.htm", group="RAN1")
    opendata = "https://isopublicstorageprod.blob.core.windows.net/opendata/_latest"
    committees = f"{opendata}/iso_technical_committees/json/iso_technical_committees.jsonl"
    yield sample("iso.committees", Lines(), committees)
    yield sample("iso.projects", Lines(), f"{opendata}/iso_deliverables_metadata/json/iso_deliverables_metadata.jsonl")
    jvet = "https://jvet-experts.org/doc_end_user/current_meeting.php"
    yield sample("iso.registers", Page(), f"{jvet}?id_meeting=260&search_id_group=1&search_sub_group=1")
    yield sample("itu.meetings", Records(), "https://www.itu.int/net/epub/ITU-Sync/ITU-T_Meetings.xml")
    index = "https://www.itu.int/dms_pages/itu-t/md/25/SG13/c/T25-SG13-C.xml"
    yield sample("itu.documents", Records("folder_list"), index)
    yield sample("itu.documents", Page(), "https://www.itu.int/md/T25-SG13-C/en")


def captured(folder: Path) -> Iterator[Sample]:
    """Real listings, where they are at hand; the longest ones by their first rows."""

    def sample(kind: str, form: Form, path: str, most: int = 200, **context: Any) -> Sample:
        content = (folder / path).read_bytes()
        table = form.take(content)
        return Sample(kind, form, form.put(content, replace(table, rows=table.rows[:most])), Context(**context))

    lists = "3gpp/tdoc_lists/TDoc_List_"
    yield sample("3gpp.tdocs", Workbook(), f"{lists}TSGR1_100.xlsx", group="RAN1", meeting="RAN1#100")
    agenda = "3gpp/agenda_pages/138E_final.html"
    yield sample("3gpp.tdocs", Page(), agenda, 10_000, group="SA2", meeting="SA2#138-e")
    yield sample("3gpp.meetings", Page(), "3gpp/meetings_pages/Meetings-R5_partial.html", group="RAN5")
    yield sample("iso.committees", Lines(), "iso/open_data/iso_technical_committees_2025-06.jsonl")
    yield sample("iso.projects", Lines(), "iso/open_data/iso_deliverables_metadata_rebuilt_2025-06.jsonl")
    yield sample("iso.registers", Lines(), "iso/registers/irg_documents.jsonl")
    yield sample("itu.meetings", Records(), "itu/xml/ITU-T_Meetings.xml")
    yield sample("itu.documents", Records("folder_list"), "itu/xml/T25-SG12-250909-TD.xml")


class _Undo(Exception):
    pass


class Trial:
    """One sample's archive, in which its listing was read well; each spoilt file meets it and is undone."""

    def __init__(self, sample: Sample, archive: Archive, resolver: Resolver, content: bytes) -> None:
        self.sample, self.archive, self.resolver = sample, archive, resolver
        self.original = read(sample.kind, content, sample.context)
        self._rows = [row.model_dump() for row in self.original.rows]
        with archive.write() as connection:
            self._take(connection, content, self.original, "known", NOW)
            notify(connection, MAIL, NOW)

    def verdict(self, content: bytes, *, known: bool) -> tuple[str, str]:
        """What happens to a spoilt file, and the reason that is given."""
        try:
            reading = read(self.sample.kind, content, self.sample.context)
        except (NotThisListing, MeetingUnknown) as error:
            return "refused", str(error)
        said = ("wrong", "")
        try:
            with self.archive.write() as connection:
                later = NOW + timedelta(days=1)
                outcome = self._take(connection, content, reading, "known" if known else "new", later)
                if outcome.outcome == "suspect":
                    said = "doubted", outcome.reason or ""
                elif notify(connection, MAIL, later) or self._flagged(reading):
                    said = "flagged", ""
                elif self._right(reading, known=known):
                    said = "right", ""
                elif known and outcome.changed < FEW:
                    said = "unknown", "a few values are gone: told as changes, with what they were"
                raise _Undo
        except _Undo:
            return said

    def _flagged(self, reading: Reading) -> bool:
        odd = [row for row in reading.rows if row.model_dump() not in self._rows]
        return bool(odd) and all(getattr(row, "flags", None) for row in odd)

    def _right(self, reading: Reading, *, known: bool) -> bool:
        rows = [row.model_dump() for row in reading.rows]
        if known and not reading.partial:
            return rows == self._rows
        return all(row in self._rows for row in rows)

    def _take(self, connection: Connection, content: bytes, reading: Reading, which: str, at: datetime) -> Outcome:
        visit = Visit(
            listing=f"{self.sample.kind}:{which}",
            kind=self.sample.kind,
            body=self.original.rows[0].body,
            url=self.sample.context.url or "https://example.org/listing",
            fetched_at=at,
            group=reading.group,
            meeting=self.sample.context.meeting,
            content=content,
        )
        return ingest(connection, visit, reading, self.resolver)


def trials(samples: Iterable[Sample], step: int = 1) -> Iterator[tuple[str, str, bool, str, str]]:
    """Listing, kind of drift, whether the listing was known, verdict and its reason: one a spoilt file.

    Of the columns each `step`th is spoilt.
    """
    resolver = Resolver(Registry.load())
    for sample in samples:
        content = sample.form.put(sample.content, sample.form.take(sample.content))
        with (
            tempfile.TemporaryDirectory() as folder,
            closing(Archive.open(f"sqlite:///{folder}/archive.sqlite", create=True)) as archive,
        ):
            trial = Trial(sample, archive, resolver, content)
            name = f"{sample.kind} {trial.original.layout}"
            for drift, spoiled in spoilt(sample.form, content, step):
                for known in (True, False):
                    verdict, reason = trial.verdict(spoiled, known=known)
                    if verdict == "wrong" and not known and drift in UNKNOWABLE:
                        verdict = "unknown"
                    yield name, drift, known, verdict, reason


def main(captures: str | None = None) -> int:
    """Print the table; 1 if anything was read wrong in silence."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    wrong: Counter[str] = Counter()
    for name, drift, known, verdict, _ in trials(captured(Path(captures)) if captures else invented()):
        counts[drift][verdict] += 1
        if verdict == "wrong":
            wrong[f"{name}, {'known' if known else 'new'}: {drift}"] += 1
    print(f"{'drift':36}{'tried':>7}" + "".join(f"{verdict:>9}" for verdict in VERDICTS))
    for drift, found in counts.items():
        print(f"{drift:36}{found.total():7}" + "".join(f"{found[verdict]:9}" for verdict in VERDICTS))
    for line, times in wrong.items():
        print(f"wrong in silence: {line} ({times})")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
