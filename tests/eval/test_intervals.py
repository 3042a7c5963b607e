"""Intervals have the width that their formulas give, and say nothing of nothing."""

from __future__ import annotations

import numpy as np
import pytest

from surefoot.eval.intervals import auroc, mcnemar, mean, quantile, ratio, share


def test_a_share_has_wilsons_interval() -> None:
    # Newcombe 1998, table I: 81 of 263 and 0 of 20.
    found, none = share(81, 263), share(0, 20)
    assert found is not None
    assert none is not None
    assert (round(found.low, 4), round(found.high, 4)) == (0.2553, 0.3662)
    assert (none.low, round(none.high, 4)) == (0.0, 0.1611)


def test_nothing_has_no_estimate() -> None:
    assert share(0, 0) is mean([]) is quantile([], 0.5) is auroc([], [1.0]) is auroc([1.0], []) is None


def test_the_interval_of_a_mean_is_near_the_normal_one() -> None:
    values = list(np.random.default_rng(1).normal(5, 2, 400))
    found = mean(values)
    assert found is not None
    half = 1.96 * np.std(values) / 20
    assert found.low == pytest.approx(found.value - half, abs=0.03)
    assert found.high == pytest.approx(found.value + half, abs=0.03)


def test_the_interval_of_sentences_is_that_of_their_answers() -> None:
    # Of 20 answers with 10 sentences each half are grounded throughout: as sure as 20 sentences, not as 200.
    found, alone, all_apart = ratio([(10, 10), (0, 10)] * 10), ratio([(1, 1), (0, 1)] * 10), share(100, 200)
    assert found is not None
    assert alone is not None
    assert all_apart is not None
    assert (found.value, found.n) == (0.5, 200)
    assert (found.low, found.high) == (alone.low, alone.high)
    assert found.high - found.low > 2.5 * (all_apart.high - all_apart.low)


def test_a_ratio_is_of_the_sums_and_is_no_surer_where_nothing_differs() -> None:
    mixed, whole = ratio([(1, 1), (0, 3), (0, 0)]), ratio([(5, 5)] * 20)
    assert mixed is not None
    assert whole is not None
    assert (mixed.value, mixed.n) == (0.25, 4)
    cases = share(20, 20)
    assert cases is not None
    assert (whole.value, whole.low, whole.high) == (1.0, cases.low, 1.0)
    assert ratio([]) is ratio([(0, 0)]) is None


def test_quantiles_are_interpolated_and_lie_in_their_interval() -> None:
    found = quantile([1, 2, 3, 4], 0.5)
    assert found is not None
    assert (found.value, found.n) == (2.5, 4)
    assert found.low <= 2.5 <= found.high


def test_auroc_counts_pairs_and_ties_by_half() -> None:
    found = auroc([0.9, 0.5], [0.5, 0.1])
    assert found is not None
    assert found.value == (1 + 1 + 0.5 + 1) / 4
    assert found.low <= found.value <= found.high


def test_the_same_values_give_the_same_interval() -> None:
    assert mean([1, 2, 5]) == mean([1, 2, 5])
    assert auroc([0.3, 0.8], [0.2, 0.5]) == auroc([0.3, 0.8], [0.2, 0.5])


def test_mcnemar_looks_only_at_pairs_that_differ() -> None:
    alike = [True] * 50 + [False] * 50
    assert mcnemar(alike, alike) == 1.0
    # 6 gained and none lost: 2 · 0.5⁶
    assert mcnemar([*alike, *[False] * 6], [*alike, *[True] * 6]) == pytest.approx(2 * 0.5**6)
    with pytest.raises(ValueError, match="zip"):
        mcnemar([True], [])
