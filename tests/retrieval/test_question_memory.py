"""A question is encoded once while it is remembered, and its vectors are those that it had."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from surefoot.retrieval.encoders import DenseEncoder, MiniLM
from surefoot.retrieval.question_memory import Hits, RememberingEncoder


class Counting(DenseEncoder):
    """An encoder whose vectors are made of a text's letters, and which counts what it encodes."""

    name = "counting"
    dimension = 4
    max_tokens = 100

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.read: list[str] = []

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.read += texts
        return np.array([[len(text), 1, 0, 0] for text in texts], dtype=np.float32).reshape(len(texts), 4)

    def encode_questions(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.asked += texts
        return np.array([[len(text), 0, 1, 0] for text in texts], dtype=np.float32).reshape(len(texts), 4)

    def tokenize(self, text: str) -> list[int]:
        return list(range(len(text.split())))


def test_a_question_is_encoded_once_and_comes_back_the_same(minilm: MiniLM) -> None:
    encoder = RememberingEncoder(minilm)
    asked = ["How thin may a pad be?", "And the tyres?", "How thin may a pad be?"]
    first = encoder.encode_questions(asked)
    assert np.array_equal(first, encoder.encode_questions(asked))
    assert np.allclose(first, minilm.encode_questions(asked), atol=1e-5)
    assert encoder.hits == Hits(known=3, encoded=3)


def test_all_that_an_encoder_tells_of_texts_comes_through(minilm: MiniLM) -> None:
    encoder, texts = RememberingEncoder(minilm), ["Corvane pads", "A van."]
    for found, own in zip(encoder.encode_tokens(texts), minilm.encode_tokens(texts), strict=True):
        assert found.tokens == own.tokens
        assert np.allclose(found.states, own.states, atol=1e-5)
    own_acts = {name for name, act in vars(DenseEncoder).items() if callable(act) and not name.startswith("_")}
    assert own_acts <= set(vars(RememberingEncoder))


def test_questions_and_texts_are_never_taken_for_each_other() -> None:
    inner = Counting()
    encoder = RememberingEncoder(inner)
    question, text = encoder.encode_questions(["pads"]), encoder.encode(["pads"])
    assert not np.array_equal(question, text)
    encoder.encode(["pads"])
    assert inner.read == ["pads", "pads"]


def test_the_question_that_was_not_asked_for_longest_is_forgotten_first() -> None:
    inner = Counting()
    encoder = RememberingEncoder(inner, questions=2)
    for text in ("a", "b", "a", "c", "a", "b"):
        encoder.encode_questions([text])
    assert inner.asked == ["a", "b", "c", "b"]


def test_more_questions_at_once_than_are_remembered_all_get_their_vectors() -> None:
    encoder = RememberingEncoder(Counting(), questions=2)
    assert encoder.encode_questions(["a", "bb", "ccc", "bb"])[:, 0].tolist() == [1, 2, 3, 2]
    assert encoder.encode_questions([]).shape == (0, 4)
    assert encoder.encode_questions(["\ud800"]).shape == (1, 4)


def test_a_vector_that_somebody_changes_is_not_changed_for_others() -> None:
    encoder = RememberingEncoder(Counting())
    encoder.encode_questions(["a"])[:] = 7
    assert encoder.encode_questions(["a"])[0].tolist() == [1, 0, 1, 0]


def test_many_threads_get_the_right_vectors() -> None:
    encoder = RememberingEncoder(Counting(), questions=5)
    texts = ["x" * n for n in range(1, 40)] * 20

    def encoded(text: str) -> float:
        return float(encoder.encode_questions([text])[0][0])

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(encoded, texts)) == [len(text) for text in texts]
