"""Says how well an assistant knows when to keep silent: the risk of its answers by how many it gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby
from statistics import fmean

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
    would have said, so the curve is an upper bound there. Cases of equal chance have no order among them: each counts
    as the share of them that errs.
    """
    cases = [j for j in judged if j.chance is not None and (j.expected == "answered" or j.expected in UNANSWERABLE)]
    if not cases:
        return None
    groups = [list(alike) for _, alike in groupby(sorted(cases, key=_chance, reverse=True), key=_chance)]
    shares = [fmean(not (j.answered and j.right) for j in group) for group in groups]
    errors = [share for share, group in zip(shares, groups, strict=True) for _ in group]
    risks = [total / count for count, total in enumerate(accumulate(errors), start=1)]
    ends = list(accumulate(map(len, groups)))
    points = tuple(
        Point(_chance(group[0]), end / len(cases), risks[end - 1]) for group, end in zip(groups, ends, strict=True)
    )
    given = [j for j in cases if j.answered]
    wrong = sum(not j.right for j in given)
    return Curve(points, sum(risks) / len(risks), len(given) / len(cases), wrong / len(given) if given else 0.0)


def _chance(judged: Judged) -> float:
    return judged.chance or 0.0
