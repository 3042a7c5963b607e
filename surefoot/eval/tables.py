"""Tables of eval: thumbs, gaps and spans."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, Column, DateTime, Index, UniqueConstraint
from sqlmodel import Field, SQLModel


class FeedbackRow(SQLModel, table=True):
    """One owner's latest thumb on one answer."""

    __table_args__ = (UniqueConstraint("owner", "answer_id", name="feedback_once_per_owner"),)

    id: str = Field(primary_key=True)
    owner: str
    answer_id: str = Field(index=True)
    rating: str
    """'up' or 'down'."""
    reasons: list[str] = Field(sa_column=Column(JSON, nullable=False))
    text: str
    created_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))


class GapRow(SQLModel, table=True):
    """A question that the documents could not answer, sent to the owner of the knowledge base."""

    __table_args__ = (UniqueConstraint("owner", "answer_id", name="gap_once_per_owner"),)

    id: str = Field(primary_key=True)
    owner: str
    answer_id: str
    assistant: str = Field(index=True)
    question: str
    missing: str
    status: str
    """'open' or 'closed'."""
    created_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))


class SpanRow(SQLModel, table=True):
    """One span of a trace; its attributes hold ids of evidence, never texts."""

    __table_args__ = (Index("span_by_start", "started_at"),)

    trace_id: str = Field(primary_key=True)
    """32 hexadecimal digits."""
    span_id: str = Field(primary_key=True)
    """16 hexadecimal digits."""
    parent_id: str | None
    owner: str
    """Whose question it was; empty where nobody's."""
    name: str
    started_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    duration_ms: float
    attributes: dict[str, object] = Field(sa_column=Column(JSON, nullable=False))
    status: str
    """'ok', 'error' or 'unset'."""
