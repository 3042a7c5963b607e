"""Tables of the audit trail: its entries, its end, and the keys that tie pseudonyms to people."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, Column, DateTime
from sqlmodel import Field, SQLModel


class AuditEntry(SQLModel, table=True):
    """One act. Triggers of the database refuse to change or delete a row."""

    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    """From 1, without gaps."""
    at: str
    """ISO 8601 in UTC, as it was hashed."""
    actor: str = Field(index=True)
    """A pseudonym, made with the person's key; 'system' where nobody asked."""
    kind: str = Field(index=True)
    thing: str = Field(index=True)
    digest: str
    """HMAC-SHA256 of the content under the person's key; empty where there is none."""
    facts: dict[str, object] = Field(sa_column=Column(JSON, nullable=False))
    previous: str
    """Hash of the entry before; of the first one, zeros."""
    hash: str
    """SHA-256 over all of the above."""


class AuditEnd(SQLModel, table=True):
    """The trail's last entry, in one row that each writer locks first."""

    id: int = Field(primary_key=True)
    number: int
    hash: str


class PersonKey(SQLModel, table=True):
    """A person's key; without it nobody can tell whose entries are whose, or guess what was written."""

    person_id: str = Field(primary_key=True)
    key: str
    """32 random bytes, hexadecimal."""
    created_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
