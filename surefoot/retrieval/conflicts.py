"""Finds two current documents that say different things about the same matter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from surefoot.retrieval.contradiction import Kind, contradiction
from surefoot.retrieval.encoders import DenseEncoder
from surefoot.retrieval.highlights import Highlight
from surefoot.retrieval.question import QuestionRead
from surefoot.retrieval.statement import Statement

Terms = Callable[[str], list[str]]
LOOKED_AT = 24
"""Highlights that are compared with each other."""
ANSWERS = 0.95
"""Score of the likelier side relative to the best highlight's: what is said beside the answer may differ."""
AS_GOOD = 0.4
"""Score of the less likely side relative to the best highlight's, at least."""
SAME_WORDS = 0.5
"""Share of the question's words in one side that the other has too, with its headings, at least."""
SAME_MATTER = 1.95
"""Relative score of the less likely side, share of words and cosine of the sides, added: at least. Chosen on the dev
cases of the shipped assistants and the dev half of tools/question_sets/conflicts."""
SAME_MATTER_OTHERWISE = 1.6
"""The same where they differ in something else than a figure: figures about other things meet by chance more often."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two highlights of different current documents, the likelier first, and in what they differ."""

    one: Highlight
    other: Highlight
    kind: Kind

    @property
    def sides(self) -> tuple[Highlight, Highlight]:
        """Both."""
        return self.one, self.other


def find_conflict(
    question: QuestionRead, highlights: Sequence[Highlight], encoder: DenseEncoder, terms: Terms
) -> Conflict | None:
    """The likeliest pair of highlights that contradict each other on what is asked; None where no two do."""
    looked = [(highlight, _statement(highlight)) for highlight in highlights[:LOOKED_AT]]
    best = max((h.score for h, _ in looked), default=0.0)
    pairs = [
        _Pair(one, other, kind, words + other.score / best)
        for number, (one, said) in enumerate(looked)
        if one.score >= ANSWERS * best
        for other, otherwise in looked[number + 1 :]
        if other.score >= AS_GOOD * best
        and _comparable(one, other)
        and (kind := contradiction(question, said, otherwise, terms))
        and (words := _same_words(question, one, other, kind, terms)) >= SAME_WORDS
    ]
    if not pairs:
        return None
    vectors = encoder.encode([h.unit.shown for pair in pairs for h in (pair.one, pair.other)])
    alike = np.einsum("ij,ij->i", vectors[::2], vectors[1::2]).tolist()
    strengths = [pair.strength + cosine for pair, cosine in zip(pairs, alike, strict=True)]
    margins = [strength - _enough(pair.kind) for strength, pair in zip(strengths, pairs, strict=True)]
    pair = pairs[margins.index(max(margins))]
    return Conflict(pair.one, pair.other, pair.kind) if max(margins) >= 0 else None


def _enough(kind: Kind) -> float:
    return SAME_MATTER if kind is Kind.FIGURE else SAME_MATTER_OTHERWISE


@dataclass(frozen=True, slots=True)
class _Pair:
    one: Highlight
    other: Highlight
    kind: Kind
    strength: float


def _comparable(one: Highlight, other: Highlight) -> bool:
    """Whether both are current prose, of two documents."""
    chunks = [h.unit.passage.chunk for h in (one, other)]
    current = not any(chunk.superseded for chunk in chunks) and not (one.unit.is_row or other.unit.is_row)
    return current and chunks[0].document_id != chunks[1].document_id


def _statement(highlight: Highlight) -> Statement:
    unit = highlight.unit
    return Statement(unit.shown, unit.passage.chunk.title, unit.heading)


def _same_words(question: QuestionRead, one: Highlight, other: Highlight, kind: Kind, terms: Terms) -> float:
    """Of the question's words in one side's own text, the share that the other has, in or above it.

    Of both shares the mean, and for figures the less: figures about other things meet by chance more often.
    """
    asked = set(terms(question.text))
    own = [set(terms(h.unit.shown)) & asked for h in (one, other)]
    around = [set(terms(h.around)) & asked for h in (one, other)]
    shares = [len(mine & theirs) / len(mine) for mine, theirs in ((own[0], around[1]), (own[1], around[0])) if mine]
    if kind is Kind.FIGURE or not shares:
        return min(shares, default=0.0)
    return sum(shares) / len(shares)
