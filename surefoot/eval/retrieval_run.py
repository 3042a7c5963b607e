"""Measures how well the search finds the marked documents of a question set."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from surefoot.core.nouns import Asker, Chunk
from surefoot.eval.errors import QuestionSetInvalid
from surefoot.eval.metrics import ndcg_at, recall_at
from surefoot.eval.question_sets import CorpusText, MarkedQuestion, check_relevant
from surefoot.retrieval.bm25 import Bm25
from surefoot.retrieval.editions import Edition
from surefoot.retrieval.encoders import DenseEncoder, HybridEncoder
from surefoot.retrieval.index.edge import EdgeIndex
from surefoot.retrieval.index.port import EncodedChunk, Index, Scope
from surefoot.retrieval.search import Asked, EditionSearcher, encoding_text

Progress = Callable[[int, int], None]
"""Told how many of how many texts and questions are done."""

CUT_OFF = 10
_SLICE = 256
"""Texts that are encoded and stored together."""
_ASKER = Asker("evaluation", frozenset({"evaluation"}))
_SCOPE = Scope("evaluation")


@dataclass(frozen=True, slots=True)
class RetrievalScores:
    """Means over all questions, from 0 to 1."""

    questions: int
    ndcg10: float
    recall10: float
    recall1: float
    seconds: float
    """For encoding, indexing and searching together."""


def no_progress(done: int, total: int) -> None:
    """Tell nobody."""


def evaluate_retrieval(
    corpus: Iterable[CorpusText],
    questions: Sequence[MarkedQuestion],
    dense: DenseEncoder,
    folder: Path,
    progress: Progress = no_progress,
) -> RetrievalScores:
    """Index the corpus in a scratch index below `folder`, ask all questions, and score the first ten documents.

    A document is one chunk; what goes beyond the dense encoder's budget is found by its words alone.
    Raises QuestionSetInvalid where there are no questions, or none such as the corpus can answer.
    """
    texts = list(corpus)
    if not questions:
        raise QuestionSetInvalid("There are no questions to ask.")
    check_relevant(texts, questions)
    started = perf_counter()
    chunks = [as_chunk(text) for text in texts]
    encoder = HybridEncoder(dense, Bm25(mean_length(chunks)))
    total = len(chunks) + len(questions)
    with scratch_index(chunks, encoder, folder, lambda done: progress(done, total)) as index:
        rankings = ask(index, questions, encoder, lambda done: progress(len(chunks) + done, total))
    return _scores(questions, rankings, perf_counter() - started)


@contextmanager
def scratch_index(
    chunks: Sequence[Chunk], encoder: HybridEncoder, folder: Path, told: Callable[[int], None]
) -> Generator[EdgeIndex]:
    """An index of the chunks below `folder` that goes at the end; `told` how many are in it."""
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder, prefix="retrieval-") as scratch:
        index = EdgeIndex(Path(scratch), encoder.dense.dimension)
        try:
            _fill(index, chunks, encoder, told)
            yield index
        finally:
            index.close()


def as_chunk(text: CorpusText) -> Chunk:
    """A document of a corpus as one chunk."""
    return Chunk(
        id=str(uuid.uuid5(uuid.NAMESPACE_OID, text.id)),
        document_id=text.id,
        assistant=_SCOPE.assistant,
        title=text.title,
        version="1",
        groups=_ASKER.groups,
        ordinal=0,
        heading_path=(),
        text=text.text,
        page=None,
        start=0,
        end=len(text.text),
        content_hash="",
    )


def mean_length(chunks: Sequence[Chunk]) -> float:
    """Mean number of terms, as BM25 wants to know it; 1 for a corpus without any."""
    count = Bm25().terms
    return max(1.0, sum(len(count(encoding_text(chunk))) for chunk in chunks) / len(chunks))


def _fill(index: Index, chunks: Sequence[Chunk], encoder: HybridEncoder, progress: Callable[[int], None]) -> None:
    for start in range(0, len(chunks), _SLICE):
        some = chunks[start : start + _SLICE]
        encodings = encoder.encode_documents([encoding_text(chunk) for chunk in some])
        index.add([EncodedChunk(chunk, encoding) for chunk, encoding in zip(some, encodings, strict=True)])
        progress(start + len(some))


def ask(
    index: Index, questions: Sequence[MarkedQuestion], encoder: HybridEncoder, progress: Callable[[int], None]
) -> list[list[str]]:
    """The ids of the first ten documents for each question."""
    searcher = EditionSearcher(Edition(encoder, index))
    rankings: list[list[str]] = []
    for start in range(0, len(questions), _SLICE):
        some = questions[start : start + _SLICE]
        encodings = encoder.encode_questions([question.question for question in some])
        for asked in (Asked(one.question, encoding) for one, encoding in zip(some, encodings, strict=True)):
            found = searcher.found(asked, _ASKER, _SCOPE, CUT_OFF)
            rankings.append([passage.chunk.document_id for passage in found])
        progress(start + len(some))
    return rankings


def _scores(questions: Sequence[MarkedQuestion], rankings: Sequence[list[str]], seconds: float) -> RetrievalScores:
    scored = list(zip(rankings, (question.relevant for question in questions), strict=True))
    return RetrievalScores(
        questions=len(questions),
        ndcg10=sum(ndcg_at(CUT_OFF, *one) for one in scored) / len(scored),
        recall10=sum(recall_at(CUT_OFF, *one) for one in scored) / len(scored),
        recall1=sum(recall_at(1, *one) for one in scored) / len(scored),
        seconds=seconds,
    )
