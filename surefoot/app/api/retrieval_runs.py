"""POST /eval/retrieval: measures the search over a corpus and marked questions."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, File, Form, Request, UploadFile

from surefoot.app.api.asker import Parts, Who
from surefoot.app.api.streams import unless_gone
from surefoot.app.client.eval_forms import RetrievalScores
from surefoot.app.errors import RequestRefused
from surefoot.eval.question_sets import read_corpus, read_questions
from surefoot.eval.retrieval_run import evaluate_retrieval
from surefoot.retrieval.encoders import DenseEncoder

router = APIRouter()


@router.post("/eval/retrieval")
async def retrieval(
    corpus: Annotated[UploadFile, File()],
    questions: Annotated[UploadFile, File()],
    request: Request,
    parts: Parts,
    _who: Who,
    encoder: Annotated[str | None, Form(max_length=200)] = None,
) -> RetrievalScores:
    """Index the corpus aside, ask the questions, score; ends early when the client leaves.

    encoder: one of those that editions can be made with; that of the live edition where it is left out.
    """
    gone = threading.Event()
    library = parts.library
    dense = (library.keeper.encoders.get(encoder) if encoder else library.encoder).dense
    sent = (await corpus.read(), await questions.read())
    measured = asyncio.to_thread(_measure, sent, dense, parts.scratch, gone)
    try:
        return await unless_gone(request, measured)
    finally:
        gone.set()


def _measure(sent: tuple[bytes, bytes], dense: DenseEncoder, scratch: Path, gone: threading.Event) -> RetrievalScores:
    def stop_when_gone(_done: int, _total: int) -> None:
        if gone.is_set():
            raise RequestRefused("The client has left.", 499, "client_gone")

    corpus, questions = (one.split(b"\n") for one in sent)
    scores = evaluate_retrieval(read_corpus(corpus), read_questions(questions), dense, scratch, stop_when_gone)
    return RetrievalScores.model_validate(
        {
            "questions": scores.questions,
            "ndcg@10": round(scores.ndcg10, 4),
            "recall@10": round(scores.recall10, 4),
            "recall@1": round(scores.recall1, 4),
            "seconds": round(scores.seconds, 2),
        }
    )
