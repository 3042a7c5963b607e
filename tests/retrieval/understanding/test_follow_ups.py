from pathlib import Path

import pytest

from surefoot.retrieval.bm25 import Bm25
from surefoot.retrieval.encoders import MiniLM
from surefoot.retrieval.understanding.follow_ups import FollowUps, Need, need
from surefoot.serving.models.weights import WeightStore
from tests.growth import LINEAR, growth

TERMS = Bm25().terms


@pytest.fixture(scope="module")
def follow_ups(weights: Path) -> FollowUps:
    return FollowUps(MiniLM(WeightStore(weights).minilm_folder()), TERMS)


@pytest.mark.parametrize(
    "text",
    ["And for the van?", "What about the H26?", "Who pays it?", "How long are they kept?", "And when does it end?"],
)
def test_what_says_nothing_alone_needs_the_conversation(text: str) -> None:
    assert need(text, TERMS) is Need.YES


@pytest.mark.parametrize(
    "text",
    [
        "And how often is the brake fluid of a van changed?",
        "A driver pulled over because of tiredness. For how many hours is that stop paid?",
        "Which control watches the time limit, and at how many seconds does it raise an alarm?",
        "Is it allowed to park a damaged van in the harbour?",
        "I became a customer last week. What deposit gets me roaming there?",
        "Which vehicles are there at Northgate depot on Sundays?",
    ],
)
def test_what_stands_alone_needs_nothing(text: str) -> None:
    assert need(text, TERMS) is Need.NO


@pytest.mark.parametrize(
    ("before", "text", "together"),
    [
        (
            "What is the replace limit for the front pads of a Corvane 35?",
            "And for the Voltera E35?",
            "What is the replace limit for the front pads of a Voltera E35?",
        ),
        ("How much data does Mobile Flow 40 include?", "and Mobile Max?", "How much data does Mobile Max include?"),
        ("What does a T4 alarm mean?", "What about T5?", "What does a T5 alarm mean?"),
        ("What does a call cost in Switzerland?", "And in Japan?", "What does a call cost in Japan?"),
    ],
)
def test_a_fragment_takes_the_place_of_its_like(follow_ups: FollowUps, before: str, text: str, together: str) -> None:
    assert follow_ups.read(text, [before]).text == together


@pytest.mark.parametrize(
    ("before", "text", "together"),
    [
        ("Is Z15 allowed at 5 °C?", "and at 7?", "Is Z15 allowed at 7 °C?"),
        ("Which fee applies to plan P20 for 2 users?", "and for 3?", "Which fee applies to plan P20 for 3 users?"),
        ("Is 5.5 bar right at 5 °C?", "and at 7?", "Is 5.5 bar right at 7 °C?"),
        ("Is Z-5 allowed at 5 °C?", "and at 7?", "Is Z-5 allowed at 7 °C?"),
        ("May a cardholder park the car?", "and the van?", "May a cardholder park the van?"),
    ],
)
def test_what_is_replaced_is_the_word_that_was_found_not_a_part_of_another(
    follow_ups: FollowUps, before: str, text: str, together: str
) -> None:
    assert follow_ups.read(text, [before]).text == together


@pytest.mark.parametrize(
    ("before", "text", "together"),
    [
        ("Who inspects the lift?", "Scenery lift, stage", "Who inspects the Scenery lift, stage?"),
        ("What does the pass cost?", "Roaming pass, Europe", "What does the Roaming pass, Europe cost?"),
        (
            "What does the buffet cost per person?",
            "Cold buffet, 40 people",
            "What does the Cold buffet, 40 people cost per person?",
        ),
    ],
)
def test_what_was_picked_of_several_is_still_asked_what_was_asked(
    follow_ups: FollowUps, before: str, text: str, together: str
) -> None:
    assert follow_ups.read(text, [before]).text == together


def test_a_pronoun_gets_its_subject_but_not_what_was_asked_of_it(follow_ups: FollowUps) -> None:
    read = follow_ups.read("Who pays it?", ["How high is the excess for rigid trucks?"])
    assert "the excess for rigid trucks" in read.text
    assert "How high" not in read.text


def test_a_follow_up_of_a_follow_up_reaches_back_to_the_subject(follow_ups: FollowUps) -> None:
    read = follow_ups.read("What is the upload speed of that one?", ["What does Fibre Swift 250 cost?", "And 500?"])
    assert "Fibre Swift 500" in read.text
    assert "250" not in read.text


def test_a_change_of_subject_is_not_mixed_with_what_was_asked_before(follow_ups: FollowUps) -> None:
    question = "How often is the brake fluid of a van changed?"
    assert follow_ups.read(question, ["What does Fibre Swift 250 cost?"]).text == question
    turned = follow_ups.read("And of a truck?", ["What does Fibre Swift 250 cost?", question]).text
    assert "Swift" not in turned


@pytest.mark.parametrize("text", ["", "?", "and", "it " * 500, "And \u202e\x00 ?", "one", "((((", "\\1 \\g<0>"])
def test_odd_questions_and_histories_change_nothing_and_break_nothing(follow_ups: FollowUps, text: str) -> None:
    assert isinstance(follow_ups.read(text, [text, "What does it cost?", text]).text, str)
    assert follow_ups.read(text, []).text == text


@pytest.mark.parametrize(
    ("before", "text", "together"),
    [
        ("What does the plan myFlow40-x cost?", "And Mobile Max?", "What does the plan Mobile Max cost?"),
        ("What does the Fibre Swift 2.5 cost?", "and myFlow40?", "What does the myFlow40 cost?"),
    ],
)
def test_a_word_with_a_capital_and_a_figure_is_a_name(
    follow_ups: FollowUps, before: str, text: str, together: str
) -> None:
    assert follow_ups.read(text, [before]).text == together


@pytest.mark.parametrize("turned", [False, True])
def test_the_time_to_see_names_grows_no_faster_than_what_was_asked(follow_ups: FollowUps, turned: bool) -> None:
    def read(long: str) -> str:
        before, text = ("Does it hold for the Van?", f"and {long}?") if turned else (f"x {long}", "and vans?")
        return follow_ups.read(text, [before]).text

    assert growth(read, lambda size: "a" + "A" * size, 200) < LINEAR


def test_the_phrases_of_a_very_long_question_are_not_compared(follow_ups: FollowUps) -> None:
    long = "What does the green van need after the blue bus was washed? " * 60
    assert follow_ups.read("And for trams?", [long]).text == f"{long} trams"
