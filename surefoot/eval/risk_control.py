"""Sets the chance from which an answer may be called supported, so that few of those that are called so are wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb

import numpy as np

TARGET = 0.05
"""Share of what is called supported that may be wrong."""
DOUBT = 0.05
"""Chance that a threshold is set by which more than that is wrong."""
STEP = 1.5
"""How many times more answers the next threshold supports: few are tried, so that a single wrong one ends nothing."""
FEWEST = 20
"""Answers that have to be supported where a threshold is only observed."""
SPLITS = 100
_SEED = 19
NEVER = 1.01
"""A threshold that no chance reaches."""


@dataclass(frozen=True, slots=True)
class Judged:
    """An answer that would be shown first: its chance, and whether it would be right."""

    chance: float
    right: bool


@dataclass(frozen=True, slots=True)
class Control:
    """A threshold and what comes of it on the answers that it was set by."""

    threshold: float
    supported: int
    wrong: int
    of: int
    """Answers that it was set by."""

    @property
    def coverage(self) -> float:
        """Share of the answers that are called supported."""
        return self.supported / self.of if self.of else 0.0


def controlled(answers: Sequence[Judged], target: float = TARGET, doubt: float = DOUBT) -> Control:
    """The lowest threshold by which, but for `doubt`, at most `target` of the supported are wrong; NEVER where none is.

    Thresholds are tried from the strictest on until one fails, the first one too: a test of fixed sequence
    (Angelopoulos, Bates, Candès, Jordan and Lei 2021, "Learn then test", with the exact binomial tail as p-value).
    Which are tried depends on the chances alone, never on what is right, or the promise would not hold.
    """
    found = Control(NEVER, 0, 0, len(answers))
    ordered = sorted(answers, key=lambda answer: -answer.chance)
    for supported in _tried(ordered, target, doubt):
        wrong = sum(not answer.right for answer in ordered[:supported])
        if binomial_tail(wrong, supported, target) > doubt:
            break
        found = Control(ordered[supported - 1].chance, supported, wrong, len(answers))
    return found


def observed(answers: Sequence[Judged], target: float = TARGET, fewest: int = FEWEST) -> Control:
    """The lowest threshold by which at most `target` of the supported were seen to be wrong; it promises nothing.

    For where `controlled` proves none. At least `fewest` answers have to be supported, else it is NEVER.
    """
    ordered = sorted(answers, key=lambda answer: -answer.chance)
    found, wrong = Control(NEVER, 0, 0, len(answers)), 0
    for number, answer in enumerate(ordered, start=1):
        wrong += not answer.right
        apart = number == len(ordered) or ordered[number].chance < answer.chance
        if apart and number >= fewest and wrong <= target * number:
            found = Control(answer.chance, number, wrong, len(answers))
    return found


def _tried(ordered: Sequence[Judged], target: float, doubt: float) -> list[int]:
    """How many answers are supported at each threshold that is tried: each time half as many again, and in the end all.

    The first is as many as may hold one that is wrong; answers of one chance are taken together.
    """
    ends = [n for n in range(1, len(ordered) + 1) if n == len(ordered) or ordered[n].chance < ordered[n - 1].chance]
    tried: list[int] = []
    for end in ends:
        far = end >= STEP * tried[-1] if tried else binomial_tail(1, end, target) <= doubt
        if far or end == len(ordered):
            tried.append(end)
    return tried


def binomial_tail(wrong: int, of: int, rate: float) -> float:
    """Chance of at most so many wrong ones where each is wrong at this rate."""
    return sum(comb(of, n) * rate**n * (1 - rate) ** (of - n) for n in range(wrong + 1))


def held(answers: Sequence[Judged], target: float = TARGET, splits: int = SPLITS) -> int:
    """Of so many random halvings, those in which the threshold of one half keeps the other within the target.

    Within it means: as many wrong ones as would be seen by chance (95 %) were their rate just the target.
    """
    dice = np.random.default_rng(_SEED)
    kept = 0
    for _ in range(splits):
        order = dice.permutation(len(answers))
        half = len(answers) // 2
        control = controlled([answers[n] for n in order[:half]], target)
        told = [answers[n] for n in order[half:] if answers[n].chance >= control.threshold]
        wrong = sum(not answer.right for answer in told)
        kept += wrong == 0 or 1 - binomial_tail(wrong - 1, len(told), target) > DOUBT
    return kept
