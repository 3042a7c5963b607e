import pytest

from surefoot.retrieval.understanding.parts import MOST, parts_of


def test_a_question_that_asks_two_things_is_parted_and_keeps_what_was_told() -> None:
    assert parts_of("The eSIM shows code E-505. Which queue gets it, and how fast must it be picked up?") == [
        "The eSIM shows code E-505 Which queue gets it",
        "The eSIM shows code E-505 how fast must it be picked up",
    ]


def test_a_part_that_leans_on_the_one_before_keeps_it() -> None:
    assert parts_of("How long is the QR code valid, and how often can it be used?")[1] == (
        "How long is the QR code valid how often can it be used"
    )


def test_a_question_that_asks_one_thing_stays_whole() -> None:
    question = "My contract is over. By when must the router be back?"
    assert parts_of(question) == [question]


def test_a_part_that_says_enough_leaves_what_was_told_and_keeps_the_codes() -> None:
    question = "I think of Flow 40. What does it cost, and how much of the data can I use in Spain without surcharge?"
    assert parts_of(question) == [
        "I think of Flow 40 What does it cost",
        "how much of the data can I use in Spain without surcharge Flow 40",
    ]


@pytest.mark.parametrize(
    ("question", "second"),
    [
        ("Can I pay with a card? Are foreign cheques from abroad accepted at the till?", "Are foreign cheques"),
        ("What may a present be worth and do I have to enter refused gifts in the register?", "do I have to enter"),
        ("Does the shop take cash and until when may a subscription be cancelled?", "until when may"),
    ],
)
def test_a_second_question_needs_no_question_word(question: str, second: str) -> None:
    parts = parts_of(question)
    assert len(parts) == 2
    assert parts[1].startswith(second)


@pytest.mark.parametrize(
    "question",
    [
        "If the card is lost, do I have to pay and report it?",
        "What happens when a truck is late and is loaded with fish?",
        "When I am ill, must I call?",
        "Is it allowed?",
        "",
        "?. ? and and is",
        "\U0001f600 \u202e \x00",
    ],
)
def test_one_question_is_not_parted(question: str) -> None:
    assert parts_of(question) == [question]


def test_of_many_questions_only_the_first_are_searched() -> None:
    assert len(parts_of("What is a tyre? " * 250)) == MOST
