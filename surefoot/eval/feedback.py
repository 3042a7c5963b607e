"""Keeps thumbs on answers, and the gaps that people report."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, func, select, update

from surefoot.core.nouns import Answer, Asker
from surefoot.eval.errors import NothingMissing, UnknownGap
from surefoot.eval.tables import FeedbackRow, GapRow

Rating = Literal["up", "down"]
OPEN, CLOSED = "open", "closed"
MOST = 200
"""Gaps that are listed at once."""


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
    sender: str
    """Id of who sent it."""
    closed: bool = False
    reply: str = ""
    """What who closed it tells the sender."""
    closed_at: datetime | None = None


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

    def of_answers(self, answer_ids: list[str], asker: Asker) -> dict[str, KeptGap]:
        """The gaps that the asker has sent of these answers, by answer id."""
        found = select(GapRow).where(GapRow.owner == asker.id, col(GapRow.answer_id).in_(answer_ids))
        with self._sessions() as session:
            return {row.answer_id: _gap(row) for row in session.exec(found)}

    def about(self, assistants: Collection[str], *, closed: bool = False, limit: int = MOST) -> list[KeptGap]:
        """The gaps that anybody sent of some assistants, newest first: for who looks after their documents."""
        found = (
            select(GapRow)
            .where(col(GapRow.assistant).in_(list(assistants)), GapRow.status == (CLOSED if closed else OPEN))
            .order_by(col(GapRow.created_at).desc(), col(GapRow.id))
            .limit(limit)
        )
        with self._sessions() as session:
            return [_gap(row) for row in session.exec(found)]

    def count(self, assistants: Collection[str]) -> dict[str, int]:
        """How many are open of each of some assistants; those without any are left out."""
        found = (
            select(GapRow.assistant, func.count())
            .where(col(GapRow.assistant).in_(list(assistants)), GapRow.status == OPEN)
            .group_by(GapRow.assistant)
        )
        with self._sessions() as session:
            return dict(session.exec(found).all())

    def settle(self, gap_id: str, assistants: Collection[str], by: Asker, reply: str | None) -> KeptGap:
        """Close a gap of one of the assistants with words to its sender, or open it again (None).

        Closing a closed one gives it the new words. Raises UnknownGap.
        """
        with self._sessions() as session:
            row = session.get(GapRow, gap_id)
            if row is None or row.assistant not in assistants:
                raise UnknownGap(f"There is no gap '{gap_id}', or you may not see it.")
            row.status = OPEN if reply is None else CLOSED
            row.reply, row.closed_by = reply or "", None if reply is None else by.id
            row.closed_at = None if reply is None else datetime.now(UTC)
            row.seen_at = None
            session.add(row)
            session.commit()
            session.refresh(row)
            return _gap(row)

    def answered(self, asker: Asker) -> list[KeptGap]:
        """The asker's gaps that were closed, which they have not seen yet; the latest first."""
        found = (
            select(GapRow)
            .where(GapRow.owner == asker.id, GapRow.status == CLOSED, col(GapRow.seen_at).is_(None))
            .order_by(col(GapRow.closed_at).desc(), col(GapRow.id))
            .limit(MOST)
        )
        with self._sessions() as session:
            return [_gap(row) for row in session.exec(found)]

    def seen(self, gap_id: str, asker: Asker) -> None:
        """The asker saw what became of a gap of theirs; nothing where it is open or another's."""
        theirs = (col(GapRow.id) == gap_id, col(GapRow.owner) == asker.id, col(GapRow.status) == CLOSED)
        with self._sessions() as session:
            session.exec(update(GapRow).where(*theirs).values(seen_at=datetime.now(UTC)))
            session.commit()

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
                    status=OPEN,
                    created_at=datetime.now(UTC),
                )
                session.add(row)
                session.commit()
            return row.id


def _feedback(row: FeedbackRow) -> Feedback:
    return Feedback(row.answer_id, "up" if row.rating == "up" else "down", tuple(row.reasons), row.text)


def _gap(row: GapRow) -> KeptGap:
    return KeptGap(
        row.id,
        row.answer_id,
        row.assistant,
        row.question,
        row.missing,
        _utc(row.created_at),
        sender=row.owner,
        closed=row.status == CLOSED,
        reply=row.reply,
        closed_at=_utc(row.closed_at) if row.closed_at else None,
    )


def _utc(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
