import pytest

from surefoot.retrieval.bm25 import Bm25
from surefoot.retrieval.encoders import MiniLM
from surefoot.retrieval.units import Unit, units
from surefoot.serving.grounding import Grounding, read_claim
from tests.serving.parts import a_passage

QUESTION = "When are the pads of the Corvane 35 replaced?"


def evidence(*texts: str) -> list[Unit]:
    return units([a_passage(text) for text in texts])


def check(sentence: str, *texts: str) -> tuple[bool, str]:
    verdict = Grounding(Bm25().terms).check(read_claim(sentence), evidence(*texts), QUESTION)
    return verdict.supported, verdict.reason


def test_a_claim_that_repeats_its_evidence_is_supported() -> None:
    assert check("Pads are replaced below 3.2 mm [1].", "Pads of the Corvane 35 are replaced below 3.2 mm.")[0]


def test_a_number_that_no_source_gives_is_not_supported() -> None:
    assert check("Pads are replaced below 4.2 mm [1].", "Pads of the Corvane 35 are replaced below 3.2 mm.") == (
        False,
        "the source says 3.2 mm, not 4.2 mm",
    )


def test_a_name_that_no_source_gives_is_not_supported() -> None:
    supported, reason = check(
        "On the Haulier H18 pads are replaced [1].", "Pads of the Corvane 35 are replaced below 3.2 mm."
    )
    assert not supported
    assert "H18" in reason


def test_a_claim_of_other_words_is_not_supported() -> None:
    assert check("Workshops reopen after lunch each day [1].", "Pads of the Corvane 35 are replaced below 3.2 mm.") == (
        False,
        "no source says it",
    )


def test_the_words_of_the_question_prove_nothing() -> None:
    assert not check("The pads of the Corvane 35 are replaced [1].", "Fluid is changed every 24 months.")[0]


def test_a_denial_of_what_the_source_states_is_not_supported() -> None:
    supported, reason = check("Pads are not replaced [1].", "Pads of the Corvane 35 are replaced during service.")
    assert not supported
    assert reason == "it says “not” where the source does not"


def test_a_wrong_mark_is_mended_by_the_unit_that_carries_the_claim() -> None:
    units_found = evidence("Fluid is changed every 24 months.", "Pads of the Corvane 35 are replaced below 3.2 mm.")
    verdict = Grounding(Bm25().terms).check(read_claim("Pads are replaced below 3.2 mm [1]."), units_found, QUESTION)
    assert verdict.supported
    assert [unit.quote for unit in verdict.units] == ["Pads of the Corvane 35 are replaced below 3.2 mm."]


def test_marks_are_read_and_taken_out_of_the_text() -> None:
    claim = read_claim("It is 3 mm [1], [2, 3].")
    assert claim.marks == (1, 2, 3)
    assert "[" not in claim.text


@pytest.mark.parametrize(
    ("question", "sentence", "source"),
    [
        (
            "Nurses wear green, but which colour does the groomer wear?",
            "The groomer wears dark blue.",
            "Nurses wear green, receptionists wear grey and kennel hands wear dark blue.",
        ),
        (
            "Who has to look over the sonography gear regularly?",
            "The head nurse looks over the sonography gear regularly.",
            "The head nurse looks through all log sheets on the last Friday of the month.",
        ),
        (
            "How long is an option on the marquee and the fairy lights kept?",
            "An option on the marquee and the fairy lights is kept for 14 days.",
            "An option on a room is kept for 14 days.",
        ),
    ],
)
def test_what_is_said_of_something_else_does_not_carry_a_claim_in_the_words_of_the_question(
    minilm: MiniLM, question: str, sentence: str, source: str
) -> None:
    verdict = Grounding(Bm25().terms, minilm).check(read_claim(sentence), evidence(source), question)
    assert not verdict.supported
    assert verdict.reason.startswith("no source speaks of “")


@pytest.mark.parametrize(
    ("question", "sentence", "source"),
    [
        (
            "Where does the physician sit during a show?",
            "The physician sits in row 14.",
            "One doctor's seat is kept free for every performance: row 14.",
        ),
        (
            "What may a hotel cost per night?",
            "A hotel may cost EUR 125 per night.",
            "Hotels are paid up to EUR 125 a night, breakfast included.",
        ),
    ],
)
def test_a_word_of_the_question_that_means_what_the_source_says_is_no_stranger(
    minilm: MiniLM, question: str, sentence: str, source: str
) -> None:
    assert Grounding(Bm25().terms, minilm).check(read_claim(sentence), evidence(source), question).supported


TABLE = """
| Disease | First dose |
|---|---|
| Myxomatosis | 6 weeks |
| Kennel cough | 8 weeks |
| R-07 | 9 weeks |
"""


@pytest.mark.parametrize(
    ("disease", "sentence", "supported"),
    [
        ("rabbit haemorrhagic fever", "The first dose against rabbit haemorrhagic fever is given at 6 weeks.", False),
        ("myxomatosis", "The first dose against myxomatosis is given at 6 weeks.", True),
        ("kennel cough", "The first dose is given at 8 weeks.", True),
        ("the seventh rule", "The first dose of the seventh rule is given at 9 weeks.", True),  # a code is no subject
    ],
)
def test_a_row_carries_only_what_is_said_of_its_first_cell(disease: str, sentence: str, supported: bool) -> None:
    question = f"At what age is the first dose against {disease} given?"
    verdict = Grounding(Bm25().terms).check(read_claim(sentence), evidence(TABLE), question)
    assert verdict.supported is supported


def test_the_reason_says_what_the_row_is_about() -> None:
    sentence, row = "The first dose against fever is given at 6 weeks.", "\n".join(TABLE.splitlines()[:4])
    verdict = Grounding(Bm25().terms).check(
        read_claim(sentence), evidence(row), "When is the first dose against fever?"
    )
    assert verdict.reason == "that row is about “Myxomatosis”"
