"""Fourth: what a person has said of a document, which its source does not change any more."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
FLAGS = (("documentrow", "regrouped"), ("documentrow", "retitled"), ("documentalias", "regrouped"))


def upgrade() -> None:
    for table, name in FLAGS:
        op.add_column(table, sa.Column(name, sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    for table, name in reversed(FLAGS):
        op.drop_column(table, name)
