"""Hybrid search against each of its two rankings alone, on real claims and abstracts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from surefoot.core.nouns import Encoding
from surefoot.eval.metrics import ndcg_at, recall_at
from surefoot.eval.question_sets import CorpusText, MarkedQuestion, read_corpus, read_questions
from surefoot.retrieval.bm25 import Bm25
from surefoot.retrieval.encoders import HybridEncoder, MiniLM
from surefoot.retrieval.index.edge import EdgeIndex
from surefoot.retrieval.index.port import EncodedChunk
from surefoot.retrieval.search import encoding_text
from tests.conftest import missing
from tests.retrieval.passages import ANN, FLEET, a_passage

SCIFACT = Path(__file__).parents[3] / "shared" / "data" / "scifact"
DOCUMENTS = 200


@pytest.fixture(scope="module")
def claims() -> tuple[list[CorpusText], list[MarkedQuestion]]:
    """Some documents, and the questions that they answer."""
    if not SCIFACT.is_dir():
        missing(f"the SciFact set: put corpus.jsonl and questions.jsonl into {SCIFACT}")
    with (SCIFACT / "corpus.jsonl").open("rb") as corpus, (SCIFACT / "questions.jsonl").open("rb") as questions:
        asked = read_questions(questions)[:60]
        wanted = {name for question in asked for name in question.relevant}
        texts = sorted(read_corpus(corpus), key=lambda text: (text.id not in wanted, text.id))
    return texts[:DOCUMENTS], asked


def test_hybrid_search_is_at_least_as_good_as_either_ranking_alone(
    claims: tuple[list[CorpusText], list[MarkedQuestion]], minilm: MiniLM, tmp_path: Path
) -> None:
    texts, asked = claims
    encoder = HybridEncoder(minilm, Bm25(150))
    index = EdgeIndex(tmp_path)
    chunks = [a_passage(text.text[:500], document=text.id, title=text.title, heading_path=()).chunk for text in texts]
    encodings = encoder.encode_documents([encoding_text(chunk) for chunk in chunks])
    index.add([EncodedChunk(chunk, encoding) for chunk, encoding in zip(chunks, encodings, strict=True)])
    questions = encoder.encode_questions([question.question for question in asked])

    def scores(encoded: list[Encoding]) -> tuple[float, float]:
        rankings = [[p.chunk.document_id for p in index.search(one, ANN, FLEET, limit=10)] for one in encoded]
        pairs = list(zip(rankings, (question.relevant for question in asked), strict=True))
        recall = sum(recall_at(10, *pair) for pair in pairs) / len(pairs)
        return recall, sum(ndcg_at(10, *pair) for pair in pairs) / len(pairs)

    hybrid = scores(questions)
    by_meaning = scores([replace(one, sparse_indices=(), sparse_values=()) for one in questions])
    by_words = scores([replace(one, dense=(0.0,) * 384) for one in questions])
    index.close()
    assert hybrid[0] >= max(by_meaning[0], by_words[0]) - 0.02
    assert hybrid[1] >= max(by_meaning[1], by_words[1]) - 0.02
    assert hybrid[0] > 0.9
