"""A greeting, thanks and "what can you do?" get a friendly, true answer; where a question is left, that is answered."""

from __future__ import annotations

import pytest

from surefoot.core.nouns import Outcome, Support
from surefoot.retrieval.encoders import MiniLM
from surefoot.serving.models.scripted import ScriptedModel
from surefoot.serving.phrases.tables import languages, phrases_in
from surefoot.serving.small_talk import Kind, SmallTalk, Talk
from tests.serving.conftest import ANN
from tests.serving.test_assistant import PADS, Build, answer
from tests.serving.test_phrases import cases

SAID = [
    ("Hello!", Kind.GREETING, "en"),
    ("Hey there", Kind.GREETING, "en"),
    ("Good afternoon.", Kind.GREETING, "en"),
    ("Thanks a lot!", Kind.THANKS, "en"),
    ("Perfect, thank you so much", Kind.THANKS, "en"),
    ("bye bye", Kind.FAREWELL, "en"),
    ("What are you able to do?", Kind.ABILITIES, "en"),
    ("Hello, what can you do?", Kind.ABILITIES, "en"),
    ("Guten Tag zusammen!", Kind.GREETING, "de"),
    ("Danke dir", Kind.THANKS, "de"),
    ("Hallo, was kannst du alles?", Kind.ABILITIES, "de"),
    ("¡Hola, buenos dias!", Kind.GREETING, "es"),
    ("Muchísimas gracias", Kind.THANKS, "es"),
    ("¿En qué me puedes ayudar?", Kind.ABILITIES, "es"),
    ("Bonjour à tous", Kind.GREETING, "fr"),
    ("Merci bien !", Kind.THANKS, "fr"),
    ("Que sais-tu faire ?", Kind.ABILITIES, "fr"),
    ("Ciao!", Kind.GREETING, "it"),
    ("Grazie tante", Kind.THANKS, "it"),
    ("Cosa sai fare?", Kind.ABILITIES, "it"),
    ("Goedendag", Kind.GREETING, "nl"),
    ("Dankjewel", Kind.THANKS, "nl"),
    ("Kun je me helpen?", Kind.ABILITIES, "nl"),
    ("Dzień dobry!", Kind.GREETING, "pl"),
    ("Dzięki wielkie", Kind.THANKS, "pl"),
    ("Możesz mi pomóc?", Kind.ABILITIES, "pl"),
]
"""None of them, but for single words, is an example of the table."""
ASKED = (
    "Hello, what does the router cost?",
    "hello what does the router cost",
    "Thanks, and what does it cost?",
    "What can you do about harsh braking?",
    "What can I do?",
    "Who can help me?",
    "How does it work?",
    "Hi, R-305?",
    "Hello, brakes",
    "Hallo, was kostet der Router?",
    "Was kann ich tun?",
    "Bonjour, combien coûte le routeur ?",
    "¿Qué puedo hacer?",
    "and today?",
    "yes",
    "R-305",
)


@pytest.fixture(scope="module")
def talk(minilm: MiniLM) -> SmallTalk:
    return SmallTalk(minilm.encode)


@pytest.mark.parametrize(("said", "kind", "language"), SAID)
def test_small_talk_is_known_in_every_language_by_its_likeness(talk: SmallTalk, said: str, kind: Kind, language: str):
    assert talk.heard(said, [language]) == Talk(kind, language)


@pytest.mark.parametrize("asked", ASKED)
def test_where_a_question_is_left_it_is_no_small_talk(talk: SmallTalk, asked: str):
    assert talk.heard(asked, ["en"]) is None


def test_no_question_of_the_sets_is_taken_for_small_talk(talk: SmallTalk):
    asked = {row["question"] for row in cases() if len(row["question"].split()) <= 6}
    taken = {question for question in asked if talk.heard(question, ["en"])}
    assert len(asked) > 200
    assert taken <= {"Thanks!", "Hello", "Hello!", "Can you help me?", "Are you an AI or a person?"}


def test_every_spoken_language_has_a_reply_to_every_kind():
    for code in languages():
        assert {kind.value for kind in Kind} < set(phrases_in(code).small_talk)


async def test_a_greeting_is_answered_with_what_is_true_and_nothing_supports_it(desk: Build) -> None:
    model = ScriptedModel("I am a person [1].")
    given = await answer(desk(model), "Hello!")
    assert given.outcome is Outcome.SMALL_TALK
    assert given.support is Support.NONE
    assert given.text.startswith("Hello! I look in 5 documents of Fleet")
    assert (given.citations, given.gap, given.model, model.tokens_generated) == ((), None, None, 0)


async def test_thanks_are_answered_in_their_language(desk: Build) -> None:
    given = await answer(desk(None), "Vielen Dank!")
    assert (given.text, given.outcome) == ("Gern geschehen.", Outcome.SMALL_TALK)


async def test_a_greeting_with_a_question_is_answered_as_the_question(desk: Build) -> None:
    given = await answer(desk(None), f"Hello, {PADS[0].lower()}{PADS[1:]}")
    assert given.outcome is Outcome.QUOTED
    assert "3.2 mm" in given.text


async def test_a_follow_up_leans_on_the_question_before_the_thanks(desk: Build) -> None:
    built = desk(None)
    conversation = built.conversations.start(ANN, "fleet", PADS).id
    await answer(built, PADS, conversation=conversation)
    await answer(built, "Thanks!", conversation=conversation)
    given = await answer(built, "And how often is its fluid changed?", conversation=conversation)
    assert given.how is not None
    assert [text for role, text in given.how.history if role == "user"] == [PADS]
