import itertools

from hypothesis import given
from hypothesis import strategies as st

from surefoot.core.text.sentences import complete_sentences, sentence_spans


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
