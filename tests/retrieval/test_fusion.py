"""Two rankings become one by how far each passage stands out."""

from __future__ import annotations

from uuid import UUID

import pytest

from surefoot.retrieval.fusion import MEANING, fused

A, B, C, D = (UUID(int=n) for n in range(4))


def order(*rankings: list[tuple[UUID, float]]) -> list[UUID]:
    return [one for one, _ in fused(rankings[0], rankings[1], limit=10)]


def test_a_wide_lead_in_one_ranking_outweighs_a_narrow_one_in_the_other() -> None:
    meaning = [(A, 0.81), (B, 0.80), (C, 0.2), (D, 0.1)]
    assert order(meaning, [(B, 20.0), (A, 5.0), (C, 1.0)]) == [B, A, C, D]


def test_what_both_rankings_hold_comes_before_what_one_holds() -> None:
    assert order([(A, 0.9), (B, 0.9), (C, 0.1)], [(B, 9.0), (C, 1.0)])[0] == B


def test_the_unit_of_the_scores_does_not_matter() -> None:
    meaning, words = [(A, 0.8), (B, 0.5), (C, 0.3)], [(C, 7.0), (A, 3.0)]
    assert fused(meaning, words, 3) == fused(meaning, [(one, 10 * score) for one, score in words], 3)


def test_equal_scores_are_equal_after_fusing_and_come_by_id() -> None:
    level = [(C, 0.5), (A, 0.5 + 1e-8), (B, 0.5)]
    found = fused(level, [], 10)
    assert [one for one, _ in found] == [A, B, C]
    assert len({score for _, score in found}) == 1


def test_rounding_in_the_last_digits_moves_nothing() -> None:
    meaning = [(A, 0.8), (B, 0.7), (C, 0.3)]
    moved = [(one, score * (1 + 1e-7)) for one, score in meaning]
    assert fused(meaning, [(B, 3.0)], 3) == fused(moved, [(B, 3.0)], 3)


@pytest.mark.parametrize(("meaning", "words"), [([], [(A, 3.0)]), ([(A, -0.2)], []), ([(A, 0.0)], [(A, 0.0)])])
def test_a_single_passage_is_found_with_a_score(
    meaning: list[tuple[UUID, float]], words: list[tuple[UUID, float]]
) -> None:
    [(one, score)] = fused(meaning, words, 10)
    assert one == A
    assert score > 0


def test_no_rankings_give_nothing_and_the_limit_holds() -> None:
    assert fused([], [], 10) == []
    assert len(fused([(A, 0.9), (B, 0.5), (C, 0.1)], [], 2)) == 2
    assert 0 < MEANING < 1
