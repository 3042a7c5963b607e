"""What is asked of a code is found where the code's row leads."""

from __future__ import annotations

from pathlib import Path

from surefoot.core.nouns import Asker, Passage
from surefoot.retrieval.bm25 import Bm25
from surefoot.retrieval.bridging import bridge
from surefoot.retrieval.encoders import HybridEncoder, MiniLM
from surefoot.retrieval.evidence import Evidence, EvidenceFinder
from surefoot.retrieval.highlights import Highlight, Highlighter
from surefoot.retrieval.index.edge import EdgeIndex
from surefoot.retrieval.index.port import EncodedChunk
from surefoot.retrieval.question import read_question
from surefoot.retrieval.search import Searcher, encoding_text
from surefoot.retrieval.units import units
from tests.serving.parts import a_passage

VEHICLES = a_passage(
    "| Vehicle | Model | Depot | First registered | Payload |\n|---|---|---|---|---|\n"
    "| V-114 | Corvane 35 | Eastmoor | 2018-03-14 | 1,145 kg |\n| V-115 | Voltera E35 | Millfield | 2023-02-25 | 980 kg |",
    title="Vehicle list",
)
TORQUES = a_passage(
    "| Model | Wheel nut torque | Thread |\n|---|---|---|\n| Corvane 35 | 170 Nm | M14 |\n| Voltera E35 | 190 Nm | M16 |",
    title="Wheel guide",
)
ASKER = Asker("ann", frozenset({"everyone"}))


def test_a_row_leads_from_a_code_to_what_it_names() -> None:
    found = bridge(read_question("Which wheel nut torque has V-115?"), _highlights(VEHICLES))
    assert found is not None
    assert found.names == ("Voltera E35", "Millfield")
    assert found.asked_of("Voltera E35") == "Which wheel nut torque has Voltera E35?"


def test_dates_and_weights_are_no_names() -> None:
    found = bridge(read_question("Which tyres does V-114 need?"), _highlights(VEHICLES))
    assert found is not None
    assert found.names == ("Corvane 35", "Eastmoor")


def test_a_question_without_a_code_needs_no_bridge() -> None:
    assert bridge(read_question("Which wheel nut torque has the van?"), _highlights(VEHICLES)) is None


def test_a_code_that_only_stands_inside_a_row_is_no_bridge() -> None:
    assert bridge(read_question("Who drives an M16 bolt?"), _highlights(TORQUES)) is None


def test_the_answer_beyond_the_row_comes_first_and_the_row_stands_beside_it(minilm: MiniLM, tmp_path: Path) -> None:
    evidence = _evidence("What torque do I set for the wheels of V-115?", minilm, tmp_path, VEHICLES, TORQUES)
    first, second = (h.unit.shown for h in evidence.highlights[:2])
    assert first.startswith("Voltera E35 — Wheel nut torque: 190 Nm")
    assert second.startswith("V-115 — Model: Voltera E35")
    assert evidence.leads == 2


def test_what_the_asker_may_not_see_is_not_reached_over_a_bridge(minilm: MiniLM, tmp_path: Path) -> None:
    closed = a_passage(TORQUES.chunk.text, title="Wheel guide", groups=frozenset({"workshop"}))
    evidence = _evidence("What torque do I set for the wheels of V-115?", minilm, tmp_path, VEHICLES, closed)
    assert not any("190" in h.unit.shown for h in evidence.highlights)


def _highlights(passage: Passage) -> list[Highlight]:
    return [Highlight(unit, 0.5, 0.5, 0.5) for unit in units([passage])]


def _evidence(question: str, minilm: MiniLM, folder: Path, *passages: Passage) -> Evidence:
    encoder = HybridEncoder(minilm, Bm25())
    index = EdgeIndex(folder / "index", minilm.dimension)
    chunks = [passage.chunk for passage in passages]
    encodings = encoder.encode_documents([encoding_text(chunk) for chunk in chunks])
    index.add([EncodedChunk(chunk, encoding) for chunk, encoding in zip(chunks, encodings, strict=True)])
    finder = EvidenceFinder(Searcher(encoder, index), Highlighter(minilm, encoder.sparse.terms), minilm)
    try:
        return finder.find(question, ASKER, "fleet")
    finally:
        index.close()
