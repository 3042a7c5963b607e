"""What is asked back, and that each choice is a question that can be answered."""

from __future__ import annotations

import pytest

from surefoot.retrieval.records.asking.outcomes import Half, Planned, Reason, Unclear
from surefoot.retrieval.records.desk import RecordDesk
from surefoot.serving.live.asking_back import OFFERED, asked_back
from surefoot.serving.live.looking import Asks, Back
from surefoot.serving.live.phrases import live_phrases_in
from tests.retrieval.records.small_fleet import NOW, STAFF

CHOICES = [
    ("How much did V-101 consume yesterday?", 2),
    ("How did V-101 perform last week?", 3),
    ("How fast was V-101 yesterday?", 2),
    ("Which vehicle was the busiest yesterday?", 3),
    ("V-101 yesterday", 4),
    ("How was yesterday?", 4),
    ("Distance of V-101 tomorrow", 4),
    ("How far did V-101 drive recently?", 4),
    ("How far did the Corvane drive yesterday?", 2),
    ("How far did the van drive yesterday?", 1),
    ("How far did V-104 drive yesterday?", 2),
    ("Distance of V-1 yesterday", 2),
    ("Average distance yesterday", 3),
    ("Best distance of the vehicles yesterday", 2),
    ("How far did V-101 drive yesterday in the rain?", 1),
    ("What was the tyre pressure of V-101 yesterday?", 4),
    ("Fuel level of V-101 yesterday", 0),
]


def back(fleet: RecordDesk, question: str) -> Back:
    asks = Asks(fleet, question, STAFF, NOW)
    found = asks.look()
    found = asks.back(found) if isinstance(found, Half) else found
    assert isinstance(found, Back)
    return found


@pytest.mark.parametrize(("question", "choices"), CHOICES)
def test_each_choice_is_a_question_with_a_plan(fleet: RecordDesk, question: str, choices: int) -> None:
    asked = back(fleet, question)
    assert len(asked.options) == choices <= OFFERED
    for choice in asked.options:
        assert isinstance(fleet.ask(choice, STAFF, NOW), Planned), choice


@pytest.mark.parametrize("question", [question for question, _ in CHOICES])
def test_what_is_asked_back_is_a_whole_sentence(fleet: RecordDesk, question: str) -> None:
    text = back(fleet, question).text
    assert text.endswith(("?", "."))
    assert "be ." not in text
    assert ": ." not in text


def test_words_that_are_not_taken_into_account_are_named(fleet: RecordDesk) -> None:
    assert back(fleet, "How far did V-101 drive yesterday in the rain?") == Back(
        "I cannot take “rain” into account: the records do not tell that apart. Shall I leave it out?",
        ("Distance, vehicle V-101, 27 October 2026",),
    )


def test_a_vehicle_that_may_not_be_seen_is_not_offered(fleet: RecordDesk) -> None:
    asked = back(fleet, "Did R-302 drive yesterday?")
    assert "R-301" not in asked.text + " ".join(asked.options)


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_has_words_even_with_nothing_known(fleet: RecordDesk, reason: Reason) -> None:
    rules = fleet.rules(STAFF)
    said = live_phrases_in("en")
    text, options = asked_back(Unclear(reason, "x"), "x", fleet.semantics, lambda asked: rules.ask(asked, NOW), said)
    assert text
    assert options == ()
