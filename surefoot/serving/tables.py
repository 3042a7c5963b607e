"""Tables of serving: conversations, answers, what they cite, releases, and what was measured of models."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, Column, DateTime
from sqlmodel import Field, SQLModel


class ConversationRow(SQLModel, table=True):
    """A conversation of one owner with one assistant."""

    id: str = Field(primary_key=True)
    owner: str = Field(index=True)
    assistant: str
    title: str
    created_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    updated_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False, index=True))


class ConversationGroup(SQLModel, table=True):
    """A group whose members may read a conversation beside its owner."""

    conversation_id: str = Field(primary_key=True, foreign_key="conversationrow.id", ondelete="CASCADE")
    name: str = Field(primary_key=True, index=True)


class AnswerRow(SQLModel, table=True):
    """An answer as it was given; `body` is the whole noun, the columns serve queries."""

    id: str = Field(primary_key=True)
    owner: str = Field(index=True)
    conversation_id: str | None = Field(default=None, index=True, foreign_key="conversationrow.id")
    assistant: str = Field(index=True)
    outcome: str
    release: str = Field(index=True)
    trace_id: str
    created_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    body: dict[str, object] = Field(sa_column=Column(JSON, nullable=False))


class AnswerCitation(SQLModel, table=True):
    """Which document stands behind a number of an answer, so that "who cites this document" is one query."""

    answer_id: str = Field(primary_key=True, foreign_key="answerrow.id", ondelete="CASCADE")
    number: int = Field(primary_key=True)
    """The number in brackets; the same quote has the same number."""
    document_id: str = Field(index=True)
    """No foreign key: an answer outlives the documents that it cites."""
    owner: str
    """The answer's owner."""


class RepeatRow(SQLModel, table=True):
    """Which answer is given again where the same is asked."""

    key: str = Field(primary_key=True)
    """A hash over all that the answer depends on."""
    owner: str
    answer_id: str = Field(index=True, foreign_key="answerrow.id", ondelete="CASCADE")
    assistant: str = Field(index=True)
    state: int
    """The state of the assistant's library."""
    day: str
    refused: bool
    """Somebody says that it is bad."""


class ReleaseRow(SQLModel, table=True):
    """What one release hash stands for; written once, never changed."""

    id: str = Field(primary_key=True)
    owner: str
    created_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    parts: dict[str, object] = Field(sa_column=Column(JSON, nullable=False))


class MeasurementRow(SQLModel, table=True):
    """How a model fared on an assistant's cases beside the quotes alone."""

    id: str = Field(primary_key=True)
    owner: str
    assistant: str = Field(index=True)
    model: str
    split: str
    cases: int
    right_quotes: int
    right_model: int
    created_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
