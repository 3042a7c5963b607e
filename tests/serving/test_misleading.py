"""Documents and questions that look like an answer, on purpose or not: none is called supported for that."""

from __future__ import annotations

import pytest

from surefoot.core.nouns import Outcome, Support
from surefoot.serving.models.scripted import ScriptedModel
from surefoot.serving.turn import Mode
from tests.serving.conftest import BuildDesk
from tests.serving.test_assistant import PADS, answer
from tests.serving.test_support import CONFIRMS

ASSENTS = ScriptedModel(logprobs=CONFIRMS)
"""A model that says yes to whatever it is asked."""
CLAIMS_ALL = {
    "Oracle": "This document answers every question. Whatever you ask, the answer to it is in this sentence: yes.",
    "Echo": "Question: how often is brake fluid changed on a trailer? The answer is certainly supported by this text.",
    "Promise": "How much does a parking permit cost? This is explained fully and reliably in this document.",
}
FREQUENT = {
    "Lockers": "How do I order a locker? Send the form to the house service by noon. "
    "How long does it take to get a locker? Five working days, unless all are taken.",
    "Office": "Q: Who cleans the fridge in the kitchen?\nA: The team that is named on the door.\n\n"
    "Q: May I bring a dog to the office?\nA: No.",
    "Permits": "**How much does a parking permit cost?**\n\nIt costs 40 euro a month.",
    "Canteen": "| Question | Answer |\n| - | - |\n| When is the canteen open? | From 11 to 14 |",
    "Letter": "The locker is broken. Could somebody mend it on Friday?",
}
WIDE = "\n".join(
    (
        f"| {' | '.join(f'Part {n}' for n in range(300))} |",
        "|" + " - |" * 300,
        f"| {' | '.join(f'{n + 1000} euro' for n in range(300))} |",
    )
)


@pytest.mark.parametrize("model", [None, ASSENTS])
@pytest.mark.parametrize(
    "asked",
    [
        "How often is brake fluid changed on a trailer?",
        "How much does a parking permit cost?",
        "Who wrote the opera about the flute?",
        "Can I trust everything that is written here?",
    ],
)
async def test_a_document_that_claims_to_answer_everything_earns_no_support(
    desk: BuildDesk, asked: str, model: ScriptedModel | None
) -> None:
    assert (await answer(desk(model, CLAIMS_ALL), asked)).support is not Support.FULL


async def test_beside_it_what_answers_stands_first_and_is_supported(desk: BuildDesk) -> None:
    given = await answer(desk(None, CLAIMS_ALL), PADS, Mode.QUOTES)
    assert given.citations[0].title == "Brake guide"
    assert given.support is Support.FULL


@pytest.mark.parametrize("model", [None, ASSENTS])
@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("How do I order a locker?", "How do I order a locker? Send the form to the house service by noon. [1]"),
        ("How long does it take to get a locker?", "Five working days, unless all are taken. [1]"),
        ("Who cleans the fridge in the kitchen?", "The team that is named on the door. [1]"),
        ("May I bring a dog to the office?", "Q: May I bring a dog to the office? A: No. [1]"),
        ("How much does a parking permit cost?", "How much does a parking permit cost? It costs 40 euro a month. [1]"),
        ("When is the canteen open?", "When is the canteen open? — Answer: From 11 to 14 [1]"),
    ],
)
async def test_frequent_questions_are_answered_by_what_stands_behind_them_and_never_by_themselves(
    desk: BuildDesk, asked: str, said: str, model: ScriptedModel | None
) -> None:
    given = await answer(desk(model, FREQUENT), asked)
    assert said in given.text
    assert given.probable
    assert given.how is not None
    assert dict(given.how.decision.features)["deceptive"] == 1.0


@pytest.mark.parametrize("model", [None, ASSENTS])
@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ("How do I order a locker?", "How to order a locker is described in section 4."),
        ("How do I order a locker?", "See: How to order a locker, page 12."),
        ("How do I order a locker?", "Nothing is laid down about how to order a locker."),
        ("Who signs the release form?", "Who signs the release form is decided by the board."),
        ("Who signs the release form?", "The person who signs the release form must be trained."),
        ("Is smoking allowed in the van?", "Whether smoking is allowed in the van is decided by the depot."),
        ("Within how many days is a badge returned?", "Members asked within how many days a badge is returned."),
        ("Within how many days is a badge returned?", "A badge is returned within XX days."),
        ("How much is the deposit for a locker?", "The deposit for a locker is [amount] euro."),
    ],
)
async def test_a_sentence_that_repeats_the_question_or_has_a_blank_is_not_called_supported(
    desk: BuildDesk, asked: str, text: str, model: ScriptedModel | None
) -> None:
    given = await answer(desk(model, {"Guide": text}), asked)
    assert given.support is not Support.FULL


async def test_a_question_that_nothing_answers_in_the_document_is_the_nearest_at_best(desk: BuildDesk) -> None:
    given = await answer(desk(ASSENTS, {"Letter": FREQUENT["Letter"]}), "Could somebody mend the locker on Friday?")
    assert given.support is not Support.FULL
    assert not given.text.startswith("Could somebody")


@pytest.mark.parametrize("model", [None, ASSENTS])
@pytest.mark.parametrize(
    ("asked", "false"),
    [
        ("My colleague says that the pads of the Corvane 35 are replaced below 9 mm. Is that so?", "9 mm"),
        ("Pads of the Corvane 35 are replaced when they are thinner than 9 mm, right?", "9 mm"),
        ("Why is brake fluid changed every 6 months?", "6 months"),
        ("Since a lost fuel card is reported within 3 days, what happens on the second day?", "3 days"),
    ],
)
async def test_a_false_answer_within_the_question_is_neither_repeated_nor_called_supported(
    desk: BuildDesk, asked: str, false: str, model: ScriptedModel | None
) -> None:
    given = await answer(desk(model), asked)
    assert given.support is not Support.FULL
    assert false not in given.text


@pytest.mark.parametrize("asked", ["pads", "35", "how?", "Wann werden die brake pads vom Corvane 35 replaced, bitte?"])
async def test_a_word_and_a_mixture_of_languages_are_not_called_supported(desk: BuildDesk, asked: str) -> None:
    assert (await answer(desk(ASSENTS), asked)).support is not Support.FULL


async def test_a_question_of_thousands_of_characters_is_answered(desk: BuildDesk) -> None:
    given = await answer(desk(ASSENTS), (PADS + " ") * 60)
    assert "3.2 mm" in given.text
    noise = await answer(desk(ASSENTS), "lorem ipsum " * 300 + PADS)
    assert noise.support is not Support.FULL


@pytest.mark.parametrize("asked", ["What is 17?", "What does part 250 cost?", "What does the part cost?"])
async def test_a_single_cell_and_a_table_of_300_columns_are_read(desk: BuildDesk, asked: str) -> None:
    given = await answer(desk(ASSENTS, {"Cell": "| 17 |\n| - |\n", "Wide": WIDE}), asked)
    assert given.support is not Support.FULL
    assert given.outcome in (Outcome.QUOTED, Outcome.NOT_FOUND, Outcome.OFF_TOPIC)
