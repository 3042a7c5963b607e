"""Second: sources, runs, quality reports, masks, editions of the index."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
ZERO = sa.text("0")
EMPTY = sa.text("''")
COLUMNS = ("source_id", "language", "modified_at", "properties", "accepted", "masked", "text_hash")


def upgrade() -> None:
    _editions_and_runs()
    _sources()
    _documents()
    _parts_of_documents()


def downgrade() -> None:
    for table in (
        "corpusrow",
        "documentreport",
        "documentmask",
        "documentband",
        "documentalias",
        "sourceitem",
        "sourcerow",
        "runitem",
        "runrow",
        "editionrow",
    ):
        op.drop_table(table)
    for index in ("ix_documentrow_pending_hash", "ix_documentrow_text_hash", "ix_documentrow_source_id"):
        op.drop_index(index, table_name="documentrow")
    for column in reversed(COLUMNS):
        op.drop_column("documentrow", column)


def _editions_and_runs() -> None:
    op.create_table(
        "editionrow",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("encoder", sa.String(), nullable=False),
        sa.Column("chunk_tokens", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("built", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("comparison", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("switched_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "runrow",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("assistant", sa.String(), nullable=False),
        sa.Column("source_id", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_runrow_assistant", "runrow", ["assistant"])
    op.create_index("ix_runrow_created_at", "runrow", ["created_at"])
    op.create_index("ix_runrow_source_id", "runrow", ["source_id"])
    op.create_index("ix_runrow_state", "runrow", ["state"])
    op.create_table(
        "runitem",
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("change", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("remedy", sa.String(), nullable=True),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("locator", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("modified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("document_id", sa.String(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runrow.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run_id", "path"),
    )
    op.create_index("ix_runitem_status", "runitem", ["status"])


def _sources() -> None:
    op.create_table(
        "corpusrow",
        sa.Column("assistant", sa.String(), nullable=False),
        sa.Column("sketches", sa.LargeBinary(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("assistant"),
    )
    op.create_table(
        "sourcerow",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("assistant", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("groups", sa.JSON(), nullable=False),
        sa.Column("schedule", sa.String(), nullable=True),
        sa.Column("watched", sa.Boolean(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("declared", sa.Boolean(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("trouble", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_sourcerow_assistant", "sourcerow", ["assistant"])
    op.create_table(
        "sourceitem",
        sa.Column("source_id", sa.String(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("document_id", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["source_id"], ["sourcerow.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("source_id", "path"),
    )
    op.create_index("ix_sourceitem_document_id", "sourceitem", ["document_id"])


def _parts_of_documents() -> None:
    op.create_table(
        "documentalias",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("assistant", sa.String(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("groups", sa.JSON(), nullable=False),
        sa.Column("source_id", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["document_id"], ["documentrow.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_documentalias_assistant", "documentalias", ["assistant"])
    op.create_index("ix_documentalias_document_id", "documentalias", ["document_id"])
    op.create_index("ix_documentalias_source_id", "documentalias", ["source_id"])
    op.create_table(
        "documentband",
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("band", sa.Integer(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documentrow.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("document_id", "band"),
    )
    op.create_index("ix_documentband_value", "documentband", ["value"])
    op.create_table(
        "documentmask",
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documentrow.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("document_id", "token"),
    )
    op.create_table(
        "documentreport",
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("sketch", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documentrow.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("document_id"),
    )


def _documents() -> None:
    op.add_column("documentrow", sa.Column("source_id", sa.String(), nullable=True))
    op.add_column("documentrow", sa.Column("language", sa.String(), server_default=EMPTY, nullable=False))
    op.add_column("documentrow", sa.Column("modified_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("documentrow", sa.Column("properties", sa.JSON(), nullable=True))
    op.add_column("documentrow", sa.Column("accepted", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("documentrow", sa.Column("masked", sa.Integer(), server_default=ZERO, nullable=False))
    op.add_column("documentrow", sa.Column("text_hash", sa.String(), server_default=EMPTY, nullable=False))
    op.create_index("ix_documentrow_source_id", "documentrow", ["source_id"])
    op.create_index("ix_documentrow_pending_hash", "documentrow", ["pending_hash"])
    op.create_index("ix_documentrow_text_hash", "documentrow", ["text_hash"])
