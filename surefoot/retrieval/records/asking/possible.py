"""Stops a question of whose answer a part would be left out in silence, and says what can be asked instead."""

from __future__ import annotations

import re
from collections.abc import Iterator

from surefoot.retrieval.records.asking.cues import Cue
from surefoot.retrieval.records.asking.draft import Draft, Stopped
from surefoot.retrieval.records.asking.outcomes import Reason, Unclear

_BEYOND_A_MEAN = re.compile(
    r"\b(?:than|above|below|over|under|als|über|unter)\s+(?:the |an? |dem |der |den )?(?:fleet |fleet's )?"
    r"(?:average|mean|median|durchschnitt\w*|mittel\w*)\b",
    re.IGNORECASE,
)
MOST_BY = 2
"""Dimensions by which one plan tells numbers apart."""


def possible(draft: Draft) -> None:
    """Raises Stopped where no plan can hold all that is asked for."""
    for words, is_asked in (*_shapes(draft), *_counts(draft)):
        if is_asked:
            raise Stopped(Unclear(Reason.PLAN, words))


def _shapes(draft: Draft) -> Iterator[tuple[str, bool]]:
    cues = draft.marked.cues()
    both = {Cue.HIGH, Cue.LOW} <= cues or {Cue.WORST, Cue.BEST} <= cues
    stepwise = draft.grain is not None or draft.averaged
    yield "I can show one end at a time: the highest, or the lowest.", both and draft.top is not None
    yield "I can tell numbers apart by two things at once, not by more.", len(draft.by) > MOST_BY
    yield (
        "I can compare two times as a whole, neither step by step nor on average.",
        draft.against is not None and stepwise,
    )
    yield (
        "I can tell a mean, or who has the most, not who has the highest mean.",
        draft.averaged and draft.top is not None,
    )


def _beyond_a_mean(draft: Draft) -> bool:
    """'More than the average' holds each one against a mean, which no plan does."""
    return bool(_BEYOND_A_MEAN.search(draft.marked.text))


def _counts(draft: Draft) -> Iterator[tuple[str, bool]]:
    yield "I cannot hold each one against the mean of all.", _beyond_a_mean(draft)
    over = draft.grain is not None or draft.against is not None
    one = any(f.dimension in draft.by and len(f.values) == 1 and not f.exclude for f in draft.filters)
    yield "I can count one kind of thing at a time.", draft.counting and len(draft.by) > 1
    yield "I can count over one time as a whole, neither step by step nor compared.", draft.counting and over
    yield (
        "I cannot count those that are beyond another one.",
        draft.counting and one and draft.marked.has(Cue.BESIDE),
    )
