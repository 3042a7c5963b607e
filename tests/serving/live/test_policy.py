"""Limits that documents set, and the readings that are held against them: per class, on the right side, in the unit."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from surefoot.core.text.quantities import Limit
from surefoot.retrieval.highlights import Highlight
from surefoot.retrieval.records.asking.outcomes import Side, WithLimit
from surefoot.retrieval.records.desk import RecordDesk
from surefoot.retrieval.records.plan import Op, Plan
from surefoot.retrieval.units import units
from surefoot.serving.live.policy import PolicyLimit, held_against, limits_in
from tests.retrieval.records.small_fleet import BOARD, NOW
from tests.serving.parts import a_passage

EVENTS, SHARE, SCORE = "harsh_events_per_1000_km", "idling_share", "driver_score"
CLASSES = "The target is fewer than 9 harsh events per 1,000 km for vans, and fewer than 5 for trucks."


def limits(fleet: RecordDesk, metric: str, *texts: str) -> list[PolicyLimit]:
    found = units([a_passage(text, f"Guide {n}") for n, text in enumerate(texts)])
    highlights = [Highlight(unit, 1.0, 1.0, 1.0) for unit in found]
    return limits_in(highlights, metric, fleet.semantics, fleet.rules(BOARD).vocabulary)


def asked(fleet: RecordDesk, question: str) -> WithLimit:
    found = fleet.ask(question, BOARD, NOW)
    assert isinstance(found, WithLimit)
    return found


def held(fleet: RecordDesk, question: str, *texts: str) -> list[Plan]:
    found = asked(fleet, question)
    return held_against(found.plan, found.metric, found.side, limits(fleet, found.metric, *texts))


def conditions(plans: Sequence[Plan]) -> list[tuple[tuple[str, ...], Op, float]]:
    """For each plan the classes to which it is narrowed, and its limit."""
    return [
        (next((f.values for f in p.filters if f.dimension == "class"), ()), p.conditions[0].op, p.conditions[0].value)
        for p in plans
    ]


def test_each_class_is_held_against_its_own_limit(fleet: RecordDesk) -> None:
    plans = held(fleet, "Which vehicles were over the limit for harsh events last week?", CLASSES)
    assert conditions(plans) == [(("van",), Op.LEAST, 9.0), (("truck",), Op.LEAST, 5.0)]
    assert all(plan.metrics == (EVENTS,) and plan.by == ("vehicle",) for plan in plans)


def test_a_class_that_was_not_asked_for_is_left_out(fleet: RecordDesk) -> None:
    plans = held(fleet, "Which trucks were over the limit for harsh events last week?", CLASSES)
    assert conditions(plans) == [(("truck",), Op.LEAST, 5.0)]


@pytest.mark.parametrize(
    ("question", "op"),
    [
        ("Which vans broke the limit for harsh events last week?", Op.LEAST),
        ("Which vans did not keep the limit for harsh events last week?", Op.LEAST),
        ("Which vans kept the limit for harsh events last week?", Op.UNDER),
        ("Which vans did not exceed the limit for harsh events last week?", Op.UNDER),
        ("Which vans are below the limit for harsh events last week?", Op.UNDER),
    ],
)
def test_the_side_of_the_question_decides_how_it_is_held(fleet: RecordDesk, question: str, op: Op) -> None:
    assert conditions(held(fleet, question, CLASSES)) == [(("van",), op, 9.0)]


@pytest.mark.parametrize(
    ("text", "breaking", "keeping"),
    [
        ("An idling share of at most 5.5 % is allowed.", Op.OVER, Op.MOST),
        ("The idling share stays under 5.5 %.", Op.LEAST, Op.UNDER),
        ("An idling share above 5.5 % is too much.", Op.OVER, Op.MOST),
        ("The target for the idling share is 5.5 %.", Op.OVER, Op.MOST),
    ],
)
def test_a_rule_says_which_side_of_its_limit_it_wants(fleet: RecordDesk, text: str, breaking: Op, keeping: Op) -> None:
    found = limits(fleet, SHARE, text)
    assert [limit.value for limit in found] == [5.5]
    plan = asked(fleet, "Which vehicles exceeded the idling target yesterday?").plan
    for side, op in ((Side.BREAKING, breaking), (Side.KEEPING, keeping), (Side.BELOW, Op.UNDER)):
        assert [p.conditions[0].op for p in held_against(plan, SHARE, side, found)] == [op]


@pytest.mark.parametrize("text", ["A driver score of at least 80 points is good.", "A driver score below 80 is poor."])
def test_where_low_is_bad_the_least_is_wanted(fleet: RecordDesk, text: str) -> None:
    assert [(limit.value, limit.limit) for limit in limits(fleet, SCORE, text)] == [(80.0, Limit.LEAST)]


@pytest.mark.parametrize(
    ("metric", "text"),
    [
        (SHARE, "The idling share is looked at every 4 weeks."),
        (SHARE, "An idling share of more than 12 minutes is too much."),
        (EVENTS, "Harsh events per 1,000 km are reviewed by the depot."),
        (SHARE, "Fuel cards have a limit of at most 5 %."),
        (SHARE, "Idling costs fuel."),
    ],
)
def test_a_number_of_something_else_is_no_limit(fleet: RecordDesk, metric: str, text: str) -> None:
    assert limits(fleet, metric, text) == []


def test_the_likeliest_sentence_with_a_limit_counts_alone(fleet: RecordDesk) -> None:
    texts = ("Idling share matters.", "An idling share of at most 6 % is allowed.", "Idling share: at most 9 %.")
    found = limits(fleet, SHARE, *texts)
    assert [(limit.value, limit.unit.quote) for limit in found] == [(6.0, texts[1])]
