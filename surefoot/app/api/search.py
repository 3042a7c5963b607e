"""POST /search: the passages nearest to a query."""

from __future__ import annotations

import time

from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from surefoot.app.api.asker import Asking, Parts, Who
from surefoot.app.api.conversions import passage_form
from surefoot.app.client.forms import SearchForm, SearchTimings
from surefoot.app.parts import App
from surefoot.core.journal import Act, ActKind
from surefoot.core.nouns import Asker
from surefoot.retrieval.index.port import Scope

router = APIRouter()


class SearchRequest(BaseModel):
    """What is searched, and where."""

    query: str = Field(min_length=1, max_length=20_000)
    assistant: str
    k: int = Field(default=10, ge=1, le=100)


@router.post("/search")
async def search(body: SearchRequest, parts: Parts, who: Who, asking: Asking) -> SearchForm:
    """Passages that the asker may see, best first; it counts as a question."""
    with asking:
        return await run_in_threadpool(_search, body, parts, who)


def _search(body: SearchRequest, parts: App, who: Asker) -> SearchForm:
    started = time.perf_counter()
    spec = parts.assistants.get(body.assistant, who)
    parts.note(Act(ActKind.SEARCHED, spec.name, body.query, who=who.id))
    found = parts.library.searcher.search(body.query, who, Scope(spec.name), body.k)
    total = (time.perf_counter() - started) * 1000
    timings = SearchTimings(encode=round(found.encode_ms, 2), search=round(found.search_ms, 2), total=round(total, 2))
    return SearchForm(passages=[passage_form(passage) for passage in found.passages], timings_ms=timings)
