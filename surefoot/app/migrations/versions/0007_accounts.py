"""Seventh: people with their sessions, keys and invitations; the audit trail; groups of conversations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

MOMENT = sa.DateTime(timezone=True)
KEPT = "The audit trail is append-only."


def upgrade() -> None:
    _people()
    _trail()
    conversation = sa.ForeignKey("conversationrow.id", ondelete="CASCADE")
    op.create_table(
        "conversationgroup",
        sa.Column("conversation_id", sa.String(), conversation, primary_key=True),
        sa.Column("name", sa.String(), primary_key=True, index=True),
    )


def downgrade() -> None:
    op.drop_table("conversationgroup")
    for table in ("auditentry", "auditend", "personkey", "attemptrow", "invitationrow", "keyrow", "sessionrow"):
        op.drop_table(table)
    op.drop_table("personrow")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION auditentry_is_kept()")


def _people() -> None:
    op.create_table(
        "personrow",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("folded", sa.String(), nullable=False, unique=True),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("issuer", sa.String(), nullable=True),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("groups", sa.JSON(), nullable=False),
        sa.Column("provider_groups", sa.JSON(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("signed_in_at", MOMENT, nullable=True),
        sa.UniqueConstraint("issuer", "subject", name="person_once_per_provider"),
    )
    op.create_table(
        "sessionrow",
        sa.Column("id", sa.String(), primary_key=True),
        _person(nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False, index=True),
    )
    op.create_table(
        "keyrow",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("hash", sa.String(), nullable=False, unique=True),
        _person(nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False, index=True),
        sa.Column("used_at", MOMENT, nullable=True),
    )
    op.create_table(
        "invitationrow",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("person_id", sa.String(), nullable=True, index=True),
        sa.Column("expires_at", MOMENT, nullable=False, index=True),
    )
    op.create_table(
        "attemptrow",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(), nullable=False, index=True),
        sa.Column("address", sa.String(), nullable=False, index=True),
        sa.Column("at", MOMENT, nullable=False, index=True),
    )


def _person(*, nullable: bool) -> sa.Column[str]:
    key = sa.ForeignKey("personrow.id", ondelete="CASCADE")
    return sa.Column("person_id", sa.String(), key, nullable=nullable, index=True)


def _trail() -> None:
    op.create_table(
        "auditentry",
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False, index=True),
        sa.Column("kind", sa.String(), nullable=False, index=True),
        sa.Column("thing", sa.String(), nullable=False, index=True),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("previous", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
    )
    end = op.create_table(
        "auditend",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
    )
    op.bulk_insert(end, [{"id": 1, "number": 0, "hash": "0" * 64}])
    op.create_table(
        "personkey",
        sa.Column("person_id", sa.String(), primary_key=True),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
    )
    if op.get_bind().dialect.name == "sqlite":
        for deed in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER auditentry_no_{deed.lower()} BEFORE {deed} ON auditentry "
                f"BEGIN SELECT RAISE(ABORT, '{KEPT}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION auditentry_is_kept() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{KEPT}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER auditentry_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON auditentry "
        "FOR EACH STATEMENT EXECUTE FUNCTION auditentry_is_kept()"
    )
