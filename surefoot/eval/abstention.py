"""Says how well an assistant knows when to keep silent: the risk of its answers by how many it gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from surefoot.eval.case_scores import UNANSWERABLE
from surefoot.eval.judging import Judged


@dataclass(frozen=True, slots=True)
class Point:
    """What comes of answering the cases whose chance is at least `threshold`."""

    threshold: float
    coverage: float
    """Share of the cases that are answered."""
    risk: float
    """Share of those answers that are not right."""


@dataclass(frozen=True, slots=True)
class Curve:
    """Risk by coverage, from the surest case to all of them."""

    points: tuple[Point, ...]
    area: float
    """Mean risk over the cases, surest first (AURC; Geifman and El-Yaniv 2017): lower is better."""
    coverage: float
    """Share of the cases that were answered."""
    risk: float
    """Share of those answers that were not right."""


def risk_coverage(judged: Sequence[Judged]) -> Curve | None:
    """The curve over answerable and unanswerable cases with a known chance; None where there is none.

    A case that was not answered counts as an error beyond the point at which it is answered: nobody knows what it
    would have said, so the curve is an upper bound there.
    """
    cases = [j for j in judged if j.chance is not None and (j.expected == "answered" or j.expected in UNANSWERABLE)]
    if not cases:
        return None
    ordered = sorted(cases, key=lambda j: -(j.chance or 0.0))
    errors = [not (j.answered and j.right) for j in ordered]
    risks = [sum(errors[:count]) / count for count in range(1, len(errors) + 1)]
    last = [n for n in range(len(ordered)) if n + 1 == len(ordered) or ordered[n].chance != ordered[n + 1].chance]
    points = tuple(Point(ordered[n].chance or 0.0, (n + 1) / len(ordered), risks[n]) for n in last)
    given = [j for j in cases if j.answered]
    wrong = sum(not j.right for j in given)
    return Curve(points, sum(risks) / len(risks), len(given) / len(cases), wrong / len(given) if given else 0.0)
