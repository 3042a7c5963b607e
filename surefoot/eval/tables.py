"""Tables of eval: thumbs, gaps and spans."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, Column, DateTime, Index, UniqueConstraint, text
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
    reply: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    """What who closed it tells the sender."""
    closed_by: str | None = None
    closed_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True), nullable=True))
    seen_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True), nullable=True))
    """When the sender saw that it is closed."""


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


class AlertRow(SQLModel, table=True):
    """A row of records that a rule speaks up about, from when it was seen first until it was over."""

    __table_args__ = (
        Index("alert_by_rule", "assistant", "rule", "resolved_at"),
        Index("alert_by_opening", "opened_at"),
    )

    id: str = Field(primary_key=True)
    assistant: str
    rule: str
    rule_version: str
    key: str
    """JSON of the values that tell the row apart."""
    open_key: str | None = Field(unique=True)
    """Rule and key while it is open, so that there is one open alert for each; else nothing."""
    title: str
    severity: str
    """'info', 'warning' or 'critical'."""
    text: str
    groups: list[str] = Field(sa_column=Column(JSON, nullable=False))
    """Groups of the rule."""
    thing: str | None
    """Whose groups may see it, such as a vehicle."""
    auto_resolve: bool
    reading: dict[str, object] = Field(sa_column=Column(JSON, nullable=False))
    opened_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    seen_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    """When the conditions were last seen to hold."""
    unheld_at: datetime | None = Field(sa_column=Column(DateTime(timezone=True), nullable=True))
    """Since when they do not hold, while it is open."""
    resolved_at: datetime | None = Field(sa_column=Column(DateTime(timezone=True), nullable=True))
    resolution: str
    """'cleared', 'rule_changed' or 'rule_removed'; empty while it is open."""
    acknowledged_at: datetime | None = Field(sa_column=Column(DateTime(timezone=True), nullable=True))
    acknowledged_by: str
    note: str


class AlertDelivery(SQLModel, table=True):
    """A message about an alert on its way to the webhook."""

    __table_args__ = (Index("alert_delivery_due", "delivered_at", "given_up_at", "next_at"),)

    id: str = Field(primary_key=True)
    """Of the alert and what happened to it, so that the same message has the same id however often it is sent."""
    alert_id: str = Field(index=True)
    event: str
    """'opened' or 'resolved'."""
    body: str
    created_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    tries: int
    next_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    delivered_at: datetime | None = Field(sa_column=Column(DateTime(timezone=True), nullable=True))
    given_up_at: datetime | None = Field(sa_column=Column(DateTime(timezone=True), nullable=True))
    trouble: str
    """Why the last try failed."""
