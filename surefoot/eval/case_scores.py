"""Counts what came of played cases, by category and of all, each figure with its 95 % interval."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean

from surefoot.core.nouns import Support
from surefoot.eval.intervals import Estimate, auroc, mean, quantile, ratio, share
from surefoot.eval.judging import Judged

ALL = "all"
UNANSWERABLE = frozenset({"not_found", "off_topic"})
"""Expected outcomes of questions that no document answers."""


@dataclass(frozen=True, slots=True)
class Score:
    """What came of the cases of one category, or of all."""

    category: str
    cases: int
    right: int
    answered: int
    refused: int
    cited: int
    quotes_hold: int
    numbers_wrong: int
    """Numbers shown that stand neither in what was cited nor in the question."""
    withheld: int
    """Sentences that the check held back."""
    seconds: float
    """Mean seconds of an answer."""
    support: dict[str, int]
    """Cases by what their evidence was said to carry."""
    measures: dict[str, Estimate]
    """By the names of MEASURES; what cannot be measured on these cases is left out."""


Measure = Callable[[Sequence[Judged]], Estimate | None]


def tabulate(judged: Sequence[Judged]) -> list[Score]:
    """A score a category in order of appearance, and one for all."""
    categories = [*dict.fromkeys(j.category for j in judged), ALL]
    return [_score(c, [j for j in judged if c in (ALL, j.category)]) for c in categories if judged]


def answerable_chances(judged: Sequence[Judged]) -> tuple[list[float], list[float]]:
    """Estimated chances of the answerable cases and of the unanswerable ones; others and unknown ones are left out."""
    known = [(j.expected, j.chance) for j in judged if j.chance is not None]
    return [c for e, c in known if e == "answered"], [c for e, c in known if e in UNANSWERABLE]


def _score(category: str, judged: Sequence[Judged]) -> Score:
    estimates = {name: measure(judged) for name, measure in MEASURES.items()}
    return Score(
        category=category,
        cases=len(judged),
        right=sum(j.right for j in judged),
        answered=sum(j.answered for j in judged),
        refused=sum(j.refused for j in judged),
        cited=sum(j.cited for j in judged),
        quotes_hold=sum(j.quotes_hold for j in judged),
        numbers_wrong=sum(len(j.numbers_wrong) for j in judged),
        withheld=sum(j.withheld for j in judged),
        seconds=round(fmean(j.seconds for j in judged), 3),
        support=dict(Counter(j.support for j in judged)),
        measures={name: estimate for name, estimate in estimates.items() if estimate is not None},
    )


def _share_of(which: Callable[[Judged], bool], among: Callable[[Judged], bool]) -> Measure:
    def measured(judged: Sequence[Judged]) -> Estimate | None:
        counted = [which(j) for j in judged if among(j)]
        return share(sum(counted), len(counted))

    return measured


def _is_supported(judged: Judged) -> bool:
    return judged.answered and judged.support == Support.FULL


def _mean_of(value: Callable[[Judged], float | None]) -> Measure:
    return lambda judged: mean([v for j in judged if (v := value(j)) is not None])


def _quantile_of(value: Callable[[Judged], float | None], q: float) -> Measure:
    return lambda judged: quantile([v for j in judged if (v := value(j)) is not None], q)


def _grounded(judged: Sequence[Judged]) -> Estimate | None:
    return ratio([(j.grounded, j.sentences) for j in judged])


MEASURES: dict[str, Measure] = {
    "documents_found": _mean_of(lambda j: j.documents_found),
    "quotes_found": _mean_of(lambda j: j.quotes_found),
    "answered": _share_of(lambda j: j.answered, lambda j: j.expected == "answered"),
    "refused": _share_of(lambda j: j.refused, lambda j: j.expected in UNANSWERABLE),
    "grounded": _grounded,
    "citation_precision": _mean_of(lambda j: j.citation_precision),
    "quote_precision": _mean_of(lambda j: j.quote_precision),
    "citation_recall": _mean_of(lambda j: j.citation_recall),
    "correct": _share_of(lambda j: j.right, lambda _: True),
    "supported": _share_of(_is_supported, lambda j: j.answered),
    "supported_wrongly": _share_of(lambda j: not j.right, _is_supported),
    "probable": _share_of(lambda j: j.probable, lambda j: j.answered),
    "probable_wrongly": _share_of(lambda j: not j.right, lambda j: j.probable),
    "numbers_wrong": _share_of(lambda j: bool(j.numbers_wrong), lambda j: j.answered),
    "auroc": lambda judged: auroc(*answerable_chances(judged)),
    "total_ms_p50": _quantile_of(lambda j: j.seconds * 1000, 0.5),
    "total_ms_p95": _quantile_of(lambda j: j.seconds * 1000, 0.95),
    "first_text_ms_p50": _quantile_of(lambda j: j.first_text_ms, 0.5),
    "first_text_ms_p95": _quantile_of(lambda j: j.first_text_ms, 0.95),
    "evidence_ms_p50": _quantile_of(lambda j: j.evidence_ms, 0.5),
    "evidence_ms_p95": _quantile_of(lambda j: j.evidence_ms, 0.95),
    "prompt_tokens": _mean_of(lambda j: j.prompt_tokens),
    "completion_tokens": _mean_of(lambda j: j.completion_tokens),
    "cached_tokens": _mean_of(lambda j: j.cached_tokens),
}
"""How each measure is taken of judged cases; docs/guides/evaluating.md says what each means."""
