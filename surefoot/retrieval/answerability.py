"""Decides whether evidence can carry an answer, before any model is called."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from surefoot.retrieval.errors import CalibrationBroken
from surefoot.retrieval.highlights import Highlight
from surefoot.retrieval.question import QuestionRead, mentions

FEATURES = ("best", "cosine", "passage_coverage", "codes_missing", "words")
"""Log odds of the best highlight, the highest cosine, the share of the question in the best highlight's passage,
whether a code of the question stands nowhere, and how long the question is."""
CLOSE = ("figures", "answers", "margin", "cosine")
"""Of a highlight that was read with the question: log odds by the figures alone, the checker's log odds that it answers
and those of its span, and the cosine."""
FILE = Path(__file__).with_name("calibration.json")
_CODES = FEATURES.index("codes_missing")
_CLOSING = " \t\n\"')]\N{RIGHT SINGLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}\N{LEFT DOUBLE QUOTATION MARK}"
_BLANK = re.compile(r"_{3,}|\.{4,}|[\[<{][a-z][a-z _-]{0,40}[\]>}]|\b(?:[Xx]{2,}|TBD|N\.\s?N)\b")
"""What stands in a form for something that is to be put in: "within XX days", "[amount] euro"."""
_LONG = 20
"""Words from which a question counts as long."""


@dataclass(frozen=True, slots=True)
class Weighing:
    """How a model's own word is weighed in (see `surefoot.serving.probing`), and the chance that is asked then."""

    intercept: float
    evidence: float
    """Weight of the log odds of the evidence."""
    states: float
    """Weight of the model's log odds that the evidence states the answer."""
    where: float
    """Weight of its log odds that any piece of evidence does."""
    enough: float


@dataclass(frozen=True, slots=True)
class Confirming:
    """How a model's word on the first highlight is weighed in, and the chance that is asked then."""

    weights: tuple[float, float, float]
    """Intercept, and weights of the log odds that the first highlight answers, by the reading and by the model."""
    sure: float
    """Chance from which the support counts as full, where the reading alone comes to it, too."""
    probable: float
    """Chance from which it is said to answer probably."""
    adapter: str = ""
    """The adapter, as `job@hash`, whose word it weighs; none for one that is asked with examples."""


@dataclass(frozen=True, slots=True)
class Closeness:
    """How the checker's reading is weighed in (see `surefoot.retrieval.close_reading`), and what is asked of it."""

    intercept: float
    weights: tuple[float, ...]
    """Of CLOSE: they give the chance that a highlight answers."""
    answerable: tuple[float, float, float]
    """Intercept, and weights of the log odds of the evidence and of the first highlight: the chance of an answer."""
    examples: Confirming
    """Where any model is asked, with examples."""
    adapter: Confirming | None
    """Where a model is asked with the adapter that was trained for it; None where that has not been fitted."""
    confirm_from: float
    """Chance that the first highlight answers from which a model is asked to confirm it."""
    enough: float
    """Chance from which a question is answered where no model is asked."""
    sure: float
    """Chance that the first highlight answers from which the support counts as full."""
    probable: float
    """The same from which it is said to answer probably."""
    hopeless: float
    """Chance below which a model is not even asked."""
    probe: Weighing


@dataclass(frozen=True, slots=True)
class Calibration:
    """Logistic regressions and thresholds, fitted to dev cases (`python -m tools.calibrate`), frozen by their hash."""

    intercept: float
    weights: tuple[float, ...]
    """Of FEATURES."""
    enough: float
    """Chance from which a question is answered where no model is asked."""
    sure: float
    """Chance from which it is worth asking back."""
    on_topic: float
    """Cosine of the nearest sentence below which a question is not about these documents at all."""
    hopeless: float
    """Chance below which a model is not even asked."""
    certain: float
    """Chance from which a model need not be asked."""
    probe: Weighing
    close: Closeness
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
        close=_closeness(values["close"]),
        hash=values["hash"],
    )


def _closeness(values: Mapping[str, Any]) -> Closeness:
    weights = tuple(values["features"][name] for name in CLOSE)
    return Closeness(
        intercept=values["intercept"],
        weights=weights,
        answerable=tuple(values["answerable"]),
        examples=_confirming(values["examples"]),
        adapter=_confirming(values["adapter"]) if values["adapter"] else None,
        confirm_from=values["confirm_from"],
        enough=values["enough"],
        sure=values["sure"],
        probable=values["probable"],
        hopeless=values["hopeless"],
        probe=Weighing(**values["probe"]),
    )


def _confirming(values: Mapping[str, Any]) -> Confirming:
    return Confirming(tuple(values["weights"]), values["sure"], values["probable"], values.get("adapter", ""))


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
    first: float | None = None
    """Chance that what stands first answers, and where several things are asked, the least of each part's first; None
    where no checker has read it."""
    deceptive: bool = False
    """What stands first, or one of it, reads like an answer whatever it says: it breaks off or has a blank where the
    very thing that is asked would stand ("The prize goes to the Austrian author ..."), repeats the question or follows
    one."""
    confirmed: float | None = None
    """The model's log odds that what stands first answers; None where it was not asked."""
    alone: float | None = None
    """What `first` was by the reading alone, before a model's word was weighed in; None where none was."""
    enough_from: float = CALIBRATION.enough
    sure_from: float = CALIBRATION.close.sure
    """Of `first`."""
    probable_from: float = CALIBRATION.close.probable
    """Of `first`, too."""

    @property
    def enough(self) -> bool:
        """Whether to answer."""
        return self.on_topic and self.chance >= self.enough_from

    @property
    def likely(self) -> bool:
        """Whether it is worth asking back, or pointing here from elsewhere."""
        return self.enough and self.chance >= CALIBRATION.sure and not self.missing

    @property
    def sure(self) -> bool:
        """Whether the answer may claim full support; never where no checker has read what stands first.

        A model says yes too easily, so its word gives no support that the reading alone does not come to.
        """
        alone = self.alone is None or self.alone >= self.sure_from
        return self._first_from(self.sure_from) and alone and not self.deceptive

    @property
    def probable(self) -> bool:
        """Whether what stands first may be said to answer probably; so is what is sure."""
        return self._first_from(self.probable_from)

    def _first_from(self, least: float) -> bool:
        return self.enough and self.first is not None and self.first >= least and not self.missing


def features(question: QuestionRead, highlights: Sequence[Highlight]) -> tuple[float, ...]:
    """The values of FEATURES for a question with its highlights (at least one)."""
    ranked = sorted(highlights, key=lambda h: -h.figures)
    return (
        logit(ranked[0].figures),
        max(h.cosine for h in ranked[:5]),
        ranked[0].passage_coverage,
        float(bool(missing_codes(question, highlights))),
        min(len(question.text.split()), _LONG) / _LONG,
    )


def judge(question: QuestionRead, highlights: Sequence[Highlight], front: Sequence[Highlight] = ()) -> Judgement:
    """Judge highlights, as ranked or as they were read closely; none at all means not on topic.

    front: those that stand first, one for each part of a question that asks several things; else the first highlight.
    """
    missing = missing_codes(question, highlights)
    if not highlights:
        return Judgement(0.0, on_topic=False, missing=missing)
    values = features(question, highlights)
    z = CALIBRATION.intercept + sum(w * x for w, x in zip(CALIBRATION.weights, values, strict=True))
    on_topic = max(h.cosine for h in highlights) >= CALIBRATION.on_topic
    judged = Judgement(chance(z), on_topic=on_topic, missing=missing, features=values)
    read = [h.score for h in highlights if h.closely]
    if not read:
        return judged
    close = CALIBRATION.close
    z = close.answerable[0] + close.answerable[1] * z + close.answerable[2] * logit(max(read))
    front = front or highlights[:1]
    scores = [h.score if h.closely else 0.0 for h in front]
    lacking = CALIBRATION.weights[_CODES] * values[_CODES]  # the checker overlooks that a name is another one
    holds = chance(logit(max(chance(z), *scores)) + lacking)
    deceptive = any(h.echoes or h.unit.follows_question or lacks_something(h.unit.shown) for h in front)
    return replace(judged, chance=holds, first=min(scores), enough_from=close.enough, deceptive=deceptive)


def lacks_something(sentence: str) -> bool:
    """Whether a sentence ends in an ellipsis, as in an excerpt that was cut, or has a blank, as in a form."""
    cut = sentence.rstrip(_CLOSING).endswith(("...", "\N{HORIZONTAL ELLIPSIS}"))
    return cut or bool(_BLANK.search(sentence))


def chance(log_odds: float) -> float:
    """The chance of log odds."""
    return 1 / (1 + math.exp(-log_odds))


def missing_codes(question: QuestionRead, highlights: Sequence[Highlight]) -> tuple[str, ...]:
    """The question's codes that no highlight mentions."""
    seen = " ".join(h.around for h in highlights)
    return tuple(sorted(code for code in question.codes if not mentions(seen, code)))


def logit(chance: float) -> float:
    """Log odds, within ±9."""
    chance = min(max(chance, 1e-4), 1 - 1e-4)
    return math.log(chance / (1 - chance))
