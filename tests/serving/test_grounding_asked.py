"""Claims that repeat what the question supposes: the source alone decides whether it is so."""

import pytest

from surefoot.retrieval.bm25 import Bm25
from surefoot.retrieval.units import units
from surefoot.serving.grounding import Grounding, Verdict, read_claim
from tests.serving.parts import a_passage


def judged(claim: str, source: str, question: str) -> Verdict:
    return Grounding(Bm25().terms).check(read_claim(claim), units([a_passage(source, "Handbook")]), question)


@pytest.mark.parametrize(
    ("source", "question", "claim", "word"),
    [
        ("The depot in Bern opens at 07:00.", "Does it open at 09:00?", "The depot in Bern opens at 09:00.", "07:00"),
        (
            "The contract ends on 31 December 2026.",
            "Does the contract end on 30 June 2026?",
            "The contract ends on 30 June 2026.",
            "31 December 2026",
        ),
        (
            "The policy was changed on 5 April 2024.",
            "Was the policy changed on 3 March 2025?",
            "The policy was changed on 3 March 2025.",
            "5 April 2024",
        ),
        (
            "The permit expires in June 2026.",
            "Does the permit expire in May 2026?",
            "The permit expires in May 2026.",
            "June 2026",
        ),
        (
            "The policy was changed on 5 April 2024.",
            "Was the policy changed in 2025?",
            "The policy was changed in 2025.",
            "2024",
        ),
        (
            "The policy was changed in 2024.",
            "Was the policy changed on 3 March 2025?",
            "The policy was changed on 3 March 2025.",
            "2024",
        ),
    ],
)
def test_a_date_or_time_of_the_question_is_withheld_where_the_source_gives_another(
    source: str, question: str, claim: str, word: str
) -> None:
    verdict = judged(claim, source, question)
    assert not verdict.supported
    assert verdict.contradicted
    assert word in verdict.reason


@pytest.mark.parametrize(
    ("source", "question", "claim"),
    [
        (
            "Orders may be returned within 30 days.",
            "Until when may I return orders of 3 March 2026?",
            "Orders of 3 March 2026 may be returned within 30 days.",
        ),
        (
            "The depot closes at 18:00.",
            "Is the depot open at 20:00?",
            "The depot closes at 18:00, so at 20:00 the depot is closed.",
        ),
        (
            "The contract ends on 31 December 2026.",
            "Does the contract run on 30 June 2026?",
            "The contract ends on 31 December 2026, so the contract runs on 30 June 2026.",
        ),
        ("The policy was changed on 5 April 2024.", "Was it changed in 2024?", "The policy was changed in 2024."),
        ("The office was opened in 2019.", "Was it opened on 3 May 2019?", "The office was opened in 2019."),
    ],
)
def test_a_date_or_time_of_the_question_passes_where_the_source_gives_none_or_the_claim_gives_the_sources(
    source: str, question: str, claim: str
) -> None:
    verdict = judged(claim, source, question)
    assert verdict.supported, verdict.reason
