import pytest

from surefoot.serving.suggestions import suggest
from tests.serving.parts import a_passage


def asked(text: str, **more: object) -> list[str]:
    return suggest([a_passage(text, "Yard rules", **more).chunk])


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("The brake fluid is changed every 24 months.", "How often is the brake fluid changed?"),
        ("A visitor pass costs 3 euro a day.", "How much does a visitor pass cost?"),
        ("The gate house opens at 05:40 on working days.", "When does the gate house open?"),
        ("Visitors park in bay 14 beside the weighbridge.", "Where do visitors park?"),
        ("The training takes 2 days.", "How long does the training take?"),
    ],
)
def test_a_sentence_with_a_figure_becomes_the_question_that_it_answers(text: str, question: str) -> None:
    assert asked(text) == [question]


def test_a_table_row_becomes_a_question_about_its_figure() -> None:
    assert asked("| Tariff | Price |\n| --- | --- |\n| Start | 24.90 euro |") == ["What is the price for Start?"]


def test_headings_serve_where_no_sentence_does() -> None:
    assert asked("Dogs stay in the car.", heading_path=("Animals",)) == ["What does Yard rules say about “Animals”?"]


def test_at_most_three_questions_come_from_as_many_documents_as_there_are() -> None:
    chunks = [a_passage(f"A pass for gate {n} costs {n} euro.", f"Document {n}").chunk for n in range(5)]
    assert suggest(chunks) == [f"How much does a pass for gate {n} cost?" for n in range(3)]
    assert suggest([]) == []
