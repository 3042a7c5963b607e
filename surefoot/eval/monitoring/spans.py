"""Keeps spans and reads the trace of an answer back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlmodel import Session, col, delete, select

from surefoot.core.nouns import Asker
from surefoot.eval.tables import SpanRow

Attribute = str | bool | int | float | list[str] | list[bool] | list[int] | list[float]


@dataclass(frozen=True, slots=True)
class Span:
    """A finished step of an answer."""

    trace_id: str
    """32 hexadecimal digits."""
    span_id: str
    """16 hexadecimal digits."""
    parent_id: str | None
    owner: str
    """Whose question it was; empty where nobody's, and then nobody sees it."""
    name: str
    started_at: datetime
    duration_ms: float
    attributes: dict[str, Attribute]
    """By the names in core/telemetry.py."""
    status: str
    """'ok', 'error' or 'unset'."""


class SpanStore:
    """The local span table: traces are there without any other server."""

    def __init__(self, sessions: Callable[[], Session]) -> None:
        self._sessions = sessions

    def add(self, spans: Sequence[Span]) -> None:
        """Keep spans; one that is already there is replaced."""
        with self._sessions() as session:
            for span in spans:
                session.merge(_row(span))
            session.commit()

    def trace(self, trace_id: str, asker: Asker) -> list[Span]:
        """The asker's spans of a trace in the order of their start; empty for an unknown or another's trace."""
        if not asker.id:
            return []
        found = (
            select(SpanRow)
            .where(SpanRow.trace_id == trace_id, SpanRow.owner == asker.id)
            .order_by(col(SpanRow.started_at), col(SpanRow.span_id))
        )
        with self._sessions() as session:
            return [_noun(row) for row in session.exec(found)]

    def delete_before(self, moment: datetime) -> int:
        """Remove spans that started before a moment; gives their number."""
        with self._sessions() as session:
            result = session.exec(delete(SpanRow).where(col(SpanRow.started_at) < moment))
            session.commit()
            return result.rowcount


def _row(span: Span) -> SpanRow:
    return SpanRow(
        trace_id=span.trace_id,
        span_id=span.span_id,
        parent_id=span.parent_id,
        owner=span.owner,
        name=span.name,
        started_at=span.started_at,
        duration_ms=span.duration_ms,
        attributes=dict(span.attributes),
        status=span.status,
    )


def _noun(row: SpanRow) -> Span:
    started = row.started_at if row.started_at.tzinfo else row.started_at.replace(tzinfo=UTC)
    return Span(
        trace_id=row.trace_id,
        span_id=row.span_id,
        parent_id=row.parent_id,
        owner=row.owner,
        name=row.name,
        started_at=started,
        duration_ms=row.duration_ms,
        attributes=row.attributes,  # pyright: ignore[reportArgumentType]
        status=row.status,
    )
