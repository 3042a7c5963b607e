"""What is found in a question: a time as a period, or the reason why it is none."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from surefoot.retrieval.records.times.periods import Period


class Problem(StrEnum):
    """Why words of time give no period."""

    REVERSED = "reversed"
    """It ends before it begins."""
    IMPOSSIBLE = "impossible"
    """No calendar and no clock has it (31 February, 25:00, an hour that is skipped), or it lies outside 1900–2199."""
    EMPTY = "empty"
    """It ends as it begins."""
    TOO_LONG = "too_long"
    """Longer than ten years."""
    ALL_FUTURE = "all_future"
    """It has not begun; `whole` says what is meant."""
    UNSUPPORTED = "unsupported"
    """Times that recur (at night, on weekdays), that leave something out, or that are told in another zone's clock."""
    VAGUE = "vague"
    """No start and end follow from the words (recently, the end of last week)."""
    AMBIGUOUS = "ambiguous"
    """Two readings are as good; `candidates` are both."""
    NO_START = "no_start"
    """Only an end is said (until yesterday)."""


class Kind(StrEnum):
    """What sort of time it is."""

    PERIOD = "period"
    MOMENT = "moment"
    """A point in time; its period is the minute (or second) that it names."""
    NOW = "now"
    """The newest state is asked for; its period is the minute before now."""


@dataclass(frozen=True, slots=True)
class TimeFound:
    """One time of a question, with the one that it is compared to."""

    span: tuple[int, int]
    """Half-open characters of the question."""
    period: Period | None
    """What is meant, up to now at most; None where there is a problem."""
    whole: Period | None = None
    """What is meant, uncut: `this week` to its end. Also there when all of it is in the future."""
    open: bool = False
    """Whether it goes on: the period reaches now, and is cut there."""
    kind: Kind = Kind.PERIOD
    against: Period | None = None
    """What the period is compared to: of the same elapsed part where one of the two still goes on."""
    against_span: tuple[int, int] | None = None
    """The characters that tell the comparison."""
    uncut: Period | None = None
    """The whole of the one that was cut to the part that has elapsed of the other; None where none was."""
    implied: bool = False
    """Whether only the comparison is told (`than last week`), so that the main period (this week) is supposed."""
    candidates: tuple[Period, ...] = ()
    """The readings of an ambiguous time, uncut."""
    problem: Problem | None = None

    @property
    def alike(self) -> bool:
        """Whether the same part of both is compared, because one of them still goes on."""
        return self.uncut is not None
