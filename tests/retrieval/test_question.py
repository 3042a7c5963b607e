import pytest

from surefoot.retrieval.question import parts_of, read_question


@pytest.mark.parametrize(
    ("question", "codes"),
    [
        ("What is the interval for the Haulier H40?", {"h40"}),
        ("What does fault code F-120 mean?", {"f-120"}),
        ("What does Fibre Swift 5000 cost?", {"swift 5000"}),
        ("Is 18-tonne traffic allowed on 1 March 2026?", set[str]()),
    ],
)
def test_names_with_figures_are_codes(question: str, codes: set[str]) -> None:
    assert read_question(question).codes == codes


def test_the_kind_of_answer_is_seen() -> None:
    assert read_question("How many days do I have?").expects_quantity
    assert read_question("How do I activate an eSIM?").expects_steps
    assert read_question("Who signs the form?").expects_person
    assert read_question("What did the previous version say?").about_the_past
    assert not read_question("What does the policy say?").about_the_past


def test_a_question_that_asks_two_things_is_parted_and_keeps_what_was_told() -> None:
    assert parts_of("The eSIM shows code E-505. Which queue gets it, and how fast must it be picked up?") == [
        "The eSIM shows code E-505 Which queue gets it",
        "The eSIM shows code E-505 Which queue gets it how fast must it be picked up",
    ]


def test_a_part_that_leans_on_the_one_before_keeps_it() -> None:
    assert parts_of("How long is the QR code valid, and how often can it be used?")[1] == (
        "How long is the QR code valid how often can it be used"
    )


def test_a_question_that_asks_one_thing_stays_whole() -> None:
    question = "My contract is over. By when must the router be back?"
    assert parts_of(question) == [question]
