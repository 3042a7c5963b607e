"""Takes thumbs, gaps, spans and notes out for good, with the answers or the person that they belong to."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator
from datetime import datetime

from sqlmodel import Session, col, delete, select, update

from surefoot.eval.monitoring.spans import SpanStore
from surefoot.eval.tables import AlertDelivery, AlertRow, FeedbackRow, GapRow, SpanRow

AT_ONCE = 500


class Forgetting:
    """Deletes over eval's tables; each call is one transaction and may be repeated."""

    def __init__(self, sessions: Callable[[], Session]) -> None:
        self._sessions = sessions

    def of_answers(self, answers: Collection[str], traces: Collection[str]) -> None:
        """Remove what was said about answers, and their traces."""
        with self._sessions() as session:
            for ids in _batches(answers):
                session.exec(delete(FeedbackRow).where(col(FeedbackRow.answer_id).in_(ids)))
                session.exec(delete(GapRow).where(col(GapRow.answer_id).in_(ids)))
            for ids in _batches(traces):
                session.exec(delete(SpanRow).where(col(SpanRow.trace_id).in_(ids)))
            session.commit()

    def of_owner(self, owner: str) -> None:
        """Remove a person's thumbs, gaps and traces, and the words and name that they left on gaps and alerts."""
        with self._sessions() as session:
            session.exec(delete(FeedbackRow).where(col(FeedbackRow.owner) == owner))
            session.exec(delete(GapRow).where(col(GapRow.owner) == owner))
            closed = col(GapRow.closed_by) == owner
            session.exec(update(GapRow).where(closed).values(closed_by="", reply=""))
            session.exec(delete(SpanRow).where(col(SpanRow.owner) == owner))
            theirs = col(AlertRow.acknowledged_by) == owner
            alerts = session.exec(select(AlertRow.id).where(theirs)).all()
            for ids in _batches(alerts):
                for row in session.exec(select(AlertDelivery).where(col(AlertDelivery.alert_id).in_(ids))):
                    row.body = _nobodys(row.body)
            session.exec(update(AlertRow).where(theirs).values(acknowledged_by="", note=""))
            session.commit()

    def written_by(self, owner: str) -> list[str]:
        """What a person wrote: on thumbs, about gaps, and on alerts."""
        with self._sessions() as session:
            thumbs = session.exec(select(FeedbackRow.text).where(FeedbackRow.owner == owner)).all()
            gaps = session.exec(select(GapRow.question).where(GapRow.owner == owner)).all()
            missing = session.exec(select(GapRow.missing).where(GapRow.owner == owner)).all()
            notes = session.exec(select(AlertRow.note).where(AlertRow.acknowledged_by == owner)).all()
            replies = session.exec(select(GapRow.reply).where(GapRow.closed_by == owner)).all()
            return [*thumbs, *gaps, *missing, *replies, *notes]

    def traces_before(self, moment: datetime) -> int:
        """Remove spans that began before a moment; how many."""
        return SpanStore(self._sessions).delete_before(moment)


def _nobodys(body: str) -> str:
    """A message about an alert without who took care of it, and what they said."""
    told = json.loads(body)
    told["alert"].update(acknowledged_by="", note="")
    return json.dumps(told, ensure_ascii=False)


def _batches(ids: Collection[str]) -> Iterator[list[str]]:
    named = list(ids)
    for start in range(0, len(named), AT_ONCE):
        yield named[start : start + AT_ONCE]
