"""Searching with the real encoder and the real embedded index."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from surefoot.core.nouns import Asker, Chunk
from surefoot.retrieval.bm25 import Bm25
from surefoot.retrieval.encoders import DenseEncoder, HybridEncoder, MiniLM
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


class ManyTongues(DenseEncoder):
    """Reads a word of either language as the same meaning."""

    name, dimension, max_tokens, multilingual = "tongues", 4, 100, True

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """North for brakes, east for tyres."""
        return np.array([(1, 0, 0, 0) if "brak" in t.lower() or "brems" in t.lower() else (0, 1, 0, 0) for t in texts])

    def tokenize(self, text: str) -> list[int]:
        """A number for each word."""
        return list(range(len(text.split())))


@pytest.mark.parametrize("multilingual", [True, False])
def test_a_question_in_another_language_is_asked_by_meaning_alone_where_the_encoder_reads_both(
    tmp_path: Path, multilingual: bool
) -> None:
    dense = ManyTongues()
    dense.multilingual = multilingual
    encoder = HybridEncoder(dense, Bm25(10))
    brakes = "The brakes of every vehicle in the depot are inspected by the workshop once a year."
    tyres = "Winter tyres have a minimum profile of four millimetres, says the manual of the Bordbuch company."
    chunks = chunks_of((brakes, tyres))
    encodings = encoder.encode_documents([chunk.text for chunk in chunks])
    index = EdgeIndex(tmp_path, dense.dimension)
    index.add([EncodedChunk(chunk, encoding) for chunk, encoding in zip(chunks, encodings, strict=True)])
    result = Searcher(encoder, index).search("Wann werden laut Bordbuch die Bremsen der Fahrzeuge geprüft?", ANN, FLEET)
    index.close()
    assert result.passages[0].chunk.text == (brakes if multilingual else tyres)
