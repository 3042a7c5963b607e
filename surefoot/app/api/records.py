"""/plans: what a question asks of an assistant's records, without reading them."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from surefoot.app.api.asker import Asking, Parts, Who
from surefoot.app.client.reading_forms import PlanForm
from surefoot.app.errors import RequestRefused
from surefoot.app.parts import App
from surefoot.core.nouns import Asker
from surefoot.retrieval.records.asking.outcomes import Asked, Half, NotRecords, Planned, Unclear
from surefoot.retrieval.records.desk import RecordDesk
from surefoot.retrieval.records.plan_form import plan_form
from surefoot.retrieval.records.telling import told_plan
from surefoot.serving.entrance import checked
from surefoot.serving.live.looking import Asks, Back

router = APIRouter()


class PlanRequest(BaseModel):
    """A question to plan."""

    question: str = Field(max_length=10_000)
    assistant: str


@router.post("/plans")
async def plan(request: PlanRequest, parts: Parts, who: Who, asking: Asking) -> PlanForm:
    """The plan of a question, or why there is none; it counts as a question."""
    with asking:
        return await run_in_threadpool(_plan, request, parts, who)


def _plan(request: PlanRequest, parts: App, who: Asker) -> PlanForm:
    parts.assistants.get(request.assistant, who)
    desk = parts.desks.desk(request.assistant)
    if desk is None:
        reason = parts.desks.problems.get(request.assistant, "it declares none: add a records.yaml to its folder")
        raise RequestRefused(f"'{request.assistant}' has no records to ask: {reason}.", 422, "no_records")
    question, now = checked(request.question), datetime.now(UTC)
    start = time.perf_counter()
    asked = desk.ask(question, who, now)
    milliseconds = round((time.perf_counter() - start) * 1000, 2)
    form = PlanForm(question=question, assistant=request.assistant, outcome="documents", milliseconds=milliseconds)
    return form.model_copy(update=_told(asked, Asks(desk, question, who, now), desk, now))


def _told(asked: Asked, asks: Asks, desk: RecordDesk, now: datetime) -> dict[str, object]:
    if isinstance(asked, NotRecords):
        return {}
    if isinstance(asked, (Half, Unclear)):
        back = asks.back(asked)
        reason = asked.reason.value if isinstance(asked, Unclear) else "words"
        left = list(asked.left) if isinstance(asked, Half) else []
        kind = "half" if isinstance(asked, Half) else "unclear"
        return {
            "outcome": kind,
            "reason": reason,
            "left": left,
            "text": back.text,
            "options": list(back.options) if isinstance(back, Back) else [],
        }
    return {
        "outcome": "planned" if isinstance(asked, Planned) else "with_limit",
        "by": "rules",
        "plan": plan_form(asked.plan),
        "told": told_plan(asked.plan, desk.semantics, now),
        "assumed": asked.assumed if isinstance(asked, Planned) else "",
    }
