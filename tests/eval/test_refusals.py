"""What a program without outcomes says is read generously: any hint that it cannot answer counts as a refusal."""

from __future__ import annotations

import pytest

from tools.refusals import asks_back, refuses


@pytest.mark.parametrize(
    "text",
    [
        "The provided context does not mention the price of the tariff.",
        "The context doesn't contain any details on that.",
        "There is no information about the Haulier H18.",
        "The allowance for apprentices is not specified.",
        "I'm sorry, but I cannot help with that.",
        "I do not have access to today's weather.",
        "Based on the documents, it is not possible to determine the amount.",
        "It is unclear from the text whether dogs are allowed.",
        "The answer is outside the scope of the given context.",
        "The price is 20 euro, but the document never states whether this includes tax.",
        "Please contact the box office for details.",
        "Empty Response",
        "",
        "N/A",
        "In den Unterlagen wird der Preis nicht genannt.",
        "Es gibt keine Angaben dazu.",
        "No se menciona el precio.",
        "Le contexte ne précise pas le prix.",
        "The text says nothing about parking.",
        "This can’t be answered from the context.",
    ],
)
def test_a_hint_that_there_is_no_answer_is_a_refusal(text: str) -> None:
    assert refuses(text)


@pytest.mark.parametrize(
    "text",
    [
        "The pads are replaced below 3.2 mm.",
        "A Service B must be booked at least 10 working days ahead.",
        "Yes, dogs are allowed in the foyer.",
        "Notice is given four weeks before the end of the quarter.",
        "Tickets cannot be returned after the performance has begun.",
        "Smoking is not allowed in any room.",
        "It costs 24.90 euro a month and includes 5 GB of data.",
    ],
)
def test_a_plain_answer_is_none(text: str) -> None:
    assert not refuses(text)


def test_a_question_to_the_reader_asks_back() -> None:
    assert asks_back("There are two tariffs. Which one do you mean?")
    assert not asks_back("The price is 20 euro.")
    assert not asks_back("Why? Because it wears.")
