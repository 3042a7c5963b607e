"""/answers: what was answered before, with the asker's own thumb, why, and whether its sources still say so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from surefoot.app.api.asker import Parts, Who
from surefoot.app.api.conversions import answer_form, citation_form, citing_form, feedback_form, gap_reply
from surefoot.app.api.provenances import how_form
from surefoot.app.api.standings import Standings
from surefoot.app.client.citation_forms import AnswerStateForm, AnswerStatesForm, CitingAnswersForm
from surefoot.app.client.forms import AnswerForm
from surefoot.app.errors import RequestRefused
from surefoot.app.parts import App
from surefoot.core.nouns import Answer, Asker
from surefoot.eval.monitoring.spans import Attribute
from surefoot.retrieval.lookup import passages_of
from surefoot.serving.conversations import KeptAnswer
from surefoot.serving.errors import UnknownAssistant

router = APIRouter()
FLUSH_SECONDS = 1.0
"""A trace that is asked for right after its answer may still be on its way into the table."""
MOST_ASKED = 50
"""Answers of which one request may ask whether they are stale."""
LONGEST_LIST = 5_000
"""Characters of their ids."""


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


@router.get("/answers/stale")
def states(ids: Annotated[str, Query(max_length=LONGEST_LIST)], parts: Parts, who: Who) -> AnswerStatesForm:
    """Whether the citations of answers still hold; for pages, which ask again and again."""
    wanted = {one for one in ids.split(",") if one}
    if len(wanted) > MOST_ASKED:
        raise RequestRefused(
            f"{len(wanted)} answers are too many for one request: name at most {MOST_ASKED}.", 422, "too_many"
        )
    answers = [shown(kept, parts, who) for kept in parts.records.answers.some(wanted, who)]
    now = Standings(parts.library, who, answers, compare=False)
    return AnswerStatesForm(answers=[AnswerStateForm(id=a.id, stale=now.stale(a), state=now.state(a)) for a in answers])


@router.get("/documents/{document_id}/answers")
def citing(document_id: str, parts: Parts, who: Who) -> CitingAnswersForm:
    """The asker's own answers that cite a document, newest first; also of one that is not there any more."""
    found = parts.records.answers.citing(document_id, who)
    return CitingAnswersForm(answers=[citing_form(kept, document_id) for kept in found])


@router.get("/answers/{answer_id}")
def answer(answer_id: str, parts: Parts, who: Who) -> AnswerForm:
    """An answer that the asker may read, and how it was made."""
    kept = parts.records.answers.seen(answer_id, who)
    form = answer_forms([kept], parts, who)[0]
    return form.model_copy(update={"how": how_form(shown(kept, parts, who), parts.library, who)})


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


def answer_forms(kept: Sequence[KeptAnswer], parts: App, who: Asker, reader: Asker | None = None) -> list[AnswerForm]:
    """Answers with the asker's thumbs and sent gaps, and what has become of their citations.

    reader: who reads them, where that is another one than the asker; both must be allowed to.
    """
    eyes = who if reader is None or reader.id == who.id else reader
    kept = [replace(k, answer=shown(k, parts, who)) for k in kept]
    kept = kept if eyes is who else [replace(k, answer=shown(k, parts, eyes)) for k in kept]
    now = Standings(parts.library, eyes, [k.answer for k in kept])
    ids = [k.answer.id for k in kept]
    thumbs = parts.records.feedback.of_answers(ids, who)
    sent = parts.records.gaps.of_answers(ids, who)
    return [
        _present(k.answer, parts, eyes).model_copy(
            update={
                "created_at": k.created_at,
                "feedback": feedback_form(thumbs[k.answer.id]) if k.answer.id in thumbs else None,
                "gap_sent": k.answer.id in sent,
                "gap_reply": gap_reply(sent.get(k.answer.id)),
                "citations": [citation_form(c, now.of(c)) for c in k.answer.citations],
                "stale": now.stale(k.answer),
                "state": now.state(k.answer),
            }
        )
        for k in kept
    ]


def shown(kept: KeptAnswer, parts: App, who: Asker) -> Answer:
    """An answer as the asker may read it at this moment; who else could answer is for its own asker alone."""
    own = kept.owner == who.id
    answer = parts.records.access.shown(kept.answer, who, own=own)
    if answer.elsewhere is None:
        return answer
    known = own and any(spec.name == answer.elsewhere.assistant for spec in parts.assistants.list(who))
    return answer if known else replace(answer, elsewhere=None)


def _present(answer: Answer, parts: App, who: Asker) -> AnswerForm:
    """An answer with the passages that were found for it, as far as they are still there for the asker."""
    owner = owner_of(parts, answer.assistant)
    if answer.how is None:
        return answer_form(answer, owner)
    there = passages_of(parts.library.editions, answer, who)
    if answer.gap is not None:
        known = {passage.chunk.id for passage in there}
        nearest = tuple(passage for passage in answer.gap.nearest if passage.chunk.id in known)
        answer = replace(answer, gap=replace(answer.gap, nearest=nearest))
    return answer_form(answer, owner, there)


def owner_of(parts: App, assistant: str) -> str:
    """The role that owns an assistant's knowledge base; answers outlive their assistant."""
    try:
        return parts.assistants.get(assistant).owner
    except UnknownAssistant:
        return ""
