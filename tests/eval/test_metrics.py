"""The scores against numbers worked out by hand."""

from __future__ import annotations

from math import log2

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surefoot.eval.metrics import ndcg_at, recall_at


def test_a_perfect_ranking_scores_one() -> None:
    assert ndcg_at(10, ["a", "b", "c"], {"a", "b"}) == 1
    assert recall_at(10, ["a", "b", "c"], {"a", "b"}) == 1


def test_a_ranking_without_any_relevant_id_scores_zero() -> None:
    assert ndcg_at(10, ["x", "y"], {"a"}) == 0
    assert recall_at(10, ["x", "y"], {"a"}) == 0


def test_an_empty_ranking_scores_zero() -> None:
    assert ndcg_at(10, [], {"a"}) == 0
    assert recall_at(10, [], {"a"}) == 0


def test_ndcg_discounts_by_the_logarithm_of_the_place() -> None:
    assert ndcg_at(10, ["x", "a", "y", "b"], {"a", "b"}) == pytest.approx(
        (1 / log2(3) + 1 / log2(5)) / (1 / log2(2) + 1 / log2(3))
    )
    assert ndcg_at(10, ["x", "y", "a"], {"a"}) == pytest.approx(0.5)


def test_what_comes_after_the_cut_off_does_not_count() -> None:
    ranking = [*"abcdefghij", "late"]
    assert ndcg_at(10, ranking, {"late"}) == 0
    assert recall_at(10, ranking, {"late"}) == 0
    assert recall_at(11, ranking, {"late"}) == 1


def test_the_ideal_holds_no_more_than_the_cut_off() -> None:
    relevant = set("abcdef")
    assert ndcg_at(3, list("abc"), relevant) == 1
    assert recall_at(3, list("abc"), relevant) == 0.5


def test_a_repeated_id_counts_once() -> None:
    assert ndcg_at(10, ["a", "a", "b"], {"a", "b"}) == 1
    assert recall_at(1, ["a", "a"], {"a", "b"}) == 0.5


def test_a_question_without_relevant_ids_is_refused() -> None:
    for score in (ndcg_at, recall_at):
        with pytest.raises(ValueError, match="without relevant"):
            score(10, ["a"], set())
        with pytest.raises(ValueError, match="at least 1"):
            score(0, ["a"], {"a"})


@given(st.lists(st.sampled_from("abcdefgh"), max_size=12), st.sets(st.sampled_from("abcdefgh"), min_size=1))
def test_scores_stay_between_zero_and_one(ranking: list[str], relevant: set[str]) -> None:
    for k in (1, 3, 10):
        assert 0 <= ndcg_at(k, ranking, relevant) <= 1 + 1e-12
        assert 0 <= recall_at(k, ranking, relevant) <= 1
