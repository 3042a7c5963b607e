"""Says how sure a measured figure is: 95 % intervals of shares, means, quantiles, AUROC and paired differences."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LEVEL = 0.95
RESAMPLES = 2000
_SEED = 7
_Z = 1.959963984540054
"""Quantile of the normal distribution at (1 + LEVEL) / 2."""

Numbers = NDArray[np.float64]
Counted = tuple[float, float]
"""What a case adds above and below the line of a ratio: its grounded sentences and its sentences."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 95 % interval."""

    value: float
    low: float
    high: float
    n: int
    """Cases (of a share of sentences: sentences) that it was counted over."""


def share(right: int, of: int) -> Estimate | None:
    """A share with Wilson's score interval (Wilson 1927; Brown, Cai and DasGupta 2001); None of nothing."""
    if not of:
        return None
    p, z2 = right / of, _Z * _Z
    middle = (p + z2 / (2 * of)) / (1 + z2 / of)
    half = _Z * np.sqrt(p * (1 - p) / of + z2 / (4 * of * of)) / (1 + z2 / of)
    return Estimate(p, 0.0 if right == 0 else float(middle - half), 1.0 if right == of else float(middle + half), of)


def mean(values: Sequence[float]) -> Estimate | None:
    """The mean with its percentile bootstrap interval (Efron and Tibshirani 1993, chapter 13); None of nothing."""
    return _bootstrapped(values, lambda drawn: drawn.mean(axis=1))


def ratio(cases: Sequence[Counted]) -> Estimate | None:
    """The sum above the line by the sum below it, with a percentile bootstrap interval that draws whole cases.

    What one case holds is alike, so its parts are no draws of their own (Davison and Hinkley 1997, section 3.8). Where
    all or nothing counts, drawing shows no spread: the interval is Wilson's of as many cases. `n` is the sum below the
    line. None where that is 0.
    """
    sample = np.asarray([case for case in cases if case[1]], dtype=np.float64)
    if not sample.size:
        return None
    above, below = map(float, sample.sum(axis=0))
    if above in (0, below) and (alike := share(len(sample) if above else 0, len(sample))):
        return Estimate(above / below, alike.low, alike.high, int(below))
    return Estimate(above / below, *_percentiles(_ratio(sample[_draws(len(sample))])), int(below))


def quantile(values: Sequence[float], q: float) -> Estimate | None:
    """The q-quantile, interpolated between neighbours, with its percentile bootstrap interval; None of nothing."""
    return _bootstrapped(values, lambda drawn: np.quantile(drawn, q, axis=1))


def auroc(positive: Sequence[float], negative: Sequence[float]) -> Estimate | None:
    """The chance that a positive scores higher than a negative, a tie counting half (Hanley and McNeil 1982).

    The interval is a percentile bootstrap that draws both groups anew. None where one of them is empty.
    """
    if not positive or not negative:
        return None
    above = np.asarray(positive, dtype=np.float64)[:, None] - np.asarray(negative, dtype=np.float64)[None, :]
    wins = (above > 0) + 0.5 * (above == 0)
    chance = np.random.default_rng(_SEED)
    drawn = [
        wins[chance.integers(0, wins.shape[0], wins.shape[0])][
            :, chance.integers(0, wins.shape[1], wins.shape[1])
        ].mean()
        for _ in range(RESAMPLES)
    ]
    return Estimate(float(wins.mean()), *_percentiles(np.asarray(drawn)), len(positive) + len(negative))


def paired_interval(one: Sequence[float], other: Sequence[float]) -> tuple[float, float]:
    """The 95 % interval of the mean difference, other less one, by resampling the pairs.

    Percentile bootstrap, with the same numbers at each call. Raises ValueError where the sequences are empty or of
    different length.
    """
    estimate = mean([b - a for a, b in zip(one, other, strict=True)])
    if estimate is None:
        raise ValueError("Without cases there is no interval.")
    return estimate.low, estimate.high


def ratio_difference(one: Sequence[Counted], other: Sequence[Counted]) -> tuple[float, float]:
    """The 95 % interval of the difference of two ratios, other less one, by resampling the pairs as `paired_interval`.

    Raises ValueError where the sequences are empty or of different length.
    """
    sample = np.asarray([(*a, *b) for a, b in zip(one, other, strict=True)], dtype=np.float64)
    if not sample.size:
        raise ValueError("Without cases there is no interval.")
    drawn = sample[_draws(len(sample))]
    return _percentiles(_ratio(drawn[..., 2:]) - _ratio(drawn[..., :2]))


def mcnemar(one: Sequence[bool], other: Sequence[bool]) -> float:
    """Exact two-sided p of McNemar's test: whether two contenders are right equally often on the same cases.

    The binomial test of the pairs on which they differ (McNemar 1947; Agresti 2013, section 11.1). 1 where they never
    differ. Raises ValueError where the sequences are of different length.
    """
    from scipy.stats import binomtest

    pairs = list(zip(one, other, strict=True))
    gained, lost = (sum(pair == differing for pair in pairs) for differing in ((False, True), (True, False)))
    return float(binomtest(gained, gained + lost).pvalue) if gained + lost else 1.0


def _bootstrapped(values: Sequence[float], statistic: Callable[[Numbers], Numbers]) -> Estimate | None:
    """`statistic` gives one number for each row of a table."""
    sample = np.asarray(values, dtype=np.float64)
    if not sample.size:
        return None
    drawn = sample[_draws(sample.size)]
    return Estimate(float(statistic(sample[None, :])[0]), *_percentiles(statistic(drawn)), sample.size)


def _draws(cases: int) -> NDArray[np.int64]:
    """For each resample the places of the cases that it is made of."""
    return np.random.default_rng(_SEED).integers(0, cases, (RESAMPLES, cases))


def _ratio(counted: Numbers) -> Numbers:
    """Of cases along the last axis but one."""
    above, below = np.moveaxis(counted.sum(axis=-2), -1, 0)
    return above / below


def _percentiles(drawn: Numbers) -> tuple[float, float]:
    low, high = np.percentile(drawn, [50 * (1 - LEVEL), 50 * (1 + LEVEL)])
    return float(low), float(high)
