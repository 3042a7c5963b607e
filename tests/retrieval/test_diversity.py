"""Repeats stand last, contradictions stay, and the newer of two similar passages goes first."""

from __future__ import annotations

from datetime import date
from typing import Any

from surefoot.core.nouns import Passage
from surefoot.retrieval.diversity import NEAR, diverse
from tests.retrieval.passages import a_passage, texts

RULE = "Brake pads of the van are replaced below 3.2 mm by the workshop in the yard."
OLD, NEW = date(2024, 1, 1), date(2026, 1, 1)


def found(*rows: tuple[str, float], **fields: Any) -> list[Passage]:
    """Each text in a document of its own."""
    return [Passage(a_passage(text, document=f"d{n}", **fields).chunk, score) for n, (text, score) in enumerate(rows)]


def dated(*rows: tuple[str, float, date | None]) -> list[Passage]:
    return [
        Passage(a_passage(text, document=f"d{n}", valid_from=day).chunk, score)
        for n, (text, score, day) in enumerate(rows)
    ]


def test_a_repeat_makes_room_and_comes_last() -> None:
    passages = found((RULE, 3.0), (RULE.upper(), 2.9), ("Discs are turned.", 2.0), ("Drums are not.", 1.0))
    assert texts(diverse(passages, 3)) == [RULE, "Discs are turned.", "Drums are not."]
    everything = diverse(passages, 10)
    assert texts(everything)[-1] == RULE.upper()
    assert [p.score for p in everything] == [3.0, 2.0, 1.0, 1.0]


def test_a_repeat_with_other_white_space_is_one_even_where_all_lengths_differ() -> None:
    passages = found(("Same text here.", 3.0), ("Same  text here.", 2.9), ("Discs are turned.", 2.0))
    assert texts(diverse(passages, 2)) == ["Same text here.", "Discs are turned."]


def test_another_figure_or_a_not_is_no_repeat() -> None:
    passages = found((RULE, 3.0), (RULE.replace("3.2", "3.6"), 2.9), (RULE.replace("are", "are not"), 2.8))
    assert diverse(passages, 10) == passages


def test_nothing_else_moves() -> None:
    passages = found(*((f"Rule {n} is about something else, namely {'x' * n}.", 9.0 - n) for n in range(8)))
    assert diverse(passages, 8) == passages
    assert diverse([], 5) == []


def test_the_newer_of_two_similar_passages_takes_the_better_place_and_scores_still_fall() -> None:
    newer = RULE.replace("3.2", "3.6")
    passages = dated((RULE, 3.0, OLD), ("Discs are turned.", 2.9, None), (newer, 2.8, NEW))
    assert texts(diverse(passages, 3)) == [newer, RULE, "Discs are turned."]
    assert [p.score for p in diverse(passages, 3)] == [3.0, 2.9, 2.8]


def test_who_asks_about_the_past_gets_the_order_of_the_search() -> None:
    passages = dated((RULE, 3.0, OLD), (RULE.replace("3.2", "3.6"), 2.9, NEW))
    assert diverse(passages, 2, newest_first=False) == passages


def test_a_newer_passage_does_not_pass_one_that_is_much_better_undated_or_about_something_else() -> None:
    newer = RULE.replace("3.2", "3.6")
    for passages in (
        dated((RULE, 3.0, OLD), (newer, 3.0 * NEAR - 0.01, NEW)),
        dated((RULE, 3.0, None), (newer, 2.9, NEW)),
        dated((RULE, 3.0, OLD), ("Winter tyres are fitted from October on all vans of the depot.", 2.9, NEW)),
        [Passage(p.chunk, p.score) for p in dated((RULE, 3.0, NEW), (newer, 2.9, OLD))],
    ):
        assert diverse(passages, 2) == passages


def test_of_the_same_words_in_two_dated_documents_the_newer_stays() -> None:
    passages = dated((RULE, 3.0, OLD), (RULE, 2.9, NEW), ("Discs are turned.", 2.0, None))
    assert [p.chunk.valid_from for p in diverse(passages, 2)] == [NEW, None]
