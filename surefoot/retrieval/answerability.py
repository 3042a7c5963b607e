"""Decides whether evidence can carry an answer, before any model is called."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from surefoot.retrieval.errors import CalibrationBroken
from surefoot.retrieval.highlights import Highlight
from surefoot.retrieval.question import QuestionRead, mentions

FEATURES = ("best", "cosine", "passage_coverage", "codes_missing", "words")
"""Log odds of the best highlight, the highest cosine, the share of the question in the best highlight's passage,
whether a code of the question stands nowhere, and how long the question is."""
FILE = Path(__file__).with_name("calibration.json")
_LONG = 20
"""Words from which a question counts as long."""


@dataclass(frozen=True, slots=True)
class Weighing:
    """How a model's own word is weighed in (see `surefoot.serving.probing`), and the chances that are asked then."""

    intercept: float
    evidence: float
    """Weight of the log odds of the evidence."""
    states: float
    """Weight of the model's log odds that the evidence states the answer."""
    where: float
    """Weight of its log odds that any piece of evidence does."""
    enough: float
    sure: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """Logistic regressions and thresholds, fitted to dev cases (`python -m tools.calibrate`), frozen by their hash."""

    intercept: float
    weights: tuple[float, ...]
    """Of FEATURES."""
    enough: float
    """Chance from which a question is answered where no model is asked."""
    sure: float
    """Chance from which the support counts as full."""
    on_topic: float
    """Cosine of the nearest sentence below which a question is not about these documents at all."""
    hopeless: float
    """Chance below which a model is not even asked."""
    certain: float
    """Chance from which a model need not be asked."""
    probe: Weighing
    hash: str
    """The first 16 hexadecimal digits of sha256 over all numbers."""


def calibration_hash(values: Mapping[str, object]) -> str:
    """The hash that freezes these values."""
    text = json.dumps({k: v for k, v in values.items() if k != "hash"}, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def read_calibration(path: Path = FILE) -> Calibration:
    """The calibration of a file; raises CalibrationBroken where its numbers are not those that were frozen."""
    values = json.loads(path.read_text(encoding="utf-8"))
    if values["hash"] != calibration_hash(values) or tuple(values["features"]) != FEATURES:
        raise CalibrationBroken(
            f"The numbers in {path.name} are not those that were fitted. Fit them anew: python -m tools.calibrate."
        )
    return Calibration(
        intercept=values["intercept"],
        weights=tuple(values["features"].values()),
        enough=values["enough"],
        sure=values["sure"],
        on_topic=values["on_topic"],
        hopeless=values["hopeless"],
        certain=values["certain"],
        probe=Weighing(**values["probe"]),
        hash=values["hash"],
    )


CALIBRATION = read_calibration()


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
    said: tuple[float, float] | None = None
    """The model's log odds that the evidence states it, and that any piece does; None where it was not asked."""
    enough_from: float = CALIBRATION.enough
    sure_from: float = CALIBRATION.sure

    @property
    def enough(self) -> bool:
        """Whether to answer."""
        return self.on_topic and self.chance >= self.enough_from

    @property
    def sure(self) -> bool:
        """Whether the answer may claim full support."""
        return self.enough and self.chance >= self.sure_from and not self.missing


def features(question: QuestionRead, highlights: Sequence[Highlight]) -> tuple[float, ...]:
    """The values of FEATURES for a question with its ranked highlights (at least one)."""
    return (
        logit(highlights[0].score),
        max(h.cosine for h in highlights[:5]),
        highlights[0].passage_coverage,
        float(bool(missing_codes(question, highlights))),
        min(len(question.text.split()), _LONG) / _LONG,
    )


def judge(question: QuestionRead, highlights: Sequence[Highlight]) -> Judgement:
    """Judge ranked highlights; none at all means not on topic."""
    missing = missing_codes(question, highlights)
    if not highlights:
        return Judgement(0.0, on_topic=False, missing=missing)
    values = features(question, highlights)
    z = CALIBRATION.intercept + sum(w * x for w, x in zip(CALIBRATION.weights, values, strict=True))
    on_topic = max(h.cosine for h in highlights) >= CALIBRATION.on_topic
    return Judgement(chance=1 / (1 + math.exp(-z)), on_topic=on_topic, missing=missing, features=values)


def missing_codes(question: QuestionRead, highlights: Sequence[Highlight]) -> tuple[str, ...]:
    """The question's codes that no highlight mentions."""
    seen = " ".join(h.around for h in highlights)
    return tuple(sorted(code for code in question.codes if not mentions(seen, code)))


def logit(chance: float) -> float:
    """Log odds, within ±9."""
    chance = min(max(chance, 1e-4), 1 - 1e-4)
    return math.log(chance / (1 - chance))
