"""Cases and answers for the tests of judging, made of real nouns."""

from __future__ import annotations

from typing import Any

from surefoot.core.nouns import Answer, Citation, Outcome, Passage, Support, Timings, Usage
from surefoot.eval.cases import Case
from surefoot.eval.judging import Judge, Judged
from surefoot.retrieval.bm25 import Bm25
from surefoot.serving.grounding import Grounding
from tests.serving.parts import a_passage

PADS = "The pads of the van are replaced below 3.2 mm."
FLUID = "The brake fluid is changed every 24 months."
TABLE = "| Tariff | Price |\n|---|---|\n| Start | 24.90 |\n| Max | 54.90 |"


def a_case(**changes: Any) -> Case:
    """A case about the pads, changed as said."""
    values: dict[str, Any] = {
        "id": "pads",
        "question": "When are the pads of the van replaced?",
        "answer": "Below 3.2 mm.",
        "facts": [["3.2 mm", "3.2 millimetres"]],
        "evidence": [{"document": "brake-guide", "quote": PADS}],
        "category": "simple",
        "outcome": "answered",
        "split": "dev",
    }
    return Case.model_validate({**values, **changes})


def unanswerable(**changes: Any) -> Case:
    """A case that no document answers."""
    nothing: dict[str, Any] = {"answer": None, "facts": [], "evidence": [], "category": "not_answerable"}
    return a_case(**{"id": "none", **nothing, "outcome": "not_found", **changes})


def passages(*texts: str) -> tuple[Passage, ...]:
    """Passages of one document, in its order."""
    return tuple(a_passage(text, ordinal=number) for number, text in enumerate(texts or (f"{PADS} {FLUID}", TABLE)))


def an_answer(*claims: tuple[str, str], found: tuple[Passage, ...] = (), **changes: Any) -> Answer:
    """An answer of claims, each with the quote that it cites; no quote means that nothing is cited."""
    text, citations = "", list[Citation]()
    for number, (claim, quote) in enumerate(claims, start=1):
        text += "\n\n" if text else ""
        start = len(text)
        text += f"{claim} [{number}]" if quote else claim
        if quote:
            holder = next((p for p in found or passages() if quote in p.chunk.text), passages()[0])
            citations.append(_citation(holder, quote, (start, start + len(claim)), number))
    values: dict[str, Any] = {
        "id": "a",
        "assistant": "garage",
        "question": "q",
        "text": text,
        "outcome": Outcome.QUOTED if claims else Outcome.NOT_FOUND,
        "support": Support.FULL if claims else Support.NONE,
        "citations": tuple(citations),
        "release": "r" * 64,
        "model": None,
        "usage": Usage(),
        "timings": Timings(100.0, 200.0, 300.0),
        "trace_id": "0" * 32,
        **changes,
    }
    return Answer(**values)


def judged(case: Case, answer: Answer, found: tuple[Passage, ...] | None = None) -> Judged:
    """The judgement with the real checker; a document's file is named like its id."""
    return Judge(str, Grounding(Bm25().terms)).judge(case, answer, passages() if found is None else found)


def _citation(passage: Passage, quote: str, span: tuple[int, int], number: int) -> Citation:
    chunk = passage.chunk
    return Citation(*span, chunk.document_id, chunk.title, None, quote, 0.9, chunk.id, number=number)
