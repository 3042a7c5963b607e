"""A small assistant of real parts: real encoder, real edge index, real SQLite; only the model is passed in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pytest
from sqlalchemy.pool import StaticPool
from sqlmodel import Session, SQLModel, create_engine

from surefoot.core.nouns import Asker, Passage
from surefoot.retrieval.bm25 import Bm25
from surefoot.retrieval.checker import Checker
from surefoot.retrieval.encoders import HybridEncoder, MiniLM
from surefoot.retrieval.evidence import EvidenceFinder
from surefoot.retrieval.highlights import Highlighter
from surefoot.retrieval.index.edge import EdgeIndex
from surefoot.retrieval.index.port import EncodedChunk, Scope
from surefoot.retrieval.search import Searcher, encoding_text
from surefoot.serving.access import Access, Sight
from surefoot.serving.assistant import AssistantService, Parts
from surefoot.serving.assistants import AssistantRegistry
from surefoot.serving.conversations import AnswerStore, ConversationStore
from surefoot.serving.grounding import Grounding
from surefoot.serving.instructions import Instructions
from surefoot.serving.measurements import Measurements
from surefoot.serving.models.chat_model import ChatModel
from surefoot.serving.models.weights import WeightStore
from surefoot.serving.releases import ReleaseStore
from surefoot.serving.small_talk import SmallTalk
from tests.serving.parts import a_passage

ANN = Asker("ann", frozenset({"everyone"}))
DOCUMENTS = {
    "Brake guide": "Pads of the Corvane 35 are replaced when they are thinner than 3.2 mm. "
    "Brake fluid is changed every 24 months, whatever the mileage.",
    "Tyre guide": "Winter tyres are taken off below a tread of 4.0 mm. Pressure is checked on cold tyres every week.",
    "Winter guide": "Winter tyres are taken off below a tread of 5.0 mm. Screen wash must not freeze above -25 °C.",
    "Lift rules": "| Lift | Load |\n| - | - |\n| Goods lift | 2,000 kg |\n| Scenery lift | 3,500 kg |\n| Ramp | none |\n",
    "Card rules": "A lost fuel card is reported to the card desk within 30 minutes.",
}


@dataclass(frozen=True, slots=True)
class Desk:
    """An assistant service with what tests look at."""

    service: AssistantService
    answers: AnswerStore
    conversations: ConversationStore
    measurements: Measurements
    registry: AssistantRegistry
    reading: list[str | None]
    """What is still being read, in its only element."""


class BuildDesk(Protocol):
    """Builds a desk around a model, with more documents (text by title) where they are given.

    checked: whether there is a checker that reads what was found, as there is unless its weights are damaged.
    """

    def __call__(
        self, model: ChatModel | None, more: Mapping[str, str] | None = None, *, checked: bool = True
    ) -> Desk: ...


@pytest.fixture(scope="session")
def minilm(weights: Path) -> MiniLM:
    return MiniLM(WeightStore(weights).minilm_folder())


@pytest.fixture(scope="session")
def checker(weights: Path) -> Checker:
    return Checker(WeightStore(weights).minilm_folder())


@pytest.fixture
def desk(minilm: MiniLM, checker: Checker, tmp_path: Path) -> Iterator[BuildDesk]:
    """Builds a desk around a model."""
    database = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    SQLModel.metadata.create_all(database)
    bm25 = Bm25(average_length=20)
    encoder = HybridEncoder(minilm, bm25)
    index = EdgeIndex(tmp_path / "index")
    chunks = [a_passage(text, title).chunk for title, text in DOCUMENTS.items()]
    chunks.append(a_passage("The board meets in room 7.", "Board paper", groups=frozenset({"board"})).chunk)
    encodings = encoder.encode_documents([encoding_text(c) for c in chunks])
    index.add([EncodedChunk(c, e) for c, e in zip(chunks, encodings, strict=True)])

    def add(more: Mapping[str, str]) -> None:
        chunks = [a_passage(text, title).chunk for title, text in more.items()]
        encodings = encoder.encode_documents([encoding_text(c) for c in chunks])
        index.add([EncodedChunk(c, e) for c, e in zip(chunks, encodings, strict=True)])

    registry = AssistantRegistry(tmp_path / "shipped", tmp_path / "made")
    registry.create("Fleet", "fleet")

    def session() -> Session:
        return Session(database, expire_on_commit=False)

    def passages(assistant: str, document: str, asker: Asker) -> list[Passage]:
        scope = Scope(assistant)
        chunks = index.chunks_at(document.removesuffix(".md"), range(9), asker, scope)
        return [Passage(chunk, 1.0) for chunk in chunks]

    def build(model: ChatModel | None, more: Mapping[str, str] | None = None, *, checked: bool = True) -> Desk:
        add(more or {})
        reading: list[str | None] = [None]
        answers, conversations, measured = AnswerStore(session), ConversationStore(session), Measurements(session)
        parts = Parts(
            assistants=registry,
            finder=EvidenceFinder(
                Searcher(encoder, index), Highlighter(minilm, bm25.terms), minilm, checker if checked else None
            ),
            grounding=Grounding(bm25.terms, minilm),
            count_tokens=minilm.count_tokens,
            model=lambda: model,
            measurements=measured,
            releases=ReleaseStore(session),
            answers=answers,
            conversations=conversations,
            access=Access(
                lambda ids, _asker: Sight(frozenset(ids), frozenset()),
                lambda _name, ids, _asker: Sight(frozenset(ids), frozenset()),
            ),
            documents=lambda _name, _asker: len(DOCUMENTS),
            reading=lambda: reading[0],
            retrieval_version={"index": "1"},
            pool=pool,
            small_talk=SmallTalk(minilm.encode),
            instructions=Instructions(minilm.encode, passages),
        )
        return Desk(AssistantService(parts), answers, conversations, measured, registry, reading)

    with ThreadPoolExecutor(2) as pool:
        yield build
    index.close()
    database.dispose()
