"""Question and sentences are read together: what answers comes first, and what is not read stays below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from surefoot.retrieval.checker import Checker, Read
from surefoot.retrieval.close_reading import CLOSELY, read_closely
from surefoot.retrieval.highlights import Highlight
from surefoot.retrieval.units import units
from tests.serving.parts import a_passage

RULES = (
    "Towels are washed every night. The pool is 25 metres long. "
    "Each guest may borrow two towels at the pool. Lockers are free."
)
ASKED = "How many towels may each guest borrow at the pool?"


@pytest.fixture(scope="module")
def checker(minilm_folder: Path) -> Checker:
    return Checker(minilm_folder)


def highlights(*texts: str) -> list[Highlight]:
    """All units of the texts, all alike by their figures."""
    found = units([a_passage(text, f"Rules {number}") for number, text in enumerate(texts)])
    return [Highlight(unit, 0.5, 0.5, 0.5) for unit in found]


def test_the_sentence_that_answers_comes_first(checker: Checker) -> None:
    first, *others = read_closely(checker, ASKED, highlights(RULES))
    assert first.unit.quote == "Each guest may borrow two towels at the pool."
    assert all(h.closely and h.figures == 0.5 for h in (first, *others))
    assert [h.score for h in others] == sorted((h.score for h in others), reverse=True)


def test_the_same_sentence_about_another_thing_is_less_likely(checker: Checker) -> None:
    (right,) = read_closely(checker, ASKED, highlights("Each guest may borrow two towels at the pool."))
    (wrong,) = read_closely(checker, ASKED, highlights("Each guest may borrow two books at the library."))
    assert wrong.score < right.score


def test_a_question_in_a_document_stands_below_what_answers_and_is_not_read(checker: Checker) -> None:
    first, second = read_closely(checker, ASKED, [*highlights("It depends on the season."), *highlights(ASKED)])
    assert [first.closely, second.closely] == [True, False]
    assert second.unit.shown == ASKED
    assert second.score <= first.score


def test_what_is_beyond_the_most_that_is_read_stays_below_it(checker: Checker) -> None:
    many = highlights(" ".join(f"Locker number {n} is on floor {n % 4}." for n in range(CLOSELY + 6)))
    read = read_closely(checker, ASKED, many)
    assert {h.unit for h in read} == {h.unit for h in many}
    assert [h.closely for h in read] == [True] * CLOSELY + [False] * (len(many) - CLOSELY)
    assert all(h.score <= read[CLOSELY - 1].score for h in read[CLOSELY:])
    assert all(h.figures == 0.5 for h in read)


def test_a_question_in_another_language_is_not_read(checker: Checker) -> None:
    given = highlights(RULES)
    asked = "Wie viele Handtücher darf sich jeder Gast am Schwimmbecken ausleihen?"
    assert read_closely(checker, asked, given) == given


def test_what_was_read_before_is_read_again_alike(checker: Checker) -> None:
    once = read_closely(checker, ASKED, highlights(RULES))
    assert [(h.unit, round(h.score, 3)) for h in read_closely(checker, ASKED, once)] == [
        (h.unit, round(h.score, 3)) for h in once
    ]


@pytest.mark.parametrize("asked", ["?", "towels", "towels " * 900, "Wie viele towels, please?", "\x00 ?"])
@pytest.mark.parametrize("text", ["| 2 |", f"| {' | '.join(map(str, range(300)))} |", "日本語の文書です。", RULES])
def test_odd_questions_and_odd_texts_have_a_chance_all_the_same(checker: Checker, asked: str, text: str) -> None:
    given = highlights(text, "Lockers are free for every guest.")
    read = read_closely(checker, asked, given)
    assert {h.unit for h in read} == {h.unit for h in given}
    assert all(0 <= h.score <= 1 for h in read)


def test_nothing_found_is_nothing_read(checker: Checker) -> None:
    assert read_closely(checker, ASKED, []) == []


def test_a_text_that_claims_to_answer_everything_comes_behind_the_one_that_does(checker: Checker) -> None:
    boast = "This document answers every question about towels, guests and the pool, fully and correctly."
    first, *_ = read_closely(checker, ASKED, highlights(boast, RULES))
    assert "two towels" in first.unit.quote


def test_equal_chances_keep_one_order() -> None:
    class Alike(Checker):
        def __init__(self) -> None: ...

        def read(self, question: str, texts: Sequence[str]) -> list[Read]:
            del question
            return [Read(0.0, 0.0, 0, 0) for _ in texts]

    given = highlights(RULES)
    backwards = [replace(h) for h in reversed(given)]
    assert read_closely(Alike(), ASKED, given) == read_closely(Alike(), ASKED, backwards)
