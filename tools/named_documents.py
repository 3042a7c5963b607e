"""Measures what it is worth to search the documents that a question names by themselves, too; prints one JSON object.

Usage: python -m tools.named_documents [--half dev|report] [--keep FOLDER]

FinanceBench's questions name a company and mostly a year, and its filings have both in their titles. A page is a chunk
of its filing. `--keep` keeps vectors in a folder, so that a second run need not encode.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from statistics import fmean

from surefoot.app.settings import Settings
from surefoot.app.wiring import build_weights
from surefoot.core.nouns import Asker
from surefoot.eval.intervals import paired_interval
from surefoot.eval.metrics import ndcg_at, recall_at
from surefoot.eval.retrieval_run import CUT_OFF, as_chunk, mean_length, scratch_index
from surefoot.retrieval.bm25 import Bm25
from surefoot.retrieval.editions import Edition
from surefoot.retrieval.encoders import HybridEncoder, MiniLM
from surefoot.retrieval.evidence import PASSAGES
from surefoot.retrieval.index.port import Scope
from surefoot.retrieval.search import EditionSearcher
from surefoot.retrieval.understanding.documents import named_documents
from tools.kept_vectors import KeptVectors
from tools.ranking import question_set

ASKER = Asker("evaluation", frozenset({"evaluation"}))
HALVES = ("dev", "report")
Ranking = list[str]


def main() -> None:
    """Rank with and without, and compare question by question."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--half", choices=HALVES, default="dev")
    parser.add_argument("--keep", type=Path)
    asked = parser.parse_args()
    settings = Settings()
    with tempfile.TemporaryDirectory() as scratch:
        minilm = MiniLM(build_weights(settings).encoder_folder, settings.threads)
        kept = KeptVectors(minilm, asked.keep or Path(scratch) / "vectors")
        print(json.dumps({"half": asked.half, **compared(HALVES.index(asked.half), kept, Path(scratch))}))
        kept.save()


def compared(half: int, dense: KeptVectors, scratch: Path) -> dict[str, object]:
    """Means with and without, their difference with its 95 % interval, and how often the right document was named."""
    marked = question_set("financebench")
    pages = [as_chunk(text) for text in marked.corpus]
    ids = {page.id: page.document_id for page in pages}
    chunks = [replace(page, document_id=page.document_id.split("#")[0]) for page in pages]
    encoder = HybridEncoder(dense, Bm25(mean_length(chunks)))
    questions = [q for q in marked.questions if int(sha256(q.id.encode()).hexdigest(), 16) // 2 % 2 == half]
    with scratch_index(chunks, encoder, scratch, lambda _: None) as index:
        searcher = EditionSearcher(Edition(encoder, index))
        found = [ranked(searcher, question.question, ids) for question in questions]
    named = [
        (names, {page.split("#")[0] for page in q.relevant}) for (_, _, names), q in zip(found, questions, strict=True)
    ]
    told: dict[str, object] = {
        "questions": len(questions),
        "named": sum(bool(names) for names, _ in named),
        "named_rightly": sum(bool(names & right) for names, right in named),
    }
    for name, measure, cut in (
        ("ndcg@10", ndcg_at, CUT_OFF),
        ("recall@10", recall_at, CUT_OFF),
        ("recall@1", recall_at, 1),
    ):
        without = [measure(cut, one[0], q.relevant) for one, q in zip(found, questions, strict=True)]
        with_it = [measure(cut, one[1], q.relevant) for one, q in zip(found, questions, strict=True)]
        told[name] = [round(value, 4) for value in (fmean(without), fmean(with_it), *paired_interval(without, with_it))]
    return told


def ranked(searcher: EditionSearcher, text: str, ids: dict[str, str]) -> tuple[Ranking, Ranking, set[str]]:
    """The pages as they are found, with the named documents' first, and the documents that are named."""
    scope = Scope("evaluation")
    found = searcher.search(text, ASKER, scope, PASSAGES).passages
    names = frozenset(named_documents(text, found, searcher.edition.encoder.sparse.terms))
    inside = searcher.search(text, ASKER, replace(scope, document_ids=names), PASSAGES).passages if names else []
    plain = [ids[passage.chunk.id] for passage in found]
    first = [ids[passage.chunk.id] for passage in inside]
    return plain[:CUT_OFF], list(dict.fromkeys(first + plain))[:CUT_OFF], set(names)


if __name__ == "__main__":
    main()
