"""Eleventh: second factors of local accounts, recovery codes, and sign-ins that wait for a code."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    for name in ("totp_secret", "totp_pending"):
        op.add_column("personrow", sa.Column(name, sa.String(), nullable=True))
    op.add_column("personrow", sa.Column("totp_step", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "recoverycoderow",
        sa.Column("person_id", sa.String(), _person(), primary_key=True),
        sa.Column("code", sa.String(), primary_key=True),
    )
    op.create_table(
        "secondsteprow",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("person_id", sa.String(), _person(), nullable=False, index=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False, index=True),
    )


def _person() -> sa.ForeignKey:
    return sa.ForeignKey("personrow.id", ondelete="CASCADE")


def downgrade() -> None:
    op.drop_table("secondsteprow")
    op.drop_table("recoverycoderow")
    for name in ("totp_step", "totp_pending", "totp_secret"):
        op.drop_column("personrow", name)
