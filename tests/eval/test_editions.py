"""The difference between two editions is told with how sure it is."""

from __future__ import annotations

import pytest

from surefoot.eval.intervals import paired_interval
from surefoot.eval.metrics import reciprocal_rank


def test_equal_editions_differ_by_nothing() -> None:
    assert paired_interval([1, 0, 1], [1, 0, 1]) == (0, 0)


def test_a_clear_gain_has_an_interval_above_zero() -> None:
    low, high = paired_interval([0] * 30 + [1] * 10, [1] * 40)
    assert 0 < low < 0.75 < high < 1


def test_gains_and_losses_alike_have_an_interval_around_zero() -> None:
    low, high = paired_interval([0, 1] * 20, [1, 0] * 20)
    assert low < 0 < high


def test_the_same_scores_give_the_same_interval() -> None:
    assert paired_interval([0, 1, 0, 1], [1, 1, 0, 0]) == paired_interval([0, 1, 0, 1], [1, 1, 0, 0])


@pytest.mark.parametrize(("one", "other"), [([], []), ([1.0], [1.0, 0.0])])
def test_scores_that_are_no_pairs_are_refused(one: list[float], other: list[float]) -> None:
    with pytest.raises(ValueError, match=r"cases|shorter|longer"):
        paired_interval(one, other)


def test_the_reciprocal_rank_counts_each_document_once() -> None:
    assert reciprocal_rank(["a", "a", "b"], {"b"}) == 0.5
    assert reciprocal_rank(["a"], {"b"}) == 0
    with pytest.raises(ValueError, match="relevant"):
        reciprocal_rank(["a"], set())
