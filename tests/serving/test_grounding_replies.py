"""Claims that begin with 'yes' or 'no', and fragments that say nothing else."""

import pytest

from surefoot.retrieval.bm25 import Bm25
from surefoot.retrieval.units import units
from surefoot.serving.grounding import Grounding, Verdict, read_claim
from tests.serving.parts import a_passage

SMOKING = "Is smoking allowed in the cab?"
ALLOWED = "Smoking is allowed in the cab."
FORBIDDEN = "Smoking is forbidden in the cab."
PARKING = "May vans park in the yard?"
PARK = "Vans may park in the yard."


def judged(claim: str, source: str, question: str) -> Verdict:
    return Grounding(Bm25().terms).check(read_claim(claim), units([a_passage(source, "Handbook")]), question)


@pytest.mark.parametrize(
    "claim",
    ["No.", "Yes.", "It is not.", "No, it is not. [1]", "Not at all.", "No, it isn't.", "Yes, it is.", "**No**"],
)
def test_a_claim_that_says_nothing_by_itself_is_withheld(claim: str) -> None:
    verdict = judged(claim, ALLOWED, SMOKING)
    assert not verdict.supported
    assert verdict.reason == "it says nothing by itself"


@pytest.mark.parametrize(
    ("claim", "source", "question"),
    [
        ("No. Vans may park in the yard.", PARK, PARKING),
        ("No, vans may park in the yard.", PARK, PARKING),
        ("No, it is not. Vans may park in the yard.", PARK, PARKING),
        ("It is not. Vans may park in the yard.", PARK, PARKING),
        ("Not at all. Vans may park in the yard.", PARK, PARKING),
        ("Not at all: vans may park in the yard.", PARK, PARKING),
        ("Unfortunately not. Vans may park in the yard.", PARK, PARKING),
        ("No [1]. Vans may park in the yard [1].", PARK, PARKING),
        ("**No** – vans may park in the yard.", PARK, PARKING),
        ("No, smoking is allowed in the cab.", ALLOWED, SMOKING),
        ("No. Vans may park in the yard.", "Vans may park in the yard, but no one may sleep at the gate.", PARKING),
        (
            "No. Vans may park in the yard before noon.",
            "Vans may park in the yard before noon.",
            "May vans park in the yard before noon?",
        ),
        ("Yes. Smoking is not allowed in the cab.", "Smoking is not allowed in the cab.", SMOKING),
        ("Yes, smoking is forbidden in the cab.", FORBIDDEN, SMOKING),
        ("Yes, it is not. Smoking is allowed in the cab.", ALLOWED, SMOKING),
    ],
)
def test_a_yes_or_no_that_does_not_fit_what_the_source_says_is_withheld(claim: str, source: str, question: str) -> None:
    verdict = judged(claim, source, question)
    assert not verdict.supported
    assert "says “" in verdict.reason


@pytest.mark.parametrize(
    ("claim", "source", "question"),
    [
        ("Yes. Vans may park in the yard.", PARK, PARKING),
        ("Yes, vans may park in the yard.", PARK, PARKING),
        ("No, smoking is not allowed in the cab.", "Smoking is not allowed in the cab.", SMOKING),
        ("No. Smoking is not allowed in the cab.", FORBIDDEN, SMOKING),
        ("No, smoking is forbidden in the cab.", FORBIDDEN, SMOKING),
        ("No, it is not. Smoking is forbidden in the cab.", FORBIDDEN, SMOKING),
        ("No, smoking is forbidden in the cab.", "Smoking is not allowed in the cab.", SMOKING),
        ("No, only staff may park in the yard.", "Only staff may park in the yard.", PARKING),
        ("No, the fee is 30 euro.", "The fee is 30 euro.", "Is the fee 20 euro?"),
        ("No, the depot opens at 07:00.", "The depot opens at 07:00.", "Does the depot open at 09:00?"),
        ("No, the depot is in Basel.", "The depot is in Basel.", "Is the depot in Bern?"),
        ("No, the gate is closed on Sunday.", "The gate is closed on Sunday.", "Is the gate open on Sunday?"),
        ("No, smoking is allowed in the cab.", ALLOWED, "Is smoking forbidden in the cab?"),
        ("Yes, smoking is not allowed in the cab.", FORBIDDEN, "Is smoking forbidden in the cab?"),
        (
            "Yes, vans may park in the yard, but not on the ramp.",
            "Vans may park in the yard, but not on the ramp.",
            PARKING,
        ),
        ("Yes, you cannot park without a permit.", "You cannot park without a permit.", "Do I need a permit to park?"),
        ("No. 5 is the largest depot of all.", "No. 5 is the largest depot of all.", "Which depot is the largest?"),
        (
            "No, a deposit is required from members.",
            "A deposit is required from members.",
            "Are members exempt from the deposit?",
        ),
        ("Red.", "The cab is red.", "Which colour has the cab?"),
        ("5 April 2024.", "The policy was changed on 5 April 2024.", "When was the policy changed?"),
        ("At 07:00.", "The depot opens at 07:00.", "When does the depot open?"),
    ],
)
def test_a_yes_or_no_that_fits_and_a_short_answer_are_released(claim: str, source: str, question: str) -> None:
    verdict = judged(claim, source, question)
    assert verdict.supported, verdict.reason
