"""What a document's sentences became is remembered for the next question, and goes with the document."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from surefoot.core.nouns import Asker, Passage
from surefoot.retrieval.bm25 import Bm25
from surefoot.retrieval.editions import Edition, Editions
from surefoot.retrieval.encoders import HybridEncoder, MiniLM, TokenVectors, question_vectors
from surefoot.retrieval.evidence import EvidenceFinder
from surefoot.retrieval.highlights import Highlighter
from surefoot.retrieval.index.edge import EdgeIndex
from surefoot.retrieval.index.port import EncodedChunk
from surefoot.retrieval.question import read_question
from surefoot.retrieval.search import Searcher
from surefoot.retrieval.text_memory import TOKEN_BYTES, Encoded, TextMemory
from tests.retrieval.passages import a_passage

WIDTH = 8
CLINIC = "The spaying of a cat is 140 euros. A dog is weighed first. Owners wait in the hall."
MEMBER = Asker("vet", frozenset({"staff"}))


class Letters:
    """Encodes a text to one token a word, and counts the texts."""

    def __init__(self) -> None:
        self.read: list[str] = []

    def __call__(self, texts: Sequence[str]) -> list[TokenVectors]:
        self.read += texts
        rng = np.random.default_rng(len(self.read))
        words = [tuple(text.split()) for text in texts]
        return [TokenVectors(some, rng.random((len(some), WIDTH), dtype=np.float32)) for some in words]


def size_of(text: str) -> int:
    return len(text.split()) * (2 * WIDTH + TOKEN_BYTES)


def test_a_sentence_that_one_question_needed_is_not_encoded_for_the_next() -> None:
    memory, encode = TextMemory(), Letters()
    wanted = [("", "How thin?"), ("d1", "Pads are 3 mm."), ("d2", "Tyres are 4 mm."), ("d1", "Pads are 3 mm.")]
    first = Encoded(memory).tokens(wanted, encode)
    again = Encoded(memory).tokens(wanted, encode)
    assert encode.read == ["How thin?", "Pads are 3 mm.", "Tyres are 4 mm.", "How thin?"]
    for one, other in zip(first[1:], again[1:], strict=True):
        assert one.tokens == other.tokens
        assert one.states.dtype == other.states.dtype == np.float32
        assert np.array_equal(one.states, other.states)


def test_the_same_words_in_another_document_are_its_own() -> None:
    memory, encode = TextMemory(), Letters()
    Encoded(memory).tokens([("d1", "Pads are 3 mm.")], encode)
    Encoded(memory).tokens([("d2", "Pads are 3 mm.")], encode)
    assert len(encode.read) == 2
    memory.forget("d1")
    Encoded(memory).tokens([("d2", "Pads are 3 mm.")], encode)
    assert len(encode.read) == 2
    assert memory.bytes == size_of("Pads are 3 mm.")


def test_what_a_question_began_before_a_deletion_is_not_remembered() -> None:
    memory, encode = TextMemory(), Letters()
    asking = Encoded(memory)
    memory.forget("d9")
    asking.tokens([("d1", "Pads are 3 mm.")], encode)
    assert memory.bytes == 0
    Encoded(memory).tokens([("d1", "Pads are 3 mm.")], encode)
    assert memory.bytes > 0
    memory.clear()
    assert memory.bytes == 0


def test_it_holds_no_more_than_it_may_and_forgets_the_oldest() -> None:
    texts = [f"Sentence number {number} of many." for number in range(50)]
    most = 10 * size_of(texts[0])
    memory, encode = TextMemory(most), Letters()
    for text in texts:
        Encoded(memory).tokens([("d", texts[0]), ("d", text)], encode)
        assert memory.bytes <= most
    assert memory.bytes == most
    assert encode.read.count(texts[0]) == 1
    Encoded(memory).tokens([("d", texts[1])], encode)
    assert encode.read.count(texts[1]) == 2


def test_one_text_larger_than_all_memory_is_given_and_not_kept() -> None:
    memory, encode = TextMemory(100), Letters()
    (found,) = Encoded(memory).tokens([("d", "word " * 50)], encode)
    assert len(found.tokens) == 50
    assert memory.bytes == 0


def test_many_threads_leave_the_count_right() -> None:
    memory = TextMemory(20 * size_of("Text 1 here"))
    encode = Letters()

    def ask(number: int) -> None:
        wanted = [(f"d{number % 7}", f"Text {(number + step) % 40} here") for step in range(8)]
        assert len(Encoded(memory).tokens(wanted, encode)) == 8
        if number % 11 == 0:
            memory.forget(f"d{number % 7}")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(ask, range(400)))
    for number in range(7):
        memory.forget(f"d{number}")
    assert memory.bytes == 0


def test_ranking_is_the_same_with_and_without_a_memory(minilm: MiniLM) -> None:
    highlighter = Highlighter(minilm, Bm25().terms)
    question = read_question("How much is the spaying of a cat?")
    dense = question_vectors([question.text], minilm)[0].tolist()
    passages = [Passage(a_passage(CLINIC, title="Clinic", heading_path=()).chunk, 1.0)]
    memory = TextMemory()
    rankings = [highlighter.rank(question, dense, passages, Encoded(memory)) for _ in range(2)]
    assert memory.bytes > 0
    assert rankings[0] == rankings[1] == highlighter.rank(question, dense, passages)


@pytest.fixture
def shelf(minilm: MiniLM, tmp_path_factory: pytest.TempPathFactory) -> Editions:
    encoder = HybridEncoder(minilm, Bm25())
    index = EdgeIndex(tmp_path_factory.mktemp("index"), minilm.dimension)
    chunk = a_passage(CLINIC, title="Clinic", heading_path=()).chunk
    index.add([EncodedChunk(chunk, encoder.encode_documents([chunk.text])[0])])
    return Editions(Edition(encoder, index))


def test_a_deleted_document_takes_its_sentences_with_it(minilm: MiniLM, shelf: Editions) -> None:
    encoder = shelf.live.encoder
    searcher = Searcher.over(shelf)
    finder = EvidenceFinder(searcher, Highlighter(minilm, encoder.sparse.terms), minilm)
    chunk = a_passage(CLINIC, title="Clinic", heading_path=()).chunk
    found = finder.find("How much is the spaying of a cat?", MEMBER, chunk.assistant)
    assert found.highlights
    assert searcher.texts.bytes > 0
    shelf.delete(chunk.document_id)
    assert searcher.texts.bytes == 0
    shelf.close()
