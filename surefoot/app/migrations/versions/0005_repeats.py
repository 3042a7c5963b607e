"""Fifth: the number of each library's state, and which answer is repeated for a question asked again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "libraryversion",
        sa.Column("assistant", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("assistant"),
    )
    op.create_table(
        "repeatrow",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("answer_id", sa.String(), nullable=False),
        sa.Column("assistant", sa.String(), nullable=False),
        sa.Column("state", sa.Integer(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("refused", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["answer_id"], ["answerrow.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index("ix_repeatrow_answer_id", "repeatrow", ["answer_id"])
    op.create_index("ix_repeatrow_assistant", "repeatrow", ["assistant"])


def downgrade() -> None:
    op.drop_table("repeatrow")
    op.drop_table("libraryversion")
