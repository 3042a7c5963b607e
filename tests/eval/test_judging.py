"""An answer is judged by what was found, what was said, and what the shown citations alone carry."""

from __future__ import annotations

from datetime import date

import pytest

from surefoot.core.nouns import Outcome
from tests.eval.played import FLUID, PADS, TABLE, a_case, an_answer, judged, passages, unanswerable
from tests.serving.parts import a_passage

START = "| Start | 24.90 |"


def test_a_quote_that_holds_the_fact_is_right_grounded_and_cites_its_document() -> None:
    found = judged(a_case(), an_answer((PADS, PADS)))
    assert (found.right, found.answered, found.refused, found.cited, found.quotes_hold) == (
        True,
        True,
        False,
        True,
        True,
    )
    assert (found.sentences, found.grounded, found.numbers_wrong) == (1, 1, ())
    assert found.documents_found == found.quotes_found == found.citation_precision == found.citation_recall == 1.0


def test_a_sentence_without_a_citation_is_not_grounded() -> None:
    found = judged(a_case(), an_answer((PADS, PADS), (FLUID, "")))
    assert (found.sentences, found.grounded) == (2, 1)


def test_a_sentence_is_held_against_its_own_citation_and_no_other() -> None:
    found = judged(a_case(), an_answer((FLUID, PADS), (PADS, FLUID)))
    assert (found.sentences, found.grounded) == (2, 0)


def test_a_table_row_is_read_with_the_names_of_its_columns() -> None:
    found = judged(a_case(), an_answer(("Start — Price: 24.90", START)))
    assert (found.sentences, found.grounded, found.numbers_wrong) == (1, 1, ())


def test_a_quote_that_no_passage_holds_stands_for_itself_alone() -> None:
    found = judged(a_case(), an_answer((PADS, PADS)), ())
    assert (found.grounded, found.documents_found, found.quotes_found) == (1, 0.0, 0.0)


def test_a_number_from_nowhere_is_counted() -> None:
    found = judged(a_case(), an_answer(("The pads of the van are replaced below 4.7 mm.", PADS)))
    assert found.numbers_wrong == ("4.7",)
    assert (found.right, found.grounded) == (False, 0)


def test_numbers_of_the_question_and_of_the_one_before_it_are_known() -> None:
    case = a_case(question="And of van 412?", history=[("user", "When are pads of van 377 replaced?")])
    assert judged(case, an_answer(("Van 412, like van 377: below 3.2 mm.", PADS))).numbers_wrong == ()


def test_the_date_from_which_a_cited_document_holds_is_known() -> None:
    found = (a_passage(PADS, valid_from=date(2026, 3, 1)),)
    answer = an_answer(("Since 1 March 2026 the pads of the van are replaced below 3.2 mm.", PADS), found=found)
    assert judged(a_case(), answer, found).numbers_wrong == ()
    assert judged(a_case(), answer).numbers_wrong == ("1", "2026")


def test_the_version_of_a_cited_document_is_known_where_it_is_named() -> None:
    said = "Guide ({}, undated) says: the pads of the van are replaced below 3.2 mm."
    assert judged(a_case(), an_answer((said.format("version 1"), PADS))).numbers_wrong == ()
    assert judged(a_case(), an_answer((said.format("version 7"), PADS))).numbers_wrong == ("7",)
    assert judged(a_case(), an_answer((said.format("page 1"), PADS))).numbers_wrong == ("1",)


def test_a_quote_may_go_on_from_one_passage_into_the_next() -> None:
    first, second = PADS[:20], PADS[20:]
    assert judged(a_case(), an_answer(), passages(first, second)).quotes_found == 1.0
    assert judged(a_case(), an_answer(), passages(first)).quotes_found == 0.0


def test_a_quoted_table_row_of_a_case_is_found_in_the_table() -> None:
    case = a_case(evidence=[{"document": "brake-guide", "quote": "Start | 24.90"}])
    assert judged(case, an_answer(), passages(TABLE)).quotes_found == 1.0


def test_citations_of_other_documents_cost_precision_and_missing_ones_recall() -> None:
    two = a_case(evidence=[{"document": "brake-guide", "quote": PADS}, {"document": "tyres", "quote": "Tyres"}])
    assert judged(two, an_answer((PADS, PADS))).citation_recall == 0.5
    other = a_case(evidence=[{"document": "tyres", "quote": "Tyres last."}])
    found = judged(other, an_answer((PADS, PADS)))
    assert (found.citation_precision, found.citation_recall, found.cited) == (0.0, 0.0, False)


def test_a_quote_counts_as_the_evidence_when_one_holds_the_other() -> None:
    assert judged(a_case(), an_answer((PADS, PADS), (FLUID, FLUID))).quote_precision == 0.5
    part = a_case(evidence=[{"document": "brake-guide", "quote": "replaced below 3.2 mm"}])
    assert judged(part, an_answer((PADS, PADS))).quote_precision == 1.0


def test_a_refusal_has_no_sentences_to_check() -> None:
    found = judged(unanswerable(), an_answer())
    assert (found.right, found.refused, found.sentences, found.citation_precision) == (True, True, 0, None)
    assert found.documents_found is None


@pytest.mark.parametrize("outcome", [Outcome.ASKED_BACK, Outcome.BLOCKED])
def test_a_question_back_or_a_block_is_no_answer(outcome: Outcome) -> None:
    found = judged(a_case(), an_answer((PADS, PADS), outcome=outcome))
    assert (found.right, found.answered, found.refused) == (False, False, outcome is Outcome.BLOCKED)
