"""A cross-encoder orders what the search found, and says plainly why it cannot be loaded."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from surefoot.core.nouns import Passage
from surefoot.retrieval import diversity, fusion
from surefoot.retrieval.bm25 import PAIRS, Bm25
from surefoot.retrieval.editions import Edition, Editions
from surefoot.retrieval.encoders import HybridEncoder, MiniLM
from surefoot.retrieval.errors import RerankerUnusable
from surefoot.retrieval.index.edge import EdgeIndex
from surefoot.retrieval.index.port import EncodedChunk
from surefoot.retrieval.reranking import NEEDED, CrossEncoder, Reranker, reranked
from surefoot.retrieval.search import JUDGED, Searcher
from tests.retrieval.passages import ANN, FLEET, a_passage, texts


class Longest(Reranker):
    """Thinks that the longest text answers best."""

    name = "longest"

    def __init__(self) -> None:
        self.read: list[str] = []

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """Their lengths."""
        assert question
        self.read = list(texts)
        return [float(len(text)) for text in texts]


def test_places_keep_their_scores_and_equal_passages_their_order() -> None:
    passages = [Passage(a_passage(text, heading_path=()).chunk, 3.0 - n) for n, text in enumerate(("ab", "abcd", "cd"))]
    found = reranked("which?", passages, Longest())
    assert texts(found) == ["abcd", "ab", "cd"]
    assert [passage.score for passage in found] == [3.0, 2.0, 1.0]
    assert reranked("which?", [], Longest()) == []


def test_the_search_asks_it_for_more_than_is_wanted_and_keeps_the_best(minilm: MiniLM, tmp_path: Path) -> None:
    encoder, index, reranker = HybridEncoder(minilm, Bm25(10)), EdgeIndex(tmp_path), Longest()
    chunks = [a_passage(f"Pads {'of the van ' * n}", ordinal=n).chunk for n in range(20)]
    encodings = encoder.encode_documents([chunk.text for chunk in chunks])
    index.add([EncodedChunk(chunk, encoding) for chunk, encoding in zip(chunks, encodings, strict=True)])
    searcher = Searcher.over(Editions(Edition(encoder, index)), reranker)
    found = searcher.search("pads", ANN, FLEET, limit=2).passages
    blank = searcher.search(" ", ANN, FLEET, limit=2).passages
    index.close()
    assert [passage.chunk.ordinal for passage in found] == [19, 18]
    assert len(reranker.read) == 20
    assert reranker.read[0].startswith("Pads\n")
    assert blank == []
    assert searcher.settings == (
        f"{fusion.MEANING:g},{fusion.RANKED:g},{fusion.LEAST},{fusion.TIMES},{PAIRS:g};"
        f"{diversity.ALIKE:g},{diversity.NEAR:g},{diversity.SPARE},{JUDGED};longest:30"
    )
    assert searcher.settings.endswith(";longest:30")
    assert searcher.elsewhere(Editions(Edition(encoder, index))).settings == searcher.settings


def test_a_folder_without_a_model_is_named_with_what_it_lacks(tmp_path: Path) -> None:
    with pytest.raises(RerankerUnusable, match=r"lacks model\.onnx, config\.json.*SUREFOOT_RERANKER"):
        CrossEncoder(str(tmp_path)).scores("which?", ["pads"])


def test_a_damaged_model_is_named(tmp_path: Path) -> None:
    for name in ("model.onnx", *NEEDED):
        (tmp_path / name).write_text("{}", encoding="utf-8")
    with pytest.raises(RerankerUnusable, match="cannot be loaded"):
        CrossEncoder(str(tmp_path)).scores("which?", ["pads"])


def test_nothing_is_loaded_for_no_texts(tmp_path: Path) -> None:
    assert CrossEncoder(str(tmp_path)).scores("which?", []) == []
