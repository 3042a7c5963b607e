"""What rules make of a question about records."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from surefoot.retrieval.records.plan import Plan


class Reason(StrEnum):
    """Why a question about records is asked back."""

    SEVERAL_METRICS = "several_metrics"
    NO_METRIC = "no_metric"
    SEVERAL_VALUES = "several_values"
    UNKNOWN_VALUE = "unknown_value"
    TIME = "time"
    PLAN = "plan"


@dataclass(frozen=True, slots=True)
class Hint:
    """What a model says that a question reads; times, names and limits are the rules' own."""

    name: str
    """Of a metric or a listing."""
    by: str = ""
    lowest: bool | None = None
    """Which end is asked for; None for no end."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan that accounts for every word of the question."""

    plan: Plan
    assumed: str = ""
    """The time that was taken because none was named."""
    hinted: bool = False
    """Whether a model said what it reads."""
    whole: Plan | None = None
    """The same over the whole of a period of which a comparison takes a part only, to be told beside it."""


@dataclass(frozen=True, slots=True)
class Unclear:
    """It may mean several things, or something that is not there."""

    reason: Reason
    word: str = ""
    """What of the question is unclear, as written."""
    options: tuple[str, ...] = ()
    """Questions that are clear, nearest first."""
    known: tuple[str, ...] = ()
    """What there is instead, by name."""


@dataclass(frozen=True, slots=True)
class Half:
    """It asks for records, and words are left that say something that no rule knows."""

    plan: Plan | None
    left: tuple[str, ...]
    """The words, as written."""
    sure: bool = False
    """Whether it surely asks for records: of what and of when."""


class Side(StrEnum):
    """Where groups stand to a rule's limit."""

    BREAKING = "breaking"
    """They break the rule, whichever side that is."""
    KEEPING = "keeping"
    BELOW = "below"
    """Their number is less, whether the rule wants that or not."""


@dataclass(frozen=True, slots=True)
class WithLimit:
    """It asks which groups are beyond a limit that documents tell."""

    plan: Plan
    """Without the limit."""
    metric: str
    side: Side
    """On which side of the limit they are asked for."""


@dataclass(frozen=True, slots=True)
class NotRecords:
    """It asks for something else."""


Asked = Planned | Unclear | Half | WithLimit | NotRecords
