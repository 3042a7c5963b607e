"""Term weights against the formula, and terms against the weights."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surefoot.retrieval.bm25 import PAIRS, Bm25

SENTENCES = (
    "The pads of the van's brakes are replaced below 3.2 mm; PADS don't last, naïve café owners won't know.",
    "Co-operate with foo_bar, a1b2, U.S.A., €50 and 10,5 % — Straße, İstanbul, 日本語.",
    "",
    "the and of",
)


def test_a_document_is_weighed_by_the_formula() -> None:
    frequencies, length, average = (1, 2), 3, 50
    expected = [f * 2.2 / (f + 1.2 * (1 - 0.75 + 0.75 * length / average)) for f in frequencies]
    _, weights = Bm25(average_length=average).document("the pads and discs of discs")
    assert sorted(weights) == pytest.approx(sorted([*expected, expected[0]]), rel=1e-6)  # and the pair "pads discs"


def test_a_longer_average_makes_a_text_relatively_short_and_its_words_weigh_more() -> None:
    assert Bm25(200).document("pads")[1] > Bm25(5).document("pads")[1]


def test_a_question_weighs_each_term_as_often_as_it_occurs() -> None:
    indices, weights = Bm25().question("Pads, pads and padding: disc?")
    assert len(indices) == len(set(indices)) == 3
    assert sorted(weights) == pytest.approx([PAIRS, 1, 3], rel=0.01)


def test_forms_of_a_word_meet_in_one_term() -> None:
    words = Bm25()
    assert set(words.question("replacing")[0]) == set(words.document("replaced")[0])
    assert words.terms("Replacing the PADS") == ["replac", "pad"]


def test_stop_words_alone_give_no_terms() -> None:
    words = Bm25()
    assert words.document("to be or not to be") == ((), ())
    assert words.question("") == ((), ())
    assert words.terms("the of and") == []


def test_terms_keep_order_and_repeats() -> None:
    assert Bm25().terms("discs, pads, discs") == ["disc", "pad", "disc"]


@pytest.mark.parametrize("text", SENTENCES)
def test_there_are_as_many_different_terms_as_weights(text: str) -> None:
    words = Bm25()
    terms = words.terms(text)
    pairs = {pair for pair in pairwise(terms) if pair[0] != pair[1]}
    assert len(set(terms)) + len(pairs) == len(words.document(text)[0])


def test_neighbours_in_a_question_meet_the_same_neighbours_in_a_text_across_stop_words_and_forms() -> None:
    words = Bm25()
    asked = set(words.question("What is the wear of pads?")[0])
    assert len(asked & set(words.document("Wearing the pads down")[0])) == 3
    assert len(asked & set(words.document("Pads that show wear")[0])) == 2


@given(st.text(max_size=60))
def test_any_text_is_weighed(text: str) -> None:
    words = Bm25()
    indices, weights = words.document(text)
    assert len(indices) == len(weights)
    assert all(weight > 0 for weight in weights)
    words.terms(text)


def test_half_a_surrogate_pair_is_no_obstacle() -> None:
    assert Bm25().terms("pads \ud83d") == ["pad"]
    assert len(Bm25().document("pads \ud83d")[0]) == 1


@pytest.mark.parametrize("average", [0.0, -1.0, float("nan"), float("inf")])
def test_an_average_length_that_is_not_positive_is_refused(average: float) -> None:
    with pytest.raises(ValueError, match="positive average"):
        Bm25(average)


def test_another_language_has_its_own_stop_words_and_stems() -> None:
    assert Bm25(language="german").terms("die Bremsen und der Bremse") == ["brems", "brems"]


def test_many_threads_may_use_it() -> None:
    words = Bm25()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(words.document, ["pads"] * 400))
        terms = list(pool.map(words.terms, [f"pads disc{n % 7}" for n in range(400)]))
    assert set(answers) == {words.document("pads")}
    assert terms == [["pad", f"disc{n % 7}"] for n in range(400)]
