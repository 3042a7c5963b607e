"""Ninth: what became of a gap that somebody sent: who closed it, with which words, and whether the sender saw that."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    with op.batch_alter_table("gaprow") as table:
        table.add_column(sa.Column("reply", sa.String(), nullable=False, server_default=sa.text("''")))
        table.add_column(sa.Column("closed_by", sa.String(), nullable=True))
        table.add_column(sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("gaprow") as table:
        for name in ("seen_at", "closed_at", "closed_by", "reply"):
            table.drop_column(name)
