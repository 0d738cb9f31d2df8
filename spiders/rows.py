"""What a reader makes of a listing: typed rows, rejects with a reason, and what the listing says of itself.

Readers are pure functions `(content: bytes, context: Context) -> Reading`: they know no network, clock or archive.

Times are ISO 8601 text as precise as the listing: `2023-02-01T22:48:58` or `2023-02-01`. Where the body gives a zone
it is written out (`+02:00`, `Z`); where it gives none (3GPP's lists, JVET's and ITU's pages) the value is the body's
local time and carries no zone. An absent value is None, never an empty string; texts are cleaned by
`spiders.readers.text.clean`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict

Body = Literal["3GPP", "ISO", "ITU"]
"""The three bodies, as they are written everywhere."""

KINDS = (
    "3gpp.meetings",
    "3gpp.tdocs",
    "iso.committees",
    "iso.projects",
    "iso.registers",
    "itu.meetings",
    "itu.documents",
)
"""The kinds of listing, in the order a first crawl visits them within a body."""


NOTED = 5
"""Unread dates of a listing that are noted one by one."""


class Row(BaseModel):
    """One thing that a listing lists. `key` is the body's own stable id, unique within `(record, body)`."""

    model_config = ConfigDict(extra="forbid")

    record: ClassVar[str]
    """The record it becomes: meeting, contribution, project or committee."""

    key: str
    body: Body
    group: str
    """As the body writes it: `RAN1`, `SA2`, `RAN`; `ISO/TC 307`, `ISO/IEC JTC 1/SC 42`; `ITU-T SG13`, `ITU-R WP5D`."""
    title: str
    url: str | None = None
    """Public https address of the thing itself: the document's ZIP, the project's page, the meeting's page."""


class MeetingRow(Row):
    """A meeting of a group. `key`: 3GPP's MtgId, JVET's id_meeting, ITU's object name (`T25-SG12-250909`)."""

    record: ClassVar[str] = "meeting"

    name: str
    """`RAN1#104-bis-e`, `SA2#130`, `T25-SG13-250714`, `JVET-44`."""
    place: str | None = None
    starts_on: str | None = None
    """ISO date, local to the meeting."""
    ends_on: str | None = None
    status: Literal["planned", "cancelled"] = "planned"
    first_document: str | None = None
    last_document: str | None = None
    documents_url: str | None = None
    """Where its documents are listed: 3GPP's file-server folder (normalised, https), JVET's meeting page."""


class ContributionRow(Row):
    """A document brought to a group. `key`: TDoc number, ITU object name, `JVET-AR0041`, `IRG N2962`, `WG2 N5318`."""

    record: ClassVar[str] = "contribution"

    meeting: str | None = None
    source: str | None = None
    """Who brings it, as written, except that delegates' names are left out (see `docs/analyst`)."""
    type: str | None = None
    """In the 3GPP portal's vocabulary where it has the word (`discussion`, `CR`, `LS in`), else as written."""
    purpose: str | None = None
    """The list's `For`: Approval, Decision, Information."""
    agenda_item: str | None = None
    agenda_title: str | None = None
    work_items: str | None = None
    """Comma-separated acronyms as written (3GPP), Questions (`Q2/12`, ITU)."""
    release: str | None = None
    spec: str | None = None
    cr: str | None = None
    cr_revision: str | None = None
    cr_category: str | None = None
    status: str | None = None
    """In the portal's vocabulary: reserved, available, revised, agreed, approved, noted, withdrawn, not treated…"""
    reserved_at: str | None = None
    uploaded_at: str | None = None
    """First upload. ITU's reception date and the registers' date stand here as a date without a time."""
    revision: str | None = None
    """Current revision where the number stays the same (ITU `1`, JVET `v4`, IRG `R`)."""
    revision_of: str | None = None
    revised_to: str | None = None
    """One or several numbers, `, `-separated as written."""
    abstract: str | None = None
    remarks: str | None = None
    reply_to: str | None = None
    to: str | None = None
    cc: str | None = None
    original_ls: str | None = None
    flags: str | None = None
    """Doubts about this row, `, `-separated codes: `uploaded-day-month-swapped`, `uploaded-no-time`,
    `uploaded-implausible`, `uploaded-before-reserved`, `revision-of-itself`, `source-persons-only`."""


class ProjectRow(Row):
    """A project (work item) of ISO. `key`: the project id, `group`: the owning committee's reference."""

    record: ClassVar[str] = "project"

    reference: str
    type: str | None = None
    """deliverableType: IS, TS, TR, PAS, IWA, Guide…"""
    supplement: str | None = None
    """supplementType: Amd, Cor…"""
    stage: str | None = None
    """International harmonized stage code, zero-padded: `00.20`, `20.00`, `60.60`. `xx.98` is deleted."""
    edition: str | None = None
    ics: str | None = None
    """ICS codes, `, `-separated."""
    published_on: str | None = None
    replaces: str | None = None
    """Project ids, `, `-separated."""
    replaced_by: str | None = None
    languages: str | None = None
    scope: str | None = None
    """Plain text, markup removed."""


class Member(BaseModel):
    """A national body's place in a committee, compared by `id`: acronyms get renamed by the hundred."""

    model_config = ConfigDict(extra="forbid")

    id: str
    acronym: str | None = None
    role: Literal["P", "O"]


class CommitteeRow(Row):
    """A committee of ISO. `key`: the committee id; `group`: its reference, which can change."""

    record: ClassVar[str] = "committee"

    status: str | None = None
    """Active, Suspended."""
    secretariat_id: str | None = None
    secretariat: str | None = None
    """Acronym of the member body that holds the secretariat."""
    parent: str | None = None
    """The parent committee's id."""
    created_on: str | None = None
    scope: str | None = None
    members: tuple[Member, ...] = ()
    """Empty where the listing gives none."""


AnyRow = MeetingRow | ContributionRow | ProjectRow | CommitteeRow


@dataclass(frozen=True, slots=True)
class PackEntry:
    """One line of a 3GPP list's second sheet: a working group's CR inside a CR pack, with both decisions."""

    pack: str
    document: str
    group_decision: str | None
    tsg_decision: str | None
    spec: str | None
    cr: str | None
    cr_revision: str | None
    cr_category: str | None
    release: str | None
    version: str | None
    title: str | None


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that could not be read. `row`: 1-based place in the file, as a person counts it (a sheet's row, a line)."""

    row: int
    reason: str
    excerpt: str = ""
    """The start of the row's text, at most 200 characters, never a person's name or address."""
    fault: bool = True
    """False for what the body itself repeats or leaves blank: kept and shown, but nothing to mend."""


@dataclass(frozen=True, slots=True)
class Context:
    """What the request knows of the listing; the listing itself may say more. Nothing here is required."""

    url: str | None = None
    file: str | None = None
    group: str | None = None
    meeting: str | None = None
    content_type: str | None = None
    known: Mapping[int, str] = field(default_factory=dict)
    """Digests of the listing's rows as the archive has them, and their keys: such a row need not be read again."""


@dataclass(slots=True)
class Reading:
    """All that a reader found. `rows_seen == len(rows) + len(same) + len(rejects)` always holds."""

    kind: str
    rows: list[AnyRow] = field(default_factory=list)
    same: dict[str, int] = field(default_factory=dict)
    """Keys of the rows that the context knows and that were not read again, and their places among all rows."""
    gone: list[str] = field(default_factory=list)
    """Where some are the same: the keys of the context's other rows, which changed or are no longer listed."""
    digests: dict[str, int] = field(default_factory=dict)
    """By key, the digests by which `rows` can be recognised the next time; rows that cannot be have none."""
    rejects: list[Reject] = field(default_factory=list)
    layout: str = ""
    """Which of a kind's layouts this was: `portal`, `agenda`, `allocation`, `index`, `listing`, `jsonl`, `csv`…"""
    scope: str = ""
    """What it lists, from its content or the context: a meeting (`RAN1#104-bis-e`), a group, a register; '' for all."""
    group: str | None = None
    claimed: int | None = None
    """The listing's own count of its rows, where it states one."""
    partial: bool = False
    """True for one page of several or a "recent" list: absence from it means nothing."""
    supplement: bool = False
    """True where another listing of the kind is authoritative and this one only adds what that one leaves out."""
    unknown_columns: tuple[str, ...] = ()
    missing_columns: tuple[str, ...] = ()
    unread: int = 0
    """Dates that could not be read and are left out; `notes` gives one."""
    broken_off: bool = False
    """The file ends inside its table: what it lacks means nothing, and its last row is left out as it may be torn."""
    notes: list[str] = field(default_factory=list)
    """What a reader decided for the whole file, for people: `reservation dates read as month/day/year`."""
    packs: list[PackEntry] = field(default_factory=list)
    next_urls: list[str] = field(default_factory=list)
    """Further pages of the same listing."""
    personal: dict[str, str] = field(default_factory=dict)
    """Cells that name persons, as the listing words them, and what of them may be kept: `readers.redaction`."""

    def break_off(self) -> None:
        """Note that the file ends inside its table."""
        self.partial = self.broken_off = True
        self.notes.append("the page breaks off inside its table")

    def undated(self, row: int, text: object) -> None:
        """Count a date that cannot be read and is left out of its row; the first ones are noted."""
        self.unread += 1
        if self.unread <= NOTED:
            self.notes.append(f"row {row}: {str(text)[:40]!r} is not a date")

    @property
    def rows_read(self) -> int:
        """Rows of the listing that could be read, now or before."""
        return len(self.rows) + len(self.same)

    @property
    def rows_seen(self) -> int:
        """Rows of the listing, read or rejected."""
        return self.rows_read + len(self.rejects)


class NotThisListing(ValueError):
    """The file as a whole is not what was asked for: a login page, HTML for a spreadsheet, nothing at all.

    `expected` and `found` are phrases for a person: `a 3GPP TDoc list (.xlsx)`, `an HTML page titled "Log in"`.
    `refusal` is True where the page is a server's block or login page rather than another listing.
    """

    def __init__(self, expected: str, found: str, *, refusal: bool = False) -> None:
        super().__init__(expected, found)  # what a process needs to hand it to another
        self.expected = expected
        self.found = found
        self.refusal = refusal

    def __str__(self) -> str:
        return f"expected {self.expected}, found {self.found}"


class MeetingUnknown(ValueError):
    """A list of documents that does not say which meeting it is of, nor does its name or address."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def __str__(self) -> str:
        return f"{self.name} does not say which meeting it is of: name it with --meeting, such as RAN1#104-bis-e"
