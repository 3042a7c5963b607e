"""The fresh question sets keep their promises: quotes stand, facts stand in quotes, no question copies a document."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from surefoot.eval.cases import Case, holds_facts, load_cases
from surefoot.ingestion.results import Content
from surefoot.ingestion.text import joined
from surefoot.ingestion.versions import Stated, family, stated
from tools.check_knowledge import ROOT, read
from tools.knowledge_library import folded

SETS = ROOT / "tools" / "question_sets"
ASSISTANTS = sorted(path.parent.name for path in SETS.glob("*/assistant.yaml"))
COPIED = 6
"""So many words in a row, the same in a question and a document, are a copy."""
WANTED = {
    "simple": 42,
    "table": 20,
    "two_documents": 14,
    "superseded": 8,
    "conflict": 6,
    "other_language": 6,
    "typo": 6,
    "not_answerable": 32,
    "off_topic": 13,
    "follow_up": 24,
    "ambiguous": 12,
}
"""Cases of the office set by category; twelve of the simple ones are the controls of the ambiguous ones."""


@cache
def knowledge(name: str) -> dict[str, Content]:
    """The documents of a set by file name, as the product reads them."""
    return {path.name: read(path) for path in sorted((SETS / name / "knowledge").iterdir())}


@cache
def texts(name: str) -> dict[str, str]:
    return {document: folded(joined(content.sections)[0]) for document, content in knowledge(name).items()}


@cache
def cases(name: str) -> list[Case]:
    return load_cases(SETS / name / "cases.jsonl")


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def runs(text: str) -> set[tuple[str, ...]]:
    found = words(text)
    return {tuple(found[n : n + COPIED]) for n in range(len(found) - COPIED + 1)}


@pytest.mark.parametrize("name", ASSISTANTS)
def test_every_quote_stands_in_its_document(name: str) -> None:
    quotes = [(case.id, evidence) for case in cases(name) for evidence in case.evidence]
    assert quotes
    assert [(i, e) for i, e in quotes if folded(e.quote) not in texts(name).get(e.document, "")] == []


@pytest.mark.parametrize("name", ASSISTANTS)
def test_every_fact_stands_in_its_quotes_and_in_the_reference_answer(name: str) -> None:
    answered = [case for case in cases(name) if case.answerable]
    quoted = [(case, "\n".join(e.quote for e in case.evidence)) for case in answered]
    assert [case.id for case, quote in quoted if not (case.facts and holds_facts(quote, case.facts))] == []
    assert [case.id for case in answered if not holds_facts(case.answer or "", case.facts)] == []


@pytest.mark.parametrize("name", ASSISTANTS)
def test_a_case_without_an_answer_holds_none_and_every_other_one_does(name: str) -> None:
    for case in cases(name):
        if case.outcome in ("not_found", "off_topic"):
            assert (case.answer, case.facts, case.evidence) == (None, [], []), case.id
        else:
            assert case.answer, case.id
            assert case.evidence, case.id


@pytest.mark.parametrize("name", ASSISTANTS)
def test_no_question_repeats_a_document(name: str) -> None:
    copied = {run for text in texts(name).values() for run in runs(text)}
    assert copied
    assert [case.id for case in cases(name) if runs(case.question) & copied] == []


@pytest.mark.parametrize("name", ASSISTANTS)
def test_no_question_is_asked_twice(name: str) -> None:
    asked = Counter((folded(case.question).lower(), tuple(case.history)) for case in cases(name))
    assert [question for question, times in asked.items() if times > 1] == []


@pytest.mark.parametrize("name", ASSISTANTS)
def test_questions_of_two_documents_and_conflicts_need_two(name: str) -> None:
    both = [case for case in cases(name) if case.category in ("two_documents", "conflict")]
    assert [case.id for case in both if len({e.document for e in case.evidence}) < 2] == []


@pytest.mark.parametrize("name", ASSISTANTS)
def test_every_document_is_asked_about(name: str) -> None:
    asked = {evidence.document for case in cases(name) for evidence in case.evidence}
    assert asked == set(texts(name))


def test_the_office_set_has_its_counts_and_a_third_of_it_is_dev() -> None:
    assert Counter(case.category for case in cases("office")) == WANTED
    for category, wanted in WANTED.items():
        dev = sum(case.split == "dev" for case in cases("office") if case.category == category)
        assert abs(dev - wanted / 3) < 1, category


def test_the_workshop_set_is_for_reporting_only() -> None:
    assert {case.split for case in cases("workshop")} == {"test"}
    assert Counter(case.answerable for case in cases("workshop")) == {True: 30, False: 15}


def test_only_follow_ups_have_a_history() -> None:
    assert [c.id for c in cases("office") if bool(c.history) != (c.category == "follow_up")] == []
    assert all(c.history[0][0] == "user" and c.history[-1][0] == "assistant" for c in cases("office") if c.history)


def test_the_old_travel_policy_is_known_as_such() -> None:
    old, new = (_stated("office", f"travel-expenses-{year}.md") for year in (2023, 2026))
    assert family(old[0]) == family(new[0])
    assert (old[1].version, new[1].version) == ("1", "2")
    assert old[1].valid_from is not None
    assert new[1].valid_from is not None
    assert old[1].valid_from < new[1].valid_from


def _stated(name: str, document: str) -> tuple[str, Stated]:
    content = knowledge(name)[document]
    title = content.title or Path(document).stem
    return title, stated(title, joined(content.sections)[0])
