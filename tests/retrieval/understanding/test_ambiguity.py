from collections.abc import Sequence

import pytest

from surefoot.core.nouns import Passage
from surefoot.retrieval.bm25 import Bm25
from surefoot.retrieval.highlights import Highlight
from surefoot.retrieval.question import read_question
from surefoot.retrieval.understanding.ambiguity import Ambiguity, find_ambiguity
from surefoot.retrieval.units import units
from tests.serving.parts import a_passage

LIFTS = a_passage(
    "| Lift | Load |\n| - | - |\n| Goods lift, workshops | 2,000 kg |\n| Scenery lift, stage | 3,500 kg |\n| Ramp | none |\n",
    "Building rules",
)
TERMS = Bm25().terms


def found_in(question: str, passages: Sequence[Passage] = (LIFTS,)) -> Ambiguity | None:
    highlights = [Highlight(unit, 0.9, 0.6, 0.6) for unit in units(passages)]
    return find_ambiguity(read_question(question), highlights, TERMS)


def test_a_question_that_fits_two_rows_alike_is_ambiguous() -> None:
    assert found_in("What load can the lift carry?") == Ambiguity(("Goods lift, workshops", "Scenery lift, stage"))


@pytest.mark.parametrize(
    "question",
    [
        "What load can the goods lift carry?",
        "What load can the lift on the stage carry?",
        "What loads can the lifts carry?",
        "What load can each lift carry?",
        "Which lift carries 3,500 kg?",
        "Who looks after the ramp?",
        "What load can the canteen lift carry?",
        "",
    ],
)
def test_a_question_that_chooses_or_asks_for_all_is_not(question: str) -> None:
    assert found_in(question) is None


def test_no_evidence_and_prose_are_never_ambiguous() -> None:
    assert found_in("What load can the lift carry?", ()) is None
    assert (
        found_in("What load can the lift carry?", [a_passage("The lift carries 5 kg. The lift carries 6 kg.")]) is None
    )
