"""The threshold of "supported" keeps the share of wrong ones where it was set to be."""

from __future__ import annotations

import random

import pytest

from surefoot.eval.risk_control import DOUBT, NEVER, TARGET, Judged, binomial_tail, controlled, held, observed


def _answers(count: int, seed: int = 1) -> list[Judged]:
    """Answers whose chances are what they say."""
    dice = random.Random(seed)
    chances = [dice.random() ** 0.3 for _ in range(count)]
    return [Judged(chance, dice.random() < chance) for chance in chances]


def test_of_what_is_supported_few_are_wrong() -> None:
    control = controlled(_answers(4000))
    assert control.supported > 500
    assert control.wrong <= TARGET * control.supported
    fresh = [answer for answer in _answers(4000, seed=2) if answer.chance >= control.threshold]
    assert sum(not answer.right for answer in fresh) <= 1.3 * TARGET * len(fresh)


def test_the_threshold_of_one_half_holds_on_the_other() -> None:
    assert held(_answers(1500)) >= 95


def test_too_few_answers_support_nothing() -> None:
    assert controlled([Judged(0.99, right=True)] * 58).threshold == NEVER
    assert controlled([Judged(0.99, right=True)] * 59).threshold == pytest.approx(0.99)
    assert controlled([]).threshold == NEVER
    assert controlled([]).coverage == 0


def test_chances_that_say_nothing_support_nothing() -> None:
    dice = random.Random(3)
    assert controlled([Judged(dice.random(), dice.random() < 0.7) for _ in range(800)]).threshold == NEVER


def test_where_more_are_wrong_than_may_be_a_threshold_is_rarely_set() -> None:
    dice = random.Random(5)
    set_by_luck = 0
    for _ in range(300):
        answers = [Judged(dice.random(), dice.random() >= 1.01 * TARGET) for _ in range(600)]
        set_by_luck += controlled(answers).threshold < NEVER
    assert set_by_luck <= 300 * DOUBT + 12  # three standard deviations


def test_what_was_only_observed_keeps_the_target_on_what_it_saw_and_needs_some_answers() -> None:
    dice = random.Random(7)
    answers = [Judged(chance, dice.random() < chance) for chance in (dice.random() for _ in range(900))]
    seen = observed(answers)
    assert 20 <= seen.supported < 200
    assert seen.wrong <= TARGET * seen.supported
    assert seen.supported == sum(answer.chance >= seen.threshold for answer in answers)
    assert observed([Judged(0.9, right=True)] * 19).threshold == NEVER
    assert observed([Judged(0.9, right=True)] * 20 + [Judged(0.9, right=False)] * 2).threshold == NEVER


def test_answers_of_equal_chance_are_taken_together() -> None:
    alike = [Judged(0.9, right=True)] * 70 + [Judged(0.9, right=False)] * 30
    assert controlled(alike).threshold == NEVER


def test_the_tail_is_that_of_a_binomial() -> None:
    assert binomial_tail(0, 59, 0.05) == pytest.approx(0.95**59)
    assert binomial_tail(59, 59, 0.05) == pytest.approx(1)
