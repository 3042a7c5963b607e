"""The tables of the document catalogue."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Column, DateTime, Text
from sqlmodel import Field, SQLModel


class DocumentRow(SQLModel, table=True):
    """A document of one assistant: what it is, where it stands, and which content the index holds."""

    id: str = Field(primary_key=True)
    """A UUID derived from assistant and path."""
    assistant: str = Field(index=True)
    owner: str = Field(index=True)
    """Id of the asker who fed it."""
    path: str
    title: str
    media_type: str
    status: str = Field(index=True)
    """'ingesting', 'ready', 'rejected' or 'deleting'."""
    reason: str | None = Field(default=None, sa_column=Column(Text, nullable=True))
    """Why it was rejected."""
    content_hash: str = Field(index=True)
    """sha256 of the original that the index holds; empty where it holds none."""
    pending_hash: str
    """sha256 of the original that is being read; empty when no reading is under way."""
    recipe: str
    """Which reader, chunker and encoder made the chunks; another recipe reads the file again."""
    size: int
    """Bytes of the original."""
    pages: int | None
    chunks: int
    version: str
    """The version that the document states, or the number of its content where it states none."""
    stated_version: str | None
    valid_from: date | None
    superseded: bool
    """True when a newer version of the same document is in the library."""
    family: str = Field(index=True)
    """The title without version words; versions of one document share it."""
    revision: int
    """How many contents this path has had."""
    created_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    updated_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))


class DocumentGroup(SQLModel, table=True):
    """A group whose members may see a document."""

    document_id: str = Field(primary_key=True, foreign_key="documentrow.id", ondelete="CASCADE")
    name: str = Field(primary_key=True, index=True)


class DocumentText(SQLModel, table=True):
    """A document's text as Markdown, apart from its row so that lists stay quick."""

    document_id: str = Field(primary_key=True, foreign_key="documentrow.id", ondelete="CASCADE")
    text: str = Field(sa_column=Column(Text, nullable=False))


class DocumentKeptAway(SQLModel, table=True):
    """A document of an assistant's own folder that somebody deleted: the folder does not bring it back."""

    document_id: str = Field(primary_key=True)
    owner: str
    """Id of the asker who deleted it."""
    created_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
