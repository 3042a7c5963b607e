"""An assistant service of real parts over records and a few documents; only the model is passed in."""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.pool import StaticPool
from sqlmodel import Session, SQLModel, create_engine, select

from surefoot.core.nouns import Answer, AnswerEvent, AnswerReady, Asker, Passage
from surefoot.retrieval.bm25 import Bm25
from surefoot.retrieval.encoders import HybridEncoder, MiniLM
from surefoot.retrieval.evidence import EvidenceFinder
from surefoot.retrieval.highlights import Highlighter
from surefoot.retrieval.index.edge import EdgeIndex
from surefoot.retrieval.index.port import EncodedChunk
from surefoot.retrieval.records.desk import RecordDesk
from surefoot.retrieval.search import Searcher, encoding_text
from surefoot.serving.access import Access, Sight
from surefoot.serving.assistant import AssistantService, Parts
from surefoot.serving.assistants import AssistantRegistry
from surefoot.serving.conversations import AnswerStore, ConversationStore
from surefoot.serving.grounding import Grounding
from surefoot.serving.live.answering import LiveAnswers
from surefoot.serving.measurements import Measurements
from surefoot.serving.models.chat_model import ChatModel
from surefoot.serving.releases import ReleaseStore
from surefoot.serving.repeats import Repeats
from surefoot.serving.small_talk import SmallTalk
from surefoot.serving.tables import RepeatRow
from surefoot.serving.turn import Question
from tests.retrieval.records.small_fleet import NOW, STAFF
from tests.serving.parts import a_passage

DOCUMENTS = {
    "Brake guide": "Pads of the Corvane 35 are replaced when they are thinner than 3.2 mm.",
    "Telematics guide": "The target is fewer than 9 harsh events per 1,000 km for vans, and fewer than 5 for trucks.",
    "Card rules": "A lost fuel card is reported to the card desk within 30 minutes.",
}


@dataclass(frozen=True, slots=True)
class Stage:
    """A service over records, with what tests look at."""

    service: AssistantService
    conversations: ConversationStore
    database: Engine

    async def events(self, text: str, *, conversation: str | None = None, asker: Asker = STAFF) -> list[AnswerEvent]:
        """All events of an answer."""
        question = Question(text, "fleet", asker, conversation_id=conversation, repeatable=True)
        return [event async for event in self.service.answer(question)]

    async def answer(self, text: str, *, conversation: str | None = None, asker: Asker = STAFF) -> Answer:
        """The whole answer."""
        last = (await self.events(text, conversation=conversation, asker=asker))[-1]
        assert isinstance(last, AnswerReady)
        return last.answer

    def kept(self) -> int:
        """How many answers are kept to be given again."""
        with Session(self.database) as session:
            return len(session.exec(select(RepeatRow)).all())


def _no_passages(answer: Answer, asker: Asker) -> list[Passage]:
    """None are there any more, so that each answer is made anew."""
    del answer, asker
    return []


def stage(records: RecordDesk, minilm: MiniLM, folder: Path, pool: Executor, model: ChatModel | None) -> Stage:
    """The service over a desk of records."""
    database = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    SQLModel.metadata.create_all(database)
    bm25 = Bm25(average_length=20)
    encoder = HybridEncoder(minilm, bm25)
    index = EdgeIndex(folder / "index")
    chunks = [a_passage(text, title).chunk for title, text in DOCUMENTS.items()]
    encodings = encoder.encode_documents([encoding_text(c) for c in chunks])
    index.add([EncodedChunk(c, e) for c, e in zip(chunks, encodings, strict=True)])
    registry = AssistantRegistry(folder / "shipped", folder / "made")
    registry.create("Fleet", "fleet")

    def session() -> Session:
        return Session(database, expire_on_commit=False)

    conversations = ConversationStore(session)
    parts = Parts(
        assistants=registry,
        finder=EvidenceFinder(Searcher(encoder, index), Highlighter(minilm, bm25.terms), minilm),
        grounding=Grounding(bm25.terms, minilm),
        count_tokens=minilm.count_tokens,
        model=lambda: model,
        measurements=Measurements(session),
        releases=ReleaseStore(session),
        answers=AnswerStore(session),
        conversations=conversations,
        access=Access(
            lambda ids, _asker: Sight(frozenset(ids), frozenset()),
            lambda _name, ids, _asker: Sight(frozenset(ids), frozenset()),
        ),
        documents=lambda _name, _asker: len(DOCUMENTS),
        reading=lambda: None,
        retrieval_version={"index": "1"},
        pool=pool,
        small_talk=SmallTalk(minilm.encode),
        live=LiveAnswers(
            lambda name: records if name == "fleet" else None,
            pool,
            minilm.encode,
            heard=lambda asker: "everyone" in asker.groups,
            clock=lambda: NOW,
        ),
        repeats=Repeats(session, lambda _: 1, _no_passages),
    )
    return Stage(AssistantService(parts), conversations, database)
