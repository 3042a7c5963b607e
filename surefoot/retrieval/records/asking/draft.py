"""A plan while rules put it together, and which words they have accounted for."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from surefoot.retrieval.records.asking.marking import Marked
from surefoot.retrieval.records.asking.outcomes import Hint, Unclear
from surefoot.retrieval.records.asking.vocabulary import Mark, Role
from surefoot.retrieval.records.plan import Condition, Filter, Grain, Plan, Top
from surefoot.retrieval.records.times.found import Kind
from surefoot.retrieval.records.times.periods import Period

_IS = re.compile(
    r"^\W*(?:(?:how (?:many|fast|full)|wie (?:voll|schnell)|which|what|who|where|wo)\b[^?]*?)?"
    r"\b(?:is|are|ist|sind)\b(?![^?]*\bthere\b)",
    re.IGNORECASE,
)


class Stopped(Exception):
    """Rules found that the question has to be asked back."""

    def __init__(self, unclear: Unclear) -> None:
        super().__init__(unclear.reason.value)
        self.unclear = unclear


@dataclass(slots=True)
class Draft:
    """What is known so far."""

    marked: Marked
    hint: Hint | None = None
    """What a model says that it reads."""
    metrics: list[str] = field(default_factory=list[str])
    listing: str | None = None
    by: list[str] = field(default_factory=list[str])
    grain: Grain | None = None
    filters: list[Filter] = field(default_factory=list[Filter])
    period: Period | None = None
    open: bool = False
    against: Period | None = None
    uncut: Period | None = None
    """The whole of the period that was cut to the part elapsed of the other."""
    top: Top | None = None
    conditions: list[Condition] = field(default_factory=list[Condition])
    averaged: bool = False
    closed: bool = False
    counting: bool = False
    assumed: str = ""
    things: bool = False
    """Whether it is asked how many things there are."""
    left: set[int] = field(default_factory=set[int])
    """Positions of words that are not accounted for."""
    numbers: set[int] = field(default_factory=set[int])
    """Which of the quantities are not accounted for."""

    def plan(self) -> Plan:
        """The plan as it stands."""
        return Plan(
            metrics=tuple(self.metrics),
            listing=self.listing,
            by=tuple(self.by),
            grain=self.grain,
            filters=tuple(self.filters),
            period=self.period,
            open=self.open,
            against=self.against,
            top=self.top,
            conditions=tuple(self.conditions),
            averaged=self.averaged,
            closed=self.closed,
            counting=self.counting,
        )

    def whole(self) -> Plan | None:
        """The same over the whole of a period of which a comparison takes a part; None where it takes all."""
        plan = self.plan()
        if self.uncut is None or plan.grain or plan.top or plan.conditions or plan.counting or not plan.metrics:
            return None
        return replace(plan, period=self.uncut, against=None, open=False)

    @property
    def of_now(self) -> bool:
        """Whether it is asked how things are at this moment."""
        kinds = {found.kind for found in self.marked.times}
        return Kind.NOW in kinds or (not kinds and bool(_IS.match(self.marked.text)))

    def before(self, mark: Mark, reach: int = 2) -> list[Mark]:
        """The marks that end at most so many words before a mark, nearest first."""
        return [m for m in reversed(self.marked.marks) if m.last <= mark.first and mark.first - m.last < reach]

    def is_genitive(self, at: int) -> bool:
        """Whether 'der' at a position stands between a metric and what it is of: 'der Leerlauf der Transporter'."""
        words, metrics = self.marked.words, self.marked.of(Role.METRIC)
        if words[at].text.lower() != "der" or not at or not words[at - 1].text[0].isupper():
            return False
        return any(mark.last == at for mark in metrics)

    def after(self, mark: Mark, reach: int = 1) -> list[Mark]:
        """The marks that begin at most so many words behind a mark, nearest first."""
        return [m for m in self.marked.marks if m.first >= mark.last and m.first - mark.last < reach]


def named(mark: Mark, role: Role) -> str:
    """The name of a mark's first meaning of a role; '' where it has none."""
    return next((meaning.name for meaning in mark.of(role)), "")
