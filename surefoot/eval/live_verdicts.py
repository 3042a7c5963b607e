"""What came of a live case: the verdicts, and what an assistant gave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from surefoot.core.nouns import Outcome
from surefoot.core.readings import Reading
from surefoot.eval.live_shown import Shown, in_unit

SLACK: Final = 1e-4
"""What rounding in the file of cases may take from a value."""


class Verdict(StrEnum):
    """What came of a live case."""

    RIGHT = "right"
    LUCKY = "lucky"
    """The right number, told of another time."""
    WRONG = "wrong"
    """Something is shown as certain that contradicts the truth, or where a question back or no reading is right."""
    ASKED_BACK = "asked_back"
    NOT_FOUND = "not_found"
    BESIDE = "beside"
    """Answered, with nothing that can be compared."""


@dataclass(frozen=True, slots=True)
class LiveAnswer:
    """What an assistant gave: its outcome, its readings, and its text."""

    outcome: Outcome
    readings: Sequence[Reading] = ()
    text: str = ""


Judgement = tuple[Verdict, str]
"""The verdict, and why, in words."""
Expect = Mapping[str, Any]
RIGHT: Final[Judgement] = (Verdict.RIGHT, "")


def near(shown: Shown, value: float, unit: str, tolerance: float) -> bool:
    """Whether a number that is shown, in whatever unit of the same kind, is right within the tolerance."""
    number = in_unit(shown, unit)
    return number is not None and abs(number - value) <= tolerance + SLACK
