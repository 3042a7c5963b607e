"""Judges one answer: what was found, whether answering was right, and whether the shown text stands on its quotes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from surefoot.core.nouns import Answer, Citation, Outcome, Passage
from surefoot.eval.cases import ANSWERS, REFUSALS, RIGHT, Case, Category, Expected, fold, holds_facts
from surefoot.eval.shown import is_supported, shown_sentences, unknown_numbers
from surefoot.serving.grounding import Grounding


class Judged(BaseModel):
    """How one answer fared. What cannot be asked of a case (its evidence found, where it has none) is None."""

    model_config = ConfigDict(frozen=True)

    case: str
    category: Category
    expected: Expected
    outcome: str
    support: str
    probable: bool = False
    """The support is partial, and what stands first was said to answer probably."""
    right: bool
    """Answerable: all facts are in it. Otherwise: it was refused, asked back or blocked, as the case expects."""
    answered: bool
    refused: bool
    """Nothing was answered, whatever the reason."""
    cited: bool
    """A citation leads to a document that holds the answer."""
    quotes_hold: bool
    """The cited quotes alone hold all facts."""
    documents_found: float | None
    """Share of the evidence's documents that are among the passages found."""
    quotes_found: float | None
    """Share of the evidence's quotes that stand in the passages found."""
    sentences: int
    """Sentences shown in an answer."""
    grounded: int
    """Those that the cited quotes alone carry."""
    citation_precision: float | None
    """Share of the cited quotes that are from a document of the evidence."""
    quote_precision: float | None
    """Share of the cited quotes that hold a quote of the evidence, or a part of one."""
    citation_recall: float | None
    """Share of the evidence's documents that are cited."""
    numbers_wrong: tuple[str, ...]
    """Numbers of the answer that stand neither in what it cites nor in the question."""
    withheld: int
    """Sentences that the check held back."""
    chance: float | None
    """Estimated chance that the evidence held the answer."""
    seconds: float
    evidence_ms: float
    first_text_ms: float | None
    prompt_tokens: int
    completion_tokens: int
    cached_tokens: int
    answer: str


@dataclass(frozen=True, slots=True)
class Judge:
    """Judges answers to cases."""

    path_of: Callable[[str], str]
    """A document's path by its id."""
    grounding: Grounding

    def judge(self, case: Case, answer: Answer, passages: Sequence[Passage]) -> Judged:
        """Judge an answer that was made from these passages."""
        answered = answer.outcome in ANSWERS
        right = answer.outcome in RIGHT[case.outcome] and (not case.answerable or holds_facts(answer.text, case.facts))
        wanted = {evidence.document for evidence in case.evidence}
        sentences = shown_sentences(answer) if answered else []
        asked = case.asked
        return Judged(
            case=case.id,
            category=case.category,
            expected=case.outcome,
            outcome=answer.outcome.value,
            support=answer.support.value,
            probable=answer.probable,
            right=right,
            answered=answered,
            refused=answer.outcome in REFUSALS | {Outcome.BLOCKED},
            cited=bool(wanted & set(self._files(answer.citations))),
            quotes_hold=case.answerable and holds_facts("\n".join(c.quote for c in answer.citations), case.facts),
            documents_found=_share(len(wanted & self._files_of(passages)), len(wanted)),
            quotes_found=self._quotes_found(case, passages),
            sentences=len(sentences),
            grounded=sum(is_supported(s, passages, self.grounding, asked) for s in sentences),
            citation_precision=self._precision(case, answer.citations),
            quote_precision=_quote_precision(case, answer.citations),
            citation_recall=_share(len(wanted & set(self._files(answer.citations))), len(wanted) if answered else 0),
            numbers_wrong=unknown_numbers(answer, passages, asked) if answered else (),
            withheld=len(answer.withheld),
            chance=answer.how.decision.chance if answer.how else None,
            seconds=round(answer.timings.total / 1000, 3),
            evidence_ms=answer.timings.evidence,
            first_text_ms=answer.timings.first_text,
            prompt_tokens=answer.usage.prompt_tokens,
            completion_tokens=answer.usage.completion_tokens,
            cached_tokens=answer.usage.cached_tokens,
            answer=answer.text,
        )

    def _files(self, citations: Sequence[Citation]) -> list[str]:
        return [Path(self.path_of(c.document_id)).name for c in _distinct(citations)]

    def _files_of(self, passages: Sequence[Passage]) -> set[str]:
        return {Path(self.path_of(passage.chunk.document_id)).name for passage in passages}

    def _quotes_found(self, case: Case, passages: Sequence[Passage]) -> float | None:
        """A quote may go on from one found passage of its document into the next."""
        texts: dict[str, str] = {}
        for passage in sorted(passages, key=lambda p: p.chunk.ordinal):
            name = Path(self.path_of(passage.chunk.document_id)).name
            texts[name] = f"{texts.get(name, '')}\n{passage.chunk.text}"
        folded = {name: fold(text) for name, text in texts.items()}
        found = sum(fold(e.quote) in folded.get(e.document, "") for e in case.evidence)
        return _share(found, len(case.evidence))

    def _precision(self, case: Case, citations: Sequence[Citation]) -> float | None:
        wanted = {evidence.document for evidence in case.evidence}
        cited = self._files(citations) if wanted else []
        return _share(sum(name in wanted for name in cited), len(cited))


def _quote_precision(case: Case, citations: Sequence[Citation]) -> float | None:
    wanted = [fold(evidence.quote) for evidence in case.evidence]
    cited = [fold(c.quote) for c in _distinct(citations)] if wanted else []
    return _share(sum(any(w in quote or quote in w for w in wanted) for quote in cited), len(cited))


def _distinct(citations: Sequence[Citation]) -> list[Citation]:
    """Each cited quote once."""
    return list({(c.document_id, c.quote): c for c in citations}.values())


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
