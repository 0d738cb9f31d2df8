"""The first schema."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "content",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("codec", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("left_out", sa.String(), nullable=True),
        sa.Column("kept_sha256", sa.String(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_content")),
    )
    op.create_table(
        "folder_page",
        sa.Column("listing", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("etag", sa.String(), nullable=True),
        sa.Column("last_modified", sa.String(), nullable=True),
        sa.Column("leads_to", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("listing", "url", name=op.f("pk_folder_page")),
    )
    op.create_table(
        "listing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("group_name", sa.String(), nullable=True),
        sa.Column("meeting", sa.String(), nullable=True),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("authority", sa.Integer(), nullable=False),
        sa.Column("watched_since", sa.String(), nullable=True),
        sa.Column("last_visit_at", sa.String(), nullable=True),
        sa.Column("last_good_at", sa.String(), nullable=True),
        sa.Column("last_good_sha256", sa.String(), nullable=True),
        sa.Column("etag", sa.String(), nullable=True),
        sa.Column("last_modified", sa.String(), nullable=True),
        sa.Column("rows", sa.Integer(), nullable=True),
        sa.Column("layout", sa.String(), nullable=True),
        sa.Column("columns", sa.String(), nullable=True),
        sa.Column("filled", sa.String(), nullable=True),
        sa.Column("faulty", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("state_since", sa.String(), nullable=True),
        sa.Column("faults_in_a_row", sa.Integer(), nullable=False),
        sa.Column("retry_after", sa.String(), nullable=True),
        sa.Column("leads_to", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing")),
        sa.UniqueConstraint("key", name=op.f("uq_listing_key")),
    )
    with op.batch_alter_table("listing", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_listing_kind"), ["kind"], unique=False)

    op.create_table(
        "host",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("asked_at", sa.String(), nullable=False),
        sa.Column("delay", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_host")),
    )
    op.create_table(
        "message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("due_at", sa.String(), nullable=False),
        sa.Column("period_start", sa.String(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.Column("unsubscribe_token", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("handovers", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.String(), nullable=False),
        sa.Column("lease", sa.String(), nullable=True),
        sa.Column("lease_until", sa.String(), nullable=True),
        sa.Column("sent_at", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("message_id", name=op.f("uq_message_message_id")),
        sa.UniqueConstraint("recipient", "kind", "due_at", name=op.f("uq_message_recipient_kind_due_at")),
        sa.UniqueConstraint("unsubscribe_token", name=op.f("uq_message_unsubscribe_token")),
    )
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.create_index("ix_message_state_next_attempt_at", ["state", "next_attempt_at"], unique=False)

    op.create_table(
        "notice",
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("since", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("topic", name=op.f("pk_notice")),
    )
    op.create_table(
        "outage",
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("told_at", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("recipient", "source", name=op.f("pk_outage")),
    )
    op.create_table(
        "planned",
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("group_name", sa.String(), nullable=True),
        sa.Column("meeting", sa.String(), nullable=True),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("due_at", sa.String(), nullable=False),
        sa.Column("wait", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_planned")),
    )
    op.create_table(
        "saved_search",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("query", sa.String(), nullable=False),
        sa.Column("saved_at", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_search")),
        sa.UniqueConstraint("who", "name", name=op.f("uq_saved_search_who_name")),
    )
    op.create_table(
        "source_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("resolved", sa.Boolean(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source_text")),
        sa.UniqueConstraint("text", "body", "period", name=op.f("uq_source_text_text_body_period")),
    )
    op.create_table(
        "suppression",
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("since", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("recipient", name=op.f("pk_suppression")),
    )
    op.create_table(
        "tally",
        sa.Column("dimension", sa.String(), nullable=False),
        sa.Column("group_name", sa.String(), nullable=False),
        sa.Column("meeting", sa.String(), nullable=False),
        sa.Column("year", sa.String(), nullable=False),
        sa.Column("release", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("submitted", sa.Integer(), nullable=False),
        sa.Column("submitted_first", sa.Integer(), nullable=False),
        sa.Column("submitted_fractional", sa.Float(), nullable=False),
        sa.Column("agreed", sa.Integer(), nullable=False),
        sa.Column("agreed_first", sa.Integer(), nullable=False),
        sa.Column("agreed_fractional", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("dimension", "group_name", "meeting", "year", "release", "name", name=op.f("pk_tally")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "total",
        sa.Column("dimension", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("year", sa.String(), nullable=False),
        sa.Column("release", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("submitted", sa.Integer(), nullable=False),
        sa.Column("submitted_first", sa.Integer(), nullable=False),
        sa.Column("submitted_fractional", sa.Float(), nullable=False),
        sa.Column("agreed", sa.Integer(), nullable=False),
        sa.Column("agreed_first", sa.Integer(), nullable=False),
        sa.Column("agreed_fractional", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("dimension", "body", "year", "release", "name", name=op.f("pk_total")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "pair",
        sa.Column("one", sa.String(), nullable=False),
        sa.Column("other", sa.String(), nullable=False),
        sa.Column("documents", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("one", "other", name=op.f("pk_pair")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "attribution",
        sa.Column("source_text_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("as_written", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("parent", sa.String(), nullable=True),
        sa.Column("parent_id", sa.String(), nullable=True),
        sa.Column("home", sa.String(), nullable=True),
        sa.Column("registered", sa.String(), nullable=True),
        sa.Column("joint_venture_homes", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["source_text_id"], ["source_text.id"], name=op.f("fk_attribution_source_text_id_source_text")
        ),
        sa.PrimaryKeyConstraint("source_text_id", "position", name=op.f("pk_attribution")),
    )
    with op.batch_alter_table("attribution", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attribution_home"), ["home"], unique=False)
        batch_op.create_index(batch_op.f("ix_attribution_name"), ["name"], unique=False)
        batch_op.create_index(batch_op.f("ix_attribution_organisation"), ["organisation"], unique=False)
        batch_op.create_index(batch_op.f("ix_attribution_parent_id"), ["parent_id"], unique=False)

    op.create_table(
        "delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("attempted_at", sa.String(), nullable=False),
        sa.Column("transport", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("code", sa.Integer(), nullable=True),
        sa.Column("response", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_delivery_message_id_message")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
    )
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_delivery_attempted_at"), ["attempted_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_delivery_message_id"), ["message_id"], unique=False)

    op.create_table(
        "fetch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("listing_id", sa.Integer(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("fetched_at", sa.String(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("etag", sa.String(), nullable=True),
        sa.Column("last_modified", sa.String(), nullable=True),
        sa.Column("content_type", sa.String(), nullable=True),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("baseline", sa.Boolean(), nullable=False),
        sa.Column("layout", sa.String(), nullable=True),
        sa.Column("rows_seen", sa.Integer(), nullable=False),
        sa.Column("rows_read", sa.Integer(), nullable=False),
        sa.Column("rows_rejected", sa.Integer(), nullable=False),
        sa.Column("notes", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.id"], name=op.f("fk_fetch_listing_id_listing")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fetch")),
    )
    with op.batch_alter_table("fetch", schema=None) as batch_op:
        batch_op.create_index("ix_fetch_listing_id_fetched_at", ["listing_id", "fetched_at"], unique=False)

    op.create_table(
        "signer",
        sa.Column("source_text_id", sa.Integer(), nullable=False),
        sa.Column("dimension", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("first", sa.Boolean(), nullable=False),
        sa.Column("part", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["source_text_id"], ["source_text.id"], name=op.f("fk_signer_source_text_id_source_text")
        ),
        sa.PrimaryKeyConstraint("source_text_id", "dimension", "name", name=op.f("pk_signer")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("group_name", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("listing_id", sa.Integer(), nullable=False),
        sa.Column("first_fetch_id", sa.Integer(), nullable=False),
        sa.Column("first_seen_at", sa.String(), nullable=False),
        sa.Column("last_fetch_id", sa.Integer(), nullable=False),
        sa.Column("last_changed_at", sa.String(), nullable=False),
        sa.Column("missed", sa.Integer(), nullable=False),
        sa.Column("vanished_at", sa.String(), nullable=True),
        sa.Column("row_digest", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["first_fetch_id"], ["fetch.id"], name=op.f("fk_record_first_fetch_id_fetch")),
        sa.ForeignKeyConstraint(["last_fetch_id"], ["fetch.id"], name=op.f("fk_record_last_fetch_id_fetch")),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.id"], name=op.f("fk_record_listing_id_listing")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record")),
        sa.UniqueConstraint("body", "key", "record", name=op.f("uq_record_body_key_record")),
    )
    with op.batch_alter_table("record", schema=None) as batch_op:
        batch_op.create_index("ix_record_listing_id_record", ["listing_id", "record"], unique=False)
        batch_op.create_index("ix_record_record_group_name", ["record", "group_name"], unique=False)

    op.create_table(
        "reject",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("fetch_id", sa.Integer(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("excerpt", sa.String(), nullable=False),
        sa.Column("fault", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["fetch_id"], ["fetch.id"], name=op.f("fk_reject_fetch_id_fetch")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reject")),
    )
    with op.batch_alter_table("reject", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reject_fetch_id"), ["fetch_id"], unique=False)

    op.create_table(
        "assessment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("assessed_at", sa.String(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("tag", sa.String(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_assessment_record_id_record")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment")),
    )
    with op.batch_alter_table("assessment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_assessment_record_id"), ["record_id"], unique=False)

    op.create_table(
        "change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("fetch_id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("observed_at", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("field", sa.String(), server_default=sa.text("('')"), nullable=False),
        sa.Column("subject", sa.String(), server_default=sa.text("('')"), nullable=False),
        sa.Column("old", sa.String(), nullable=True),
        sa.Column("new", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["fetch_id"], ["fetch.id"], name=op.f("fk_change_fetch_id_fetch")),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_change_record_id_record")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change")),
        sa.UniqueConstraint(
            "fetch_id",
            "record_id",
            "kind",
            "field",
            "subject",
            name=op.f("uq_change_fetch_id_record_id_kind_field_subject"),
        ),
    )
    with op.batch_alter_table("change", schema=None) as batch_op:
        batch_op.create_index("ix_change_observed_at", ["observed_at"], unique=False)
        batch_op.create_index("ix_change_record_id", ["record_id"], unique=False)

    op.create_table(
        "committee",
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=True),
        sa.Column("secretariat_id", sa.String(), nullable=True),
        sa.Column("secretariat", sa.String(), nullable=True),
        sa.Column("parent", sa.String(), nullable=True),
        sa.Column("created_on", sa.String(), nullable=True),
        sa.Column("scope", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_committee_record_id_record")),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_committee")),
    )
    with op.batch_alter_table("committee", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_committee_secretariat"), ["secretariat"], unique=False)

    op.create_table(
        "agreement",
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("group_name", sa.String(), nullable=False),
        sa.Column("meeting", sa.String(), nullable=False),
        sa.Column("release", sa.String(), nullable=False),
        sa.Column("days", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_agreement_record_id_record")),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_agreement")),
    )
    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.create_index("ix_agreement_group_name_meeting", ["group_name", "meeting"], unique=False)

    op.create_table(
        "agreement_step",
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("group_name", sa.String(), nullable=True),
        sa.Column("meeting", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_agreement_step_record_id_record")),
        sa.PrimaryKeyConstraint("record_id", "place", name=op.f("pk_agreement_step")),
    )
    with op.batch_alter_table("agreement_step", schema=None) as batch_op:
        batch_op.create_index("ix_agreement_step_group_name_meeting", ["group_name", "meeting"], unique=False)

    op.create_table(
        "contribution",
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("meeting", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("source_text_id", sa.Integer(), nullable=True),
        sa.Column("type", sa.String(), nullable=True),
        sa.Column("purpose", sa.String(), nullable=True),
        sa.Column("agenda_item", sa.String(), nullable=True),
        sa.Column("agenda_title", sa.String(), nullable=True),
        sa.Column("work_items", sa.String(), nullable=True),
        sa.Column("release", sa.String(), nullable=True),
        sa.Column("spec", sa.String(), nullable=True),
        sa.Column("cr", sa.String(), nullable=True),
        sa.Column("cr_revision", sa.String(), nullable=True),
        sa.Column("cr_category", sa.String(), nullable=True),
        sa.Column("status", sa.String(), nullable=True),
        sa.Column("reserved_at", sa.String(), nullable=True),
        sa.Column("uploaded_at", sa.String(), nullable=True),
        sa.Column("revision", sa.String(), nullable=True),
        sa.Column("revision_of", sa.String(), nullable=True),
        sa.Column("revised_to", sa.String(), nullable=True),
        sa.Column("abstract", sa.String(), nullable=True),
        sa.Column("remarks", sa.String(), nullable=True),
        sa.Column("reply_to", sa.String(), nullable=True),
        sa.Column("to", sa.String(), nullable=True),
        sa.Column("cc", sa.String(), nullable=True),
        sa.Column("original_ls", sa.String(), nullable=True),
        sa.Column("flags", sa.String(), nullable=True),
        sa.Column("supplements", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_contribution_record_id_record")),
        sa.ForeignKeyConstraint(
            ["source_text_id"], ["source_text.id"], name=op.f("fk_contribution_source_text_id_source_text")
        ),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_contribution")),
    )
    with op.batch_alter_table("contribution", schema=None) as batch_op:
        batch_op.create_index("ix_contribution_meeting_source_text_id", ["meeting", "source_text_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_contribution_source_text_id"), ["source_text_id"], unique=False)
        batch_op.create_index(
            "ix_contribution_revised_agreed",
            ["meeting", "record_id", "status", "revision_of"],
            unique=False,
            sqlite_where=sa.text("revision_of IS NOT NULL AND status IN ('agreed', 'approved', 'endorsed')"),
            postgresql_where=sa.text("revision_of IS NOT NULL AND status IN ('agreed', 'approved', 'endorsed')"),
        )

    op.create_table(
        "meeting",
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=True),
        sa.Column("starts_on", sa.String(), nullable=True),
        sa.Column("ends_on", sa.String(), nullable=True),
        sa.Column("status", sa.String(), nullable=True),
        sa.Column("first_document", sa.String(), nullable=True),
        sa.Column("last_document", sa.String(), nullable=True),
        sa.Column("documents_url", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_meeting_record_id_record")),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_meeting")),
    )
    with op.batch_alter_table("meeting", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_meeting_name"), ["name"], unique=False)
        batch_op.create_index(batch_op.f("ix_meeting_starts_on"), ["starts_on"], unique=False)

    op.create_table(
        "pack_entry",
        sa.Column("pack_id", sa.Integer(), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("spec", sa.String(), nullable=False),
        sa.Column("cr", sa.String(), nullable=False),
        sa.Column("cr_revision", sa.String(), nullable=False),
        sa.Column("group_decision", sa.String(), nullable=True),
        sa.Column("tsg_decision", sa.String(), nullable=True),
        sa.Column("cr_category", sa.String(), nullable=True),
        sa.Column("release", sa.String(), nullable=True),
        sa.Column("version", sa.String(), nullable=True),
        sa.Column("title", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["pack_id"], ["record.id"], name=op.f("fk_pack_entry_pack_id_record")),
        sa.PrimaryKeyConstraint("pack_id", "document", "spec", "cr", "cr_revision", name=op.f("pk_pack_entry")),
    )
    op.create_table(
        "position",
        sa.Column("committee_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.String(), nullable=False),
        sa.Column("acronym", sa.String(), nullable=True),
        sa.Column("role", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["committee_id"], ["record.id"], name=op.f("fk_position_committee_id_record")),
        sa.PrimaryKeyConstraint("committee_id", "member_id", name=op.f("pk_position")),
    )
    with op.batch_alter_table("position", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_position_acronym"), ["acronym"], unique=False)

    op.create_table(
        "project",
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=True),
        sa.Column("supplement", sa.String(), nullable=True),
        sa.Column("stage", sa.String(), nullable=True),
        sa.Column("edition", sa.String(), nullable=True),
        sa.Column("ics", sa.String(), nullable=True),
        sa.Column("published_on", sa.String(), nullable=True),
        sa.Column("replaces", sa.String(), nullable=True),
        sa.Column("replaced_by", sa.String(), nullable=True),
        sa.Column("languages", sa.String(), nullable=True),
        sa.Column("scope", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_project_record_id_record")),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_project")),
    )
    with op.batch_alter_table("project", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_project_reference"), ["reference"], unique=False)
        batch_op.create_index(batch_op.f("ix_project_stage"), ["stage"], unique=False)

    op.create_table(
        "alert",
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("change_id", sa.Integer(), nullable=False),
        sa.Column("matched_at", sa.String(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["change_id"], ["change.id"], name=op.f("fk_alert_change_id_change")),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_alert_message_id_message")),
        sa.PrimaryKeyConstraint("recipient", "change_id", name=op.f("pk_alert")),
    )
    with op.batch_alter_table("alert", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_alert_message_id"), ["message_id"], unique=False)
        batch_op.create_index(
            "ix_alert_pending",
            ["recipient", "matched_at"],
            unique=False,
            sqlite_where=sa.text("message_id IS NULL"),
            postgresql_where=sa.text("message_id IS NULL"),
        )

    op.create_table(
        "match",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("change_id", sa.Integer(), nullable=False),
        sa.Column("watchlist", sa.String(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("matched_at", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["change_id"], ["change.id"], name=op.f("fk_match_change_id_change")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match")),
        sa.UniqueConstraint("change_id", "watchlist", name=op.f("uq_match_change_id_watchlist")),
    )
    with op.batch_alter_table("match", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_match_matched_at"), ["matched_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_match_watchlist"), ["watchlist"], unique=False)

    for statement in SEARCH[op.get_bind().dialect.name]:
        op.execute(statement)


SEARCH = {
    "sqlite": (
        """CREATE VIRTUAL TABLE search USING fts5(
            key, title, source, agenda, work_items, abstract, marks,
            content='', tokenize="unicode61 remove_diacritics 2"
        )""",
    ),
    "postgresql": (
        "CREATE TABLE search (rowid INTEGER PRIMARY KEY, document TSVECTOR NOT NULL)",
        "CREATE INDEX ix_search_document ON search USING gin (document)",
    ),
}
"""What no model describes: the full-text index."""


def downgrade() -> None:
    """Take it back."""
    with op.batch_alter_table("match", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_match_watchlist"))
        batch_op.drop_index(batch_op.f("ix_match_matched_at"))

    op.drop_table("match")
    with op.batch_alter_table("alert", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_alert_pending",
            sqlite_where=sa.text("message_id IS NULL"),
            postgresql_where=sa.text("message_id IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_alert_message_id"))

    op.drop_table("alert")
    with op.batch_alter_table("project", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_project_stage"))
        batch_op.drop_index(batch_op.f("ix_project_reference"))

    op.drop_table("project")
    with op.batch_alter_table("position", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_position_acronym"))

    op.drop_table("position")
    op.drop_table("pack_entry")
    with op.batch_alter_table("meeting", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_meeting_starts_on"))
        batch_op.drop_index(batch_op.f("ix_meeting_name"))

    op.drop_table("meeting")
    with op.batch_alter_table("agreement_step", schema=None) as batch_op:
        batch_op.drop_index("ix_agreement_step_group_name_meeting")

    op.drop_table("agreement_step")
    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.drop_index("ix_agreement_group_name_meeting")

    op.drop_table("agreement")
    with op.batch_alter_table("contribution", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_contribution_revised_agreed",
            sqlite_where=sa.text("revision_of IS NOT NULL AND status IN ('agreed', 'approved', 'endorsed')"),
            postgresql_where=sa.text("revision_of IS NOT NULL AND status IN ('agreed', 'approved', 'endorsed')"),
        )
        batch_op.drop_index(batch_op.f("ix_contribution_source_text_id"))
        batch_op.drop_index("ix_contribution_meeting_source_text_id")

    op.drop_table("contribution")
    with op.batch_alter_table("committee", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_committee_secretariat"))

    op.drop_table("committee")
    with op.batch_alter_table("change", schema=None) as batch_op:
        batch_op.drop_index("ix_change_record_id")
        batch_op.drop_index("ix_change_observed_at")

    op.drop_table("change")
    with op.batch_alter_table("assessment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_assessment_record_id"))

    op.drop_table("assessment")
    with op.batch_alter_table("reject", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reject_fetch_id"))

    op.drop_table("reject")
    with op.batch_alter_table("record", schema=None) as batch_op:
        batch_op.drop_index("ix_record_record_group_name")
        batch_op.drop_index("ix_record_listing_id_record")

    op.drop_table("record")
    op.drop_table("signer")
    with op.batch_alter_table("fetch", schema=None) as batch_op:
        batch_op.drop_index("ix_fetch_listing_id_fetched_at")

    op.drop_table("fetch")
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_delivery_message_id"))
        batch_op.drop_index(batch_op.f("ix_delivery_attempted_at"))

    op.drop_table("delivery")
    with op.batch_alter_table("attribution", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attribution_parent_id"))
        batch_op.drop_index(batch_op.f("ix_attribution_organisation"))
        batch_op.drop_index(batch_op.f("ix_attribution_name"))
        batch_op.drop_index(batch_op.f("ix_attribution_home"))

    op.drop_table("attribution")
    op.drop_table("pair")
    op.drop_table("total")
    op.drop_table("tally")
    op.drop_table("suppression")
    op.drop_table("source_text")
    op.drop_table("saved_search")
    op.drop_table("planned")
    op.drop_table("outage")
    op.drop_table("notice")
    op.drop_table("host")
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_index("ix_message_state_next_attempt_at")

    op.drop_table("message")
    with op.batch_alter_table("listing", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_listing_kind"))

    op.drop_table("listing")
    op.drop_table("content")
