"""Eighth: sign-ins with the identity provider that have begun."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "startrow",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("query", sa.String(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False, index=True),
    )


def downgrade() -> None:
    op.drop_table("startrow")
