import itertools
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surefoot.core.text.sentences import complete_sentences, first_sentence, sentence_spans
from tests.growth import LINEAR, growth

HOSTILE: dict[str, Callable[[int], str]] = {
    "a long word, then abbreviations": lambda size: "x" * size + " e.g." * (size // 4),
    "full stops": lambda size: "." * size + "x",
    "full stops and brackets": lambda size: "." * size + ")" * size + "x",
    "abbreviations": lambda size: "e.g. " * size,
    "sentences": lambda size: "A b. " * size,
    "numbers of a list": lambda size: "1. " * size,
    "spaces": lambda size: "a." + " " * size + "b.",
    "marks": lambda size: "a." + " [1]" * size + "x",
}


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


def test_decimals_abbreviations_and_rule_numbers_do_not_end_a_sentence() -> None:
    assert split("Pads go below 3.2 mm, e.g. on the H18. See Rule 17.2 and No. 5. Is it so?") == [
        "Pads go below 3.2 mm, e.g. on the H18.",
        "See Rule 17.2 and No. 5.",
        "Is it so?",
    ]


def test_a_growing_text_gives_only_sentences_that_have_ended() -> None:
    done, rest = complete_sentences("The limit is 3.2 mm [1]. It is checked every 24 months. [2] And so")
    assert [s.strip() for s in done] == ["The limit is 3.2 mm [1].", "It is checked every 24 months. [2]"]
    assert rest == "And so"


def test_a_mark_that_is_still_being_written_stays_with_its_sentence() -> None:
    for growing in ("Yes it is.", "Yes it is. ", "Yes it is. [", "Yes it is. [2", "Yes it is. [2]", "Yes it is. [2] "):
        assert complete_sentences(growing) == ([], growing)
    assert complete_sentences("Yes it is. [2] So") == (["Yes it is. [2] "], "So")


@given(st.text(alphabet="ab .!?\n[1]A3,", max_size=200))
def test_splitting_a_growing_text_loses_nothing(text: str) -> None:
    done, rest = complete_sentences(text)
    assert "".join(done) + rest == text


@given(st.text(max_size=300))
def test_spans_are_in_order_and_inside_the_text(text: str) -> None:
    spans = sentence_spans(text)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(spans))


@given(st.text(alphabet="abc.! \n", max_size=200))
def test_no_visible_character_is_lost(text: str) -> None:
    assert "".join("".join(split(text)).split()) == "".join(text.split())


def test_an_abbreviation_behind_a_long_word_and_a_number_in_a_list_end_no_sentence() -> None:
    long = "x" * 60
    assert split(f"{long} e.g. A van. X{long}.{long} B.") == [f"{long} e.g. A van.", f"X{long}.{long} B."]
    assert split(f"{long}e.g. A van.") == [f"{long}e.g.", "A van."]
    assert split("1. Stop. Then 2. Go on\n") == ["1. Stop.", "Then 2.", "Go on"]


@given(st.text(alphabet="ab .!?\n[1]A3,", max_size=200))
def test_the_first_sentence_is_the_first_of_all(text: str) -> None:
    assert first_sentence(text) == next(iter(split(text)), "")


@pytest.mark.parametrize("made", HOSTILE.values(), ids=HOSTILE)
def test_the_time_to_find_sentences_grows_no_faster_than_the_text(made: Callable[[int], str]) -> None:
    assert growth(sentence_spans, made, 1000) < LINEAR
    assert growth(complete_sentences, made, 1000) < LINEAR
