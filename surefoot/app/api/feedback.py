"""/feedback and /gaps: thumbs on answers, and what was missing."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel

from surefoot.app.accounts.actor import Actor
from surefoot.app.accounts.permissions import Permission
from surefoot.app.api.answers import owner_of
from surefoot.app.api.asker import By, Parts, Who
from surefoot.app.api.conversions import open_gap
from surefoot.app.client.forms import FeedbackForm, FeedbackSaved, GapChange, GapSent, OpenGap
from surefoot.app.parts import App
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
def gaps(assistant: str, parts: Parts, who: Who, by: By, status: Literal["open", "closed"] = "open") -> list[OpenGap]:
    """What anybody missed in the documents of an assistant that one may use, newest first."""
    known = parts.assistants.get(assistant, who).name
    names = _names(parts, by)
    found = parts.records.gaps.about([known], closed=status == "closed")
    return [open_gap(gap, names.get(gap.sender, "")) for gap in found]


@router.patch("/gaps/{gap_id}")
def settle(gap_id: str, body: GapChange, parts: Parts, who: Who, by: By) -> OpenGap:
    """Close a gap with words to who sent it, or open it again."""
    mine = [spec.name for spec in parts.assistants.list(who)]
    reply = _storable(body.reply).strip() if body.status == "closed" else None
    gap = parts.records.gaps.settle(gap_id, mine, who, reply)
    return open_gap(gap, _names(parts, by).get(gap.sender, ""))


@router.put("/gaps/{gap_id}/seen", status_code=204)
def seen(gap_id: str, parts: Parts, who: Who) -> None:
    """Say that one saw what became of a gap that one sent."""
    parts.records.gaps.seen(gap_id, who)


def _names(parts: App, by: Actor) -> dict[str, str]:
    """People by id, for who may see people; nobody for others: that something is missing is enough to know."""
    if not parts.accounts.on or not by.may(Permission.MANAGE_PEOPLE):
        return {}
    return parts.accounts.people.names()


def _storable(text: str) -> str:
    """Without the one character that PostgreSQL does not keep."""
    return text.replace("\x00", "")
