"""Keeps thumbs on answers, and the gaps that people report."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from surefoot.core.nouns import Answer, Asker
from surefoot.eval.errors import NothingMissing
from surefoot.eval.tables import FeedbackRow, GapRow

Rating = Literal["up", "down"]


@dataclass(frozen=True, slots=True)
class Feedback:
    """A thumb on an answer."""

    answer_id: str
    rating: Rating
    reasons: tuple[str, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class KeptGap:
    """A question that the documents could not answer, as its knowledge base's owner sees it."""

    id: str
    answer_id: str
    assistant: str
    question: str
    missing: str
    created_at: datetime


class FeedbackStore:
    """Keeps each owner's latest thumb on an answer."""

    def __init__(self, sessions: Callable[[], Session]) -> None:
        self._sessions = sessions

    def save(self, feedback: Feedback, asker: Asker) -> str:
        """Keep a thumb in the place of the asker's earlier one on the same answer; gives its id."""
        try:
            return self._save(feedback, asker)
        except IntegrityError:  # two first thumbs at once: the other is there now, so this one replaces it
            return self._save(feedback, asker)

    def get(self, answer_id: str, asker: Asker) -> Feedback | None:
        """The asker's thumb on an answer."""
        with self._sessions() as session:
            row = self._row(session, answer_id, asker)
            return None if row is None else _feedback(row)

    def of_answers(self, answer_ids: list[str], asker: Asker) -> dict[str, Feedback]:
        """The asker's thumbs on these answers, by answer id."""
        found = select(FeedbackRow).where(FeedbackRow.owner == asker.id, col(FeedbackRow.answer_id).in_(answer_ids))
        with self._sessions() as session:
            return {row.answer_id: _feedback(row) for row in session.exec(found)}

    def _save(self, feedback: Feedback, asker: Asker) -> str:
        with self._sessions() as session:
            row = self._row(session, feedback.answer_id, asker)
            if row is None:
                row = FeedbackRow(
                    id=uuid.uuid4().hex,
                    owner=asker.id,
                    answer_id=feedback.answer_id,
                    rating=feedback.rating,
                    reasons=[],
                    text="",
                    created_at=datetime.now(UTC),
                )
            row.rating = feedback.rating
            row.reasons = list(feedback.reasons)
            row.text = feedback.text
            row.created_at = datetime.now(UTC)
            session.add(row)
            session.commit()
            return row.id

    @staticmethod
    def _row(session: Session, answer_id: str, asker: Asker) -> FeedbackRow | None:
        return session.exec(
            select(FeedbackRow).where(FeedbackRow.owner == asker.id, FeedbackRow.answer_id == answer_id)
        ).one_or_none()


class GapStore:
    """Keeps gaps until the owner of the knowledge base closes them."""

    def __init__(self, sessions: Callable[[], Session]) -> None:
        self._sessions = sessions

    def send(self, answer: Answer, asker: Asker) -> str:
        """Keep the gap of an answer; gives its id, the same on repetition. Raises NothingMissing."""
        if answer.gap is None:
            raise NothingMissing(f"Answer '{answer.id}' misses nothing: there is no gap to send.")
        try:
            return self._send(answer, answer.gap.missing, asker)
        except IntegrityError:  # sent twice at once: the other is there now
            return self._send(answer, answer.gap.missing, asker)

    def sent(self, answer_ids: list[str], asker: Asker) -> set[str]:
        """Those of the answers whose gap the asker has sent."""
        found = select(GapRow.answer_id).where(GapRow.owner == asker.id, col(GapRow.answer_id).in_(answer_ids))
        with self._sessions() as session:
            return set(session.exec(found))

    def open(self, assistant: str, asker: Asker, limit: int = 200) -> list[KeptGap]:
        """The asker's open gaps of an assistant, newest first."""
        found = (
            select(GapRow)
            .where(GapRow.assistant == assistant, GapRow.owner == asker.id, GapRow.status == "open")
            .order_by(col(GapRow.created_at).desc(), col(GapRow.id))
            .limit(limit)
        )
        with self._sessions() as session:
            return [_gap(row) for row in session.exec(found)]

    def _send(self, answer: Answer, missing: str, asker: Asker) -> str:
        found = select(GapRow).where(GapRow.owner == asker.id, GapRow.answer_id == answer.id)
        with self._sessions() as session:
            row = session.exec(found).one_or_none()
            if row is None:
                row = GapRow(
                    id=uuid.uuid4().hex,
                    owner=asker.id,
                    answer_id=answer.id,
                    assistant=answer.assistant,
                    question=answer.question,
                    missing=missing,
                    status="open",
                    created_at=datetime.now(UTC),
                )
                session.add(row)
                session.commit()
            return row.id


def _feedback(row: FeedbackRow) -> Feedback:
    return Feedback(row.answer_id, "up" if row.rating == "up" else "down", tuple(row.reasons), row.text)


def _gap(row: GapRow) -> KeptGap:
    created = row.created_at if row.created_at.tzinfo else row.created_at.replace(tzinfo=UTC)
    return KeptGap(row.id, row.answer_id, row.assistant, row.question, row.missing, created)
