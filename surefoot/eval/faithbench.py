"""Scores summaries by how well their source carries each sentence, and compares ways to score by balanced accuracy."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from surefoot.core.nouns import Chunk, Passage
from surefoot.core.text.sentences import sentence_spans
from surefoot.retrieval.encoders import DenseEncoder
from surefoot.retrieval.units import Unit, units
from surefoot.serving.grounding import Claim, Grounding

RESAMPLES = 2000
_SEED = 7
WITHHELD, CONTRADICTED = 0.3, 0.6
"""What a sentence loses that the check withholds, and one that the source contradicts; set by hand, not fitted."""
WAYS = ("check, worst sentence", "check, mean", "cosine, worst sentence", "cosine, mean")


@dataclass(frozen=True, slots=True)
class Summary:
    """A summary of a source, and whether people found something in it that the source does not say."""

    source: str
    text: str
    hallucinated: bool

    @property
    def half(self) -> str:
        """'dev' or 'test', by a hash of the source: all summaries of one source are in the same half."""
        return "dev" if hashlib.sha256(self.source.encode()).digest()[0] % 2 == 0 else "test"


@dataclass(frozen=True, slots=True)
class Result:
    """How well a score tells faithful summaries from others."""

    way: str
    threshold: float
    dev: float
    test: float
    """Balanced accuracy: the mean of the shares of faithful and of unfaithful summaries that are told right."""
    low: float
    high: float
    """95 % interval on the test half, by resampling its sources."""


def load(path: Path) -> list[Summary]:
    """The rows of a JSON Lines file."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    return [Summary(row["source"], row["summary"], bool(row["hallucinated"])) for row in rows]


def score(summaries: Sequence[Summary], grounding: Grounding, encoder: DenseEncoder) -> NDArray[np.float64]:
    """For each summary the score by each of WAYS: shape (summaries, len(WAYS))."""
    evidence = {source: _units(source) for source in dict.fromkeys(s.source for s in summaries)}
    vectors = {source: encoder.encode([u.shown for u in found]) for source, found in evidence.items()}
    rows: list[list[float]] = []
    for summary in summaries:
        sentences = [summary.text[slice(*span)] for span in sentence_spans(summary.text)] or [""]
        near = (encoder.encode(sentences) @ vectors[summary.source].T).max(axis=1)
        held = [_held(grounding, one, evidence[summary.source]) for one in sentences]
        whole = near + np.array(held)
        rows.append([whole.min(), whole.mean(), near.min(), near.mean()])
    return np.array(rows, dtype=np.float64)


def compare(summaries: Sequence[Summary], scores: NDArray[np.float64]) -> list[Result]:
    """Each way with the threshold that is best on the dev half, measured on the test half."""
    return [_result(way, summaries, scores[:, place]) for place, way in enumerate(WAYS)]


def balanced_accuracy(faithful: NDArray[np.bool_], released: NDArray[np.bool_]) -> float:
    """Mean of the shares of both classes that are told right (Brodersen et al. 2010); 0.5 says nothing."""
    return float((released[faithful].mean() + (~released[~faithful]).mean()) / 2)


def _held(grounding: Grounding, sentence: str, evidence: Sequence[Unit]) -> float:
    """The check's part of a sentence's score."""
    if not grounding.says_something(Claim(sentence, ())):
        return 1.0
    verdict = grounding.check(Claim(" ".join(sentence.split()), ()), evidence, "")
    lost = 0.0 if verdict.supported else CONTRADICTED if verdict.contradicted else WITHHELD
    return verdict.shared - lost


def _result(way: str, summaries: Sequence[Summary], scores: NDArray[np.float64]) -> Result:
    faithful = np.array([not s.hallucinated for s in summaries])
    dev = np.array([s.half == "dev" for s in summaries])
    accuracy: Callable[[float], float] = lambda at: balanced_accuracy(faithful[dev], scores[dev] >= at)  # noqa: E731
    values = np.unique(scores[dev])
    threshold = max(((values[1:] + values[:-1]) / 2).tolist(), key=accuracy, default=0.0)
    released = scores >= threshold
    low, high = _interval(summaries, faithful, released)
    test = balanced_accuracy(faithful[~dev], released[~dev])
    return Result(way, *(round(n, 4) for n in (threshold, accuracy(threshold), test, low, high)))


def _interval(
    summaries: Sequence[Summary], faithful: NDArray[np.bool_], released: NDArray[np.bool_]
) -> tuple[float, float]:
    """Percentile bootstrap over the sources of the test half."""
    of_source: Mapping[str, list[int]] = {}
    for number, summary in enumerate(summaries):
        if summary.half == "test":
            of_source = {**of_source, summary.source: [*of_source.get(summary.source, []), number]}
    groups = [np.array(places) for places in of_source.values()]
    dice = np.random.default_rng(_SEED)
    found: list[float] = []
    for _ in range(RESAMPLES):
        chosen = np.concatenate([groups[n] for n in dice.integers(0, len(groups), len(groups))])
        if 0 < faithful[chosen].sum() < len(chosen):
            found.append(balanced_accuracy(faithful[chosen], released[chosen]))
    low, high = np.percentile(found, [2.5, 97.5]).tolist()
    return low, high


def _units(source: str) -> list[Unit]:
    name = hashlib.sha256(source.encode()).hexdigest()
    chunk = Chunk(
        id=name,
        document_id=name,
        assistant="faithbench",
        title="",
        version="1",
        groups=frozenset(),
        ordinal=0,
        heading_path=(),
        text=source,
        page=None,
        start=0,
        end=len(source),
        content_hash=name,
    )
    return units([Passage(chunk, 1.0)])
