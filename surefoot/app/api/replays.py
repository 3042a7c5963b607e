"""POST /answers/{id}/replay: the same question again, as the library is now, and what differs."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import aclosing
from datetime import datetime

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool

from surefoot.app.api.answers import answer_forms
from surefoot.app.api.asker import Asking, Parts, Who
from surefoot.app.api.provenances import Reader, reader_of
from surefoot.app.api.streams import unless_gone
from surefoot.app.client.how_forms import QuoteForm
from surefoot.app.client.replay_forms import ChangedDocumentForm, ChangedQuotesForm, ChangedSettingForm, ReplayForm
from surefoot.app.parts import App
from surefoot.core.nouns import Answer, AnswerReady, Asker
from surefoot.core.provenance import Found, Place
from surefoot.ingestion.catalogue import Status
from surefoot.serving.conversations import KeptAnswer
from surefoot.serving.replay import Changed, Replay, again, compared

router = APIRouter()
CLOSED_TITLE = "A document that you may not see, or not any more"


@router.post("/answers/{answer_id}/replay")
async def replay(answer_id: str, request: Request, parts: Parts, who: Who, asking: Asking) -> ReplayForm:
    """Run an answer of the asker again with what was remembered then; nothing is recorded. It counts as a question."""
    kept = await run_in_threadpool(parts.records.answers.get, answer_id, who)
    with asking:
        after = await unless_gone(request, _run(kept.answer, parts, who))
    return await run_in_threadpool(_form, kept, after, parts, who)


async def _run(answer: Answer, parts: App, who: Asker) -> Answer:
    async with aclosing(parts.service.answer(again(answer, who))) as events:
        async for event in events:
            if isinstance(event, AnswerReady):
                return event.answer
    raise RuntimeError("The answer's events ended without an answer.")


def _form(kept: KeptAnswer, after: Answer, parts: App, who: Asker) -> ReplayForm:
    before = kept.answer
    releases = (parts.records.releases.parts(before.release), parts.records.releases.parts(after.release))
    found = compared(before, after, releases)
    old, new = (reader_of(one, parts.library, who) for one in (before, after))
    forms = answer_forms([kept, KeptAnswer(after, kept.created_at)], parts, who)
    return ReplayForm(
        same=found.same,
        same_text=found.same_text,
        passages=_changed(found.passages, old, new),
        sentences=_changed(found.sentences, old, new),
        settings=[ChangedSettingForm(name=name, was=was, now=now) for name, (was, now) in found.settings.items()],
        documents=_documents(found, kept.created_at, parts, who),
        before=forms[0],
        after=forms[1].model_copy(update={"created_at": None}),
    )


def _changed(changed: Changed[Found] | Changed[Place], old: Reader, new: Reader) -> ChangedQuotesForm:
    gone, come = _quotes(changed.gone, old), _quotes(changed.come, new)
    return ChangedQuotesForm(same=changed.same, gone=gone, come=come, vanished=len(changed.gone) - len(gone))


def _quotes(some: Sequence[Found] | Sequence[Place], reader: Reader) -> list[QuoteForm]:
    quotes = (reader.passage(one) if isinstance(one, Found) else reader.quote(one) for one in some)
    return [quote for quote in quotes if quote is not None]


def _documents(found: Replay, since: datetime, parts: App, who: Asker) -> list[ChangedDocumentForm]:
    """Documents behind the differences that are others than they were when the answer was given."""
    forms: list[ChangedDocumentForm] = []
    differing = (*found.passages.gone, *found.passages.come)
    titles = {c.document_id: c.title for c in found.before.citations}
    ids = dict.fromkeys(one.document_id for one in differing)
    _, closed = parts.library.catalogue.sight(ids, who)
    if not parts.records.access.readable(found.before, who, own=True):
        titles = {}  # what became of a document that was deleted cannot be told from one that was closed before
    for document_id in ids:
        entry = parts.library.catalogue.get(document_id, who)
        if document_id in closed:
            forms.append(ChangedDocumentForm(document_id="", title=CLOSED_TITLE, became="gone"))
        elif entry is None or entry.status is not Status.READY:
            title = titles.get(document_id, "A document that is not there any more")
            forms.append(ChangedDocumentForm(document_id=document_id, title=title, became="gone"))
        elif entry.updated_at > since:
            became = "added" if entry.created_at > since else "changed"
            forms.append(ChangedDocumentForm(document_id=document_id, title=entry.title, became=became))
    return forms
