"""Third: which documents each answer cites, filled from the answers that are there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
BATCH = 500
"""Answers that are read at once."""
ANSWERS = sa.table("answerrow", sa.column("id"), sa.column("owner"), sa.column("body", sa.JSON()))
Row = dict[str, object]


def upgrade() -> None:
    citations = op.create_table(
        "answercitation",
        sa.Column("answer_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["answer_id"], ["answerrow.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("answer_id", "number"),
    )
    op.create_index("ix_answercitation_document_id", "answercitation", ["document_id"])
    for rows in _cited():
        op.get_bind().execute(sa.insert(citations), rows)


def downgrade() -> None:
    op.drop_table("answercitation")


def _cited() -> Iterator[list[Row]]:
    """The rows of the answers that are there, some hundreds of answers at once."""
    after = ""
    while found := _answers(after):
        if rows := [row for answer_id, owner, body in found for row in _rows(answer_id, owner, body)]:
            yield rows
        after = found[-1][0]


def _answers(after: str) -> list[tuple[str, str, Any]]:
    columns = ANSWERS.c
    query = sa.select(columns.id, columns.owner, columns.body).where(columns.id > after)
    found = op.get_bind().execute(query.order_by(columns.id).limit(BATCH)).all()
    return [(row[0], row[1], row[2]) for row in found]


def _rows(answer_id: str, owner: str, body: Any) -> list[Row]:
    """One row for each number; an answer whose body is not in today's form cites nothing that could be found."""
    cited = body.get("citations", []) if isinstance(body, dict) else []
    documents = {c["number"]: c["document_id"] for c in cited if {"number", "document_id"} <= c.keys()}
    return [
        {"answer_id": answer_id, "number": number, "document_id": document_id, "owner": owner}
        for number, document_id in documents.items()
    ]
