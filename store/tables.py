"""The archive's tables. Their names and columns are a contract with analysts: `docs/analyst/archive.md` explains them.

Times of our own (`observed_at`, `fetched_at`, `…_at` of listings) are UTC, ISO 8601 text with `Z`, so that they sort as
text on every database. Times of a listing are kept as `spiders.rows` describes them.
SQLModel tables do not validate: rows are validated as `spiders.rows` models before they come here.
"""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy import BigInteger, Index, LargeBinary, MetaData, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
metadata: MetaData = SQLModel.metadata

REVISED_AND_AGREED = "revision_of IS NOT NULL AND status IN ('agreed', 'approved', 'endorsed')"
"""Of contributions: one in a hundred, whose way to agreement is measured."""


class Listing(SQLModel, table=True):
    """One public page or file that lists things, with its health. On the command line: a source."""

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    """`3gpp.tdocs:RAN1#104-bis-e`, `3gpp.meetings:RAN1`, `iso.committees`, `itu.documents:T25-SG13-C`."""
    kind: str = Field(index=True)
    body: str
    group_name: str | None = None
    meeting: str | None = None
    url: str | None = None
    authority: int = 2
    """2 the body's own list, 1 another view of it (agenda pages), 0 a supplement: who may overwrite whose fields."""
    watched_since: str | None = None
    """First good fetch of a crawl; None for what was only imported."""
    last_visit_at: str | None = None
    last_good_at: str | None = None
    last_good_sha256: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    rows: int | None = None
    """Rows read by the last good fetch: what is usual."""
    layout: str | None = None
    """Which of its kind's layouts the last good fetch had."""
    columns: str | None = None
    """Unknown and missing columns of the last good fetch, as text for people."""
    filled: str | None = None
    """By field, the share of the last good fetch's rows that had a value, as JSON."""
    faulty: int = 0
    """Rows of the last good fetch that could not be read."""
    state: str = "new"
    """new, ok, suspect, broken, refused, disallowed."""
    reason: str | None = None
    state_since: str | None = None
    faults_in_a_row: int = 0
    retry_after: str | None = None
    """The server asked not to be visited before this time."""
    leads_to: str | None = None
    """The address of the page after it, by the last good fetch; None for a listing of one page, and for its last."""


class Planned(SQLModel, table=True):
    """A source that the configuration has visited, as the schedule or the sender last found it."""

    source: str = Field(primary_key=True)
    """As `listing.key`, which has none of a source that was never visited."""
    kind: str
    body: str
    group_name: str | None = None
    meeting: str | None = None
    url: str
    due_at: str
    """When its next visit is due, or since when it is: not before that was known."""
    wait: int
    """Seconds from one visit to the next by its present rhythm, 0 if there was none yet."""


class FolderPage(SQLModel, table=True):
    """A file server's page passed on the way to a listing, with its validators: unchanged, it leads where it led."""

    __tablename__ = "folder_page"

    listing: str = Field(primary_key=True)
    """The listing's key: another may look for something else in the same folder."""
    url: str = Field(primary_key=True)
    etag: str | None = None
    last_modified: str | None = None
    leads_to: str | None = None
    """The address that was asked next; None where the page had nothing of interest."""


class Fetch(SQLModel, table=True):
    """One retrieval of a listing, by a crawl or an import."""

    __table_args__ = (Index("ix_fetch_listing_id_fetched_at", "listing_id", "fetched_at"),)

    id: int | None = Field(default=None, primary_key=True)
    listing_id: int = Field(foreign_key="listing.id")
    url: str
    """Public address; for an import the file's name as `file:NAME`."""
    fetched_at: str
    status: int | None = None
    """HTTP status; None for an import or where no answer came."""
    outcome: str
    """ok, unchanged, not-modified, suspect, refused, disallowed, failed."""
    reason: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    content_type: str | None = None
    sha256: str | None = None
    size: int | None = None
    baseline: bool = False
    layout: str | None = None
    rows_seen: int = 0
    rows_read: int = 0
    rows_rejected: int = 0
    notes: str | None = None


class Content(SQLModel, table=True):
    """The bytes of a fetch that changed something or was faulty, once per SHA-256, without what names persons."""

    sha256: str = Field(primary_key=True)
    """Of the bytes as fetched."""
    codec: str
    """`zlib` or `none`."""
    size: int
    """Length of the bytes as fetched."""
    left_out: str | None = None
    """What the kept bytes lack, so that they name no persons; None where they are as fetched."""
    kept_sha256: str
    """Of the kept bytes: `sha256` where nothing is left out."""
    data: bytes = Field(sa_type=LargeBinary)


class Reject(SQLModel, table=True):
    """A row of a fetch that could not be read, and why."""

    id: int | None = Field(default=None, primary_key=True)
    fetch_id: int = Field(foreign_key="fetch.id", index=True)
    row: int
    reason: str
    excerpt: str = ""
    fault: bool = True


class Record(SQLModel, table=True):
    """What all records have in common. `record` is meeting, contribution, project or committee."""

    __table_args__ = (
        UniqueConstraint("body", "key", "record"),
        Index("ix_record_listing_id_record", "listing_id", "record"),
        Index("ix_record_record_group_name", "record", "group_name"),
    )

    id: int | None = Field(default=None, primary_key=True)
    record: str
    body: str
    group_name: str
    key: str
    title: str
    url: str | None = None
    listing_id: int = Field(foreign_key="listing.id")
    """The listing that this record is read from; another may supplement it."""
    first_fetch_id: int = Field(foreign_key="fetch.id")
    first_seen_at: str
    last_fetch_id: int = Field(foreign_key="fetch.id")
    """The fetch that last changed it."""
    last_changed_at: str
    missed: int = 0
    """Complete fetches of its listing in a row that lacked it."""
    vanished_at: str | None = None
    row_digest: int | None = Field(default=None, sa_type=BigInteger)
    """Of the row it was last read from; None where another listing has a say in it, see `recognised`."""


class Meeting(SQLModel, table=True):
    """A meeting of a group; `record_id` joins `record`."""

    record_id: int = Field(primary_key=True, foreign_key="record.id")
    name: str = Field(index=True)
    place: str | None = None
    starts_on: str | None = Field(default=None, index=True)
    ends_on: str | None = None
    status: str | None = None
    first_document: str | None = None
    last_document: str | None = None
    documents_url: str | None = None


class SourceText(SQLModel, table=True):
    """One source string as written, in one stretch of time within which the registry's facts about it do not change."""

    __tablename__ = "source_text"
    __table_args__ = (UniqueConstraint("text", "body", "period"),)

    id: int | None = Field(default=None, primary_key=True)
    text: str = Field(sa_type=Text)
    body: str
    period: str
    resolved: bool = True
    """False if some name in it is unknown."""
    who: str = Field(default="", sa_type=Text)
    """Whom it names, as the full-text index has it; derived from `attribution`, see `marks`."""


class Attribution(SQLModel, table=True):
    """Who a source string names: one organisation (or unknown name) in one role."""

    source_text_id: int = Field(primary_key=True, foreign_key="source_text.id")
    position: int = Field(primary_key=True)
    """0 for the first-named."""
    organisation: str | None = Field(default=None, index=True)
    """The registry's id; None for a name it does not know."""
    name: str = Field(index=True)
    as_written: str
    role: str
    kind: str
    """The registry's kind of organisation; `unknown` for a name it does not know."""
    parent: str | None = None
    parent_id: str | None = Field(default=None, index=True)
    home: str | None = Field(default=None, index=True)
    registered: str | None = None
    joint_venture_homes: str | None = None
    """Countries of co-owners, `,`-separated, for mixed ownership."""


class Signer(SQLModel, table=True):
    """What one document with this source adds to the count of a country or organisation; derived, see `tallies`."""

    __table_args__: ClassVar[dict[str, bool]] = {"sqlite_with_rowid": False}

    source_text_id: int = Field(primary_key=True, foreign_key="source_text.id")
    dimension: str = Field(primary_key=True)
    """`country` or `organisation`."""
    name: str = Field(primary_key=True)
    """Country (alpha-2) or ultimate parent's name; `unknown`, `group`."""
    first: bool
    """Whether it is the first named."""
    part: float
    """Its equal part of the document, 1 over all."""


class Tally(SQLModel, table=True):
    """Contributions counted by meeting, release and name; derived, see `tallies`.

    `dimension` all: every document; office_…: those brought in an office; joint: those of several organisations.
    """

    __table_args__: ClassVar[dict[str, bool]] = {"sqlite_with_rowid": False}

    dimension: str = Field(primary_key=True)
    """all, country, organisation, office_country, office_organisation, joint."""
    group_name: str = Field(primary_key=True)
    meeting: str = Field(primary_key=True)
    year: str = Field(primary_key=True)
    release: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    """Country (alpha-2) or ultimate parent's name, after an office `moderator CN`; for joint the source text's id."""
    body: str
    submitted: int
    submitted_first: int
    submitted_fractional: float
    agreed: int
    agreed_first: int
    agreed_fractional: float


class Contribution(SQLModel, table=True):
    """A document brought to a group; `record_id` joins `record`. Columns as in `spiders.rows.ContributionRow`."""

    __table_args__ = (
        Index("ix_contribution_meeting_source_text_id", "meeting", "source_text_id"),
        Index(
            "ix_contribution_revised_agreed",
            *("meeting", "record_id", "status", "revision_of"),
            sqlite_where=text(REVISED_AND_AGREED),
            postgresql_where=text(REVISED_AND_AGREED),
        ),
    )

    record_id: int = Field(primary_key=True, foreign_key="record.id")
    meeting: str | None = None
    source: str | None = None
    source_text_id: int | None = Field(default=None, foreign_key="source_text.id", index=True)
    type: str | None = None
    purpose: str | None = None
    agenda_item: str | None = None
    agenda_title: str | None = None
    work_items: str | None = None
    release: str | None = None
    spec: str | None = None
    cr: str | None = None
    cr_revision: str | None = None
    cr_category: str | None = None
    status: str | None = None
    reserved_at: str | None = None
    uploaded_at: str | None = None
    revision: str | None = None
    revision_of: str | None = None
    revised_to: str | None = None
    abstract: str | None = None
    remarks: str | None = None
    reply_to: str | None = None
    to: str | None = None
    cc: str | None = None
    original_ls: str | None = None
    flags: str | None = None
    supplements: str | None = None
    """JSON `{field: listing id}`: fields that a supplementary listing filled and keeps."""


class PackEntry(SQLModel, table=True):
    """A working group's CR inside a 3GPP CR pack, with both decisions (a TDoc list's second sheet)."""

    __tablename__ = "pack_entry"

    pack_id: int = Field(primary_key=True, foreign_key="record.id")
    document: str = Field(primary_key=True)
    spec: str = Field(default="", primary_key=True)
    cr: str = Field(default="", primary_key=True)
    cr_revision: str = Field(default="", primary_key=True)
    group_decision: str | None = None
    tsg_decision: str | None = None
    cr_category: str | None = None
    release: str | None = None
    version: str | None = None
    title: str | None = None


class Project(SQLModel, table=True):
    """A project (work item) of ISO; `record_id` joins `record`."""

    record_id: int = Field(primary_key=True, foreign_key="record.id")
    reference: str = Field(index=True)
    type: str | None = None
    supplement: str | None = None
    stage: str | None = Field(default=None, index=True)
    edition: str | None = None
    ics: str | None = None
    published_on: str | None = None
    replaces: str | None = None
    replaced_by: str | None = None
    languages: str | None = None
    scope: str | None = None


class Committee(SQLModel, table=True):
    """A committee of ISO; `record_id` joins `record`, `record.group_name` is its reference."""

    record_id: int = Field(primary_key=True, foreign_key="record.id")
    status: str | None = None
    secretariat_id: str | None = None
    secretariat: str | None = Field(default=None, index=True)
    parent: str | None = None
    created_on: str | None = None
    scope: str | None = None


class Position(SQLModel, table=True):
    """A national body's membership of a committee. The secretariat stands in `committee`."""

    committee_id: int = Field(primary_key=True, foreign_key="record.id")
    member_id: str = Field(primary_key=True)
    acronym: str | None = Field(default=None, index=True)
    role: str
    """P or O."""


class Change(SQLModel, table=True):
    """One typed, field-level difference between the archive and a fetch. Baselines leave none."""

    __table_args__ = (
        UniqueConstraint("fetch_id", "record_id", "kind", "field", "subject"),
        Index("ix_change_record_id", "record_id"),
        Index("ix_change_observed_at", "observed_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    fetch_id: int = Field(foreign_key="fetch.id")
    record_id: int = Field(foreign_key="record.id")
    observed_at: str
    kind: str
    """appeared, changed, vanished, returned."""
    field: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    subject: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    """Whom a membership change is about (the member's acronym), or the CR of a pack."""
    old: str | None = None
    new: str | None = None
