"""Compares BM25 alone, plain LlamaIndex and our search on public question sets; prints one JSON object.

Usage: python -m tools.ranking [--set NAME…] [--keep FOLDER]

All three find whole documents; each question's scores are compared pair by pair. LlamaIndex keeps its defaults (chunks
of 1,024 tokens with an overlap of 200, an index in memory) and has the same encoder; a document ranks as its best
chunk. BM25 asks the same index by single words. `--keep` keeps vectors in a folder, so that a second run need not
encode.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

from llama_index.core import Document, VectorStoreIndex
from llama_index.core.node_parser import SentenceSplitter

from surefoot.app.settings import Settings
from surefoot.app.wiring import build_weights
from surefoot.core.nouns import Encoding
from surefoot.eval.intervals import paired_interval
from surefoot.eval.metrics import ndcg_at, recall_at
from surefoot.eval.question_sets import CorpusText, MarkedQuestion, read_corpus, read_questions
from surefoot.eval.retrieval_run import CUT_OFF, as_chunk, ask, mean_length, scratch_index
from surefoot.ingestion.benchmark.reference import copy_sentence_data
from surefoot.retrieval.bm25 import Bm25
from surefoot.retrieval.encoders import DenseEncoder, HybridEncoder, MiniLM
from tools.baseline import OurEncoder
from tools.kept_vectors import KeptVectors

DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
SETS = ("scifact", "xquad en", "obliqa", "tau2_banking", "tau2_support", "financebench")
MEASURES = ("ndcg@10", "recall@10", "recall@1")
NODES = 3 * CUT_OFF
"""Chunks that LlamaIndex is asked for, so that they are of ten documents."""
Row = dict[str, Any]
Rankings = list[list[str]]


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """A corpus and its questions."""

    name: str
    corpus: Sequence[CorpusText]
    questions: Sequence[MarkedQuestion]


class WordsOnly(HybridEncoder):
    """Asks by single words alone."""

    def encode_questions(self, texts: Sequence[str]) -> list[Encoding]:
        """Encode questions without meaning."""
        nothing = (0.0,) * self.dense.dimension
        return [Encoding(nothing, *self.sparse.question(text)) for text in texts]


def main() -> None:
    """Compare on the sets that are named, or on all that are there."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", dest="sets", action="append", choices=SETS)
    parser.add_argument("--keep", type=Path)
    asked = parser.parse_args()
    settings = Settings()
    encoder: DenseEncoder = MiniLM(build_weights(settings).encoder_folder, settings.threads)
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as scratch:
        kept = KeptVectors(encoder, asked.keep or Path(scratch) / "vectors")
        copy_sentence_data(Path(scratch) / "nltk")
        for name in asked.sets or SETS:
            if (DATA / name.split()[0]).is_dir():
                print(name, file=sys.stderr)
                rows += compared(question_set(name), kept, Path(scratch))
                kept.save()
    print(json.dumps({"rows": rows}))


def question_set(name: str) -> QuestionSet:
    """A set of the shared data; of one in many languages the named one."""
    folder, _, language = name.partition(" ")
    with (DATA / folder / "corpus.jsonl").open("rb") as lines:
        corpus = [text for text in read_corpus(lines) if text.id.startswith(language)]
    with (DATA / folder / "questions.jsonl").open("rb") as lines:
        questions = [question for question in read_questions(lines) if question.id.startswith(language)]
    return QuestionSet(name, corpus, questions)


def compared(marked: QuestionSet, dense: DenseEncoder, scratch: Path) -> Iterator[Row]:
    """One row a contender, ours last."""
    chunks = [as_chunk(text) for text in marked.corpus]
    average = mean_length(chunks)
    ours = HybridEncoder(dense, Bm25(average))
    with scratch_index(chunks, ours, scratch, lambda _: None) as index:
        found = {
            "BM25": ask(index, marked.questions, WordsOnly(dense, Bm25(average, pairs=0)), lambda _: None),
            "LlamaIndex": by_llamaindex(marked, dense),
            "Surefoot": ask(index, marked.questions, ours, lambda _: None),
        }
    scores = {name: _scores(marked.questions, rankings) for name, rankings in found.items()}
    for name, columns in scores.items():
        row: Row = {"set": marked.name, "questions": len(marked.questions), "contender": name}
        row |= {measure: round(fmean(column), 4) for measure, column in columns.items()}
        if name != "Surefoot":
            row["ours_less_theirs"] = {m: _difference(columns[m], scores["Surefoot"][m]) for m in MEASURES}
        yield row


def by_llamaindex(marked: QuestionSet, dense: DenseEncoder) -> Rankings:
    """The first ten documents for each question, by their best chunks."""
    documents = [Document(id_=text.id, text=f"{text.title}\n{text.text}".strip()) for text in marked.corpus]
    model = OurEncoder(dense.encode, embed_batch_size=256)
    index = VectorStoreIndex.from_documents(documents, embed_model=model, transformations=[SentenceSplitter()])
    retriever = index.as_retriever(similarity_top_k=NODES)
    return [
        list(dict.fromkeys(str(node.node.ref_doc_id) for node in retriever.retrieve(question.question)))[:CUT_OFF]
        for question in marked.questions
    ]


def _scores(questions: Sequence[MarkedQuestion], rankings: Rankings) -> dict[str, list[float]]:
    pairs = [(ranking, question.relevant) for ranking, question in zip(rankings, questions, strict=True)]
    columns = (
        [ndcg_at(CUT_OFF, *pair) for pair in pairs],
        [recall_at(CUT_OFF, *pair) for pair in pairs],
        [recall_at(1, *pair) for pair in pairs],
    )
    return dict(zip(MEASURES, columns, strict=True))


def _difference(theirs: Sequence[float], ours: Sequence[float]) -> dict[str, float]:
    """The mean difference with its 95 % interval (bootstrap over the questions)."""
    low, high = paired_interval(theirs, ours)
    return {"value": round(fmean(ours) - fmean(theirs), 4), "low": round(low, 4), "high": round(high, 4)}


if __name__ == "__main__":
    main()
