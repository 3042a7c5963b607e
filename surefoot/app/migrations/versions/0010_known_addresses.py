"""Tenth: addresses from which people have signed in lately."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    person = sa.ForeignKey("personrow.id", ondelete="CASCADE")
    op.create_table(
        "knownaddressrow",
        sa.Column("person_id", sa.String(), person, primary_key=True),
        sa.Column("address", sa.String(), primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, index=True),
    )


def downgrade() -> None:
    op.drop_table("knownaddressrow")
