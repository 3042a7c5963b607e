"""Searching with the real encoder and the real embedded index."""

from __future__ import annotations

from collections.abc import Generator, Sequence

import pytest

from surefoot.core.nouns import Asker, Chunk
from surefoot.retrieval.bm25 import Bm25
from surefoot.retrieval.encoders import HybridEncoder, MiniLM
from surefoot.retrieval.index.edge import EdgeIndex
from surefoot.retrieval.index.port import EncodedChunk, Scope
from surefoot.retrieval.search import Searcher, encoding_context, encoding_text
from tests.retrieval.passages import ANN, FLEET, a_passage

SENTENCES = (
    "Brake linings thinner than 3 mm are replaced at the next stop.",
    "Drivers rest for 45 minutes after four and a half hours at the wheel.",
    "Form TX-4417 is handed in within two days of an accident.",
    "Winter tyres are fitted from October to Easter.",
)


def chunks_of(sentences: Sequence[str]) -> list[Chunk]:
    return [a_passage(text, title=f"Sheet {n}", heading_path=(), ordinal=n).chunk for n, text in enumerate(sentences)]


@pytest.fixture(scope="module")
def searcher(minilm: MiniLM, tmp_path_factory: pytest.TempPathFactory) -> Generator[Searcher]:
    encoder = HybridEncoder(minilm, Bm25(10))
    index = EdgeIndex(tmp_path_factory.mktemp("index"))
    chunks = chunks_of(SENTENCES)
    encodings = encoder.encode_documents([encoding_text(chunk) for chunk in chunks])
    index.add([EncodedChunk(chunk, encoding) for chunk, encoding in zip(chunks, encodings, strict=True)])
    yield Searcher(encoder, index)
    index.close()


@pytest.mark.parametrize(
    ("question", "place"),
    [
        ("When must worn pads be changed?", 0),
        ("How long is a break after driving?", 1),
        ("TX-4417", 2),
        ("which sheet 3", 3),
    ],
)
def test_a_question_finds_its_sentence_by_meaning_by_word_or_by_title(
    searcher: Searcher, question: str, place: int
) -> None:
    assert searcher.search(question, ANN, FLEET, limit=1).passages[0].chunk.text == SENTENCES[place]


def test_a_search_tells_how_long_it_took_and_what_it_asked(searcher: Searcher) -> None:
    result = searcher.search("winter tyres", ANN, FLEET)
    assert result.encode_ms > 0
    assert result.search_ms > 0
    assert len(result.question.dense) == 384
    assert len(result.passages) == 4


@pytest.mark.parametrize("blank", ["", "  \n\t"])
def test_a_blank_question_finds_nothing(searcher: Searcher, blank: str) -> None:
    assert searcher.search(blank, ANN, FLEET).passages == []


def test_who_asks_decides_what_is_found(searcher: Searcher) -> None:
    assert searcher.search("winter tyres", Asker("eve", frozenset({"guests"})), FLEET).passages == []
    assert searcher.search("winter tyres", ANN, Scope("support")).passages == []


def test_title_and_headings_are_encoded_with_the_text_once_each() -> None:
    chunk = a_passage("Pads.", title="Brakes", heading_path=("Brakes", "Pads\nand discs", "")).chunk
    assert encoding_text(chunk) == "Brakes\nPads and discs\nPads."
    assert encoding_context("", ()) == ""
