"""A plan: what a question asks of the records, in the semantic layer's names; never SQL."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from surefoot.retrieval.records.times.periods import Period


class Grain(StrEnum):
    """Steps of time."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class Op(StrEnum):
    """How a number is held against a limit."""

    OVER = ">"
    LEAST = ">="
    UNDER = "<"
    MOST = "<="
    EQUAL = "="

    def holds(self, value: float, limit: float) -> bool:
        """Whether a value is on this side of a limit."""
        match self:
            case Op.OVER:
                return value > limit
            case Op.LEAST:
                return value >= limit
            case Op.UNDER:
                return value < limit
            case Op.MOST:
                return value <= limit
            case Op.EQUAL:
                return value == limit


@dataclass(frozen=True, slots=True)
class Filter:
    """Rows whose dimension has one of these values, or none of them."""

    dimension: str
    values: tuple[str, ...]
    exclude: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    """What a group's number must fulfil."""

    metric: str
    op: Op
    value: float
    """In the metric's unit."""


@dataclass(frozen=True, slots=True)
class Top:
    """The first of the groups by their number."""

    limit: int
    lowest: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What to read: metrics, or one listing, over a period, narrowed and grouped."""

    metrics: tuple[str, ...] = ()
    listing: str | None = None
    by: tuple[str, ...] = ()
    """Dimensions whose values are told apart."""
    grain: Grain | None = None
    """Steps of time that are told apart."""
    filters: tuple[Filter, ...] = ()
    period: Period | None = None
    """None: however it is now, or rows that hold always."""
    open: bool = False
    """Whether the period goes on, so that its end is the moment of asking."""
    against: Period | None = None
    """The period that it is compared with."""
    top: Top | None = None
    conditions: tuple[Condition, ...] = ()
    averaged: bool = False
    """Whether the mean over the groups is asked for, not the groups."""
    counting: bool = False
    """Whether the number of groups is asked for, not the groups."""
    closed: bool = False
    """Whether it is a question for yes or no: do the conditions hold?"""

    @property
    def grouped(self) -> bool:
        """Whether there may be several rows."""
        return bool(self.by or self.grain)
