"""Reads a question together with each likely sentence, and orders them by what the checker makes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from surefoot.core.text.language import UNDETERMINED, detect
from surefoot.retrieval.answerability import CALIBRATION, CLOSE, chance, logit
from surefoot.retrieval.checker import Checker
from surefoot.retrieval.highlights import Highlight
from surefoot.retrieval.units import Unit

CLOSELY = 24
"""Sentences that are read with the question."""
FOREIGN = 0.8
"""Confidence from which a question is taken for another language than the checker's."""


def read_closely(checker: Checker, question: str, highlights: Sequence[Highlight]) -> list[Highlight]:
    """The highlights, likeliest answer first: those that are read have a new score, the others stand below.

    The checker reads English: of a question that is surely in another language everything stays as it is. Sentences
    that ask, which come last, are not read: to the checker they look like answers.
    """
    some = [h for h in highlights[:CLOSELY] if not h.unit.asks]
    if not some or _is_foreign(question):
        return list(highlights)
    close = CALIBRATION.close
    z = close.intercept + values(checker, question, some) @ np.array(close.weights)
    scored = [
        replace(highlight, score=chance(odds), by_figures=highlight.figures, closely=True)
        for highlight, odds in zip(some, z.tolist(), strict=True)
    ]
    scored.sort(key=lambda h: (-h.score, h.unit.passage.chunk.id, h.unit.start))
    lowest = scored[-1].score
    rest = [replace(h, score=min(h.score, lowest), by_figures=h.figures) for h in highlights[len(some) :]]
    return scored + rest


def values(checker: Checker, question: str, highlights: Sequence[Highlight]) -> NDArray[np.float64]:
    """Shape (len(highlights), len(CLOSE)); see `surefoot.retrieval.answerability`."""
    read = checker.read(question, [told(highlight.unit) for highlight in highlights])
    rows = [
        (logit(highlight.figures), one.answers, one.margin, highlight.cosine)
        for highlight, one in zip(highlights, read, strict=True)
    ]
    return np.array(rows, dtype=np.float64).reshape(len(rows), len(CLOSE))


def told(unit: Unit) -> str:
    """A sentence under its headings, an item behind the line that introduces it: as checker and model read it."""
    return f"{unit.heading}. {unit.context + ' ' if unit.context and not unit.is_row else ''}{unit.shown}"


def _is_foreign(text: str) -> bool:
    found = detect(text)
    return found.code not in ("en", UNDETERMINED) and found.confidence >= FOREIGN
