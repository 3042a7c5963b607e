"""Fifteenth: who may see a vehicle, as it was said here."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.create_table(
        "vehiclerow",
        sa.Column("vehicle", sa.String(), primary_key=True),
        sa.Column("groups", sa.JSON(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("vehiclerow")
