import pytest

from surefoot.retrieval.question import read_question


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
