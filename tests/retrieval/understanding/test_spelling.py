from pathlib import Path

import pytest

from surefoot.retrieval.bm25 import Bm25
from surefoot.retrieval.encoders import MiniLM
from surefoot.retrieval.understanding.spelling import Spelling, corrected, edits
from surefoot.serving.models.weights import WeightStore
from tests.serving.parts import a_passage

PASSAGES = [a_passage("A subscription card costs EUR 5. The odometer of the Corvane is read.", "Card rules")]


@pytest.fixture(scope="module")
def spelling(weights: Path) -> Spelling:
    encoder = MiniLM(WeightStore(weights).minilm_folder())
    return Spelling(lambda word: encoder.count_tokens(word) == 1, Bm25().terms)


def test_typing_errors_are_put_right_with_words_of_the_passages(spelling: Spelling) -> None:
    text = "how mutch is a new Subscribtion, and who reads the odometr?"
    found = spelling.corrections(text, PASSAGES)
    assert corrected(text, found) == "how much is a new Subscription, and who reads the odometer?"
    assert ("mutch", "much") in found


@pytest.mark.parametrize(
    "text",
    [
        "Who reads the odometers of Corvanes?",
        "What is E-505, FC2x and V-124?",
        "Is 4550 right, or 45550?",
        "Wie oft darf ich die Geheimzahl falsch eingeben, bevor sie gesperrt wird?",
        "Was kostet ein Subscriptionsschein fuer Verkehrsbetriebe?",
        "write to anna@subscribtion.example",
        "",
        "\U0001f600 \u202e \x00",
    ],
)
def test_words_codes_figures_and_other_languages_stay_as_they_are(spelling: Spelling, text: str) -> None:
    assert spelling.corrections(text, PASSAGES) == ()


def test_no_word_is_taken_from_what_the_asker_was_not_given(spelling: Spelling) -> None:
    assert spelling.corrections("What is projekt Nightingole about?", PASSAGES) == ()


def test_a_huge_text_is_left_alone_quickly(spelling: Spelling) -> None:
    assert spelling.corrections("subscribtionx " * 280, PASSAGES) in ((), (("subscribtionx", "subscription"),))


@pytest.mark.parametrize(
    ("one", "other", "distance"),
    [
        ("card", "crad", 1),
        ("card", "cards", 1),
        ("card", "cord", 1),
        ("card", "card", 0),
        ("card", "house", 3),
        ("", "a", 1),
    ],
)
def test_swapped_letters_count_as_one_error(one: str, other: str, distance: int) -> None:
    assert edits(one, other, 2) == distance
