"""Takes answers and conversations out for good: those of a document, of a person, or from before a moment."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import String, cast
from sqlalchemy.sql.elements import ColumnElement
from sqlmodel import Session, col, delete, exists, select

from surefoot.core.nouns import Answer
from surefoot.serving.access import stands_on
from surefoot.serving.tables import (
    AnswerCitation,
    AnswerRow,
    ConversationGroup,
    ConversationRow,
    MeasurementRow,
    ReleaseRow,
    RepeatRow,
)

_ANSWER = TypeAdapter(Answer)
AT_ONCE = 500
"""Ids in one statement: SQLite bounds the variables."""
NAMELESS = "A conversation"
"""The title of a conversation whose first question is gone."""


@dataclass(frozen=True, slots=True)
class Gone:
    """What was taken out."""

    answers: tuple[str, ...]
    traces: tuple[str, ...]
    conversations: int

    def with_more(self, more: Gone) -> Gone:
        """Both together."""
        total = self.conversations + more.conversations
        return Gone(self.answers + more.answers, self.traces + more.traces, total)


class Forgetting:
    """Deletes over serving's tables; each call is one transaction and may be repeated."""

    def __init__(self, sessions: Callable[[], Session]) -> None:
        self._sessions = sessions

    def of_document(self, document_id: str) -> Gone:
        """Remove every answer that something of a document may be in, and conversations that are left empty."""
        with self._sessions() as session:
            named = cast(col(AnswerRow.body), String).contains(document_id, autoescape=True)
            rows = session.exec(select(AnswerRow.id, AnswerRow.body).where(named)).all()
            standing = [row[0] for row in rows if document_id in stands_on(_ANSWER.validate_python(row[1]))]
            gone = Gone((), (), 0)
            for ids in _batches(standing):
                more = self._drop(session, col(AnswerRow.id).in_(ids))
                gone = gone.with_more(more)
            session.commit()
            return gone

    def of_owner(self, owner: str) -> Gone:
        """Remove all answers and conversations of a person."""
        with self._sessions() as session:
            gone = self._drop(session, col(AnswerRow.owner) == owner)
            kept = session.exec(select(ConversationRow.id).where(ConversationRow.owner == owner)).all()
            _drop_conversations(session, kept)
            session.commit()
            return Gone(gone.answers, gone.traces, gone.conversations + len(kept))

    def written_by(self, owner: str) -> list[str]:
        """What a person wrote: questions, and titles of conversations."""
        with self._sessions() as session:
            titles = session.exec(select(ConversationRow.title).where(ConversationRow.owner == owner)).all()
            bodies = session.exec(select(AnswerRow.body).where(AnswerRow.owner == owner))
            return [*titles, *(str(body.get("question", "")) for body in bodies)]

    def of_assistant(self, name: str) -> None:
        """Remove what was measured with an assistant that is gone, and the releases that name it."""
        with self._sessions() as session:
            session.exec(delete(MeasurementRow).where(col(MeasurementRow.assistant) == name))
            session.exec(delete(RepeatRow).where(col(RepeatRow.assistant) == name))
            named = cast(col(ReleaseRow.parts), String).contains(json.dumps(name), autoescape=True)
            session.exec(delete(ReleaseRow).where(named))
            session.commit()

    def said(self, piece: str) -> bool:
        """Whether somebody's question or answer holds these words."""
        holds = cast(col(AnswerRow.body), String).contains(json.dumps(piece)[1:-1], autoescape=True)
        with self._sessions() as session:
            return session.exec(select(AnswerRow.id).where(holds).limit(1)).first() is not None

    def before(self, moment: datetime) -> Gone:
        """Remove conversations that nothing was added to since a moment, and answers without one from before it."""
        with self._sessions() as session:
            old = session.exec(select(ConversationRow.id).where(col(ConversationRow.updated_at) < moment)).all()
            loose = (col(AnswerRow.conversation_id).is_(None)) & (col(AnswerRow.created_at) < moment)
            gone = self._drop(session, loose)
            answers, traces = list(gone.answers), list(gone.traces)
            for ids in _batches(old):
                more = self._drop(session, col(AnswerRow.conversation_id).in_(ids))
                answers += more.answers
                traces += more.traces
            _drop_conversations(session, old)
            session.commit()
            return Gone(tuple(answers), tuple(traces), len(old))

    def _drop(self, session: Session, which: ColumnElement[bool]) -> Gone:
        rows = session.exec(select(AnswerRow.id, AnswerRow.trace_id, AnswerRow.conversation_id).where(which)).all()
        for ids in _batches([row[0] for row in rows]):
            session.exec(delete(RepeatRow).where(col(RepeatRow.answer_id).in_(ids)))
            session.exec(delete(AnswerCitation).where(col(AnswerCitation.answer_id).in_(ids)))
            session.exec(delete(AnswerRow).where(col(AnswerRow.id).in_(ids)))
        touched = sorted({row[2] for row in rows if row[2] is not None})
        return Gone(tuple(row[0] for row in rows), tuple(row[1] for row in rows), _tidy(session, touched))


def _tidy(session: Session, conversations: Collection[str]) -> int:
    """Remove conversations that are empty now, and rename those whose first question is gone; how many were removed."""
    removed = 0
    for ids in _batches(conversations):
        filled = exists(select(AnswerRow.id).where(col(AnswerRow.conversation_id) == col(ConversationRow.id)))
        empty = session.exec(select(ConversationRow.id).where(col(ConversationRow.id).in_(ids), ~filled)).all()
        _drop_conversations(session, empty)
        removed += len(empty)
        for row in session.exec(select(ConversationRow).where(col(ConversationRow.id).in_(ids))):
            row.title = NAMELESS  # it was named after a question that may be gone
            session.add(row)
    return removed


def _drop_conversations(session: Session, conversations: Collection[str]) -> None:
    for ids in _batches(conversations):
        session.exec(delete(ConversationGroup).where(col(ConversationGroup.conversation_id).in_(ids)))
        session.exec(delete(ConversationRow).where(col(ConversationRow.id).in_(ids)))


def _batches(ids: Collection[str]) -> Iterator[list[str]]:
    named = list(ids)
    for start in range(0, len(named), AT_ONCE):
        yield named[start : start + AT_ONCE]
