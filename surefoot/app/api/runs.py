"""/runs: what goes on with sources, live and afterwards, and what people do about it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from surefoot.app.api.asker import Parts, Who
from surefoot.app.api.knowledge import Work, failure_form, item_form, may_see, run_form, visible_run
from surefoot.app.client.run_forms import (
    AcceptOrder,
    FailureList,
    ItemStatus,
    RetryOrder,
    RunForm,
    RunItemList,
    RunList,
)

router = APIRouter()


class RunsAsked(BaseModel):
    """Which runs are looked for."""

    assistant: str | None = None
    source: str | None = None
    limit: int = Query(50, ge=1, le=500)


class ItemsAsked(BaseModel):
    """Which of a run's documents are looked for."""

    status: ItemStatus | None = None
    offset: int = Query(0, ge=0, le=10_000_000)
    limit: int = Query(100, ge=1, le=1000)


@router.get("/runs")
def runs(asked: Annotated[RunsAsked, Query()], work: Work, parts: Parts, who: Who) -> RunList:
    """The newest runs first."""
    if asked.assistant is not None:
        parts.assistants.get(asked.assistant, who)
    there = {one.id: one for one in work.parts.sources.list()}
    found = work.parts.runs.list(asked.assistant, asked.source, asked.limit)
    seen = [one for one in found if may_see(one, there.get(one.source_id or ""), who)]
    return RunList(runs=[run_form(work, one, there) for one in seen])


@router.get("/runs/{run_id}")
def run(run_id: str, work: Work, who: Who) -> RunForm:
    """One run with its progress."""
    return run_form(work, visible_run(work, run_id, who))


@router.get("/runs/{run_id}/items")
def items(run_id: str, asked: Annotated[ItemsAsked, Query()], work: Work, who: Who) -> RunItemList:
    """A page of a run's documents, by path."""
    run = visible_run(work, run_id, who)
    found, total = work.parts.items.page(run.id, asked.status, asked.offset, asked.limit)
    return RunItemList(items=[item_form(item) for item in found], total=total, offset=asked.offset)


@router.get("/runs/{run_id}/failures")
def failures(run_id: str, work: Work, who: Who) -> FailureList:
    """Why documents failed or were rejected, the most frequent reason first."""
    found = work.parts.items.failures(visible_run(work, run_id, who).id)
    return FailureList(failures=[failure_form(reason) for reason in found])


@router.post("/runs/{run_id}/cancel")
def cancel(run_id: str, work: Work, who: Who) -> RunForm:
    """End a run after the document at hand."""
    return run_form(work, work.control.cancel(visible_run(work, run_id, who)))


@router.post("/runs/{run_id}/pause")
def pause(run_id: str, work: Work, who: Who) -> RunForm:
    """Halt a run after the document at hand."""
    return run_form(work, work.control.pause(visible_run(work, run_id, who)))


@router.post("/runs/{run_id}/resume")
def resume(run_id: str, work: Work, who: Who) -> RunForm:
    """Go on with a paused run."""
    return run_form(work, work.control.resume(visible_run(work, run_id, who)))


@router.post("/runs/{run_id}/confirm")
def confirm(run_id: str, work: Work, who: Who) -> RunForm:
    """Let a run remove the many documents that its source no longer has."""
    return run_form(work, work.control.confirm(visible_run(work, run_id, who)))


@router.post("/runs/{run_id}/retry", status_code=202)
def retry(run_id: str, order: RetryOrder, work: Work, who: Who) -> RunForm:
    """Begin a run that tries documents again: those named, or all that failed."""
    found = visible_run(work, run_id, who)
    return run_form(work, work.control.retry(found, who.id, None if order.all else order.paths))


@router.post("/runs/{run_id}/accept", status_code=202)
def accept(run_id: str, order: AcceptOrder, work: Work, who: Who) -> RunForm:
    """Begin a run that takes in rejected documents although a quality rule rejects them."""
    return run_form(work, work.control.accept(visible_run(work, run_id, who), who.id, order.paths))
