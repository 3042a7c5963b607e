"""Decides whether evidence can carry an answer, before any model is called."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from surefoot.retrieval.highlights import Highlight
from surefoot.retrieval.question import QuestionRead

FEATURES = ("best", "cosine", "coverage", "codes_missing")
WEIGHTS = (1.9, 4.9, 1.2, -3.1)
INTERCEPT = -4.4
"""Logistic regression on the dev cases of the three assistants: answerable ones against unanswerable ones, and ones
whose documents were left out of the search."""
ENOUGH = 0.35
"""Chance from which a question is answered: 96% of the answerable dev cases pass, and half of the near misses."""
SURE = 0.6
"""Chance from which the support counts as full."""
ON_TOPIC = 0.34
"""Cosine of the nearest unit below which a question is not about these documents at all."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether the evidence suffices, and whether the question is about these documents."""

    chance: float
    """Estimated chance that the evidence holds the answer."""
    on_topic: bool
    missing: tuple[str, ...]
    """Names with figures in them that the question mentions and no highlight does."""
    features: tuple[float, ...] = ()
    """The values of FEATURES; none where there was nothing to judge."""

    @property
    def enough(self) -> bool:
        """Whether to answer."""
        return self.on_topic and self.chance >= ENOUGH

    @property
    def sure(self) -> bool:
        """Whether the answer may claim full support."""
        return self.enough and self.chance >= SURE and not self.missing


def features(question: QuestionRead, highlights: Sequence[Highlight]) -> tuple[float, ...]:
    """The values of FEATURES for a question with its ranked highlights (at least one)."""
    return (
        highlights[0].score,
        max(h.cosine for h in highlights[:5]),
        max(h.coverage for h in highlights[:3]),
        float(bool(missing_codes(question, highlights))),
    )


def judge(question: QuestionRead, highlights: Sequence[Highlight]) -> Judgement:
    """Judge ranked highlights; none at all means not on topic."""
    missing = missing_codes(question, highlights)
    if not highlights:
        return Judgement(0.0, on_topic=False, missing=missing)
    values = features(question, highlights)
    z = INTERCEPT + sum(w * x for w, x in zip(WEIGHTS, values, strict=True))
    on_topic = max(h.cosine for h in highlights) >= ON_TOPIC
    return Judgement(chance=1 / (1 + math.exp(-z)), on_topic=on_topic, missing=missing, features=values)


def missing_codes(question: QuestionRead, highlights: Sequence[Highlight]) -> tuple[str, ...]:
    """The question's codes that no highlight mentions."""
    seen = " ".join(h.around for h in highlights)
    return tuple(sorted(code for code in question.codes if code not in seen))
