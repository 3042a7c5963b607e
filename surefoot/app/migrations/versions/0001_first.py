"""First: conversations, answers, documents, thumbs, gaps and spans."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    _serving()
    _ingestion()
    _eval()


def downgrade() -> None:
    for table in (
        "documenttext",
        "documentkeptaway",
        "documentgroup",
        "answerrow",
        "spanrow",
        "releaserow",
        "measurementrow",
        "gaprow",
        "feedbackrow",
        "documentrow",
        "conversationrow",
    ):
        op.drop_table(table)


def _serving() -> None:
    op.create_table(
        "conversationrow",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("assistant", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_conversationrow_owner", "conversationrow", ["owner"])
    op.create_index("ix_conversationrow_updated_at", "conversationrow", ["updated_at"])
    op.create_table(
        "measurementrow",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("assistant", sa.String(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("split", sa.String(), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.Column("right_quotes", sa.Integer(), nullable=False),
        sa.Column("right_model", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_measurementrow_assistant", "measurementrow", ["assistant"])
    op.create_table(
        "releaserow",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "answerrow",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=True),
        sa.Column("assistant", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("release", sa.String(), nullable=False),
        sa.Column("trace_id", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversationrow.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_answerrow_assistant", "answerrow", ["assistant"])
    op.create_index("ix_answerrow_conversation_id", "answerrow", ["conversation_id"])
    op.create_index("ix_answerrow_owner", "answerrow", ["owner"])
    op.create_index("ix_answerrow_release", "answerrow", ["release"])


def _ingestion() -> None:
    op.create_table(
        "documentkeptaway",
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("document_id"),
    )
    op.create_table(
        "documentrow",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("assistant", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("pending_hash", sa.String(), nullable=False),
        sa.Column("recipe", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("chunks", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("stated_version", sa.String(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("superseded", sa.Boolean(), nullable=False),
        sa.Column("family", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_documentrow_assistant", "documentrow", ["assistant"])
    op.create_index("ix_documentrow_content_hash", "documentrow", ["content_hash"])
    op.create_index("ix_documentrow_family", "documentrow", ["family"])
    op.create_index("ix_documentrow_owner", "documentrow", ["owner"])
    op.create_index("ix_documentrow_status", "documentrow", ["status"])
    op.create_table(
        "documentgroup",
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documentrow.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("document_id", "name"),
    )
    op.create_index("ix_documentgroup_name", "documentgroup", ["name"])
    op.create_table(
        "documenttext",
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documentrow.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("document_id"),
    )


def _eval() -> None:
    op.create_table(
        "feedbackrow",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("answer_id", sa.String(), nullable=False),
        sa.Column("rating", sa.String(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("owner", "answer_id", name="feedback_once_per_owner"),
    )
    op.create_index("ix_feedbackrow_answer_id", "feedbackrow", ["answer_id"])
    op.create_table(
        "gaprow",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("answer_id", sa.String(), nullable=False),
        sa.Column("assistant", sa.String(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("missing", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("owner", "answer_id", name="gap_once_per_owner"),
    )
    op.create_index("ix_gaprow_assistant", "gaprow", ["assistant"])
    op.create_table(
        "spanrow",
        sa.Column("trace_id", sa.String(), nullable=False),
        sa.Column("span_id", sa.String(), nullable=False),
        sa.Column("parent_id", sa.String(), nullable=True),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("duration_ms", sa.Float(), nullable=False),
        sa.Column("attributes", sa.JSON(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("trace_id", "span_id"),
    )
    op.create_index("span_by_start", "spanrow", ["started_at"])
