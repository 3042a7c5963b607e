"""In which steps of time a question wants its numbers, and what stands near before its words."""

from __future__ import annotations

from datetime import timedelta

from surefoot.retrieval.records.asking.cues import Cue
from surefoot.retrieval.records.asking.draft import Draft
from surefoot.retrieval.records.asking.vocabulary import Mark, Role
from surefoot.retrieval.records.plan import Grain

_GRAINS = {Cue.HOUR: Grain.HOUR, Cue.DAY: Grain.DAY, Cue.WEEK: Grain.WEEK, Cue.MONTH: Grain.MONTH}
_ADVERBS = {Cue.HOURLY: Grain.HOUR, Cue.DAILY: Grain.DAY, Cue.WEEKLY: Grain.WEEK, Cue.MONTHLY: Grain.MONTH}
_TELLING_APART = {Cue.BY, Cue.WHICH, Cue.AVERAGE}


def cues(mark: Mark) -> set[Cue]:
    """The cues that a mark may be."""
    return {Cue(meaning.name) for meaning in mark.of(Role.CUE)}


def near_before(draft: Draft, mark: Mark, reach: int = 2) -> set[Cue]:
    """The cues that end at most so many words before a mark."""
    return {cue for other in draft.before(mark, reach) for cue in cues(other)}


def grains(draft: Draft) -> None:
    """Set the steps that are named; a step's name that makes none is left."""
    for mark in draft.marked.marks:
        for cue in cues(mark):
            if draft.listing is not None and cue in _GRAINS and near_before(draft, mark) & {Cue.WHICH}:
                continue  # 'on what date is it due'
            if cue in _ADVERBS:
                draft.grain = _ADVERBS[cue]
            elif cue in _GRAINS and (
                is_a(draft, mark)
                or near_before(draft, mark) & _TELLING_APART
                or _is_also(draft, mark)
                or _is_first(draft, mark)
            ):
                draft.grain = _GRAINS[cue]
            elif cue in _GRAINS and not (draft.marked.times and _is_that(draft, mark)):
                draft.left |= set(range(mark.first, mark.last))
    if draft.grain is None:
        course(draft)


def _is_that(draft: Draft, mark: Mark) -> bool:
    """Whether a step's name points back at a time that is told: 'on 15 October, how far did it go that day'."""
    return bool(mark.first) and draft.marked.words[mark.first - 1].text.lower() in {"that", "same", "dem", "diesem"}


def _is_first(draft: Draft, mark: Mark) -> bool:
    """Whether the first of the steps is asked for: 'our worst day'."""
    return bool(near_before(draft, mark, 1) & {Cue.HIGH, Cue.LOW, Cue.WORST, Cue.BEST})


def course(draft: Draft) -> None:
    """Take steps that fit the period, where its course is asked for and no steps are named."""
    if draft.marked.has(Cue.TREND) and not draft.marked.has(*_ADVERBS, *_GRAINS):
        draft.grain = _fitting(draft)


def is_a(draft: Draft, mark: Mark) -> bool:
    """Whether 'a' stands right before a word: 'trips a day', 'how many does a vehicle make on average'."""
    before = draft.marked.words[mark.first - 1].text.lower() if mark.first else ""
    return before in {"a", "an", "am", "ein", "eine", "einem", "einer"}


def _is_also(draft: Draft, mark: Mark) -> bool:
    """Whether a step stands behind something else that is told apart: 'per depot and day'."""
    return Cue.TOGETHER in near_before(draft, mark, 1) and Cue.BY in near_before(draft, mark, 4)


def _fitting(draft: Draft) -> Grain:
    """Steps in which a period's course is well seen."""
    length = draft.period.end - draft.period.start if draft.period else timedelta(days=1)
    if length <= timedelta(days=2):
        return Grain.HOUR
    return Grain.DAY if length <= timedelta(days=62) else Grain.WEEK if length <= timedelta(days=400) else Grain.MONTH
