"""/feedback and /gaps: thumbs on answers, and what was missing."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel

from surefoot.app.api.answers import owner_of
from surefoot.app.api.asker import Parts, Who
from surefoot.app.api.conversions import open_gap
from surefoot.app.client.forms import FeedbackForm, FeedbackSaved, GapSent, OpenGap
from surefoot.eval.feedback import Feedback

router = APIRouter()
REASONS = 20
REASON_LENGTH = 200


class GapOf(BaseModel):
    """The answer whose gap is sent."""

    answer_id: str


@router.post("/feedback")
def save(body: FeedbackForm, parts: Parts, who: Who) -> FeedbackSaved:
    """Keep a thumb on an answer of the asker, in the place of an earlier one."""
    answer = parts.records.answers.get(body.answer_id, who).answer
    reasons = tuple(dict.fromkeys(_storable(reason)[:REASON_LENGTH] for reason in body.reasons[:REASONS]))
    if body.rating == "down":
        parts.records.repeats.refuse(answer)
    feedback = Feedback(answer.id, body.rating, reasons, _storable(body.text))
    return FeedbackSaved(id=parts.records.feedback.save(feedback, who), answer_id=answer.id)


@router.post("/gaps")
def send(body: GapOf, parts: Parts, who: Who) -> GapSent:
    """Tell the owner of the knowledge base what was missing; a repetition gives the same id."""
    answer = parts.records.answers.get(body.answer_id, who).answer
    gap_id = parts.records.gaps.send(answer, who)
    return GapSent(id=gap_id, answer_id=answer.id, owner=owner_of(parts, answer.assistant))


@router.get("/gaps")
def gaps(assistant: str, parts: Parts, who: Who) -> list[OpenGap]:
    """The open gaps of an assistant, newest first."""
    return [open_gap(gap) for gap in parts.records.gaps.open(assistant, who)]


def _storable(text: str) -> str:
    """Without the one character that PostgreSQL does not keep."""
    return text.replace("\x00", "")
