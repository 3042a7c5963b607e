"""Compares two ways of answering on the same cases, pair by pair."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from surefoot.eval.case_scores import UNANSWERABLE
from surefoot.eval.intervals import Counted, mcnemar, ratio_difference
from surefoot.eval.judging import Judged


@dataclass(frozen=True, slots=True)
class Compared:
    """One measure of both, and the difference with its 95 % interval."""

    measure: str
    cases: int
    """Pairs of which both have a value."""
    one: float
    other: float
    difference: float
    """The other less the one."""
    low: float
    high: float
    p: float | None
    """Of McNemar's exact test, where each case is right or not; else None."""


def _once(value: float | None, *, asked: bool = True) -> Counted | None:
    """For a mean over the cases."""
    return (float(value), 1.0) if asked and value is not None else None


PAIRED: dict[str, Callable[[Judged], Counted | None]] = {
    "correct": lambda j: _once(j.right),
    "answered": lambda j: _once(j.answered, asked=j.expected == "answered"),
    "refused": lambda j: _once(j.refused, asked=j.expected in UNANSWERABLE),
    "documents_found": lambda j: _once(j.documents_found),
    "grounded": lambda j: (j.grounded, j.sentences) if j.sentences else None,
    "citation_precision": lambda j: _once(j.citation_precision),
    "citation_recall": lambda j: _once(j.citation_recall),
    "total_ms": lambda j: _once(j.seconds * 1000),
}
BINARY = frozenset({"correct", "answered", "refused"})


def compare(one: Sequence[Judged], other: Sequence[Judged]) -> list[Compared]:
    """All measures of which a pair has values; the pairs are the cases that both have, by id."""
    others = {j.case: j for j in other}
    pairs = [(j, others[j.case]) for j in one if j.case in others]
    rows = [(name, [(a, b) for a, b in _values(pairs, value)]) for name, value in PAIRED.items()]
    return [_row(name, *zip(*found, strict=True)) for name, found in rows if found]


def _values(
    pairs: Sequence[tuple[Judged, Judged]], value: Callable[[Judged], Counted | None]
) -> list[tuple[Counted, Counted]]:
    found = [(value(a), value(b)) for a, b in pairs]
    return [(a, b) for a, b in found if a is not None and b is not None]


def _row(name: str, one: Sequence[Counted], other: Sequence[Counted]) -> Compared:
    p = mcnemar([bool(v) for v, _ in one], [bool(v) for v, _ in other]) if name in BINARY else None
    left, right = (sum(above for above, _ in side) / sum(below for _, below in side) for side in (one, other))
    return Compared(name, len(one), left, right, right - left, *ratio_difference(one, other), p)
