from collections.abc import Sequence
from pathlib import Path

import pytest

from surefoot.core.nouns import Passage
from surefoot.retrieval.bm25 import Bm25
from surefoot.retrieval.encoders import MiniLM
from surefoot.retrieval.highlights import Highlight
from surefoot.retrieval.question import read_question
from surefoot.retrieval.understanding.ambiguity import Ambiguity, find_ambiguity
from surefoot.retrieval.understanding.follow_ups import FollowUps
from surefoot.retrieval.units import units
from surefoot.serving.models.weights import WeightStore
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


PASSES = "| Pass | Zone | Price |\n| - | - | - |\n| Roaming pass | Europe | EUR 5 |\n| Roaming pass | {} | EUR 8 |\n"


def test_options_of_one_name_are_told_apart_by_the_next_cell_that_differs() -> None:
    passes = a_passage(PASSES.format("America") + "| Night pass | Europe | EUR 3 |\n")
    options = ("Roaming pass, Europe", "Roaming pass, America", "Night pass")
    assert found_in("What does the pass cost?", [passes]) == Ambiguity(options)


def test_nothing_is_asked_back_where_no_cell_tells_the_options_apart() -> None:
    passes = a_passage("| Pass | Zone |\n| - | - |\n| Roaming pass | Europe |\n| **Roaming pass** | Europe |\n")
    assert found_in("Where is the pass valid?", [passes]) is None


@pytest.mark.parametrize("other", [{"document_id": "other"}, {"version": "2"}])
def test_rows_of_another_document_or_version_are_no_options(other: dict[str, str]) -> None:
    rows = [
        a_passage("| Lift | Load |\n| - | - |\n| Goods lift | 2 t |\n", "Rules"),
        a_passage("| Lift | Load |\n| - | - |\n| Stage lift | 3 t |\n", "Rules", **other),
    ]
    assert found_in("What load can the lift carry?", rows) is None


def test_an_option_that_was_picked_is_searched_in_the_place_of_what_was_ambiguous(weights: Path) -> None:
    question, passes = "What does the pass cost?", [a_passage(PASSES.format("America"))]
    found = found_in(question, passes)
    assert found is not None
    follow_ups = FollowUps(MiniLM(WeightStore(weights).minilm_folder()), TERMS)
    searched = follow_ups.read(found.options[0], [question]).text
    assert searched == "What does the Roaming pass, Europe cost?"
    assert found_in(searched, passes) is None
