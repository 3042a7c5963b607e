"""Tables of accounts: people, their sessions, keys and invitations, approvals, tries to sign in."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import JSON, Column, DateTime, UniqueConstraint
from sqlmodel import Field, SQLModel


def _moment(*, nullable: bool = False, index: bool = False) -> Column[datetime]:
    return Column(DateTime(timezone=True), nullable=nullable, index=index)


def utc(moment: datetime) -> datetime:
    """A time with its zone: SQLite gives times back without it."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


class PersonRow(SQLModel, table=True):
    """Somebody who may sign in."""

    __table_args__ = (UniqueConstraint("issuer", "subject", name="person_once_per_provider"),)

    id: str = Field(primary_key=True)
    name: str
    """As it was typed; people sign in with it."""
    folded: str = Field(unique=True)
    """The name without case."""
    password_hash: str | None = None
    """argon2id; None for who has not set one, or signs in elsewhere."""
    issuer: str | None = None
    """The identity provider; None for a local account."""
    subject: str | None = None
    """The person's id there."""
    roles: list[str] = Field(sa_column=Column(JSON, nullable=False))
    groups: list[str] = Field(sa_column=Column(JSON, nullable=False))
    """Given here."""
    provider_groups: list[str] = Field(sa_column=Column(JSON, nullable=False))
    """Given by the identity provider at the last sign-in."""
    totp_secret: str | None = None
    """The second factor's, encrypted; None for who has none."""
    totp_pending: str | None = None
    """A new one that is not confirmed yet."""
    totp_step: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """The step of 30 seconds whose code was used last: none holds twice."""
    active: bool = True
    created_at: datetime = Field(sa_column=_moment())
    signed_in_at: datetime | None = Field(default=None, sa_column=_moment(nullable=True))


class SessionRow(SQLModel, table=True):
    """A signed-in browser."""

    id: str = Field(primary_key=True)
    """SHA-256 of its token."""
    person_id: str = Field(foreign_key="personrow.id", ondelete="CASCADE", index=True)
    created_at: datetime = Field(sa_column=_moment())
    seen_at: datetime = Field(sa_column=_moment())
    expires_at: datetime = Field(sa_column=_moment(index=True))


class RecoveryCodeRow(SQLModel, table=True):
    """A code that stands in for a second factor, once."""

    person_id: str = Field(primary_key=True, foreign_key="personrow.id", ondelete="CASCADE")
    code: str = Field(primary_key=True)
    """Its digest."""


class SecondStepRow(SQLModel, table=True):
    """A sign-in whose password was right, and whose second factor is missing."""

    id: str = Field(primary_key=True)
    """SHA-256 of the token that the browser keeps."""
    person_id: str = Field(foreign_key="personrow.id", ondelete="CASCADE", index=True)
    expires_at: datetime = Field(sa_column=_moment(index=True))


class KeyRow(SQLModel, table=True):
    """An API key of a person."""

    id: str = Field(primary_key=True)
    hash: str = Field(unique=True)
    """SHA-256 of the key."""
    person_id: str = Field(foreign_key="personrow.id", ondelete="CASCADE", index=True)
    name: str
    scopes: list[str] = Field(sa_column=Column(JSON, nullable=False))
    """Permissions, at most those of its person."""
    created_at: datetime = Field(sa_column=_moment())
    expires_at: datetime = Field(sa_column=_moment(index=True))
    used_at: datetime | None = Field(default=None, sa_column=_moment(nullable=True))


class InvitationRow(SQLModel, table=True):
    """A link with which somebody sets a password, once."""

    id: str = Field(primary_key=True)
    """SHA-256 of its token."""
    person_id: str | None = Field(default=None, index=True)
    """Whose password it sets; None for the first administrator, who is made by it."""
    expires_at: datetime = Field(sa_column=_moment(index=True))


class AttemptRow(SQLModel, table=True):
    """A sign-in that failed."""

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(index=True)
    """Digest of the name that was tried."""
    address: str = Field(index=True)
    """Digest of the address that it came from."""
    at: datetime = Field(sa_column=_moment(index=True))


class KnownAddressRow(SQLModel, table=True):
    """An address from which somebody has signed in lately."""

    person_id: str = Field(primary_key=True, foreign_key="personrow.id", ondelete="CASCADE")
    address: str = Field(primary_key=True)
    """Its digest."""
    at: datetime = Field(sa_column=_moment(index=True))
    """When last."""


class StartRow(SQLModel, table=True):
    """A sign-in with the identity provider that a browser has begun."""

    id: str = Field(primary_key=True)
    """SHA-256 of the token that the browser keeps."""
    query: str
    """Where on the pages to go afterwards."""
    expires_at: datetime = Field(sa_column=_moment(index=True))


class ApprovalRow(SQLModel, table=True):
    """What one administrator asked for and another one has to approve."""

    id: str = Field(primary_key=True)
    kind: str
    """What is asked for: 'access', 'export' or 'link'."""
    person_id: str = Field(foreign_key="personrow.id", ondelete="CASCADE", index=True)
    """Whom it is about."""
    asked_by: str = Field(foreign_key="personrow.id", ondelete="CASCADE", index=True)
    roles: list[str] = Field(sa_column=Column(JSON, nullable=False))
    """Roles that the person gets beside those that they have."""
    groups: list[str] = Field(sa_column=Column(JSON, nullable=False))
    """Groups likewise."""
    asked_at: datetime = Field(sa_column=_moment())
    ends_at: datetime = Field(sa_column=_moment(index=True))
    """Until when it can be approved; of one that is approved, until when it can be used."""
    state: str
    """'waiting', 'approved', 'refused' or 'withdrawn'."""
    decided_by: str | None = None
    """None for the machine's owner."""
    decided_at: datetime | None = Field(default=None, sa_column=_moment(nullable=True))


class FourEyesRow(SQLModel, table=True):
    """That there were two administrators: from then on one alone is not enough, however many are left."""

    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    """Always 1."""
    since: datetime = Field(sa_column=_moment())


class VehicleRow(SQLModel, table=True):
    """A vehicle of which it was said here who may see it; the others are for the groups of new ones."""

    vehicle: str = Field(primary_key=True)
    groups: list[str] = Field(sa_column=Column(JSON, nullable=False))
