"""Cases are counted by category and of all; the risk curve and the comparison are made of the same judgements."""

from __future__ import annotations

import pytest

from surefoot.core.nouns import Answer
from surefoot.eval.abstention import risk_coverage
from surefoot.eval.case_scores import ALL, MEASURES, tabulate
from surefoot.eval.comparing import compare
from surefoot.eval.judging import Judged
from tests.eval.played import FLUID, PADS, a_case, an_answer, judged, unanswerable

RIGHT, WRONG, SILENT = an_answer((PADS, PADS)), an_answer((FLUID, FLUID)), an_answer()


def four() -> list[Judged]:
    """Right, wrong, rightly silent, wrongly answered; the chance falls in this order, save for the silent one."""
    return [
        judged(a_case(id="a"), RIGHT).model_copy(update={"chance": 0.9}),
        judged(a_case(id="b", category="table"), WRONG).model_copy(
            update={"chance": 0.8, "support": "partial", "probable": True}
        ),
        judged(unanswerable(id="c"), SILENT).model_copy(update={"chance": 0.1}),
        judged(unanswerable(id="d"), WRONG).model_copy(update={"chance": 0.7}),
    ]


def test_a_row_a_category_and_one_for_all() -> None:
    scores = {score.category: score for score in tabulate(four())}
    assert list(scores) == ["simple", "table", "not_answerable", ALL]
    total = scores[ALL]
    assert (total.cases, total.right, total.answered, total.refused) == (4, 2, 3, 1)
    assert total.measures["answered"].value == 1.0
    assert (total.measures["refused"].value, total.measures["refused"].n) == (0.5, 2)
    assert total.measures["correct"].value == 0.5
    assert total.measures["grounded"].n == 3
    assert total.support == {"full": 2, "partial": 1, "none": 1}
    assert (round(total.measures["supported"].value, 3), total.measures["supported"].n) == (0.667, 3)
    assert (total.measures["supported_wrongly"].value, total.measures["supported_wrongly"].n) == (0.5, 2)
    assert (round(total.measures["probable"].value, 3), total.measures["probable"].n) == (0.333, 3)
    assert (total.measures["probable_wrongly"].value, total.measures["probable_wrongly"].n) == (1.0, 1)
    assert "answered" not in scores["not_answerable"].measures
    assert set(total.measures) == set(MEASURES)


def test_the_chance_is_scored_where_there_are_answerable_and_unanswerable_cases() -> None:
    scores = {score.category: score for score in tabulate(four())}
    assert scores[ALL].measures["auroc"].value == 1.0
    assert "auroc" not in scores["simple"].measures


def test_no_cases_make_no_rows() -> None:
    assert tabulate([]) == []
    assert risk_coverage([]) is None
    assert compare([], []) == []


def test_risk_grows_with_the_share_that_is_answered() -> None:
    curve = risk_coverage(four())
    assert curve is not None
    assert [(p.threshold, p.coverage, round(p.risk, 3)) for p in curve.points] == [
        (0.9, 0.25, 0.0),
        (0.8, 0.5, 0.5),
        (0.7, 0.75, 0.667),
        (0.1, 1.0, 0.75),
    ]
    assert (curve.coverage, round(curve.risk, 3)) == (0.75, 0.667)
    assert curve.area == pytest.approx((0 + 1 / 2 + 2 / 3 + 3 / 4) / 4)


def test_cases_of_equal_chance_are_answered_together() -> None:
    same = [one.model_copy(update={"chance": 0.5}) for one in four()]
    curve = risk_coverage(same)
    assert curve is not None
    assert [(p.coverage, p.risk) for p in curve.points] == [(1.0, 0.75)]


@pytest.mark.parametrize("ahead", [RIGHT, WRONG], ids=["the right ones first", "the wrong ones first"])
def test_the_order_of_cases_of_equal_chance_changes_nothing(ahead: Answer) -> None:
    behind = WRONG if ahead is RIGHT else RIGHT
    same = [judged(a_case(id=str(n)), ahead if n < 5 else behind) for n in range(10)]
    curve = risk_coverage([one.model_copy(update={"chance": 0.5}) for one in same])
    assert curve is not None
    assert curve.area == curve.points[-1].risk == 0.5


def test_of_cases_of_equal_chance_each_errs_as_often_as_all_of_them() -> None:
    chances = {"a": 0.5, "b": 0.9, "c": 0.5, "d": 0.5}
    curve = risk_coverage([one.model_copy(update={"chance": chances[one.case]}) for one in four()])
    assert curve is not None
    assert [(p.coverage, p.risk) for p in curve.points] == [(0.25, 1.0), (1.0, pytest.approx(0.75))]
    assert curve.area == pytest.approx((1 + (1 + 2 / 3) / 2 + (1 + 4 / 3) / 3 + 3 / 4) / 4)


def test_cases_that_were_never_searched_have_no_place_on_the_curve() -> None:
    unknown = [one.model_copy(update={"chance": None}) for one in four()]
    assert risk_coverage(unknown) is None
    assert "auroc" not in tabulate(unknown)[-1].measures


def test_two_ways_of_answering_are_compared_on_the_cases_that_both_have() -> None:
    one = [judged(a_case(id=str(n)), WRONG) for n in range(8)]
    other = [judged(a_case(id=str(n)), RIGHT) for n in reversed(range(10))]
    rows = {row.measure: row for row in compare(one, other)}
    assert (rows["correct"].cases, rows["correct"].difference, rows["correct"].low) == (8, 1.0, 1.0)
    assert rows["correct"].p == pytest.approx(2 * 0.5**8)
    assert (rows["grounded"].difference, rows["grounded"].p) == (0.0, None)
    assert "refused" not in rows


def test_the_comparison_counts_grounded_sentences_as_the_table_does() -> None:
    carried, not_carried = (PADS, PADS), ("The pads are made of gold.", FLUID)
    one = [judged(a_case(id="a"), an_answer(carried)), judged(a_case(id="b"), an_answer(*[not_carried] * 3))]
    other = [judged(a_case(id="a"), an_answer(carried)), judged(a_case(id="b"), an_answer(carried))]
    [row] = [row for row in compare(one, other) if row.measure == "grounded"]
    assert (row.one, row.other, row.cases) == (0.25, 1.0, 2)
    assert row.one == tabulate(one)[-1].measures["grounded"].value
    assert row.low <= row.difference == 0.75 <= row.high
