"""POST /eval/retrieval: measures the search over a corpus and marked questions."""

from __future__ import annotations

import asyncio
import threading
from typing import Annotated

from fastapi import APIRouter, File, Request, UploadFile

from surefoot.app.api.asker import Parts, Who
from surefoot.app.api.streams import unless_gone
from surefoot.app.client.eval_forms import RetrievalScores
from surefoot.app.errors import RequestRefused
from surefoot.app.parts import App
from surefoot.eval.question_sets import read_corpus, read_questions
from surefoot.eval.retrieval_run import evaluate_retrieval

router = APIRouter()


@router.post("/eval/retrieval")
async def retrieval(
    corpus: Annotated[UploadFile, File()],
    questions: Annotated[UploadFile, File()],
    request: Request,
    parts: Parts,
    _who: Who,
) -> RetrievalScores:
    """Index the corpus aside, ask the questions, score; ends early when the client leaves."""
    gone = threading.Event()
    measured = asyncio.to_thread(_measure, parts, await corpus.read(), await questions.read(), gone)
    try:
        return await unless_gone(request, measured)
    finally:
        gone.set()


def _measure(parts: App, corpus: bytes, questions: bytes, gone: threading.Event) -> RetrievalScores:
    def stop_when_gone(_done: int, _total: int) -> None:
        if gone.is_set():
            raise RequestRefused("The client has left.", 499, "client_gone")

    scores = evaluate_retrieval(
        read_corpus(corpus.split(b"\n")),
        read_questions(questions.split(b"\n")),
        parts.library.encoder.dense,
        parts.scratch,
        stop_when_gone,
    )
    return RetrievalScores.model_validate(
        {
            "questions": scores.questions,
            "ndcg@10": round(scores.ndcg10, 4),
            "recall@10": round(scores.recall10, 4),
            "recall@1": round(scores.recall1, 4),
            "seconds": round(scores.seconds, 2),
        }
    )
