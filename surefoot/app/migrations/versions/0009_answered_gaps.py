"""Ninth: what became of a gap that somebody sent: who closed it, with which words, and whether the sender saw that."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("gaprow", sa.Column("reply", sa.String(), nullable=False, server_default=sa.text("''")))
    op.add_column("gaprow", sa.Column("closed_by", sa.String(), nullable=True))
    op.add_column("gaprow", sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("gaprow", sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    for name in ("seen_at", "closed_at", "closed_by", "reply"):
        op.drop_column("gaprow", name)
