"""Units are ranked by what they mean, also where a question has other words than the text that answers it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from surefoot.core.nouns import Passage
from surefoot.retrieval.bm25 import Bm25
from surefoot.retrieval.encoders import DenseEncoder, MiniLM, TokenVectors, question_vectors
from surefoot.retrieval.highlights import UNITS_ENCODED, Highlight, Highlighter
from surefoot.retrieval.question import read_question
from surefoot.retrieval.text_memory import Encoded
from tests.retrieval.passages import a_passage

CLINIC = (
    "A minimum age of 16 weeks for dogs and 14 weeks for cats is required. Cats are kept indoors for seven days. "
    "Spaying of a female costs 410 euros for a dog and 189 euros for a cat. "
    "Complaints about a haircut should be made within five days, so that the groomer can mend it free of charge. "
    "Bring your animal between 7.30 and 8.15 to the side entrance in the yard. "
    "Dogs are kept on a lead no longer than 1.5 metres."
)


def ranked(question: str, text: str, encoder: DenseEncoder) -> list[Highlight]:
    found = Passage(a_passage(text, title="Clinic", heading_path=()).chunk, 1.0)
    dense = question_vectors([question], encoder)[0].tolist()
    return Highlighter(encoder, Bm25().terms).rank(read_question(question), dense, [found])


def test_a_question_in_words_of_its_own_finds_its_sentence(minilm: MiniLM) -> None:
    found = ranked("My girl cat needs fixing so there are no kittens. How much?", CLINIC, minilm)
    assert "189 euros" in found[0].unit.shown


def test_of_texts_whose_whole_is_as_near_the_one_with_the_nearer_words_comes_first() -> None:
    class Scripted(DenseEncoder):
        name, dimension, max_tokens = "scripted", 2, 64

        def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
            return np.array([one.whole for one in self.encode_tokens(texts)])

        def encode_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
            states = {"q": [[1, 0]], "mixed": [[0.5, 0.5], [0.5, 0.5]], "apart": [[0, 1], [1, 0]]}
            kinds = ["mixed" if "oats" in text else "apart" if "rye" in text else "q" for text in texts]
            return [TokenVectors(("a",) * len(states[k]), np.array(states[k], dtype=np.float32)) for k in kinds]

        def tokenize(self, text: str) -> list[int]:
            return list(range(len(text.split())))

    found = ranked("Which grain?", "Horses here get oats. Horses there get rye.", Scripted())
    assert [h.unit.shown for h in found] == ["Horses there get rye.", "Horses here get oats."]
    assert found[0].cosine == pytest.approx(found[1].cosine)


def test_the_same_question_in_a_document_comes_last(minilm: MiniLM) -> None:
    asked = "How long are cats kept indoors?"
    found = ranked(asked, f"{CLINIC} {asked}", minilm)
    assert "seven days" in found[0].unit.shown
    assert found[-1].unit.shown == asked
    (alone,) = ranked(asked, asked, minilm)
    assert alone.score > found[-1].score


@pytest.mark.parametrize(
    ("text", "echoes"),
    [
        ("How long cats are kept indoors is told by the vet.", True),
        ("This chapter explains how long cats are kept indoors.", True),
        ("Whether and how long cats are kept indoors was discussed.", True),
        ("Indoors: how long cats are kept there is being decided.", True),
        ("Cats are kept indoors for seven days.", False),
        ("Cats are kept indoors until they know where the cat flap is.", False),
        ("| How cats are kept | Days |\n| - | - |\n| indoors | 7 |", False),
    ],
)
def test_a_sentence_that_repeats_the_question_is_known(text: str, *, echoes: bool, minilm: MiniLM) -> None:
    assert [h.echoes for h in ranked("How long are cats kept indoors?", text, minilm)] == [echoes]


def test_a_question_of_stop_words_alone_is_ranked_by_all_of_them(minilm: MiniLM) -> None:
    assert len(ranked("What is it?", CLINIC, minilm)) == 6


def test_an_encoder_that_knows_only_whole_texts_ranks_too(minilm: MiniLM) -> None:
    class Whole(DenseEncoder):
        name, dimension, max_tokens = "whole", minilm.dimension, minilm.max_tokens

        def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
            return minilm.encode(texts)

        def tokenize(self, text: str) -> list[int]:
            return minilm.tokenize(text)

    found = ranked("How much is the spaying of a cat?", CLINIC, Whole())
    assert "189 euros" in found[0].unit.shown
    assert {h.unit.shown: h.cosine for h in found} == pytest.approx(
        {h.unit.shown: h.cosine for h in ranked("How much is the spaying of a cat?", CLINIC, minilm)},
        abs=1e-4,
    )


def test_no_passages_give_no_highlights(minilm: MiniLM) -> None:
    assert ranked("How long?", " ", minilm) == []


def test_what_was_encoded_for_a_question_is_not_encoded_again_for_it(minilm: MiniLM) -> None:
    class Counting(DenseEncoder):
        name, dimension, max_tokens = "counting", minilm.dimension, minilm.max_tokens
        encoded = 0

        def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
            self.encoded += len(texts)
            return minilm.encode(texts)

        def tokenize(self, text: str) -> list[int]:
            return minilm.tokenize(text)

    question = read_question("How much is the spaying of a cat?")
    passages = [Passage(a_passage(CLINIC, title="Clinic", heading_path=()).chunk, 1.0)]
    dense = question_vectors([question.text], minilm)[0].tolist()
    encoder, known = Counting(), Encoded()
    highlighter = Highlighter(encoder, Bm25().terms)

    first = highlighter.rank(question, dense, passages, known)
    once = encoder.encoded
    assert once == 7
    assert highlighter.rank(question, dense, passages, known) == first
    assert encoder.encoded == once


def test_of_more_units_than_are_encoded_those_with_the_kind_of_answer_are_kept(minilm: MiniLM) -> None:
    filler = " ".join(f"The kennel in yard {name} has a door." for name in (f"x{n}" for n in range(UNITS_ENCODED + 9)))
    found = ranked("How many metres is the lead?", f"{filler} It must not exceed 1.5 metres.", minilm)
    assert len(found) == UNITS_ENCODED
    assert "1.5 metres" in found[0].unit.shown
