"""/answers: what was answered before, with the asker's own thumb, and why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel

from surefoot.app.api.asker import Parts, Who
from surefoot.app.api.conversions import answer_form, feedback_form
from surefoot.app.client.forms import AnswerForm
from surefoot.app.errors import RequestRefused
from surefoot.app.parts import App
from surefoot.core.nouns import Asker
from surefoot.eval.monitoring.spans import Attribute
from surefoot.serving.conversations import KeptAnswer
from surefoot.serving.errors import UnknownAssistant

router = APIRouter()
FLUSH_SECONDS = 1.0
"""A trace that is asked for right after its answer may still be on its way into the table."""


class SpanForm(BaseModel):
    """A step of an answer."""

    span_id: str
    parent_id: str | None
    name: str
    started_at: datetime
    duration_ms: float
    attributes: dict[str, Attribute]
    status: str


class TraceForm(BaseModel):
    """The steps of an answer in the order of their start."""

    trace_id: str
    spans: list[SpanForm]


@router.get("/answers/{answer_id}")
def answer(answer_id: str, parts: Parts, who: Who) -> AnswerForm:
    """An answer of the asker."""
    return answer_forms([parts.records.answers.get(answer_id, who)], parts, who)[0]


@router.get("/traces/{trace_id}")
def trace(trace_id: str, parts: Parts, who: Who) -> TraceForm:
    """The steps of an answer of the asker."""
    parts.tracing.flush(FLUSH_SECONDS, "local")
    spans = parts.records.spans.trace(trace_id, who)
    if not spans:
        raise RequestRefused(f"There is no trace '{trace_id}', or it is not yours.", 404, "unknown_trace")
    return TraceForm(
        trace_id=trace_id,
        spans=[
            SpanForm(
                span_id=span.span_id,
                parent_id=span.parent_id,
                name=span.name,
                started_at=span.started_at,
                duration_ms=span.duration_ms,
                attributes=span.attributes,
                status=span.status,
            )
            for span in spans
        ],
    )


def answer_forms(kept: Sequence[KeptAnswer], parts: App, who: Asker) -> list[AnswerForm]:
    """Answers with the asker's thumbs and sent gaps."""
    ids = [k.answer.id for k in kept]
    thumbs = parts.records.feedback.of_answers(ids, who)
    sent = parts.records.gaps.sent(ids, who)
    return [
        answer_form(k.answer, owner_of(parts, k.answer.assistant)).model_copy(
            update={
                "created_at": k.created_at,
                "feedback": feedback_form(thumbs[k.answer.id]) if k.answer.id in thumbs else None,
                "gap_sent": k.answer.id in sent,
            }
        )
        for k in kept
    ]


def owner_of(parts: App, assistant: str) -> str:
    """The role that owns an assistant's knowledge base; answers outlive their assistant."""
    try:
        return parts.assistants.get(assistant).owner
    except UnknownAssistant:
        return ""
