"""A question that the search cannot read is put into the documents' language, or left as it is."""

from __future__ import annotations

import pytest

from surefoot.core.nouns import AnswerReady, Outcome
from surefoot.serving.errors import ModelUnavailable
from surefoot.serving.models.scripted import Script, ScriptedModel
from surefoot.serving.turn import Mode, Question
from tests.serving.conftest import ANN
from tests.serving.test_assistant import Build, answer

GERMAN = "Bei welcher Dicke müssen die Bremsbeläge des Corvane 35 ersetzt werden?"
ENGLISH = "At what thickness are the pads of the Corvane 35 replaced?"
SURE = {"yes": -0.01, "no": -5.0, "1": -0.01}


def a_model(*scripts: Script) -> ScriptedModel:
    return ScriptedModel(*scripts, logprobs=SURE)


async def test_a_german_question_is_answered_from_english_documents(desk: Build) -> None:
    model = a_model(ENGLISH, "Pads of the Corvane 35 are replaced when they are thinner than 3.2 mm [1].")
    given = await answer(desk(model), GERMAN)
    assert given.outcome in {Outcome.QUOTED, Outcome.ANSWERED}
    assert "3.2 mm" in given.text
    assert given.question == GERMAN
    assert given.how is not None
    assert given.how.understood.searched == ENGLISH
    assert given.how.understood.language == "de"


@pytest.mark.parametrize(
    "said",
    [
        "At what thickness are the pads of the Corvane 28 replaced?",
        "At what thickness are the pads replaced?",
        "Bei welcher Dicke werden die Beläge des Corvane 35 ersetzt?",
        "",
        "The pads of the Corvane 35 are replaced below 3.2 mm, " * 9,
    ],
)
async def test_a_translation_that_says_something_else_is_not_used(desk: Build, said: str) -> None:
    given = await answer(desk(a_model(said)), GERMAN)
    assert given.how is not None
    assert given.how.understood.language == ""
    assert given.how.understood.searched == GERMAN


async def test_a_model_that_dies_over_a_translation_leaves_the_question_as_it_is(desk: Build) -> None:
    given = await answer(desk(a_model(ModelUnavailable("gone"))), GERMAN)
    assert given.outcome in {Outcome.NOT_FOUND, Outcome.OFF_TOPIC}


async def test_without_a_model_nothing_is_translated(desk: Build) -> None:
    given = await answer(desk(None), GERMAN)
    assert given.outcome in {Outcome.NOT_FOUND, Outcome.OFF_TOPIC}


async def test_a_question_in_the_documents_language_is_not_translated(desk: Build) -> None:
    model = a_model("It is not said anywhere.")
    given = await answer(desk(model), "Which colour has the paint of the old depot door in winter?")
    assert given.how is not None
    assert given.how.understood.language == ""
    assert not any("Translate" in messages[-1].content for messages in model.asked)


async def test_a_follow_up_that_is_translated_keeps_its_conversation(desk: Build) -> None:
    model = a_model("At what thickness must the pads of the Corvane 35 be replaced in a lorry?", "Below 3.2 mm [1].")
    question = Question("Und für den Lkw?", "fleet", ANN, mode=Mode.MODEL, history=(("user", GERMAN),))
    last = [event async for event in desk(model).service.answer(question)][-1]
    assert isinstance(last, AnswerReady)
    assert last.answer.how is not None
    assert last.answer.how.understood.language == "de"
    assert last.answer.how.understood.leaned
    asked = [messages[-1].content for messages in model.asked if "<evidence>" in messages[-1].content]
    assert asked
    assert all(content.startswith(f"<conversation>\nAsked: {GERMAN}") for content in asked)


@pytest.mark.parametrize(
    ("asked", "said", "used"),
    [
        ("Wie oft werden bei zwei Fahrern die Reifen geprüft?", "How often are tyres checked with two drivers?", True),
        ("Wie oft werden bei 2 Fahrern die Reifen geprüft?", "How often are tyres checked with two drivers?", True),
        ("Wie oft werden bei 2 Fahrern die Reifen geprüft?", "How often are tyres checked with 3 drivers?", False),
        ("Wie oft werden bei 2 Fahrern die Reifen geprüft?", "How often are tyres checked with drivers?", False),
        ("Wie oft werden bei Fahrern die Reifen geprüft?", "How often are tyres checked with 2 drivers?", False),
    ],
)
async def test_a_number_in_words_may_be_translated_and_one_in_digits_must_stay(
    desk: Build, asked: str, said: str, used: bool
) -> None:
    given = await answer(desk(a_model(said)), asked)
    assert given.how is not None
    assert given.how.understood.searched == (said if used else asked)
