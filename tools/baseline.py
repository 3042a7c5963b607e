"""Plain LlamaIndex over the same documents, with the same encoder and language model, answering the same cases.

What is its default stays: chunks of 1,024 tokens with an overlap of 200, an index in memory, the question-answering
prompt, the compact response mode. Follow-ups go through its chat engine that condenses the question. Its documents are
the texts that our readers read, so that only finding and answering differ.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from llama_index.core import Document, VectorStoreIndex
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.base.llms.types import ChatMessage, ChatResponse, CompletionResponse, LLMMetadata
from llama_index.core.chat_engine import CondenseQuestionChatEngine
from llama_index.core.llms import CustomLLM
from llama_index.core.node_parser import SentenceSplitter
from llama_index.core.schema import NodeWithScore
from pydantic import PrivateAttr

from surefoot.core.nouns import Answer, Chunk, Citation, Outcome, Passage, Support, Timings, Usage
from surefoot.eval.cases import Case, holds_facts
from surefoot.ingestion.benchmark.reference import copy_sentence_data
from surefoot.retrieval.plain import Encode
from surefoot.serving.models.chat_model import ChatModel, GenerateOptions, Message, Role
from tools.refusals import asks_back, refuses
from tools.stage import Stage

CONTEXT = 4096
"""Tokens that the embedded engine reads at once; what is longer LlamaIndex refines step by step."""
ANSWER_TOKENS = 256
ROLES: dict[str, Role] = {"system": "system", "assistant": "assistant"}


class OurEncoder(BaseEmbedding):
    """An encoder as LlamaIndex calls it."""

    _encode: Encode = PrivateAttr()

    def __init__(self, encode: Encode, **fields: Any) -> None:
        super().__init__(model_name="ours", **fields)
        self._encode = encode

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._encode([text])[0].tolist()

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return self._encode(texts).tolist()

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)


class OurModel(CustomLLM):
    """A chat model as LlamaIndex calls it; it counts the tokens that were spent."""

    _model: ChatModel = PrivateAttr()
    _spent: list[Usage] = PrivateAttr(default_factory=list[Usage])

    def __init__(self, model: ChatModel, **fields: Any) -> None:
        super().__init__(**fields)
        self._model = model

    @property
    def metadata(self) -> LLMMetadata:
        """What LlamaIndex asks about a model."""
        return LLMMetadata(
            context_window=CONTEXT, num_output=ANSWER_TOKENS, is_chat_model=True, model_name=self._model.name
        )

    def spent(self) -> Usage:
        """Tokens since the last time that this was asked."""
        spent, self._spent = self._spent, []
        return Usage(*(sum(getattr(u, name) for u in spent) for name in Usage.__dataclass_fields__))

    async def achat(self, messages: Sequence[ChatMessage], **_: Any) -> ChatResponse:
        """Answer a conversation."""
        asked = [Message(ROLES.get(m.role.value, "user"), m.content or "") for m in messages]
        text = await self._say([message for message in asked if message.content.strip()])
        return ChatResponse(message=ChatMessage(role="assistant", content=text))

    async def acomplete(self, prompt: str, formatted: bool = False, **_: Any) -> CompletionResponse:  # noqa: ARG002
        """Answer a prompt."""
        return CompletionResponse(text=await self._say([Message("user", prompt)]))

    def complete(self, prompt: str, formatted: bool = False, **_: Any) -> CompletionResponse:
        """Not used: questions are asked asynchronously."""
        raise NotImplementedError(f"asked for {len(prompt)} characters, formatted: {formatted}")

    def stream_complete(self, prompt: str, formatted: bool = False, **_: Any) -> Any:
        """Not used: answers are read whole."""
        raise NotImplementedError(f"asked for {len(prompt)} characters, formatted: {formatted}")

    async def _say(self, messages: Sequence[Message]) -> str:
        text = ""
        async with aclosing(self._model.stream(messages, GenerateOptions(ANSWER_TOKENS))) as tokens:
            async for token in tokens:
                text += token.text
                if token.usage is not None:
                    self._spent.append(token.usage)
        return text.strip()


@dataclass(frozen=True, slots=True)
class Baseline:
    """LlamaIndex over an assistant's documents; `answers` asks it."""

    assistant: str
    index: VectorStoreIndex
    model: OurModel

    async def answer(self, case: Case, top: int) -> tuple[Answer, tuple[Passage, ...]]:
        """What it says to a case from its `top` nearest chunks, in our nouns."""
        started = time.perf_counter()
        engine = self.index.as_query_engine(llm=self.model, similarity_top_k=top)
        if case.history:
            said = [ChatMessage(role=role, content=text) for role, text in case.history]
            chat = CondenseQuestionChatEngine.from_defaults(query_engine=engine, chat_history=said, llm=self.model)
            response: Any = await chat.achat(case.question)
        else:
            response = await engine.aquery(case.question)
        passages = tuple(_passage(node, self.assistant, n) for n, node in enumerate(response.source_nodes))
        seconds = time.perf_counter() - started
        return _answer(case, str(response).strip(), passages, self._told(seconds)), passages

    def _told(self, seconds: float) -> _Told:
        return _Told(self.assistant, self.model.metadata.model_name, self.model.spent(), seconds)


async def answers(
    baseline: Baseline, cases: Sequence[Case], top: int
) -> AsyncGenerator[tuple[Case, Answer, tuple[Passage, ...]], None]:
    """Each case with its answer, in order."""
    for case in cases:
        yield case, *await baseline.answer(case, top)


def baseline(stage: Stage, assistant: str, encode: Encode, scratch: Path) -> Baseline:
    """Index the assistant's documents; `scratch` is for LlamaIndex's data."""
    copy_sentence_data(scratch)
    catalogue = stage.app.library.catalogue
    documents = [
        Document(id_=entry.id, text=catalogue.text(entry.id), metadata={"file_name": entry.path})
        for entry in catalogue.list(assistant)
    ]
    splitter = SentenceSplitter()
    index = VectorStoreIndex.from_documents(documents, embed_model=OurEncoder(encode), transformations=[splitter])
    return Baseline(assistant, index, OurModel(stage.model()))


@dataclass(frozen=True, slots=True)
class _Told:
    assistant: str
    model: str
    usage: Usage
    seconds: float


def _answer(case: Case, text: str, passages: Sequence[Passage], told: _Told) -> Answer:
    outcome = outcome_of(case, text)
    cited = passages if outcome is Outcome.ANSWERED else ()
    milliseconds = round(told.seconds * 1000, 1)
    return Answer(
        id=uuid.uuid4().hex,
        assistant=told.assistant,
        question=case.question,
        text=text,
        outcome=outcome,
        support=Support.FULL if cited else Support.NONE,
        citations=tuple(_citation(p, len(text), n) for n, p in enumerate(cited, start=1)),
        release="",
        model=told.model,
        usage=told.usage,
        timings=Timings(0.0, milliseconds, milliseconds),
        trace_id="",
    )


def outcome_of(case: Case, text: str) -> Outcome:
    """What a text amounts to, in doubt in its favour: a right answer that also says what is missing stays an answer."""
    if case.answerable and holds_facts(text, case.facts):
        return Outcome.ANSWERED
    if case.outcome == "asked_back" and asks_back(text):
        return Outcome.ASKED_BACK
    if refuses(text):
        return Outcome.REFUSED if case.outcome == "blocked" else Outcome.NOT_FOUND
    return Outcome.ANSWERED


def _passage(node: NodeWithScore, assistant: str, ordinal: int) -> Passage:
    """A retrieved chunk."""
    text = node.node.get_content()
    document_id = node.node.ref_doc_id or ""
    chunk = Chunk(
        id=str(uuid5(NAMESPACE_URL, f"{document_id}\n{text}")),
        document_id=document_id,
        assistant=assistant,
        title=str(node.node.metadata.get("file_name", "")),
        version="1",
        groups=frozenset(),
        ordinal=ordinal,
        heading_path=(),
        text=text,
        page=None,
        start=0,
        end=len(text),
        content_hash="",
    )
    return Passage(chunk, float(node.score or 0.0))


def _citation(passage: Passage, length: int, number: int) -> Citation:
    """A source of the whole answer, as LlamaIndex gives it: a chunk, and no place in the text."""
    chunk = passage.chunk
    return Citation(0, length, chunk.document_id, chunk.title, None, chunk.text, passage.score, chunk.id, number=number)
